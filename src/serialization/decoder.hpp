#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "chiso/base/size.hpp"

namespace chiso {

/// The same in reading. What is not there, or cannot be, is refused before memory is taken for it.
/// Every function throws ArchiveError; the place is added by who calls.
class Decoder {
 public:
  Decoder() = default;
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  virtual ~Decoder() = default;

  virtual void open(const char* field) = 0;
  virtual void close() = 0;
  [[nodiscard]] virtual std::string open_kind() = 0;

  [[nodiscard]] virtual unsigned version() = 0;
  [[nodiscard]] virtual bool present() = 0;

  /// @param least_bytes that an item takes in the binary form: more items than there is room for
  /// are refused
  [[nodiscard]] virtual Size count(Size least_bytes) = 0;

  [[nodiscard]] virtual std::int64_t whole() = 0;
  [[nodiscard]] virtual double real() = 0;
  [[nodiscard]] virtual std::string text() = 0;
  [[nodiscard]] virtual std::string bytes() = 0;
  [[nodiscard]] virtual std::vector<double> reals() = 0;
};

}  // namespace chiso
