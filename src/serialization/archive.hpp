#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <boost/mpl/bool.hpp>
#include <boost/serialization/nvp.hpp>
#include <boost/serialization/version.hpp>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/period.hpp"
#include "chiso/base/size.hpp"
#include "chiso/io/limits.hpp"
#include "chiso/scenario/scenario.hpp"
#include "serialization/decoder.hpp"
#include "serialization/encoder.hpp"

/// Two archives that model Boost.Serialization's concepts: values are described once, by
/// `serialize` functions (types.hpp), for saving and loading and for both forms.
///
/// Boost's own archives are not used: what they write is tied to the platform (binary) or to the
/// version of Boost that reads it (all), text and XML archives cannot read NaN, and sizes in them
/// are trusted.
namespace chiso {

/// Doubles that are written from where they lie, and read into memory of their own.
struct Numbers {
  std::span<const double> seen;
  std::vector<double> own;
  Size width = 0;  ///< Of a line in the readable form; 0: all.
};

/// Bytes that are no text.
struct Blob {
  std::string bytes;
};

/// The words by which an enumeration is stored, in its order. They are part of the format: what the
/// enumeration is called, or how it is numbered, may change.
template <class E>
inline constexpr std::array<std::string_view, 0> words{};

template <class E>
concept Worded = std::is_enum_v<E> &&(words<E>.size() > 0);

/// What is stored as the text that people write it as.
template <class T>
inline constexpr bool is_text = false;
template <>
inline constexpr bool is_text<Period> = true;
template <>
inline constexpr bool is_text<Scenario> = true;

[[nodiscard]] std::string stored_text(const Period& period);
[[nodiscard]] std::string stored_text(const Scenario& scenario);
void read_stored(const std::string& text, const InputLimits& limits, Period& period);
void read_stored(const std::string& text, const InputLimits& limits, Scenario& scenario);

/// Whether so many of them are one of the limits.
template <class T>
inline constexpr bool is_value = false;

/// How an alternative of a variant is called in a snapshot.
template <class T>
inline constexpr std::string_view kind_word{};

class SavingArchive {
 public:
  using is_saving = boost::mpl::true_;
  using is_loading = boost::mpl::false_;

  explicit SavingArchive(Encoder& encoder) : out_(encoder) {}

  template <class T>
  SavingArchive& operator&(const boost::serialization::nvp<T>& field) {
    out_.open(field.name());
    save(field.const_value());
    out_.close();
    return *this;
  }
  template <class T>
  SavingArchive& operator<<(const boost::serialization::nvp<T>& field) {
    return *this & field;
  }

  template <std::integral T>
  void save(const T& number) {
    out_.whole(static_cast<std::int64_t>(number));
  }
  void save(const double& number) { out_.real(number); }
  void save(const std::string& text) {
    expect_text(text);
    out_.text(text);
  }
  void save(const Blob& blob) { out_.bytes(blob.bytes); }
  void save(const Numbers& numbers) { out_.reals(numbers.seen, numbers.width); }
  void save(const std::vector<double>& numbers) { out_.reals(numbers, 0); }
  template <Worded E>
  void save(const E& word) {
    out_.text(words<E>[static_cast<std::size_t>(word)]);
  }
  template <class T>
  void save(const std::optional<T>& value) {
    out_.present(value.has_value());
    if (value) save(*value);
  }
  template <class T>
  void save(const std::vector<T>& items) {
    out_.count(static_cast<Size>(items.size()));
    for (const T& item : items) *this& boost::serialization::make_nvp("item", item);
  }
  template <class A, class B>
  void save(const std::pair<A, B>& pair) {
    *this& boost::serialization::make_nvp("first", pair.first);
    *this& boost::serialization::make_nvp("second", pair.second);
  }
  template <class... Types>
  void save(const std::variant<Types...>& value) {
    std::visit(
        [this]<class T>(const T& one) {
          out_.open_kind(kind_word<T>);
          save(one);
          out_.close();
        },
        value);
  }
  template <class T>
  void save(const T& record) {
    if constexpr (is_text<T>) {
      out_.text(stored_text(record));
    } else {
      constexpr unsigned version = boost::serialization::version<T>::value;
      static_assert(version >= 1, "every stored class has a version");
      out_.version(version);
      // Boost's archives do so too: one function describes both directions.
      serialize(*this, const_cast<T&>(record), version);  // NOLINT
    }
  }

 private:
  /// @throws DataError if it is not UTF-8: whoever reads it could not show it.
  static void expect_text(const std::string& text);

  Encoder& out_;
};

class LoadingArchive {
 public:
  using is_saving = boost::mpl::false_;
  using is_loading = boost::mpl::true_;

  LoadingArchive(Decoder& decoder, const InputLimits& limits) : in_(decoder), limits_(limits) {}

  template <class T>
  LoadingArchive& operator&(const boost::serialization::nvp<T>& field) {
    path_.push_back({field.name(), -1});
    in_.open(field.name());
    load(field.value());
    in_.close();
    path_.pop_back();
    return *this;
  }
  template <class T>
  LoadingArchive& operator>>(const boost::serialization::nvp<T>& field) {
    return *this & field;
  }

  /// Where the archive is, for errors: "values[2].slices[0].values".
  [[nodiscard]] std::string place() const;

  template <std::integral T>
  void load(T& number) {
    const std::int64_t found = in_.whole();
    number = static_cast<T>(found);
    // Of 64 bits any number may be meant, also by one that was negative as a signed one.
    if (static_cast<std::int64_t>(number) != found) refuse_number(found);
  }
  void load(double& number) { number = in_.real(); }
  void load(std::string& text) {
    text = in_.text();
    expect_text(text);
  }
  void load(Blob& blob) { blob.bytes = in_.bytes(); }
  void load(Numbers& numbers) {
    numbers.own = in_.reals();
    numbers.seen = numbers.own;
  }
  void load(std::vector<double>& numbers) { numbers = in_.reals(); }
  template <Worded E>
  void load(E& word) {
    const std::string found = in_.text();
    for (std::size_t i = 0; i < words<E>.size(); ++i) {
      if (words<E>[i] != found) continue;
      word = static_cast<E>(i);
      return;
    }
    refuse_word(found, words<E>);
  }
  template <class T>
  void load(std::optional<T>& value) {
    value.reset();
    if (in_.present()) load(value.emplace());
  }
  template <class T>
  void load(std::vector<T>& items) {
    items.clear();
    const Size count = in_.count(least_bytes<T>());
    if (is_value<T> && count > limits_.snapshot_values) refuse_many(count);
    // Room for more comes as items do: one takes more memory than the bytes that announce it.
    items.reserve(static_cast<std::size_t>(std::min<Size>(count, 1'024)));
    for (Size i = 0; i < count; ++i) {
      path_.push_back({nullptr, i});
      in_.open("item");
      load(items.emplace_back());
      in_.close();
      path_.pop_back();
    }
  }
  template <class A, class B>
  void load(std::pair<A, B>& pair) {
    *this& boost::serialization::make_nvp("first", pair.first);
    *this& boost::serialization::make_nvp("second", pair.second);
  }
  template <class... Types>
  void load(std::variant<Types...>& value) {
    const std::string kind = in_.open_kind();
    if (!(load_kind<Types>(kind, value) || ...)) {
      constexpr std::array<std::string_view, sizeof...(Types)> known{kind_word<Types>...};
      refuse_word(kind, known);
    }
    in_.close();
  }
  template <class T>
  void load(T& record) {
    if constexpr (is_text<T>) {
      std::string text;
      load(text);
      read_stored(text, limits_, record);
    } else {
      constexpr unsigned known = boost::serialization::version<T>::value;
      const unsigned version = in_.version();
      if (version < 1 || version > known) refuse_version(version, known);
      serialize(*this, record, version);
    }
  }

 private:
  struct Step {
    const char* field;  ///< nullptr: an item.
    Size item;
  };

  /// What an item takes in the binary form at least: all but numbers begin with a length or
  /// version.
  template <class T>
  static constexpr Size least_bytes() {
    return std::is_arithmetic_v<T> || is_text<T> || std::is_same_v<T, std::string> ? 8 : 4;
  }

  template <class T, class Variant>
  bool load_kind(const std::string& kind, Variant& value) {
    if (kind != kind_word<T>) return false;
    load(value.template emplace<T>());
    return true;
  }

  /// @throws ArchiveError if it is not UTF-8
  static void expect_text(const std::string& text);
  [[noreturn]] void refuse_many(Size count) const;
  [[noreturn]] static void refuse_number(std::int64_t found);
  [[noreturn]] static void refuse_word(const std::string& found,
                                       std::span<const std::string_view> known);
  [[noreturn]] static void refuse_version(unsigned version, unsigned known);

  Decoder& in_;
  InputLimits limits_;
  std::vector<Step> path_;
};

}  // namespace chiso
