#pragma once

#include <string>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"

namespace chiso {

/// Where the letters of a text stand that was read out of a file: it may run over several lines
/// there, be indented, or have letters that are written as two (`\"`).
class TextPlace {
 public:
  /// From a letter of the text on (its line and column, from 1), up to the next run, letters stand
  /// side by side from here on.
  struct Run {
    int text_line = 1;
    int text_column = 1;
    int line = 0;
    int column = 0;
  };

  TextPlace() = default;

  /// A text on one line, as it is, from here on.
  explicit TextPlace(const Location& begin)
      : TextPlace(begin.file, {{1, 1, begin.line, begin.column}}) {}

  /// @param runs in the order of the text; none: nothing is known
  TextPlace(std::string file, std::vector<Run> runs)
      : file_(std::move(file)), runs_(std::move(runs)) {}

  /// A text whose letters have no places of their own, as in a cell of a table.
  [[nodiscard]] static TextPlace whole(const Location& location) {
    TextPlace place(location);
    place.is_whole_ = true;
    return place;
  }

  /// Where a letter stands, given its line and column in the text; unknown if that is not known.
  [[nodiscard]] Location of(const Location& in_text) const;

  /// Where the text begins.
  [[nodiscard]] Location begin() const { return of({{}, 1, 1}); }

 private:
  std::string file_;
  std::vector<Run> runs_;
  bool is_whole_ = false;
};

}  // namespace chiso
