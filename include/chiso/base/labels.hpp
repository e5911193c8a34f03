#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chiso/base/size.hpp"

namespace chiso {

/// An ordered set of distinct names with look-up; the names come out as they went in.
class Labels {
 public:
  Labels() = default;

  /// @param what what the names name, for messages: "unit", "variable".
  /// @throws DataError that lists every name that is empty or stands twice.
  Labels(std::vector<std::string> names, std::string_view what);

  [[nodiscard]] Size size() const noexcept { return static_cast<Size>(names_.size()); }
  [[nodiscard]] const std::string& operator[](Size i) const {
    return names_[static_cast<std::size_t>(i)];
  }
  [[nodiscard]] std::span<const std::string> names() const noexcept { return names_; }

  /// Look-up, exact but for composition (NFC, NFD): letters that look the same are typed in several
  /// ways.
  [[nodiscard]] std::optional<Size> find(std::string_view name) const;

  /// As find(). @throws NotFoundError with the nearest name.
  [[nodiscard]] Size at(std::string_view name) const;

  [[nodiscard]] const std::string& what() const noexcept { return what_; }

  friend bool operator==(const Labels& a, const Labels& b) { return a.names_ == b.names_; }

 private:
  std::vector<std::string> names_;
  std::unordered_map<std::string, Size> position_;
  std::string what_;
};

/// Official names with their aliases, matched on normalised Unicode: first as spelled (case,
/// composition, place of the tone mark and punctuation aside), then as a name some of whose
/// diacritics were left out. A spelling with a diacritic that the name has not is another name.
class NameList {
 public:
  struct Entry {
    std::string name;
    std::vector<std::string> aliases;
  };

  NameList() = default;

  /// @throws SpecError that lists every spelling that belongs to two names.
  explicit NameList(std::vector<Entry> entries);

  [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }

  /// The official name of `spelling`; nothing if it matches none.
  /// @throws DataError if `spelling` lacks diacritics and matches two names.
  [[nodiscard]] std::optional<std::string> find(std::string_view spelling) const;

  /// @throws NotFoundError with the nearest name, DataError if it matches two.
  [[nodiscard]] std::string at(std::string_view spelling) const;

 private:
  std::vector<Entry> entries_;
  std::unordered_map<std::string, Size> exact_;
  std::unordered_map<std::string, std::vector<Size>> plain_;
};

}  // namespace chiso
