// What keeps a lever from doing more, in words.

#include <fmt/core.h>

#include <cmath>

#include "base/at.hpp"
#include "chiso/base/interval.hpp"
#include "reach/response.hpp"

namespace chiso {

std::string Response::obstacle(double x, double beyond) {
  using Method = Aggregation::Method;
  const Labels& codes = compiled_.index.codes();
  // From the lever up: the first node that does no better although something below it moves.
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const Step& step = steps_[i];
    const double here = score_at(i, x);
    const double there = score_at(i, beyond);
    const std::string& code = codes[step.node];
    if (here == compiled_.cap[at(step.node)] && here == there) {
      return fmt::format("{} is cut at {}", code, to_string(here));
    }
    if (step.leaf != nullptr) {
      if (std::isnan(there)) return fmt::format("{} has no score beyond", code);
      if (here == there) {
        return fmt::format("the rule of {} gives no other score than {} from there on", code,
                           to_string(here));
      }
      continue;
    }
    if (step.inner == nullptr) continue;
    const bool stands = here == there || std::isnan(there);
    switch (step.inner->aggregation.method) {
      case Method::minimum:
        if (stands) return fmt::format("{} is the lowest of its criteria", code);
        break;
      case Method::maximum:
        if (stands) return fmt::format("{} is the highest of its criteria", code);
        break;
      case Method::median:
        if (stands) return fmt::format("{} is the middle one of its criteria", code);
        break;
      case Method::mazziotta_pareto:
      case Method::adjusted_mazziotta_pareto:
        return fmt::format("more would make the criteria of {} too unlike", code);
      default:
        if (std::isnan(there)) return fmt::format("{} has no score beyond", code);
        if (stands) return fmt::format("{} does not move any more", code);
        break;
    }
  }
  return fmt::format("beyond, {} is worse", codes[node_]);
}

}  // namespace chiso
