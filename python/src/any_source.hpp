#pragma once

#include <utility>
#include <vector>

#include "chiso/uncertainty/sources.hpp"

namespace chiso::python {

/// A class of its own: pybind11 takes a variant apart.
struct AnySource {
  Source what;
};

inline std::vector<Source> sources_of(std::vector<AnySource> given) {
  std::vector<Source> sources;
  for (AnySource& source : given) sources.push_back(std::move(source.what));
  return sources;
}

}  // namespace chiso::python
