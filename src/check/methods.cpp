#include "check/methods.hpp"

#include "model/timeline.hpp"

namespace chiso {

namespace {

void add_dates(Timeline& timeline, const Index& index) {
  for (const Parameter& parameter : index.parameters()) timeline.add(parameter.value);
  for (Size i = 0; i < index.size(); ++i) timeline.add(index.node(i));
}

}  // namespace

std::vector<std::optional<Period>> method_days(const Index& index, const Index* other) {
  if (!index.is_dated() && (other == nullptr || !other->is_dated())) return {std::nullopt};
  Timeline timeline(index.definition().periods);
  add_dates(timeline, index);
  if (other != nullptr) add_dates(timeline, *other);
  std::vector<std::optional<Period>> days;
  for (const Span& span : timeline.spans()) days.push_back(span.day);
  return days;
}

}  // namespace chiso
