#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/period.hpp"
#include "chiso/model/provenance.hpp"

namespace chiso {

/// One value of a parameter with the periods for which it holds, and who says so.
template <class T>
struct DatedEntry {
  T value{};
  PeriodRange in_force;
  std::optional<Date> published;
  Provenance provenance;
  Location location;

  /// Where an entry was written is not part of its value.
  friend bool operator==(const DatedEntry& a, const DatedEntry& b) {
    return a.value == b.value && a.in_force == b.in_force && a.published == b.published &&
           a.provenance == b.provenance;
  }
};

/// A parameter that may change over time. An undated one has a single entry that always holds.
template <class T>
class Dated {
 public:
  Dated() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): a plain value is a dated one that always holds.
  Dated(T value) { entries_.push_back({std::move(value), {}, {}, {}, {}}); }
  explicit Dated(std::vector<DatedEntry<T>> entries) : entries_(std::move(entries)) {}

  [[nodiscard]] const std::vector<DatedEntry<T>>& entries() const noexcept { return entries_; }
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }

  /// Whether the value depends on the period.
  [[nodiscard]] bool is_dated() const noexcept {
    return entries_.size() > 1 ||
           (entries_.size() == 1 && (entries_[0].in_force.from || entries_[0].in_force.to));
  }

  /// The values in force when `period` closes: exactly one in a sound definition.
  [[nodiscard]] std::vector<const DatedEntry<T>*> in_force(const Period& period) const {
    std::vector<const DatedEntry<T>*> found;
    for (const auto& entry : entries_) {
      if (entry.in_force.contains(period)) found.push_back(&entry);
    }
    return found;
  }

  /// The value of an undated parameter, or the one in force in `period`.
  /// @returns nullptr if there is none, or no single one.
  [[nodiscard]] const T* find(const std::optional<Period>& period) const {
    if (!is_dated()) return entries_.empty() ? nullptr : &entries_[0].value;
    if (!period) return nullptr;
    const auto found = in_force(*period);
    return found.size() == 1 ? &found[0]->value : nullptr;
  }

  friend bool operator==(const Dated& a, const Dated& b) { return a.entries_ == b.entries_; }

 private:
  std::vector<DatedEntry<T>> entries_;
};

}  // namespace chiso
