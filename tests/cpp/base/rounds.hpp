#pragma once

namespace chiso {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool under_sanitizers = true;
#elif defined(__has_feature)
inline constexpr bool under_sanitizers = __has_feature(address_sanitizer);
#else
inline constexpr bool under_sanitizers = false;
#endif

/// How often a long random test tries, and how many of each kind it must have met. The optimised
/// build tries all: it looks at answers. The sanitizers look at memory, ten times as slowly, and a
/// fifth of the cases goes through the same code.
template <class Number>
constexpr Number rounds(Number all) {
  return under_sanitizers ? all / 5 : all;
}

}  // namespace chiso
