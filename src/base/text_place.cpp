#include "chiso/base/text_place.hpp"

#include <algorithm>
#include <utility>

namespace chiso {

Location TextPlace::of(const Location& in_text) const {
  const auto after = std::upper_bound(
      runs_.begin(), runs_.end(), in_text, [](const Location& letter, const Run& run) {
        return std::pair(letter.line, letter.column) < std::pair(run.text_line, run.text_column);
      });
  if (after == runs_.begin() || in_text.line <= 0) return {file_, 0, 0};
  const Run& run = *(after - 1);
  if (is_whole_) return {file_, run.line, run.column};
  // Beyond the end of a line of the text: where that line ends is not known.
  if (run.text_line != in_text.line) return {file_, run.line, 0};
  const int beyond = std::max(0, in_text.column - run.text_column);
  return {file_, run.line, run.column > 0 ? run.column + beyond : 0};
}

}  // namespace chiso
