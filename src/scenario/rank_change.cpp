#include "chiso/scenario/rank_change.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "chiso/rank/rank.hpp"
#include "evaluate/compiled.hpp"
#include "evaluate/one_unit.hpp"

namespace chiso {
namespace {

/// The scores that a ranking compares, and one unit among them.
class Field {
 public:
  Field(const Ranking& ranking, Size unit)
      : ranking_(ranking), scores_(ranking.scores().column(ranking.node())), unit_(unit) {
    shown_.reserve(scores_.size());
    for (const double score : scores_) shown_.push_back(shown(score));
  }

  [[nodiscard]] const Labels& units() const { return ranking_.scores().units(); }
  [[nodiscard]] Size unit() const noexcept { return unit_; }
  [[nodiscard]] double score(Size unit) const { return scores_[at(unit)]; }
  [[nodiscard]] double rank() const { return ranking_.ranks()[at(unit_)]; }

  /// Places of a unit with this score in place of its own.
  [[nodiscard]] double rank_with(double score) const {
    const double own = shown(score);
    double rank = 1.0;
    for (Size rival = 0; rival < std::ssize(shown_); ++rival) {
      if (rival != unit_ && shown_[at(rival)] > own) rank += 1.0;
    }
    return rank;
  }

  /// 1: the rival is ahead, 0: level, -1: behind; NaN: it has no score.
  [[nodiscard]] double ahead(Size rival) const {
    const double own = shown_[at(unit_)];
    const double other = shown_[at(rival)];
    if (std::isnan(other)) return missing_value;
    return other > own ? 1.0 : other < own ? -1.0 : 0.0;
  }

 private:
  [[nodiscard]] double shown(double score) const {
    const auto& decimals = ranking_.scores().index().definition().decimals;
    return ranking_.on_displayed() && decimals ? displayed(score, *decimals) : score;
  }

  const Ranking& ranking_;
  std::span<const double> scores_;
  std::vector<double> shown_;
  Size unit_;
};

void require_comparable(const Ranking& before, const Ranking& after, std::string_view unit) {
  Problems problems;
  for (const Ranking* ranking : {&before, &after}) {
    const Scores& scores = ranking->scores();
    if (ranking->ties() != Ties::competition) {
      problems.add({}, scores.index().name(),
                   fmt::format("expected a ranking by competition (1, 1, 3) of {}, got one with "
                               "other ties",
                               scores.period().text()),
                   "rank by competition: only there a rival ahead is a place");
    } else if (std::isnan(ranking->rank_of(unit))) {
      problems.add({scores.panel().source(), 0, 0}, std::string(unit),
                   fmt::format("expected a rank by '{}' in {}, and there is no score",
                               scores.index().node(ranking->node()).code, scores.period().text()),
                   "the treatments of the scores say why");
    }
  }
  const std::string& was = before.scores().index().node(before.node()).code;
  const std::string& is = after.scores().index().node(after.node()).code;
  if (was != is && (before.node() != Index::root() || after.node() != Index::root())) {
    problems.add({}, std::string(unit),
                 fmt::format("expected two rankings by one node, got '{}' and '{}'", was, is),
                 "rank both results by the same node");
  }
  problems.raise<DataError>();
}

/// A rank is one more than the rivals ahead: what a rival does to it is whether it is ahead after,
/// less whether it was before.
double places_of(double was, double is) { return (is > 0.0 ? 1.0 : 0.0) - (was > 0.0 ? 1.0 : 0.0); }

std::vector<Passing> passings_of(const Field& before, const Field& after) {
  using Kind = Passing::Kind;
  std::vector<Passing> found;
  const auto add = [&found](const std::string& rival, double score_was, double score_is, double was,
                            double is) {
    if (std::isnan(was) || std::isnan(is)) {
      if (is > 0.0) found.push_back({Kind::appeared, rival, score_was, score_is, 1.0});
      if (was > 0.0) found.push_back({Kind::vanished, rival, score_was, score_is, -1.0});
    } else if (was != is) {
      found.push_back({is < was ? Kind::passed : Kind::passed_by, rival, score_was, score_is,
                       places_of(was, is)});
    }
  };
  for (Size rival = 0; rival < before.units().size(); ++rival) {
    if (rival == before.unit()) continue;
    const std::string& name = before.units()[rival];
    const auto now = after.units().find(name);
    add(name, before.score(rival), now ? after.score(*now) : missing_value, before.ahead(rival),
        now ? after.ahead(*now) : missing_value);
  }
  for (Size rival = 0; rival < after.units().size(); ++rival) {
    const std::string& name = after.units()[rival];
    if (before.units().find(name)) continue;
    add(name, missing_value, after.score(rival), missing_value, after.ahead(rival));
  }
  const auto moved = [](const Passing& each) { return std::fabs(each.after - each.before); };
  std::stable_sort(found.begin(), found.end(), [&moved](const Passing& a, const Passing& b) {
    // Those who came or went last: nobody knows by how much they moved.
    if (std::isnan(moved(b))) return !std::isnan(moved(a));
    return moved(a) > moved(b);
  });
  return found;
}

}  // namespace

RankChange rank_change(const Ranking& before, const Ranking& after, std::string_view unit) {
  const Size was = position_of(before.scores(), unit);
  const Size is = position_of(after.scores(), unit);
  require_comparable(before, after, unit);
  const Field field_was(before, was);
  const Field field_is(after, is);
  RankChange change;
  change.before = field_was.rank();
  change.after = field_is.rank();
  change.score_before = field_was.score(was);
  change.score_after = field_is.score(is);
  const double first = field_was.rank_with(change.score_after) - change.before;
  const double last = change.after - field_is.rank_with(change.score_before);
  change.own = (first + last) / 2.0;
  change.rivals = change.after - change.before - change.own;
  change.passings = passings_of(field_was, field_is);
  return change;
}

std::string_view name(Passing::Kind kind) noexcept {
  switch (kind) {
    case Passing::Kind::passed:
      return "passed";
    case Passing::Kind::passed_by:
      return "passed_by";
    case Passing::Kind::appeared:
      return "appeared";
    case Passing::Kind::vanished:
      return "vanished";
  }
  return "";
}

}  // namespace chiso
