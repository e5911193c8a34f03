#include "chiso/reach/goal_seek.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "reach/crossing.hpp"
#include "reach/field.hpp"
#include "reach/response.hpp"

namespace chiso {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// The number of an interval that is nearest to x.
double nearest(double x, double lower, double upper) { return std::clamp(x, lower, upper); }

/// An answer, and how good it is.
struct Found {
  double value = missing;
  double distance = infinity;  ///< From `now`; where that is missing, the score: least is best.

  void offer(double at, double how_far) {
    if (std::isnan(value) || how_far < distance) *this = {at, how_far};
  }

  /// The nearer of two, also where their distances differ by less than rounding tells.
  void offer_near(double at, double now) {
    if (at <= now && at > value && std::abs(at - now) == distance) value = at;
    offer(at, std::abs(at - now));
  }
};

/// The nearest value that reaches a score.
double reaching(Response& response, double now, double needed) {
  Found found;
  for (const Response::Piece& piece : response.pieces()) {
    const bool lower = piece.at_lower >= needed;
    const bool upper = piece.at_upper >= needed;
    if (!lower && !upper) continue;
    double first = piece.lower;
    double last = piece.upper;
    if (!(lower && upper)) {
      const double away = now < first ? first - now : now > last ? now - last : 0.0;
      if (away >= found.distance)
        continue;  // Also false while nothing is found, or nothing is now.
      const double edge =
          lower ? crossing(last, piece.at_upper, first, piece.at_lower, needed, response)
                : crossing(first, piece.at_lower, last, piece.at_upper, needed, response);
      (lower ? last : first) = edge;
    }
    if (std::isnan(now)) {
      // The least that has to be asked for.
      const double at_first = response(first);
      const double at_last = response(last);
      found.offer(at_last < at_first ? last : first, std::min(at_first, at_last));
    } else {
      found.offer_near(nearest(now, first, last), now);
    }
  }
  return found.value;
}

/// Whether a number is nearer to the end of a stretch than rounding can tell.
double just_inside(double end, double other) {
  constexpr double part = 1e-12;
  const double ulp = std::abs(end) * std::numeric_limits<double>::epsilon();
  const double step = std::max(4096.0 * ulp, part * std::abs(other - end));
  const double x = other > end ? end + step : end - step;
  return other > end ? std::min(x, other) : std::max(x, other);
}

struct Best {
  double score = missing;
  double value = missing;
};

/// The highest score, and the nearest value that has it.
Best best_of(Response& response) {
  const FoundLever& lever = response.lever();
  Best best;
  for (const Response::Piece& piece : response.pieces()) {
    for (const double score : {piece.at_lower, piece.at_upper}) {
      if (!(score <= best.score)) best.score = std::isnan(score) ? best.score : score;
    }
  }
  if (std::isnan(best.score)) return best;
  Found found;
  bool is_level = false;
  for (const Response::Piece& piece : response.pieces()) {
    const bool at_lower = piece.at_lower == best.score;
    const bool at_upper = piece.at_upper == best.score;
    if (!at_lower && !at_upper) continue;
    double first = piece.lower;
    double last = piece.upper;
    if (!(at_lower && at_upper)) {
      const double end = at_lower ? first : last;
      const double other = at_lower ? last : first;
      const double at_other = at_lower ? piece.at_upper : piece.at_lower;
      // A level stretch at the end, unless it is one of rounding only.
      const bool level = !response.is_line() && response(just_inside(end, other)) == best.score;
      if (!level && (at_lower ? lever.free_below && end == lever.lower
                              : lever.free_above && end == lever.upper)) {
        return {infinity, at_lower ? -infinity : infinity};  // Nothing limits it.
      }
      is_level = is_level || level;
      const double start =
          level ? crossing(other, at_other, end, best.score, best.score, response) : end;
      (at_lower ? last : first) = start;
    }
    if (std::isnan(lever.now)) {
      found.offer(first, 0.0);
    } else {
      found.offer_near(nearest(lever.now, first, last), lever.now);
    }
  }
  // Where powers and roots round, it may be a bit more than at the end.
  if (is_level) best.score = response(found.value);
  best.value = found.value;
  return best;
}

/// What limits a lever at its best.
std::string limit_of(Response& response, const Lever& lever, double best, const Index& index) {
  const FoundLever& found = response.lever();
  if (!response.counts()) return fmt::format("{} does not count in it", lever.code);
  if (found.is_word) return fmt::format("no category of {} does more", lever.code);
  if (std::isnan(best)) return fmt::format("no value of {} gives a score", lever.code);
  const auto& pieces = response.pieces();
  // At an end of what the lever may be?
  const bool rises = best == found.upper && pieces.back().at_upper > pieces.back().at_lower;
  const bool falls = best == found.lower && pieces.front().at_lower > pieces.front().at_upper;
  if (rises || falls) {
    const double own = rises ? lever.upper : lever.lower;
    const char* const side = rises ? " at most " : " at least ";
    if (own == best) return lever.code + " may be" + side + to_string(own);
    if (found.kind == Lever::Kind::score) return lever.code + " is" + side + to_string(best);
    const Interval& range = index.variables()[at(found.position)].range;
    const bool closed = rises ? range.upper_closed : range.lower_closed;
    const double bound = rises ? range.upper : range.lower;
    return lever.code + " is" + (closed ? side : rises ? " below " : " above ") + to_string(bound);
  }
  const bool up = best == found.lower || (best != found.upper && !(best < found.now));
  return response.obstacle(best, up ? found.upper : found.lower);
}

/// A score as people write it, but never so that it seems to reach what it does not.
std::string shown(double score, double needed, int decimals) {
  std::array<char, 64> text;
  const bool is_near = needed - score < std::pow(10.0, -decimals);
  if (is_near || !(std::abs(score) < 1e15)) return to_string(score);
  const auto end = std::to_chars(text.data(), text.data() + text.size(), score,
                                 std::chars_format::fixed, decimals);
  char* last = end.ptr;  // Without zeros behind the last digit.
  if (decimals > 0) {
    while (last[-1] == '0') --last;
    if (last[-1] == '.') --last;
  }
  return {text.data(), last};
}

}  // namespace

std::vector<Reach> goal_seek(const Scores& base, std::string_view unit, const Goal& goal,
                             const Rivals& rivals, const std::vector<Lever>& levers) {
  const Index& index = base.index();
  const double needed = needed_score(base, unit, goal, rivals).score;
  const Size position = base.units().at(unit);
  const Size node = goal.code.empty() ? Index::root() : index.at(goal.code);
  const Field field(index.definition(), rivals);
  UnitTree tree(base, position);
  const double score_now = tree.score(node);
  if (std::isnan(score_now)) throw no_score(base, unit, node);
  const std::vector<FoundLever> found =
      levers.empty() ? every_number(tree) : find_levers(tree, levers);
  const Readers readers(base.evaluator().compiled(), node);

  const int decimals = index.definition().decimals.value_or(4);
  Response response(tree, readers, node);
  std::vector<Reach> reaches(found.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    response.take(found[i]);
    Reach& reach = reaches[i];
    if (levers.empty()) {
      reach.lever.code = index.variables()[at(found[i].position)].code;
    } else {
      reach.lever = levers[i];
    }
    reach.now = found[i].now;
    reach.exact = response.exact();
    reach.already = score_now >= needed;
    reach.value = reach.already ? reach.now : reaching(response, reach.now, needed);
    reach.reached = reach.already || !std::isnan(reach.value);
    reach.change = reach.value - reach.now;
    reach.score = reach.already ? score_now : reach.reached ? response(reach.value) : missing;
    reach.rank = field.rank(reach.score);
    const Best best = best_of(response);
    reach.best = best.score;
    reach.best_value = best.value;
    reach.best_rank = field.rank(best.score);
    if (!reach.reached) {
      const std::string limit = limit_of(response, reach.lever, best.value, index);
      if (!std::isnan(best.score)) {
        reach.obstacle = "the best is " + shown(best.score, needed, decimals) + " (rank " +
                         std::to_string(static_cast<Size>(reach.best_rank)) + "): ";
      }
      reach.obstacle += limit;
    }
  }
  return reaches;
}

}  // namespace chiso
