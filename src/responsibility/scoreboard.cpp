#include "chiso/responsibility/scoreboard.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "base/calendar.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/text.hpp"
#include "responsibility/nearness.hpp"
#include "responsibility/places.hpp"

namespace chiso {

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

bool is_known(double x) noexcept { return !std::isnan(x); }

// ---- Time

// When a period ends, in months; the end of a month of 28 days or of 31 is a whole number.
double end_of(const Period& period) noexcept {
  const Date& day = period.last_day();
  const bool is_day = period.first_day() == day;
  return 12.0 * day.year + day.month + (is_day ? day.day / 31.0 - 1.0 : 0.0);
}

// Both years, or halves, quarters, months, days.
bool same_kind(const Period& a, const Period& b) noexcept {
  const auto kind = [](const std::string& text) {
    const bool has_letter = text.size() == 7 && (text[5] == 'H' || text[5] == 'Q');
    return std::pair(text.size(), has_letter ? text[5] : '\0');
  };
  return kind(a.text()) == kind(b.text());
}

bool is_just_before(const Period& a, const Period& b) noexcept {
  return day_number(b.first_day()) - day_number(a.last_day()) == std::chrono::days(1) &&
         same_kind(a, b);
}

// ---- What is known of a criterion

/// A criterion in one period: who stood where.
struct Round {
  Period period;
  std::vector<Place> places;  ///< By unit.
  double maximum = missing;   ///< Of the node.

  /// Nobody is behind this rank; infinite if that is not known.
  double last = infinity;

  /// Down to this rank it is known who has each place.
  double gapless = 0.0;

  [[nodiscard]] const Place* find(Size unit) const noexcept {
    const auto found = std::partition_point(places.begin(), places.end(),
                                            [&](const Place& place) { return place.unit < unit; });
    return found != places.end() && found->unit == unit ? &*found : nullptr;
  }
};

using History = std::vector<Round>;  ///< In time order.

const Round* find(const History& history, const Period& period) noexcept {
  const auto found = std::lower_bound(
      history.begin(), history.end(), period,
      [](const Round& round, const Period& wanted) { return round.period < wanted; });
  return found != history.end() && found->period == period ? &*found : nullptr;
}

// The last rank all places above which are taken by units that are known.
double gapless(std::span<const Place> places) {
  std::vector<double> ranks;
  for (const Place& place : places) {
    if (is_known(place.rank)) ranks.push_back(place.rank);
  }
  std::sort(ranks.begin(), ranks.end());
  for (std::size_t i = ranks.size(); i-- > 0;) {
    const bool is_first = i == 0 || ranks[i - 1] < ranks[i];
    if (is_first && ranks[i] == static_cast<double>(i + 1)) return ranks[i];
  }
  return 0.0;
}

Size scored(const Round& round) noexcept {
  return std::count_if(round.places.begin(), round.places.end(),
                       [](const Place& place) { return is_known(place.score); });
}

// Ranks by score where none were given, if nearly everybody is there: a few scores of many units
// would make everybody look good.
void complete_ranks(History& history) {
  Size most = 0;
  for (const Round& round : history) most = std::max(most, scored(round));
  for (Round& round : history) {
    if (!is_ranked(round.places) && 10 * scored(round) >= 9 * most) {
      round.last = static_cast<double>(rank_by_score(round.places));
    }
    round.gapless = gapless(round.places);
  }
}

// The rank of a unit among some, itself among them or not.
double rank_among(const Round& round, std::span<const Size> members, const Place& own) {
  if (!is_known(own.rank) && !is_known(own.score)) return missing;
  double rank = 1.0;
  for (const Size member : members) {
    const Place* other = round.find(member);
    if (other != nullptr && is_known(other->rank) && is_known(own.rank)) {
      rank += other->rank < own.rank ? 1.0 : 0.0;
    } else if (own.rank <= round.gapless) {
      continue;  // Whoever it is does not have a better place.
    } else if (other != nullptr && is_known(other->score) && is_known(own.score)) {
      rank += other->score > own.score ? 1.0 : 0.0;
    } else {
      return missing;
    }
  }
  return rank;
}

History in_region(const History& history, std::span<const Size> members) {
  History region;
  region.reserve(history.size());
  for (const Round& round : history) {
    Round& here = region.emplace_back();
    here.period = round.period;
    here.maximum = round.maximum;
    here.last = static_cast<double>(members.size());
    for (const Size member : members) {
      if (const Place* place = round.find(member)) {
        here.places.push_back({member, place->score, rank_among(round, members, *place)});
      }
    }
  }
  return region;
}

class Histories {
 public:
  Histories(const Plan& plan, const Standings& standings)
      : plan_(plan), standings_(standings), nodes_(standings.nodes()) {
    for (const Standing& row : standings.rows()) {
      units_.try_emplace(row.unit, std::ssize(units_));
    }
  }

  /// @throws NotFoundError with the nearest name.
  [[nodiscard]] Size unit(std::string_view name) const {
    const auto found = units_.find(name);
    if (found != units_.end()) return found->second;
    std::vector<std::string> names(units_.size());
    for (const auto& [text, position] : units_) names[static_cast<std::size_t>(position)] = text;
    throw NotFoundError(
        fmt::format("there is no standing of the unit '{}'{}", name, suggestion(name, names)),
        std::string(name));
  }

  /// Of all units, or of those of a region.
  const History& of(const CriterionRef& criterion, const std::string& region) {
    const auto key = std::tuple(criterion.index, criterion.code, region);
    if (const auto known = histories_.find(key); known != histories_.end()) return known->second;
    History history = region.empty() ? of_all(criterion)
                                     : in_region(of(criterion, std::string()), members(region));
    return histories_.emplace(key, std::move(history)).first->second;
  }

 private:
  [[nodiscard]] History of_all(const CriterionRef& criterion) const {
    const Size position = plan_.indices().at(criterion.index);
    const PlanIndex& index = plan_.definition().indices[static_cast<std::size_t>(position)];
    std::vector<std::pair<int, const CriterionRef*>> sources;
    for (const CriterionRef& node : nodes_) {
      const int near = node.code == criterion.code ? nearness(node.index, index) : -1;
      if (near >= 0) sources.emplace_back(near, &node);
    }
    std::stable_sort(sources.begin(), sources.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::map<Period, Round> rounds;
    for (const auto& [near, node] : sources) {
      for (const Period& period : standings_.periods(node->index, node->code)) {
        const auto [round, is_new] = rounds.try_emplace(period);
        if (is_new) round->second = round_of(*node, period);
      }
    }
    History history;
    history.reserve(rounds.size());
    for (auto& [period, round] : rounds) history.push_back(std::move(round));
    complete_ranks(history);
    return history;
  }

  [[nodiscard]] Round round_of(const CriterionRef& node, const Period& period) const {
    Round round;
    round.period = period;
    for (const Standing* row : standings_.units(node.index, node.code, period)) {
      round.places.push_back({units_.at(row->unit), row->score, row->rank});
      if (!is_known(round.maximum) && row->maximum > 0.0) round.maximum = row->maximum;
    }
    std::sort(round.places.begin(), round.places.end(),
              [](const Place& a, const Place& b) { return a.unit < b.unit; });
    return round;
  }

  // A unit of the region that no row is of still counts: nothing is known of it.
  [[nodiscard]] std::vector<Size> members(const std::string& region) const {
    const auto& regions = plan_.definition().regions;
    const auto found = std::find_if(regions.begin(), regions.end(),
                                    [&](const PlanRegion& each) { return each.name == region; });
    std::vector<Size> members;
    for (const std::string& name : found->units) {
      const auto unit = units_.find(name);
      members.push_back(unit == units_.end() ? Size{-1} : unit->second);
    }
    std::sort(members.begin(), members.end());
    return members;
  }

  const Plan& plan_;
  const Standings& standings_;
  std::vector<CriterionRef> nodes_;
  std::unordered_map<std::string_view, Size> units_;
  std::map<std::tuple<std::string, std::string, std::string>, History> histories_;
};

// ---- One target

// Less than what rounding of numbers so large can do.
bool is_noise(double difference, double scale) noexcept {
  return std::abs(difference) <= 4.0 * std::numeric_limits<double>::epsilon() * scale;
}

class Judge {
 public:
  Judge(const Plan& plan, Size target, const History& history, Size unit)
      : target_(plan.target(target)),
        position_(target),
        history_(history),
        unit_(unit),
        baseline_(plan.baseline(target_.criterion)),
        due_(target_.by ? target_.by : plan.definition().period.to),
        start_(at_baseline()) {}

  void judge(Scoreboard& board) const {
    const std::size_t first = board.periods.size();
    for (std::size_t i = 0; i < history_.size(); ++i) board.periods.push_back(period(i));
    board.targets.push_back(report(std::span(board.periods).subspan(first)));
  }

 private:
  [[nodiscard]] bool is_rank() const noexcept { return target_.quantity == Target::Quantity::rank; }

  // Where the unit stood in a round; all missing if that is not known.
  [[nodiscard]] Place own(const Round* round) const noexcept {
    const Place* place = round == nullptr ? nullptr : round->find(unit_);
    return place == nullptr ? Place{} : *place;
  }

  [[nodiscard]] double quantity(const Place& place, const Round* round) const noexcept {
    switch (target_.quantity) {
      case Target::Quantity::score:
        return place.score;
      case Target::Quantity::percent:
        return round == nullptr ? missing : 100.0 * place.score / round->maximum;
      case Target::Quantity::rank:
        return place.rank;
    }
    return missing;
  }

  // What the plan says counts first. Its rank is not one in a region.
  [[nodiscard]] double at_baseline() const noexcept {
    if (baseline_ == nullptr) return missing;
    const Round* round = find(history_, baseline_->period);
    Place place = own(round);
    if (baseline_->score) place.score = *baseline_->score;
    if (baseline_->rank && target_.region.empty()) place.rank = *baseline_->rank;
    return quantity(place, round);
  }

  // What a change is counted from; 0 where there is none.
  [[nodiscard]] double reference(std::size_t i) const noexcept {
    switch (target_.against) {
      case Target::Against::nothing:
        return 0.0;
      case Target::Against::baseline:
        return start_;
      case Target::Against::previous:
        break;
    }
    const Period& period = history_[i].period;
    double before = missing;
    for (std::size_t k = i; k-- > 0 && !is_known(before);) {
      if (is_just_before(history_[k].period, period)) {
        before = quantity(own(&history_[k]), &history_[k]);
      }
    }
    const bool says_plan =
        !is_known(before) && baseline_ != nullptr && is_just_before(baseline_->period, period);
    return says_plan ? start_ : before;
  }

  // The worst rank that the target allows, a whole number.
  [[nodiscard]] double worst_rank(double reference) const noexcept {
    const double bound = reference + target_.range.upper;
    return target_.range.upper_closed ? std::floor(bound) : std::ceil(bound) - 1.0;
  }

  [[nodiscard]] double needed(const Round& round, double reference) const noexcept {
    if (is_rank()) {
      const double worst = worst_rank(reference);
      return std::isfinite(worst) ? score_at_rank(round.places, std::min(worst, round.last))
                                  : missing;
    }
    const double bound = reference + target_.range.lower;
    if (!std::isfinite(bound)) return missing;
    return target_.quantity == Target::Quantity::percent ? bound * round.maximum / 100.0 : bound;
  }

  // A value as exact as the numbers that it comes from: at a bound if it is that near.
  [[nodiscard]] double at_bound(double value, double scale) const noexcept {
    for (const double bound : {target_.range.lower, target_.range.upper}) {
      if (std::isfinite(bound) && is_noise(value - bound, scale)) return bound;
    }
    return value;
  }

  [[nodiscard]] TargetPeriod period(std::size_t i) const noexcept {
    const Round& round = history_[i];
    const Place place = own(&round);
    const double quantity = this->quantity(place, &round);
    const double reference = this->reference(i);
    TargetPeriod result;
    result.target = position_;
    result.period = round.period;
    result.score = place.score;
    result.rank = place.rank;
    result.value =
        at_bound(quantity - reference, std::max(std::abs(quantity), std::abs(reference)));
    result.needed = needed(round, reference);
    result.gap = result.needed - place.score;
    if (is_noise(result.gap, std::abs(place.score))) result.gap = 0.0;
    if (is_known(result.value)) result.met = target_.range.contains(result.value);
    return result;
  }

  [[nodiscard]] TargetReport report(std::span<const TargetPeriod> periods) const {
    TargetReport report;
    report.target = position_;
    report.baseline = start_;
    report.value = report.expected = report.gap = missing;
    const TargetPeriod* latest = nullptr;
    bool met_when_due = false;
    bool was_met = false;  // In the nearest period before that has a value.
    for (const TargetPeriod& each : periods) {
      if (is_known(each.gap)) {
        report.gap = each.gap;
        report.gap_period = each.period;
      }
      if (!each.met || (baseline_ != nullptr && each.period <= baseline_->period)) continue;
      latest = &each;
      if (due_ && each.period == *due_) met_when_due = *each.met;
      if (*each.met) report.met.push_back(each.period);
      if (was_met && !*each.met) report.lost_again.push_back(each.period);
      was_met = *each.met;
    }
    if (latest == nullptr) return report;
    report.latest = latest->period;
    report.value = latest->value;
    report.expected = expected(latest->period);
    report.status = status(*latest, met_when_due, report.expected);
    return report;
  }

  [[nodiscard]] double on_line_at_start() const noexcept {
    switch (target_.against) {
      case Target::Against::nothing:
        return start_;
      case Target::Against::baseline:
        return start_ - start_;  // No change yet; missing if the start is.
      case Target::Against::previous:
        break;
    }
    return missing;
  }

  // The value nearest to the start that the target allows.
  [[nodiscard]] double goal(double start) const noexcept {
    return std::min(std::max(start, target_.range.lower), target_.range.upper);
  }

  [[nodiscard]] double expected(const Period& period) const noexcept {
    const double start = on_line_at_start();
    if (!is_known(start) || !due_) return missing;
    const double begin = end_of(baseline_->period);
    const double length = end_of(*due_) - begin;
    if (length <= 0.0) return missing;
    const double elapsed = std::min(end_of(period) - begin, length);
    return start + (goal(start) - start) * elapsed / length;
  }

  [[nodiscard]] TargetStatus status(const TargetPeriod& latest, bool met_when_due,
                                    double expected) const noexcept {
    const bool is_due = due_ && due_->last_day() <= latest.period.last_day();
    if (is_due) {
      return *latest.met || met_when_due ? TargetStatus::reached : TargetStatus::missed;
    }
    if (*latest.met) return TargetStatus::on_track;
    const double start = on_line_at_start();
    const double goal = this->goal(start);
    const bool keeps_up = latest.value == expected || (goal > start && latest.value > expected) ||
                          (goal < start && latest.value < expected);  // False without a line.
    return keeps_up ? TargetStatus::on_track : TargetStatus::at_risk;
  }

  const Target& target_;
  Size position_;
  const History& history_;
  Size unit_;
  const Baseline* baseline_;
  std::optional<Period> due_;
  double start_;  // Score, percent or rank at the baseline.
};

}  // namespace

std::string_view name(TargetStatus status) noexcept {
  switch (status) {
    case TargetStatus::reached:
      return "reached";
    case TargetStatus::on_track:
      return "on_track";
    case TargetStatus::at_risk:
      return "at_risk";
    case TargetStatus::missed:
      return "missed";
    case TargetStatus::unknown:
      return "unknown";
  }
  return {};
}

Scoreboard scoreboard(const Plan& plan, const Standings& standings, std::string_view unit) {
  if (unit.empty()) unit = plan.definition().unit;
  if (unit.empty()) {
    throw DataError(
        fmt::format("the plan '{}' is of no unit; say whose targets to look at", plan.name()));
  }
  Histories histories(plan, standings);
  const Size own = histories.unit(unit);
  Scoreboard board;
  for (Size t = 0; t < plan.targets().size(); ++t) {
    const Target& target = plan.target(t);
    Judge(plan, t, histories.of(target.criterion, target.region), own).judge(board);
  }
  return board;
}

}  // namespace chiso
