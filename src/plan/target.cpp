#include "chiso/plan/target.hpp"

#include <limits>

namespace chiso {

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

Interval kept(Target::Quantity quantity) noexcept {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  return quantity == Target::Quantity::rank ? Interval::closed(-infinity, 0.0)
                                            : Interval::closed(0.0, infinity);
}

Interval raised(Target::Quantity quantity) noexcept {
  Interval range = kept(quantity);
  range.lower_closed = false;
  range.upper_closed = false;
  return range;
}

std::string describe(const Target& target) {
  std::string words(target.quantity == Target::Quantity::percent ? "percent of maximum"
                                                                 : name(target.quantity));
  if (!target.region.empty()) words += " in " + target.region;
  const bool is_change = target.against != Target::Against::nothing;
  const bool is_kept = target.range == kept(target.quantity);
  const bool in_a_word = is_change && (is_kept || target.range == raised(target.quantity));
  if (in_a_word) {
    words += is_kept ? " kept" : " raised";
  } else {
    const std::string range = to_string(target.range);
    words += (range.front() == '[' || range.front() == '(' ? " within " : " ") + range;
  }
  if (target.against == Target::Against::previous) words += " against the previous period";
  if (target.against == Target::Against::baseline && !in_a_word) words += " against the baseline";
  return words;
}

}  // namespace chiso
