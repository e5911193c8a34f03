#include "check/case_batch.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/at.hpp"
#include "check/relaxed.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/matrix.hpp"
#include "chiso/base/text.hpp"
#include "chiso/scenario/unit_tree.hpp"
#include "evaluate/compiled.hpp"

namespace chiso {
namespace {

using What = Expectation::What;

bool is_plain(const Case& of) {
  const auto applies = [](const CaseValue& value) {
    return value.kind != CaseValue::Kind::not_applicable;
  };
  const auto is_score = [](const Expectation& each) {
    return each.what == What::score || each.what == What::missing;
  };
  return of.panel.empty() && of.error.empty() && of.scores.empty() && of.anchors.empty() &&
         std::all_of(of.given.begin(), of.given.end(), applies) &&
         std::all_of(of.previous.begin(), of.previous.end(), applies) &&
         std::all_of(of.expect.begin(), of.expect.end(), is_score);
}

/// Column of a variable's value in the period before; -1 if the index does not read it.
Size previous_column(const Index& index, Size variable) {
  const auto previous = index.previous_variables();
  const auto found = std::find(previous.begin(), previous.end(), variable);
  return found == previous.end() ? -1 : std::ssize(index.variables()) + (found - previous.begin());
}

Size columns_of(const Index& index) {
  return std::ssize(index.variables()) + std::ssize(index.previous_variables());
}

Size variable_of(const Index& index, Size column) {
  const Size variables = std::ssize(index.variables());
  return column < variables ? column : index.previous_variables()[at(column - variables)];
}

/// By column of `changed`: that of `index`; -1: it does not read it.
std::vector<Size> columns_in(const Index& index, const Index& changed) {
  std::vector<Size> found;
  for (Size column = 0; column < columns_of(changed); ++column) {
    const Size variable = variable_of(changed, column);
    const auto same = index.variable_codes().find(changed.variables()[at(variable)].code);
    const bool is_previous = column >= std::ssize(changed.variables());
    found.push_back(!same ? -1 : is_previous ? previous_column(index, *same) : *same);
  }
  return found;
}

/// What a case without a panel holds where data would fix it: nothing, so that the indicator is
/// missing.
Anchors no_anchors(const Evaluator& evaluator) {
  Anchors found;
  for (const CompiledLeaf& leaf : evaluator.compiled().leaves) {
    const auto* how = std::get_if<CompiledNormaliser>(&leaf.rule);
    if (how == nullptr || how->anchor < 0) continue;
    FittedAnchor& anchor = found.emplace_back();
    anchor.node = leaf.node;
    anchor.low = how->fits() ? missing_value : how->low;
    anchor.high = how->fits() ? missing_value : how->high;
    anchor.low_source = anchor.high_source = Anchor::Source::fixed;
  }
  return found;
}

/// Whether a child may be missing where that is an error.
template <class Score>
bool is_demanded(const CaseEngine& engine, Size position, const Score& score) {
  const std::vector<Size> nodes = engine.looked_at(position);
  return std::any_of(nodes.begin(), nodes.end(), [&](Size node) {
    return engine.index().node(node).missing == MissingPolicy::error &&
           !engine.index().is_leaf(node) && std::isnan(score(node));
  });
}

}  // namespace

CaseBatch::CaseBatch(const CaseData& data, const Index& index, const NodeTolerances& tolerances,
                     const std::vector<Size>& positions, std::vector<Size>& rest)
    : data_(data), index_(index), tolerances_(tolerances) {
  const bool compares = compares_units(index);
  for (const Size position : positions) {
    const Case& of = data.cases[at(position)];
    if (compares || !is_plain(of)) {
      rest.push_back(position);
      continue;
    }
    all_.push_back(position);
    const Period& method = data.prepared[at(position)].method;
    auto group = std::find_if(groups_.begin(), groups_.end(),
                              [&](const Group& each) { return each.method == method; });
    if (group == groups_.end()) {
      groups_.emplace_back().method = method;
      group = std::prev(groups_.end());
      group->columns.resize(at(columns_of(index)));
    }
    add(position, of, *group);
  }
}

void CaseBatch::add(Size position, const Case& of, Group& group) {
  const Size row = std::ssize(group.positions);
  group.positions.push_back(position);
  for (auto& column : group.columns) column.push_back(missing_value);
  const auto put = [&](const CaseValue& value, bool previous) {
    const auto variable = index_.variable_codes().find(value.variable);
    if (!variable) return;  // Declared, and nobody reads it.
    const Size column = previous ? previous_column(index_, *variable) : *variable;
    if (column < 0) return;
    if (value.kind == CaseValue::Kind::category) {
      group.words.push_back({row, column, value.category});
    } else if (value.kind == CaseValue::Kind::number) {
      group.columns[at(column)][at(row)] = value.number;
    }
  };
  for (const CaseValue& value : of.given) put(value, false);
  for (const CaseValue& value : of.previous) put(value, true);
  for (const Expectation& each : of.expect) {
    const Size node = each.node.empty() ? Index::root() : index_.at(each.node);
    const Tolerance tolerance = each.tolerance ? *each.tolerance
                                : of.tolerance ? *of.tolerance
                                               : tolerance_of(tolerances_, index_.node(node).code);
    group.wanted.push_back(
        {row, each.node, each.what == What::missing ? missing_value : each.number, tolerance});
  }
}

std::optional<std::vector<Size>> CaseBatch::failing(const CaseEngine& engine) const {
  std::vector<Size> found;
  const Index& changed = engine.index();
  const std::vector<Size> from = columns_in(index_, changed);
  const bool demands = has_demands(changed);
  for (const Group& group : groups_) {
    const Size rows = std::ssize(group.positions);
    Eigen::MatrixXd values = Eigen::MatrixXd::Constant(rows, std::ssize(from), missing_value);
    for (Size column = 0; column < std::ssize(from); ++column) {
      if (from[at(column)] < 0) continue;
      const auto& source = group.columns[at(from[at(column)])];
      std::copy(source.begin(), source.end(), values.col(column).data());
    }
    for (const Word& word : group.words) {
      for (Size column = 0; column < std::ssize(from); ++column) {
        if (from[at(column)] != word.column) continue;
        const auto& categories = changed.variables()[at(variable_of(changed, column))].categories;
        const auto key = match_key(word.text);
        const auto category =
            std::find_if(categories.begin(), categories.end(),
                         [&](const std::string& each) { return match_key(each) == key; });
        if (category == categories.end()) return {};  // An error, in words.
        values(word.row, column) = static_cast<double>(category - categories.begin());
      }
    }
    std::vector<double> scores(at(rows * changed.size()));
    try {
      const Evaluator& with = engine.relaxed_evaluator(group.method);
      if (!changed.definition().periods.contains(group.method)) return {};
      with.evaluate(values, no_anchors(with), Keep::all, scores.data());
    } catch (const Error&) {
      return {};
    }
    for (const Wanted& wanted : group.wanted) {
      const Size position = group.positions[at(wanted.row)];
      if (!found.empty() && found.back() == position) continue;
      const auto node =
          wanted.code.empty() ? std::optional(Index::root()) : changed.codes().find(wanted.code);
      const auto score = [&](Size of) { return scores[at(of * rows + wanted.row)]; };
      if (!node || !wanted.tolerance.agree(score(*node), wanted.score) ||
          (demands && is_demanded(engine, position, score))) {
        found.push_back(position);
      }
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace chiso
