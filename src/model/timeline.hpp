#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chiso/base/period.hpp"
#include "chiso/model/criterion.hpp"
#include "chiso/model/dated.hpp"

namespace chiso {

/// A stretch of days in which no dated value of a definition changes. Open ends are empty.
struct Span {
  std::optional<Date> first;
  std::optional<Date> last;
  std::optional<Period> day;  ///< One of its days; empty if both ends are open.

  /// " from 2013 to 2016", " in 2013", " up to 2012", " from 2017 on"; empty if both ends are open.
  [[nodiscard]] std::string to_string() const;
};

/// Cuts the time in which a definition is in force where one of its dated values changes.
class Timeline {
 public:
  explicit Timeline(PeriodRange whole);

  /// A change at both ends of `range`.
  void add(const PeriodRange& range);

  template <class T>
  void add(const Dated<T>& dated) {
    for (const auto& entry : dated.entries()) add(entry.in_force);
  }

  /// All dated values of one node.
  void add(const Criterion& node);

  /// From the first day to the last, never empty.
  [[nodiscard]] std::vector<Span> spans() const;

 private:
  // Days since 1970-01-01 on which something new begins.
  std::vector<int> starts_;
  PeriodRange whole_;
};

}  // namespace chiso
