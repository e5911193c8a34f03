#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/size.hpp"
#include "serialization/checksum.hpp"
#include "serialization/decoder.hpp"
#include "serialization/encoder.hpp"

/// The compact form: versions in 4 bytes, whole numbers, counts and lengths in 8, doubles as they
/// are, all little-endian; fields have no names.
namespace chiso {

class BinaryEncoder final : public Encoder {
 public:
  using Sink = std::function<void(std::string_view)>;

  explicit BinaryEncoder(Sink sink) : sink_(std::move(sink)) {}

  /// Hands over what is still held back.
  void finish() { flush(); }

  [[nodiscard]] Size length() const noexcept { return length_; }
  [[nodiscard]] Checksum& checksum() noexcept { return checksum_; }

  void open(const char* /*field*/) override {}
  void close() override {}
  void open_kind(std::string_view kind) override { text(kind); }
  void version(unsigned version) override;
  void present(bool is_there) override;
  void count(Size items) override { whole(items); }
  void whole(std::int64_t number) override;
  void real(double number) override;
  void text(std::string_view text) override;
  void bytes(std::string_view bytes) override { text(bytes); }
  void reals(std::span<const double> numbers, Size width) override;

 private:
  void flush();
  void pass_on(std::string_view bytes);

  Sink sink_;
  std::string held_;
  Checksum checksum_;
  Size length_ = 0;
};

class BinaryDecoder final : public Decoder {
 public:
  /// Fills a buffer as far as there are bytes; returns their number.
  using Supply = std::function<std::size_t(char*, std::size_t)>;

  /// @param length of all that there is
  BinaryDecoder(Supply supply, Size length) : supply_(std::move(supply)), left_(length) {}

  [[nodiscard]] Size left() const noexcept { return left_; }

  /// Of all bytes up to the end, which is read if it has not been.
  [[nodiscard]] Checksum& whole_checksum();

  void open(const char* /*field*/) override {}
  void close() override {}
  [[nodiscard]] std::string open_kind() override { return text(); }
  [[nodiscard]] unsigned version() override;
  [[nodiscard]] bool present() override;
  [[nodiscard]] Size count(Size least_bytes) override;
  [[nodiscard]] std::int64_t whole() override;
  [[nodiscard]] double real() override;
  [[nodiscard]] std::string text() override;
  [[nodiscard]] std::string bytes() override { return text(); }
  [[nodiscard]] std::vector<double> reals() override;

 private:
  void read(char* to, std::size_t count);
  [[nodiscard]] std::string_view next(std::size_t count);

  Supply supply_;
  Size left_;
  std::string buffer_;
  std::size_t used_ = 0;
  Checksum checksum_;
  std::string few_;
};

}  // namespace chiso
