#include "uncertainty/memory.hpp"

#include <fmt/core.h>

#include "chiso/base/error.hpp"

namespace chiso {

void expect_memory(double bytes, const std::string& place, const std::string& needing,
                   const std::string& remedy) {
  constexpr double most = 4e9;
  if (bytes <= most) return;
  Problems problems;
  problems.add({}, place,
               fmt::format("expected to need at most {:.0f} GB of memory; {} need {:.1f} GB",
                           most / 1e9, needing, bytes / 1e9),
               remedy);
  problems.raise<SpecError>();
}

}  // namespace chiso
