#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "chiso/base/language.hpp"
#include "chiso/formula/formula.hpp"

namespace chiso {

/// What stands for a name in rendered text; the name itself if empty.
using NameText = std::function<std::string(std::string_view)>;

/// As LaTeX for math mode, with amsmath, as KaTeX and MathJax take it, and matplotlib where there
/// is no `if`: that becomes `cases`. prev(x) has the index t-1. Titles are set upright and escaped,
/// and stand in brackets if they could be taken for anything but a name: "[1.1]".
[[nodiscard]] std::string to_latex(const Formula& formula, Language language = Language::en,
                                   const NameText& title = {});

/// As a sentence without its full stop: "2 if rate is above 90; otherwise 1 if rate is at least 70;
/// otherwise 0". Arithmetic keeps its signs. Titles in brackets as above, and where they have
/// "and", "or", "if" in them.
[[nodiscard]] std::string to_words(const Formula& formula, Language language = Language::en,
                                   const NameText& title = {});

/// The canonical text with values put in for names: "if 87.5 > 90 then 2 else ...".
/// @param value is asked for "x", for "prev(x)", and for "maximum"; what it has no text for stays
[[nodiscard]] std::string with_values(const Formula& formula, const NameText& value);

}  // namespace chiso
