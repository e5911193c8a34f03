#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "chiso/formula/formula.hpp"
#include "chiso/formula/render.hpp"

/// What the renderings for people have in common.
namespace chiso {

/// Writes `pattern` with what `put` writes in the place of "#1", "#2", "#*": it is called with the
/// character behind the sign.
template <class Put>
void fill(std::string& out, std::string_view pattern, Put&& put) {
  while (true) {
    const auto mark = pattern.find('#');
    out += pattern.substr(0, mark);
    if (mark == std::string_view::npos) return;
    put(pattern[mark + 1]);
    pattern.remove_prefix(mark + 2);
  }
}

/// The title of a name, or the name itself; in brackets if a reader could take it for anything but
/// a name: "[1.1]", "[Reports (on time, complete)]".
[[nodiscard]] std::string shown_name(std::string_view name, const NameText& title);

/// `x >= 70 and x < 90`, in whatever order: a variable between two numbers.
struct FormulaBounds {
  std::uint32_t subject = 0;  ///< A name, or prev of a name.
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  bool low_included = false;
  bool high_included = false;
};

/// What a node says about one variable, if it says that.
[[nodiscard]] std::optional<FormulaBounds> bounds_of(std::span<const FormulaNode> nodes,
                                                     std::size_t node);

/// `70 <= x` is `x >= 70`.
[[nodiscard]] FormulaOperation mirrored(FormulaOperation comparison) noexcept;

}  // namespace chiso
