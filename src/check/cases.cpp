#include "chiso/check/cases.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <mutex>

#include "base/at.hpp"
#include "check/case_batch.hpp"
#include "check/case_engine.hpp"
#include "check/computation_tree.hpp"
#include "chiso/base/error.hpp"
#include "chiso/evaluate/ranking.hpp"
#include "chiso/evaluate/reconcile.hpp"

namespace chiso {

struct CaseRunner::State {
  State(Index of, std::vector<Case> cases, NodeTolerances by_node, const PanelSource& panels)
      : index(std::move(of)),
        tolerances(std::move(by_node)),
        data(prepare_cases(index, std::move(cases), panels)),
        engine(index, data) {}

  Index index;
  NodeTolerances tolerances;
  CaseData data;
  CaseEngine engine;

  /// The cases that pass with the index itself.
  struct Passing {
    std::vector<std::vector<Size>> nodes;  ///< By case: what it looks at.
    std::vector<Size> one_by_one;          ///< Those that the batch does not have.
    std::optional<CaseBatch> batch;
  };
  mutable std::once_flag once;
  mutable Passing passing;
};

namespace {

using What = Expectation::What;

/// An expectation that is not met.
struct Gap {
  Size node = 0;
  Size unit = 0;         ///< Position in the scores; of published figures the worst.
  std::string expected;  ///< "expected 2".
  std::string message;
  std::vector<std::string> lines;
  Location location;
};

std::string score_text(double score) { return std::isnan(score) ? "no score" : to_string(score); }

/// What came of a case against what it expects.
class Comparison {
 public:
  Comparison(const Case& of, const CaseEvidence& evidence, const NodeTolerances& tolerances)
      : case_(of), evidence_(evidence), scores_(evidence.scores), tolerances_(tolerances) {}

  /// @throws NotFoundError for a node that a changed index does not have.
  std::vector<Gap> gaps() const {
    std::vector<Gap> found;
    for (const Expectation& each : case_.expect) {
      const Size node = each.node.empty() ? Index::root() : scores_.index().at(each.node);
      if (auto gap = look_at(each, node)) found.push_back(*std::move(gap));
    }
    return found;
  }

 private:
  std::optional<Gap> look_at(const Expectation& each, Size node) const {
    const Location& location = each.location.line > 0 ? each.location : case_.location;
    const Size unit = evidence_.units.empty() ? 0 : evidence_.units.front();
    const auto gap = [&](std::string expected, std::string found) {
      std::string message = fmt::format("{}, found {}", expected, found);
      return Gap{node, unit, std::move(expected), std::move(message), {}, location};
    };
    switch (each.what) {
      case What::score: {
        const double score = scores_.column(node)[at(unit)];
        if (tolerance(each, node).agree(score, each.number)) return {};
        std::string found = score_text(score);
        if (!std::isnan(score)) found += fmt::format(" ({:+.6g})", score - each.number);
        return gap("expected " + to_string(each.number), std::move(found));
      }
      case What::missing: {
        const double score = scores_.column(node)[at(unit)];
        if (std::isnan(score)) return {};
        return gap("expected no score", to_string(score));
      }
      case What::rank: {
        const Ranking ranking(scores_, node);
        const double rank = ranking.ranks()[at(unit)];
        if (rank == each.number) return {};  // Tolerances are of scores.
        auto found = gap("expected rank " + to_string(each.number),
                         std::isnan(rank) ? "no score, hence no rank" : "rank " + to_string(rank));
        found.lines = neighbours(ranking, unit);
        return found;
      }
      case What::group: {
        const Ranking ranking(scores_, node);
        const std::string& group = ranking.groups()[at(unit)];
        if (group == each.text) return {};
        return gap(each.text.empty() ? std::string("expected no group")
                                     : fmt::format("expected group '{}'", each.text),
                   group.empty() ? std::string("none") : fmt::format("'{}'", group));
      }
      case What::published:
        return look_at_published(each, node, location);
    }
    return {};
  }

  [[nodiscard]] Tolerance tolerance(const Expectation& each, Size node) const {
    if (each.tolerance) return *each.tolerance;
    if (case_.tolerance) return *case_.tolerance;
    return tolerance_of(tolerances_, scores_.index().node(node).code);
  }

  /// Who is next to a unit, for one whose rank is another than expected.
  [[nodiscard]] std::vector<std::string> neighbours(const Ranking& ranking, Size unit) const {
    const auto order = ranking.order();
    const auto here = std::find(order.begin(), order.end(), unit) - order.begin();
    const Size first = std::max<Size>(0, here - 2);
    const Size last = std::min<Size>(std::ssize(order), here + 3);
    std::vector<std::string> lines;
    for (Size i = first; i < last; ++i) {
      const Size each = order[at(i)];
      const double rank = ranking.ranks()[at(each)];
      lines.push_back(fmt::format("{} rank {}: {}, {}", each == unit ? ">" : " ",
                                  std::isnan(rank) ? "-" : to_string(rank), scores_.units()[each],
                                  score_text(scores_.column(ranking.node())[at(each)])));
    }
    return lines;
  }

  std::optional<Gap> look_at_published(const Expectation& each, Size node,
                                       const Location& location) const {
    const std::optional<Tolerance>& wanted = each.tolerance ? each.tolerance : case_.tolerance;
    const auto absolute = wanted ? std::optional(wanted->absolute) : std::nullopt;
    for (const Reconciliation& found : reconcile(scores_, absolute)) {
      if (found.node != node) continue;
      std::vector<Reconciliation::Gap> gaps;
      for (const auto& gap : found.gaps) {
        const bool is_looked_at = std::find(evidence_.units.begin(), evidence_.units.end(),
                                            gap.unit) != evidence_.units.end();
        const bool is_known = std::any_of(
            each.except.begin(), each.except.end(),
            [&](const std::string& unit) { return scores_.units().find(unit) == gap.unit; });
        const bool is_near = wanted && wanted->agree(gap.computed, gap.published);
        if (is_looked_at && !is_known && !is_near) gaps.push_back(gap);
      }
      if (found.compared == 0) {
        return Gap{
            node,
            -1,
            "expected published figures",
            fmt::format("no unit of the panel has both a score and a published figure ('{}')",
                        found.variable),
            {},
            location};
      }
      if (gaps.empty()) return {};
      Gap result{node,
                 gaps.front().unit,
                 "published " + score_text(gaps.front().published),
                 fmt::format("{} of {} units have another score than the published one ('{}')",
                             gaps.size(), evidence_.units.size(), found.variable),
                 {},
                 location};
      constexpr std::size_t most_named = 10;
      for (std::size_t i = 0; i < std::min(gaps.size(), most_named); ++i) {
        const auto& gap = gaps[i];
        result.lines.push_back(fmt::format(
            "{}: published {}, found {}{}", scores_.units()[gap.unit],
            std::isnan(gap.published) ? "none" : to_string(gap.published), score_text(gap.computed),
            std::isnan(gap.computed - gap.published)
                ? ""
                : fmt::format(" ({:+.6g})", gap.computed - gap.published)));
      }
      if (gaps.size() > most_named) {
        result.lines.push_back(fmt::format("and {} more", gaps.size() - most_named));
      }
      return result;
    }
    return {};
  }

  const Case& case_;
  const CaseEvidence& evidence_;
  const Scores& scores_;
  const NodeTolerances& tolerances_;
};

/// Behind its children: what differs first, from the leaves up, is what is reported first.
bool is_reported_before(const Index& index, Size a, Size b) {
  const auto is_above = [&](Size upper, Size lower) {
    while (lower > upper) lower = index.parent(lower);
    return lower == upper;
  };
  if (a != b && is_above(b, a)) return true;
  if (a != b && is_above(a, b)) return false;
  return a < b;
}

void report_gaps(const CaseEvidence& evidence, std::vector<Gap> gaps, CheckItem& item) {
  const Index& index = evidence.scores.index();
  std::stable_sort(gaps.begin(), gaps.end(), [&](const Gap& a, const Gap& b) {
    return is_reported_before(index, a.node, b.node);
  });
  std::map<Size, std::string> remarks;
  for (const Gap& gap : gaps) {
    std::string& remark = remarks[gap.node];
    remark += (remark.empty() ? "" : ", ") + gap.expected;
  }
  // Of nested nodes that differ the lowest explains the others.
  std::vector<char> explained(at(index.size()), 0);
  for (Gap& gap : gaps) {
    const std::string& code = index.node(gap.node).code;
    if (explained[at(gap.node)] == 0 && gap.unit >= 0) {
      auto tree = computation_tree(evidence.scores, gap.unit, gap.node, remarks);
      gap.lines.insert(gap.lines.end(), tree.begin(), tree.end());
    }
    for (Size node = gap.node; node >= 0; node = index.parent(node)) explained[at(node)] = 1;
    item.add({Severity::error, "score", code,
              Problem{gap.location, code, std::move(gap.message), {}}, std::move(gap.lines)});
  }
}

void report_no_error(const Case& of, const CaseEvidence& evidence, CheckItem& item) {
  std::vector<std::string> lines;
  if (!evidence.units.empty()) {
    lines = computation_tree(evidence.scores, evidence.units.front(), Index::root(), {});
  }
  item.add(
      {Severity::error, "error", "",
       Problem{
           of.location, "", fmt::format("expected an error with '{}', found scores", of.error), {}},
       std::move(lines)});
}

bool says(const Error& error, const std::string& part) {
  return std::any_of(error.problems().begin(), error.problems().end(), [&](const Problem& problem) {
    return problem.to_string().find(part) != std::string::npos;
  });
}

void report_error(const Case& of, const Error& error, CheckItem& item) {
  const auto place = [&](Problem problem) {
    if (problem.location.line == 0) problem.location = of.location;
    // The only unit of a case says nothing: what stands behind it does.
    if (const std::string unit = fmt::format("{}, ", case_unit); problem.place.starts_with(unit)) {
      problem.place.erase(0, unit.size());
    }
    return problem;
  };
  if (!of.error.empty()) {
    CheckFinding finding{
        Severity::error,
        "error",
        "",
        Problem{of.location,
                "",
                fmt::format("expected an error with '{}', found another", of.error),
                {}},
        {}};
    for (const Problem& problem : error.problems()) finding.details.push_back(problem.to_string());
    item.add(std::move(finding));
    return;
  }
  for (const Problem& each : error.problems()) {
    Problem problem = place(each);
    std::string subject = problem.place;
    item.add({Severity::error, "error", std::move(subject), std::move(problem), {}});
  }
}

bool passes(const CaseEngine& engine, const CaseData& data, const NodeTolerances& tolerances,
            Size position) {
  const Case& of = data.cases[at(position)];
  try {
    const CaseEvidence evidence = engine.evaluate(position);
    return of.error.empty() && Comparison(of, evidence, tolerances).gaps().empty();
  } catch (const Error& error) {
    return !of.error.empty() && says(error, of.error);
  }
}

}  // namespace

CaseRunner::CaseRunner(Index index, std::vector<Case> cases, const NodeTolerances& tolerances,
                       const PanelSource& panels)
    : state_(
          std::make_shared<const State>(std::move(index), std::move(cases), tolerances, panels)) {}

const Index& CaseRunner::index() const noexcept { return state_->index; }

std::span<const Case> CaseRunner::cases() const noexcept { return state_->data.cases; }

CheckItem CaseRunner::run(Size position) const {
  const auto begin = std::chrono::steady_clock::now();
  const Case& of = state_->data.cases[at(position)];
  CheckItem item;
  item.kind = CheckKind::example;
  item.name = of.name;
  item.location = of.location;
  const auto& problems = state_->data.prepared[at(position)].problems;
  if (!problems.empty()) {
    item.stop(Error(problems), "case");
  } else {
    try {
      const CaseEvidence evidence = state_->engine.evaluate(position);
      if (!of.error.empty()) {
        report_no_error(of, evidence, item);
      } else {
        auto gaps = Comparison(of, evidence, state_->tolerances).gaps();
        if (!gaps.empty()) report_gaps(evidence, std::move(gaps), item);
      }
    } catch (const Error& error) {
      if (of.error.empty() || !says(error, of.error)) report_error(of, error, item);
    }
  }
  item.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return item;
}

std::optional<CaseEvidence> CaseRunner::evidence(Size position) const {
  if (!state_->data.prepared[at(position)].problems.empty() ||
      !state_->data.cases[at(position)].error.empty()) {
    return {};
  }
  try {
    return state_->engine.evaluate(position);
  } catch (const Error&) {
    return {};
  }
}

Coverage CaseRunner::coverage() const {
  Coverage found(state_->index);
  for (Size i = 0; i < std::ssize(state_->data.cases); ++i) {
    if (!state_->data.prepared[at(i)].problems.empty()) continue;
    const Case& of = state_->data.cases[at(i)];
    try {
      const CaseEvidence evidence = state_->engine.evaluate(i);
      // What the nodes rest on is found by the scores: not all that is below them matters.
      std::vector<Size> nodes;
      for (const Expectation& each : of.expect) {
        nodes.push_back(each.node.empty() ? Index::root() : state_->index.at(each.node));
      }
      if (of.error.empty()) found.add(evidence.scores, evidence.units, nodes, of.name);
    } catch (const Error& error) {
      if (!of.error.empty()) found.add(error, of.name);
    }
  }
  return found;
}

std::optional<Size> CaseRunner::noticed_by(const Index& changed, Size node) const {
  const State& state = *state_;
  std::call_once(state.once, [&state] {
    std::vector<Size> positions;
    state.passing.nodes.resize(state.data.cases.size());
    for (Size i = 0; i < std::ssize(state.data.cases); ++i) {
      if (!state.data.prepared[at(i)].problems.empty() ||
          !passes(state.engine, state.data, state.tolerances, i)) {
        continue;
      }
      positions.push_back(i);
      state.passing.nodes[at(i)] = state.engine.looked_at(i);
    }
    state.passing.batch.emplace(state.data, state.index, state.tolerances, positions,
                                state.passing.one_by_one);
  });
  const CaseEngine engine(changed, state.data);
  const auto fails = [&](Size i) { return !passes(engine, state.data, state.tolerances, i); };
  // Those that look at the node first.
  const auto first_failing = [&](const std::vector<Size>& positions) -> std::optional<Size> {
    for (const bool looks_at_it : {true, false}) {
      for (const Size i : positions) {
        const auto& nodes = state.passing.nodes[at(i)];
        if (std::binary_search(nodes.begin(), nodes.end(), node) == looks_at_it && fails(i)) {
          return i;
        }
      }
    }
    return {};
  };
  const CaseBatch& batch = *state.passing.batch;
  const auto candidates = batch.failing(engine);
  if (const auto found = first_failing(candidates ? *candidates : batch.positions())) return found;
  return first_failing(state.passing.one_by_one);
}

}  // namespace chiso
