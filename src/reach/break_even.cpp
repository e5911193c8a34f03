#include <algorithm>
#include <cmath>
#include <limits>

#include "base/at.hpp"
#include "base/doubles.hpp"
#include "base/same_number.hpp"
#include "chiso/reach/goal_seek.hpp"
#include "reach/crossing.hpp"
#include "reach/field.hpp"
#include "reach/response.hpp"

namespace chiso {
namespace {

/// Values at which the score may begin to reach a rival's, or cease to, and beginnings of pieces;
/// ascending.
struct Candidate {
  double value;
  double before;  ///< The value just below it that the lever may have.

  friend bool operator<(const Candidate& a, const Candidate& b) { return a.value < b.value; }
};

std::vector<Candidate> candidates(Response& response, std::span<const double> levels) {
  std::vector<Candidate> found;
  const auto pieces = response.pieces();
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const auto& piece = pieces[i];
    if (i > 0 && pieces[i - 1].upper < piece.lower) {
      found.push_back({piece.lower, pieces[i - 1].upper});
    }
    for (const double level : levels) {
      const bool lower = piece.at_lower >= level;
      const bool upper = piece.at_upper >= level;
      if (lower == upper) continue;
      const double reaching =
          lower
              ? crossing(piece.upper, piece.at_upper, piece.lower, piece.at_lower, level, response)
              : crossing(piece.lower, piece.at_lower, piece.upper, piece.at_upper, level, response);
      const double value = lower ? next_up(reaching) : reaching;
      found.push_back({value, next_down(value)});
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

std::vector<BreakEven> break_even(const Scores& base, std::string_view unit, const Lever& lever,
                                  const Rivals& rivals) {
  const Size position = base.units().at(unit);
  const Size node = Index::root();
  UnitTree tree(base, position);
  const FoundLever found = find_lever(tree, lever);
  if (std::isnan(tree.score(node))) throw no_score(base, unit, node);
  const Field field(base.index().definition(), rivals);
  std::vector<double> levels;
  for (const double score : field.scores()) {
    if (levels.empty() || levels.back() != score) levels.push_back(score);
  }
  for (double& level : levels) level = field.least(level);
  const Readers readers(base.evaluator().compiled(), node);
  Response response(tree, readers, node);
  response.take(found);

  std::vector<BreakEven> changes;
  double last = -std::numeric_limits<double>::infinity();
  for (const Candidate& candidate : candidates(response, levels)) {
    if (candidate.value == last) continue;
    last = candidate.value;
    const double before = field.seen(response(candidate.before));
    const double after = field.seen(response(candidate.value));
    BreakEven change{candidate.value, field.rank(before), field.rank(after), {}};
    if (same_number(change.rank_before, change.rank_after)) continue;
    for (std::size_t i = 0; i < field.scores().size(); ++i) {
      const double rival = field.scores()[i];
      const bool known = !std::isnan(before) && !std::isnan(after);
      if (known && (rival > before) != (rival > after)) {
        change.rivals.push_back(rivals.units[at(field.order()[i])]);
      }
    }
    changes.push_back(std::move(change));
  }
  return changes;
}

}  // namespace chiso
