#include "chiso/plan/task.hpp"

#include <fmt/core.h>

#include "base/code.hpp"

namespace chiso {

CriterionRef parse_criterion_ref(std::string_view text) {
  const auto colon = text.find(':');
  const std::string_view index = text.substr(0, colon);
  const bool whole = colon == std::string_view::npos;
  const std::string_view code = whole ? std::string_view() : text.substr(colon + 1);
  if (!is_code(index) || (!whole && !is_code(code))) {
    throw SpecError(
        fmt::format("expected a criterion in the form key:code, or the key of an index alone, of "
                    "letters, digits, '.', '_' and '-', got '{}'",
                    text));
  }
  return {std::string(index), std::string(code)};
}

std::string to_string(const CriterionRef& ref) {
  return ref.code.empty() ? ref.index : ref.index + ':' + ref.code;
}

std::string_view name(Recurrence recurrence) noexcept {
  switch (recurrence) {
    case Recurrence::once:
      return "once";
    case Recurrence::yearly:
      return "yearly";
    case Recurrence::half_yearly:
      return "half_yearly";
    case Recurrence::quarterly:
      return "quarterly";
    case Recurrence::monthly:
      return "monthly";
    case Recurrence::continuous:
      return "continuous";
  }
  return {};
}

std::string_view name(TaskStatus status) noexcept {
  switch (status) {
    case TaskStatus::not_started:
      return "not_started";
    case TaskStatus::in_progress:
      return "in_progress";
    case TaskStatus::done:
      return "done";
    case TaskStatus::cancelled:
      return "cancelled";
  }
  return {};
}

bool operator==(const Task& a, const Task& b) {
  return a.code == b.code && a.title == b.title && a.paragraph == b.paragraph && a.area == b.area &&
         a.criteria == b.criteria && a.assignments == b.assignments &&
         a.addressees == b.addressees && a.due == b.due && a.recurrence == b.recurrence &&
         a.product == b.product && a.evidence == b.evidence && a.cost == b.cost &&
         a.effects == b.effects && a.news == b.news && a.provenance == b.provenance;
}

}  // namespace chiso
