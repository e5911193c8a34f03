#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/size.hpp"
#include "io/form_number.hpp"

/// Which rows of an annex are headings of others, and what each is called.
namespace chiso {

/// A row below the heading, as far as its place depends on it.
struct AnnexRow {
  std::optional<FormNumber> number;
  std::string title;        ///< Without its number; not empty.
  std::string code;         ///< As the office gave it; may be empty.
  bool has_work = false;    ///< Says who, when, or with what result.
  bool has_bullet = false;  ///< The title begins with a dash.
};

struct AnnexPlace {
  enum class Kind {
    area,  ///< Nothing but a heading, with rows below it.
    task,
    note  ///< Neither: no number where others have one, nobody to do it, nothing below it.
  };
  Kind kind = Kind::task;
  std::string code;
  std::string area;       ///< Of a task: code of the area that it is in; may be empty.
  Size same_number = -1;  ///< An earlier row of the kind with the same number in the same place.
};

/// The places of all rows, in their order.
///
/// A row is below another if its number goes on from that ("1.2" in "1"), or if it is numbered
/// otherwise and neither it nor what is above it is followed by the number. Codes are the numbers
/// from the outermost down, "II.a.1"; areas without a number are called by a slug of their titles.
///
/// @param area_codes those of areas; filled.
[[nodiscard]] std::vector<AnnexPlace> outline(std::span<const AnnexRow> rows,
                                              std::set<std::string>& area_codes);

/// Lower-case words of ASCII letters and digits, joined by hyphens: "so-noi-vu"; `otherwise` if
/// there are none.
[[nodiscard]] std::string slug(std::string_view name, std::string_view otherwise);

/// The code, with a number behind it if it is taken; it is then, too.
[[nodiscard]] std::string unique_code(std::string code, std::set<std::string>& taken);

}  // namespace chiso
