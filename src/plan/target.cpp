#include "chiso/plan/target.hpp"

#include <fmt/format.h>

#include <cmath>

namespace chiso {

namespace {

// The same or better: from zero on, to the side that is better.
bool is_kept(const Target& target) noexcept {
  const Interval& range = target.range;
  return target.quantity == Target::Quantity::rank
             ? std::isinf(range.lower) && range.upper == 0.0 && range.upper_closed
             : std::isinf(range.upper) && range.lower == 0.0 && range.lower_closed;
}

bool is_raised(const Target& target) noexcept {
  const Interval& range = target.range;
  return target.quantity == Target::Quantity::rank
             ? std::isinf(range.lower) && range.upper == 0.0 && !range.upper_closed
             : std::isinf(range.upper) && range.lower == 0.0 && !range.lower_closed;
}

}  // namespace

bool operator==(const Target& a, const Target& b) {
  return a.code == b.code && a.title == b.title && a.criterion == b.criterion &&
         a.quantity == b.quantity && a.against == b.against && a.range == b.range &&
         a.region == b.region && a.by == b.by && a.provenance == b.provenance;
}

bool operator==(const Baseline& a, const Baseline& b) {
  return a.criterion == b.criterion && a.period == b.period && a.score == b.score &&
         a.rank == b.rank && a.provenance == b.provenance;
}

std::string_view name(Target::Quantity quantity) noexcept {
  switch (quantity) {
    case Target::Quantity::score:
      return "score";
    case Target::Quantity::percent:
      return "percent";
    case Target::Quantity::rank:
      return "rank";
  }
  return {};
}

std::string_view name(Target::Against against) noexcept {
  switch (against) {
    case Target::Against::nothing:
      return "nothing";
    case Target::Against::baseline:
      return "baseline";
    case Target::Against::previous:
      return "previous";
  }
  return {};
}

std::string describe(const Target& target) {
  std::string words(target.quantity == Target::Quantity::percent ? "percent of maximum"
                                                                 : name(target.quantity));
  if (!target.region.empty()) words += " in " + target.region;
  const bool is_change = target.against != Target::Against::nothing;
  const bool in_a_word = is_change && (is_kept(target) || is_raised(target));
  if (in_a_word) {
    words += is_kept(target) ? " kept" : " raised";
  } else {
    const std::string range = to_string(target.range);
    words += (range.front() == '[' || range.front() == '(' ? " within " : " ") + range;
  }
  if (target.against == Target::Against::previous) words += " against the previous period";
  if (target.against == Target::Against::baseline && !in_a_word) words += " against the baseline";
  return words;
}

}  // namespace chiso
