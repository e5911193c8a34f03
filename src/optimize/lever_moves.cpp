#include "optimize/lever_moves.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <utility>

#include "base/at.hpp"
#include "base/doubles.hpp"

namespace chiso {

LeverMoves::LeverMoves(UnitTree tree, std::vector<FoundLever> levers, std::vector<double> costs,
                       Size node)
    : tree_(std::move(tree)), levers_(std::move(levers)), costs_(std::move(costs)), node_(node) {
  for (const FoundLever& lever : levers_) {
    start_.push_back(std::clamp(lever.now, lever.lower, lever.upper));
  }
}

double LeverMoves::score(const std::vector<double>& places) {
  for (std::size_t i = 0; i < levers_.size(); ++i) {
    const FoundLever& lever = levers_[i];
    if (lever.kind == Lever::Kind::value) {
      if (tree_.value(lever.position) != places[i]) tree_.set_value(lever.position, places[i]);
    } else if (tree_.score(lever.position) != places[i]) {
      tree_.set_score(lever.position, places[i]);
    }
  }
  return tree_.score(node_);
}

double LeverMoves::cost(std::size_t lever, double place) const {
  return costs_[lever] * std::abs(place - levers_[lever].now);
}

double LeverMoves::cost(const std::vector<double>& places) const {
  double sum = 0.0;
  for (std::size_t i = 0; i < places.size(); ++i) sum += cost(i, places[i]);
  return sum;
}

int LeverMoves::moved(const std::vector<double>& places) const {
  int count = 0;
  for (std::size_t i = 0; i < places.size(); ++i) count += places[i] != levers_[i].now ? 1 : 0;
  return count;
}

/// On by ever larger steps, a hundred-thousandth at most, and then to the first that reaches.
bool LeverMoves::push(std::vector<double>& places, std::size_t lever, double way, double needed) {
  const FoundLever& of = levers_[lever];
  const double from = places[lever];
  const double farthest_step = 1e-5 * std::max(1.0, std::abs(from));
  const double end = std::clamp(from + way * farthest_step, of.lower, of.upper);
  if (end == from || of.is_word) return false;
  const auto reaches = [&](double x) {
    places[lever] = x;
    return score(places) >= needed;
  };
  double failing = from;
  for (std::int64_t step = 1;; step *= 8) {
    double x = from_ordinal(ordinal(from) + (way > 0.0 ? step : -step));
    const bool last = way > 0.0 ? x >= end : x <= end;
    if (last) x = end;
    if (reaches(x)) {
      places[lever] = frontier(failing, x, reaches);
      return true;
    }
    failing = x;
    if (last) break;
  }
  places[lever] = from;
  return false;
}

bool LeverMoves::settle(std::vector<double>& places, double needed) {
  // Beside a jump the double before it may count, or the one behind.
  if (!(score(places) >= needed)) {
    for (std::size_t i = 0; i < size(); ++i) {
      if (levers_[i].is_word) continue;
      const double before = score(places);
      const double here = places[i];
      double best = before;
      double at_best = here;
      for (const double x : {next_up(here), next_down(here)}) {
        if (x < levers_[i].lower || x > levers_[i].upper) continue;
        places[i] = x;
        const double after = score(places);
        const double jump = 1e-9 * std::max(1.0, std::abs(after));
        if (after > best + jump || (std::isnan(best) && !std::isnan(after))) {
          best = after;
          at_best = x;
        }
      }
      places[i] = at_best;
    }
  }
  // Levers between their bounds first: those on them are where they should be.
  std::vector<std::size_t> order(size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto rests = [&](std::size_t i) {
    return places[i] == levers_[i].lower || places[i] == levers_[i].upper ||
           places[i] == levers_[i].now;
  };
  std::stable_partition(order.begin(), order.end(), [&](std::size_t i) { return !rests(i); });
  bool reached = score(places) >= needed;
  for (std::size_t k = 0; k < order.size() && !reached; ++k) {
    const std::size_t i = order[k];
    const double away = places[i] >= levers_[i].now ? 1.0 : -1.0;
    reached = push(places, i, away, needed) || push(places, i, -away, needed);
  }
  if (!reached) return false;
  for (const std::size_t i : order) {
    if (rests(i) || levers_[i].is_word) continue;
    // A hair's breadth: what is farther back was looked at by whoever chose the place.
    const double here = places[i];
    const double hair = 1e-6 * std::max(1.0, std::abs(here));
    const double back =
        here > start_[i] ? std::max(start_[i], here - hair) : std::min(start_[i], here + hair);
    const auto reaches = [&](double x) {
      places[i] = x;
      return score(places) >= needed;
    };
    places[i] = reaches(back) ? back : frontier(back, here, reaches);
  }
  return score(places) >= needed;
}

namespace {

/// Places of a lever that are worth a look: marks, what is beside them, and a grid between.
std::vector<double> worth_a_look(const FoundLever& lever, std::span<const double> marks) {
  constexpr int parts = 48;
  std::vector<double> places(marks.begin(), marks.end());
  if (lever.is_word) {
    places.clear();
    for (Size k = 0; static_cast<double>(k) <= lever.upper - lever.lower; ++k) {
      places.push_back(lever.lower + static_cast<double>(k));
    }
    return places;
  }
  for (const double mark : marks) places.insert(places.end(), {next_up(mark), next_down(mark)});
  if (!lever.free_below && !lever.free_above) {
    for (int k = 1; k < parts; ++k) {
      places.push_back(lever.lower + (lever.upper - lever.lower) * k / parts);
    }
  } else {
    for (int k = -10; k <= 30; ++k) {
      places.push_back(lever.now + std::ldexp(1.0, k));
      places.push_back(lever.now - std::ldexp(1.0, k));
    }
  }
  std::erase_if(places, [&](double x) { return !(x >= lever.lower && x <= lever.upper); });
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

}  // namespace

void LeverMoves::pull_back(std::vector<double>& places, std::size_t lever, double needed,
                           std::span<const double> marks) {
  const double here = places[lever];
  const double home = start_[lever];
  const auto reaches = [&](double x) {
    places[lever] = x;
    return score(places) >= needed;
  };
  if (here == home || reaches(home)) {
    places[lever] = home;
    return;
  }
  // Outwards from home: the first that reaches, and then the edge before it.
  std::vector<double> on_the_way;
  for (const double x : worth_a_look(levers_[lever], marks)) {
    if ((x - home) * (here - x) > 0.0) on_the_way.push_back(x);
  }
  if (here < home) std::reverse(on_the_way.begin(), on_the_way.end());
  on_the_way.push_back(here);
  double failing = home;
  for (const double x : on_the_way) {
    if (!reaches(x)) {
      failing = x;
      continue;
    }
    places[lever] = levers_[lever].is_word ? x : frontier(failing, x, reaches);
    return;
  }
  places[lever] = here;
}

std::vector<std::vector<double>> climb(LeverMoves& moves,
                                       const std::vector<std::vector<double>>& marks) {
  std::vector<std::pair<double, std::vector<double>>> tops;
  for (const int begin : {0, 1, 2}) {
    std::vector<double> places = moves.start();
    for (std::size_t i = 0; begin > 0 && i < places.size(); ++i) {
      const FoundLever& lever = moves.lever(i);
      if (begin == 1 && !lever.free_above) places[i] = lever.upper;
      if (begin == 2 && !lever.free_below) places[i] = lever.lower;
    }
    double score = moves.score(places);
    for (bool better = true; better;) {
      better = false;
      for (std::size_t i = 0; i < places.size(); ++i) {
        double at_top = places[i];
        for (const double x : worth_a_look(moves.lever(i), marks[i])) {
          places[i] = x;
          const double after = moves.score(places);
          if (after > score || (std::isnan(score) && !std::isnan(after))) {
            score = after;
            at_top = x;
            better = true;
          }
        }
        places[i] = at_top;
      }
    }
    tops.emplace_back(std::isnan(score) ? -std::numeric_limits<double>::infinity() : score,
                      std::move(places));
  }
  std::stable_sort(tops.begin(), tops.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::vector<double>> found;
  for (auto& [score, places] : tops) found.push_back(std::move(places));
  return found;
}

std::vector<double> search_moves(LeverMoves& moves, const std::vector<std::vector<double>>& from,
                                 double needed, const std::vector<std::vector<double>>& marks,
                                 const MoveSearch& how) {
  const std::size_t count = moves.size();
  std::vector<std::vector<double>> reaching;
  for (const auto& places : from) {
    if (moves.score(places) >= needed) reaching.push_back(places);
  }
  if (reaching.empty()) return {};
  const auto is_better = [&](const std::vector<double>& a, const std::vector<double>& b) {
    const std::pair<int, double> of_a{how.fewest ? moves.moved(a) : 0, moves.cost(a)};
    const std::pair<int, double> of_b{how.fewest ? moves.moved(b) : 0, moves.cost(b)};
    return of_a < of_b;
  };
  std::vector<double> best = reaching.front();
  const auto offer = [&](std::vector<double> places, const std::vector<std::size_t>& order) {
    for (const std::size_t i : order) moves.pull_back(places, i, needed, marks[i]);
    if (is_better(places, best)) best = std::move(places);
  };
  // One after the other, in many orders.
  constexpr int most_orders = 720;
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::uint64_t state = 1;
  for (int round = 0; round < most_orders; ++round) {
    if (!how.go_on(moves.cost(best))) return best;
    for (const auto& places : reaching) offer(places, order);
    if (count <= 6) {
      if (!std::next_permutation(order.begin(), order.end())) break;
      continue;
    }
    for (std::size_t k = count - 1; k > 0; --k) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      std::swap(order[k], order[(state >> 33U) % (k + 1)]);
    }
  }
  // Some of one for some of another, by ever finer steps.
  constexpr int finest = 23;  // Of the width, a power of one half.
  for (int halvings = 2; halvings <= finest; ++halvings) {
    const double part = std::ldexp(1.0, -halvings);
    for (bool better = true; better;) {
      better = false;
      for (std::size_t i = 0; i < count; ++i) {
        const FoundLever& lever = moves.lever(i);
        const double width = lever.free_below || lever.free_above
                                 ? std::max(1.0, std::abs(best[i] - lever.now))
                                 : lever.upper - lever.lower;
        for (const double way : {1.0, -1.0}) {
          if (!how.go_on(moves.cost(best))) return best;
          std::vector<double> tried = best;
          tried[i] = std::clamp(best[i] + way * part * width, lever.lower, lever.upper);
          if (lever.is_word) tried[i] = std::round(tried[i]);
          if (!(moves.score(tried) >= needed)) continue;
          std::vector<std::size_t> others;
          for (std::size_t k = 0; k < count; ++k) {
            if (k != i) others.push_back(k);
          }
          for (std::size_t turn = 0; turn < std::max<std::size_t>(others.size(), 1); ++turn) {
            std::vector<double> pulled = tried;
            for (const std::size_t k : others) moves.pull_back(pulled, k, needed, marks[k]);
            if (is_better(pulled, best)) {
              best = pulled;
              better = true;
            }
            if (!others.empty()) std::rotate(others.begin(), others.begin() + 1, others.end());
          }
        }
      }
    }
  }
  return best;
}

}  // namespace chiso
