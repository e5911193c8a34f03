#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/at.hpp"
#include "base/nearest.hpp"
#include "chiso/base/error.hpp"
#include "reach/response.hpp"

namespace chiso {
namespace {

/// What a definition allows, as a person would say it.
Interval allowed(const UnitTree& tree, const FoundLever& found) {
  if (found.kind == Lever::Kind::score) {
    const ScoreRange range = tree.base().evaluator().range(found.position);
    return Interval::closed(range.lowest, range.highest);
  }
  const Variable& variable = tree.base().index().variables()[at(found.position)];
  if (!found.is_word) return variable.range;
  return Interval::closed(0.0, static_cast<double>(variable.categories.size()) - 1.0);
}

Size find_code(const Index& index, const Lever& lever) {
  const bool is_value = lever.kind == Lever::Kind::value;
  const Labels& codes = is_value ? index.variable_codes() : index.codes();
  if (const auto found = codes.find(lever.code)) return *found;
  const Labels& others = is_value ? index.codes() : index.variable_codes();
  std::string message =
      fmt::format("there is no {} '{}'", is_value ? "variable" : "criterion", lever.code);
  std::string remedy;
  if (others.find(lever.code)) {
    message += fmt::format("; it is a {}", is_value ? "criterion" : "variable");
    remedy = is_value ? "move its score" : "move its value";
  } else {
    message += nearest_or_all(lever.code, codes.names());
  }
  throw NotFoundError({Problem{{}, lever.code, std::move(message), std::move(remedy)}});
}

/// As far as the definition goes.
FoundLever whole(const UnitTree& tree, Lever::Kind kind, Size position) {
  const Evaluator& evaluator = tree.base().evaluator();
  FoundLever found;
  found.kind = kind;
  found.position = position;
  if (kind == Lever::Kind::value) {
    const Variable& variable = evaluator.index().variables()[at(position)];
    const VariableLimit& limit = evaluator.compiled().limits[at(position)];
    found.now = tree.value(position);
    found.is_word = variable.is_category();
    found.skips_zero = variable.zero_is_missing;
    found.lower = found.is_word ? 0.0 : limit.lower;
    found.upper =
        found.is_word ? static_cast<double>(variable.categories.size()) - 1.0 : limit.upper;
  } else {
    const ScoreRange range = evaluator.range(position);
    found.now = tree.score(position);
    found.lower = range.lowest;
    found.upper = range.highest;
  }
  found.lower = std::max(found.lower, -farthest);
  found.upper = std::min(found.upper, farthest);
  found.free_below = found.lower == -farthest;
  found.free_above = found.upper == farthest;
  return found;
}

}  // namespace

FoundLever find_lever(const UnitTree& tree, const Lever& lever) {
  FoundLever found = whole(tree, lever.kind, find_code(tree.base().index(), lever));
  found.lower = std::max(found.lower, lever.lower);
  found.upper = std::min(found.upper, lever.upper);
  if (found.is_word) {
    found.lower = std::ceil(found.lower);
    found.upper = std::floor(found.upper);
  }
  found.free_below = found.lower == -farthest;
  found.free_above = found.upper == farthest;
  const bool only_zero = found.skips_zero && found.lower == 0.0 && found.upper == 0.0;
  // Also false for a bound that is no number.
  if (!(lever.lower <= lever.upper && found.lower <= found.upper) || only_zero) {
    throw DataError({Problem{
        {},
        lever.code,
        fmt::format("bounds from {} to {} leave nothing of {}", to_string(lever.lower),
                    to_string(lever.upper), to_string(allowed(tree, found))),
        "give a lower bound that is not above the upper one, both inside what it may be"}});
  }
  return found;
}

std::vector<FoundLever> every_number(const UnitTree& tree) {
  std::vector<FoundLever> found;
  const auto variables = tree.base().index().variables();
  found.reserve(variables.size());
  for (Size v = 0; v < std::ssize(variables); ++v) {
    if (!variables[at(v)].is_category()) found.push_back(whole(tree, Lever::Kind::value, v));
  }
  return found;
}

std::vector<FoundLever> find_levers(const UnitTree& tree, std::span<const Lever> levers) {
  std::vector<FoundLever> found;
  found.reserve(levers.size());
  std::vector<Problem> unknown;
  std::vector<Problem> refused;
  for (const Lever& lever : levers) {
    try {
      found.push_back(find_lever(tree, lever));
    } catch (const NotFoundError& error) {
      unknown.push_back(error.problems().front());
    } catch (const DataError& error) {
      refused.push_back(error.problems().front());
    }
  }
  if (!unknown.empty()) throw NotFoundError(std::move(unknown));
  if (!refused.empty()) throw DataError(std::move(refused));
  return found;
}

DataError no_score(const Scores& base, std::string_view unit, Size node) {
  return DataError({Problem{
      {},
      std::string(unit),
      fmt::format("has no score on {} in {}, so nothing can be moved from it",
                  base.index().codes()[node], base.period().text()),
      "set its missing values by a scenario first, or seek the goal on a criterion that has a "
      "score"}});
}

Readers::Readers(const Compiled& compiled, Size node) {
  const std::size_t variables = compiled.columns.size();
  std::vector<char> below(at(compiled.index.size()), 0);
  below[at(node)] = 1;
  for (Size i = node + 1; i < compiled.index.size(); ++i) {
    below[at(i)] = below[at(compiled.index.parent(i))];
  }
  // Counted, then put in place, each leaf once for a variable.
  std::vector<Size> last(variables, -1);
  starts_.assign(variables + 1, 0);
  const auto visit = [&](auto&& meet) {
    std::fill(last.begin(), last.end(), -1);
    for (Size l = 0; l < std::ssize(compiled.leaves); ++l) {
      const CompiledLeaf& leaf = compiled.leaves[at(l)];
      if (below[at(leaf.node)] == 0) continue;
      for (const auto* terms : {&leaf.measure.terms, &leaf.measure.denominator}) {
        for (const auto& term : *terms) {
          if (last[at(term.variable)] == l) continue;
          last[at(term.variable)] = l;
          meet(term.variable, l);
        }
      }
    }
  };
  visit([&](Size variable, Size) { ++starts_[at(variable) + 1]; });
  for (std::size_t v = 0; v < variables; ++v) starts_[v + 1] += starts_[v];
  leaves_.resize(at(starts_.back()));
  std::vector<Size> next(starts_.begin(), starts_.end() - 1);
  visit([&](Size variable, Size leaf) { leaves_[at(next[at(variable)]++)] = leaf; });
}

}  // namespace chiso
