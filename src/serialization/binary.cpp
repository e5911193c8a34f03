#include "serialization/binary.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "chiso/base/error.hpp"
#include "serialization/byte_order.hpp"

namespace chiso {
namespace {

constexpr std::size_t buffer_bytes = 256 << 10;
constexpr std::size_t double_bytes = sizeof(double);
static_assert(double_bytes == 8 && std::numeric_limits<double>::is_iec559);

/// Missing is missing: what else a NaN may say, or its sign, is an accident of how it was computed,
/// and equal values have equal bytes.
double one_nan(double number) noexcept {
  return number == number ? number : std::numeric_limits<double>::quiet_NaN();
}

[[noreturn]] void ends_too_early() {
  throw ArchiveError("it ends where there should be more: it was cut off, or lies about its sizes");
}

}  // namespace

// ---- Writing ------------------------------------------------------------------------------------

void BinaryEncoder::pass_on(std::string_view bytes) {
  checksum_.add(bytes);
  length_ += static_cast<Size>(bytes.size());
  sink_(bytes);
}

void BinaryEncoder::flush() {
  pass_on(held_);
  held_.clear();
}

void BinaryEncoder::version(unsigned version) {
  append_number(held_, static_cast<std::uint32_t>(version));
}

void BinaryEncoder::present(bool is_there) { append_number(held_, std::uint8_t{is_there}); }

void BinaryEncoder::whole(std::int64_t number) {
  append_number(held_, static_cast<std::uint64_t>(number));
  if (held_.size() >= buffer_bytes) flush();
}

void BinaryEncoder::real(double number) {
  append_number(held_, std::bit_cast<std::uint64_t>(one_nan(number)));
  if (held_.size() >= buffer_bytes) flush();
}

void BinaryEncoder::text(std::string_view text) {
  whole(static_cast<std::int64_t>(text.size()));
  held_ += text;
  if (held_.size() >= buffer_bytes) flush();
}

void BinaryEncoder::reals(std::span<const double> numbers, Size /*width*/) {
  whole(static_cast<std::int64_t>(numbers.size()));
  if constexpr (memory_is_little_endian) {
    // Piece by piece, which is all the memory that it takes, however many there are.
    constexpr std::size_t piece = buffer_bytes / double_bytes;
    for (std::size_t first = 0; first < numbers.size(); first += piece) {
      const auto some = numbers.subspan(first, std::min(piece, numbers.size() - first));
      const std::size_t begin = held_.size();
      held_.resize(begin + some.size() * double_bytes);
      char* to = held_.data() + begin;
      for (const double number : some) {
        const double stored = one_nan(number);
        std::memcpy(to, &stored, double_bytes);
        to += double_bytes;
      }
      if (held_.size() >= buffer_bytes) flush();
    }
  } else {
    for (const double number : numbers) real(number);
  }
}

// ---- Reading ------------------------------------------------------------------------------------

void BinaryDecoder::read(char* to, std::size_t count) {
  if (static_cast<std::uint64_t>(left_) < count) ends_too_early();
  if (count == 0) return;  // Nothing has no place to be copied to.
  left_ -= static_cast<Size>(count);
  const std::size_t buffered = std::min(count, buffer_.size() - used_);
  std::memcpy(to, buffer_.data() + used_, buffered);
  used_ += buffered;
  to += buffered;
  count -= buffered;
  while (count > 0) {
    if (count >= buffer_bytes) {
      if (supply_(to, buffer_bytes) != buffer_bytes) ends_too_early();
      checksum_.add({to, buffer_bytes});
      to += buffer_bytes;
      count -= buffer_bytes;
      continue;
    }
    // Also what comes behind, but nothing that is not there: left_ is without `count` by now.
    const std::size_t all = std::min(buffer_bytes, count + static_cast<std::size_t>(left_));
    buffer_.resize(all);
    if (supply_(buffer_.data(), all) != all) ends_too_early();
    checksum_.add(buffer_);
    std::memcpy(to, buffer_.data(), count);
    used_ = count;
    count = 0;
  }
}

std::string_view BinaryDecoder::next(std::size_t count) {
  few_.resize(count);
  read(few_.data(), count);
  return few_;
}

Checksum& BinaryDecoder::whole_checksum() {
  std::string rest;
  while (left_ > 0) {
    rest.resize(std::min(buffer_bytes, static_cast<std::size_t>(left_)));
    read(rest.data(), rest.size());
  }
  return checksum_;
}

unsigned BinaryDecoder::version() {
  return number_from<std::uint32_t>(next(sizeof(std::uint32_t)));
}

bool BinaryDecoder::present() {
  const auto flag = number_from<std::uint8_t>(next(1));
  if (flag > 1) throw ArchiveError(fmt::format("expected 0 or 1, got {}", flag));
  return flag == 1;
}

Size BinaryDecoder::count(Size least_bytes) {
  const std::int64_t items = whole();
  if (items < 0 || items > left_ / least_bytes) ends_too_early();
  return items;
}

std::int64_t BinaryDecoder::whole() {
  return static_cast<std::int64_t>(number_from<std::uint64_t>(next(sizeof(std::uint64_t))));
}

double BinaryDecoder::real() {
  return std::bit_cast<double>(number_from<std::uint64_t>(next(sizeof(std::uint64_t))));
}

std::string BinaryDecoder::text() {
  const Size length = count(1);
  std::string text(static_cast<std::size_t>(length), '\0');
  read(text.data(), text.size());
  return text;
}

std::vector<double> BinaryDecoder::reals() {
  std::vector<double> numbers(static_cast<std::size_t>(count(double_bytes)));
  if constexpr (memory_is_little_endian) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are what a file has.
    read(reinterpret_cast<char*>(numbers.data()), numbers.size() * double_bytes);
  } else {
    for (double& number : numbers) number = real();
  }
  return numbers;
}

}  // namespace chiso
