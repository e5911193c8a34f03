#include "chiso/model/criterion.hpp"

namespace chiso {

std::string_view name(Aggregation::Method method) noexcept {
  using Method = Aggregation::Method;
  switch (method) {
    case Method::sum:
      return "sum";
    case Method::arithmetic_mean:
      return "arithmetic_mean";
    case Method::geometric_mean:
      return "geometric_mean";
    case Method::harmonic_mean:
      return "harmonic_mean";
    case Method::power_mean:
      return "power_mean";
    case Method::median:
      return "median";
    case Method::minimum:
      return "minimum";
    case Method::maximum:
      return "maximum";
    case Method::mazziotta_pareto:
      return "mazziotta_pareto";
    case Method::adjusted_mazziotta_pareto:
      return "adjusted_mazziotta_pareto";
    case Method::copeland:
      return "copeland";
  }
  return "";
}

bool operator==(const Criterion& a, const Criterion& b) {
  return a.code == b.code && a.title == b.title && a.provenance == b.provenance &&
         a.weight == b.weight && a.maximum == b.maximum && a.role == b.role && a.cap == b.cap &&
         a.published == b.published && a.aggregation == b.aggregation && a.missing == b.missing &&
         a.at_least == b.at_least && a.measure == b.measure && a.rule == b.rule &&
         a.polarity == b.polarity && a.not_applicable == b.not_applicable &&
         a.children == b.children;
}

}  // namespace chiso
