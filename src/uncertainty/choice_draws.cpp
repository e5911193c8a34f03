#include "uncertainty/choice_draws.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "chiso/base/interval.hpp"
#include "model/shares.hpp"

namespace chiso {
namespace {

/// One an alternative; none, and problems, if they are not sound.
std::vector<double> probabilities(const Choose& source, SourceProblems& problems) {
  const std::size_t count = source.alternatives.size();
  if (count < 2) {
    problems.spec(fmt::format("expected at least two alternatives, got {}", count),
                  "a scenario without edits is the index as it is");
    return {};
  }
  if (source.probabilities.empty()) {
    return std::vector<double>(count, 1.0 / static_cast<double>(count));
  }
  if (source.probabilities.size() != count) {
    problems.spec(fmt::format("expected one probability for each of {} alternatives, got {}", count,
                              source.probabilities.size()),
                  "leave all out if they are equally likely");
    return {};
  }
  double sum = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    const double probability = source.probabilities[i];
    if (!(probability >= 0.0 && probability <= 1.0)) {
      problems.spec(fmt::format("expected a probability of alternative {} in 0..1, got {}", i + 1,
                                to_string(probability)));
      return {};
    }
    sum += probability;
  }
  if (!adds_up(sum, 1.0)) {
    problems.spec(fmt::format("the probabilities of the alternatives add up to {}, not to 1",
                              to_string(sum)));
    return {};
  }
  return source.probabilities;
}

}  // namespace

ChoiceDraws::ChoiceDraws(const Choose& source, SourceProblems& problems) {
  up_to_ = probabilities(source, problems);
  if (up_to_.empty()) return;
  std::partial_sum(up_to_.begin(), up_to_.end(), up_to_.begin());
  // Rounding must not leave a gap at the end, nor make the impossible possible.
  const double all = up_to_.back();
  const auto last = std::find(up_to_.begin(), up_to_.end(), all);
  std::fill(last, up_to_.end(), 1.0);
  VariedRow row;
  row.kind = VariedRow::Kind::choice;
  rows_.push_back(row);
  nominal_.push_back(0.0);
}

void ChoiceDraws::draw(Size draws, double* row) const {
  for (Size j = 0; j < draws; ++j) {
    const auto chosen = std::upper_bound(up_to_.begin(), up_to_.end(), row[j]);
    row[j] = static_cast<double>(chosen - up_to_.begin());
  }
}

}  // namespace chiso
