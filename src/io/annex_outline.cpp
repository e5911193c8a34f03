#include "io/annex_outline.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "io/when_text.hpp"

namespace chiso {

namespace {

using Style = FormNumber::Style;

// Places in an enumeration: a, b, c, d, d with stroke (which has the number 100), e.
int order_of(const FormNumber::Part& part) noexcept {
  const bool is_d_with_stroke = part.style == Style::letter && part.value == 100;
  return is_d_with_stroke ? 9 : 2 * part.value;
}

bool has_prefix(const FormNumber& number, const FormNumber& prefix) {
  return prefix.parts.size() < number.parts.size() &&
         std::equal(prefix.parts.begin(), prefix.parts.end(), number.parts.begin());
}

bool are_alike(const FormNumber& a, const FormNumber& b) {
  return a.parts.size() == b.parts.size() && a.parts.back().style == b.parts.back().style;
}

// How far `b` is behind `a`, both numbered alike within the same; 0 if they are not, or it is not.
int steps_behind(const FormNumber& a, const FormNumber& b) {
  if (!are_alike(a, b) || !std::equal(a.parts.begin(), a.parts.end() - 1, b.parts.begin())) {
    return 0;
  }
  return std::max(0, order_of(b.parts.back()) - order_of(a.parts.back()));
}

bool follows(const FormNumber& a, const FormNumber& b) {
  const int steps = steps_behind(a, b);
  return steps > 0 && steps <= 2;
}

class Outliner {
 public:
  Outliner(std::span<const AnnexRow> rows, std::set<std::string>& area_codes)
      : rows_(rows),
        area_codes_(area_codes),
        are_numbered_(std::any_of(rows.begin(), rows.end(),
                                  [](const AnnexRow& row) { return row.number.has_value(); })) {}

  std::vector<AnnexPlace> run() {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const AnnexRow& row = rows_[i];
      const AnnexRow* next = i + 1 < rows_.size() ? &rows_[i + 1] : nullptr;
      if (row.number) leave(*row.number);
      if (is_area(row, next)) {
        area(row);
      } else if (are_numbered_ && !row.number && !row.has_work && !row.has_bullet) {
        places_.push_back({AnnexPlace::Kind::note, {}, {}, -1});
      } else {
        task(row, next);
      }
    }
    number_tasks();
    return std::move(places_);
  }

 private:
  // What is below a row: an area, or a task that has parts.
  struct Group {
    std::optional<FormNumber> number;
    std::string code;                // What codes in it begin with.
    std::string area;                // Code; may be empty.
    std::optional<FormNumber> last;  // Number of the last row in it.
    bool is_task = false;
  };

  // Leaves the groups that a row of this number is not in.
  void leave(const FormNumber& number) {
    for (std::size_t i = groups_.size(); i-- > 0;) {
      const Group& group = groups_[i];
      if ((group.number && has_prefix(number, *group.number)) ||
          (group.last && follows(*group.last, number))) {
        groups_.resize(i + 1);
        return;
      }
    }
    for (std::size_t i = groups_.size(); i-- > 1;) {
      if (groups_[i].number && steps_behind(*groups_[i].number, number) > 0) {
        groups_.resize(i);
        return;
      }
    }
  }

  [[nodiscard]] bool is_area(const AnnexRow& row, const AnnexRow* next) const {
    if (row.has_work || row.has_bullet || !are_numbered_ || next == nullptr) return false;
    if (row.number && next->number) return is_above(*row.number, *next->number);
    if (next->number || next->has_work || next->has_bullet) return true;
    // A heading without a number follows.
    return row.number && (row.number->parts.front().style == Style::roman ||
                          row.number->parts.front().style == Style::capital);
  }

  // Whether the next row is below this one: neither beside nor above it.
  [[nodiscard]] bool is_above(const FormNumber& number, const FormNumber& next) const {
    if (steps_behind(number, next) > 0) return false;
    return std::none_of(groups_.begin(), groups_.end(), [&](const Group& group) {
      return (group.number && steps_behind(*group.number, next) > 0) ||
             (group.last && follows(*group.last, next));
    });
  }

  // The code of a number in the group that is open.
  [[nodiscard]] std::string code_of(const FormNumber& number) const {
    const Group& group = groups_.back();
    FormNumber own = number;
    if (group.number && has_prefix(number, *group.number)) {
      own.parts.erase(own.parts.begin(), own.parts.begin() + std::ssize(group.number->parts));
    }
    return in_group(group.code, own.text());
  }

  static std::string in_group(const std::string& group, const std::string& code) {
    return group.empty() ? code : fmt::format("{}.{}", group, code);
  }

  void area(const AnnexRow& row) {
    if (!row.number) leave_unnumbered();
    AnnexPlace place{AnnexPlace::Kind::area, {}, {}, -1};
    place.code =
        row.number ? code_of(*row.number) : in_group(groups_.back().code, slug(row.title, "area"));
    if (row.number) {
      groups_.back().last = row.number;
      place.same_number = same(area_rows_, place.code);
    }
    place.code = unique_code(std::move(place.code), area_codes_);
    groups_.push_back({row.number, place.code, place.code, {}, false});
    places_.push_back(std::move(place));
  }

  // Areas without numbers stand side by side.
  void leave_unnumbered() {
    while (groups_.back().is_task) groups_.pop_back();
    for (std::size_t i = groups_.size(); i-- > 1;) {
      if (groups_[i].number) continue;
      groups_.resize(i);
      return;
    }
  }

  // The row that has this code already; -1, and from now on the row that is read.
  Size same(std::unordered_map<std::string, Size>& rows, const std::string& code) const {
    const auto [known, is_new] = rows.emplace(code, std::ssize(places_));
    return is_new ? -1 : known->second;
  }

  void task(const AnnexRow& row, const AnnexRow* next) {
    AnnexPlace place{AnnexPlace::Kind::task, row.code, groups_.back().area, -1};
    if (!row.code.empty()) {
      task_rows_.emplace(row.code, std::ssize(places_));
    } else if (row.number) {
      place.code = code_of(*row.number);
      place.same_number = same(task_rows_, place.code);
    } else {
      unnumbered_.emplace_back(places_.size(), groups_.back().code);
    }
    if (row.number) {
      groups_.back().last = row.number;
      const bool has_parts =
          next != nullptr && (next->number ? !are_alike(*row.number, *next->number) &&
                                                 is_above(*row.number, *next->number)
                                           : next->has_bullet);
      if (has_parts) groups_.push_back({row.number, place.code, place.area, {}, true});
    }
    places_.push_back(std::move(place));
  }

  // Tasks without a number get the first that is free in their group.
  void number_tasks() {
    std::unordered_map<std::string, int> last;
    for (const auto& [position, group] : unnumbered_) {
      int& number = last[group];
      std::string& code = places_[position].code;
      do {
        code = in_group(group, fmt::format("{}", ++number));
      } while (!task_rows_.emplace(code, static_cast<Size>(position)).second);
    }
  }

  std::span<const AnnexRow> rows_;
  std::set<std::string>& area_codes_;
  bool are_numbered_;
  std::vector<AnnexPlace> places_;
  std::vector<Group> groups_{{}};  // The whole, then those that are open, outer ones first.
  std::unordered_map<std::string, Size> area_rows_;
  std::unordered_map<std::string, Size> task_rows_;
  std::vector<std::pair<std::size_t, std::string>> unnumbered_;  // Row, code of its group.
};

}  // namespace

std::vector<AnnexPlace> outline(std::span<const AnnexRow> rows, std::set<std::string>& area_codes) {
  return Outliner(rows, area_codes).run();
}

std::string slug(std::string_view name, std::string_view otherwise) {
  constexpr std::size_t most = 60;
  std::string code;
  for (const char c : plain_words(name)) {
    const bool is_kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (is_kept) {
      code += c;
    } else if (!code.empty() && code.back() != '-') {
      code += '-';
    }
    if (code.size() == most) break;
  }
  while (code.ends_with('-')) code.pop_back();
  return code.empty() ? std::string(otherwise) : code;
}

std::string unique_code(std::string code, std::set<std::string>& taken) {
  if (taken.insert(code).second) return code;
  for (int i = 2;; ++i) {
    std::string next = fmt::format("{}-{}", code, i);
    if (taken.insert(next).second) return next;
  }
}

}  // namespace chiso
