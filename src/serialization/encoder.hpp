#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "chiso/base/size.hpp"

namespace chiso {

/// One form of a snapshot, as it is written: what there is to say of a value, one thing after the
/// other. Fields and kinds are opened and closed; inside stands one number, text, array or list, or
/// the version and the fields of a record.
class Encoder {
 public:
  Encoder() = default;
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;
  virtual ~Encoder() = default;

  virtual void open(const char* field) = 0;
  virtual void close() = 0;

  /// Opens what is one of several kinds.
  virtual void open_kind(std::string_view kind) = 0;

  virtual void version(unsigned version) = 0;
  virtual void present(bool is_there) = 0;  ///< What follows, in this field.
  virtual void count(Size items) = 0;       ///< So many items follow, each opened and closed.

  virtual void whole(std::int64_t number) = 0;
  virtual void real(double number) = 0;
  virtual void text(std::string_view text) = 0;
  virtual void bytes(std::string_view bytes) = 0;  ///< Of something that is no text.

  /// @param width numbers that belong together: a line in a form that people read
  virtual void reals(std::span<const double> numbers, Size width) = 0;
};

}  // namespace chiso
