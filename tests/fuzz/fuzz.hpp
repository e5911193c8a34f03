#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "chiso/base/error.hpp"
#include "chiso/base/text.hpp"

/// What all fuzz targets share: how a text is read, and what ends the run.
namespace chiso::fuzz {

/// Ends the run if it does not hold: that is a finding.
inline void must(bool holds, const char* what) {
  if (holds) return;
  std::fputs(what, stderr);
  std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are what a text is of.
  return {reinterpret_cast<const char*>(data), size};
}

/// What `work` returns; nothing if chiso refuses. Whatever else is thrown ends the run.
template <class Work>
auto accepted(const Work& work) -> std::optional<decltype(work())> {
  try {
    return work();
  } catch (const Error& error) {
    must(!error.problems().empty(), "an error without a problem");
    // Python cannot show another message: it would throw another error in its place.
    must(first_invalid_utf8(error.what()) < 0, "a message that is not UTF-8");
    for (const Problem& problem : error.problems()) {
      must(problem.location.line >= 0 && problem.location.column >= 0, "a place that is none");
    }
    return {};
  }
}

}  // namespace chiso::fuzz
