#pragma once

#include <fmt/core.h>

// Everything of xxHash is compiled in here: there is no library to link or to bring along.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace chiso {

/// XXH3, 64 bits, of bytes that come piece by piece: the same on every platform, and faster than
/// any disk. It finds damage; it is no signature.
class Checksum {
 public:
  Checksum() : state_(XXH3_createState()) { XXH3_64bits_reset(state_.get()); }

  void add(std::string_view bytes) { XXH3_64bits_update(state_.get(), bytes.data(), bytes.size()); }

  [[nodiscard]] std::uint64_t number() const { return XXH3_64bits_digest(state_.get()); }

  /// 16 hexadecimal digits.
  [[nodiscard]] std::string text() const { return fmt::format("{:016x}", number()); }

 private:
  struct Free {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };
  std::unique_ptr<XXH3_state_t, Free> state_;
};

}  // namespace chiso
