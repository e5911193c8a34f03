#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "chiso/base/language.hpp"
#include "chiso/formula/formula.hpp"

namespace chiso {

/// What stands for a name in rendered text; the name itself if empty.
using NameText = std::function<std::string(std::string_view)>;

/// As LaTeX, for math mode; if-chains become `cases`. Names are set upright and escaped.
[[nodiscard]] std::string to_latex(const Formula& formula, const NameText& title = {});

/// As a sentence without its full stop: "2 if rate is above 90; 1 if rate is at least 70; else 0".
[[nodiscard]] std::string to_words(const Formula& formula, Language language = Language::en,
                                   const NameText& title = {});

/// The canonical text with values put in for names: "if 87.5 > 90 then 2 else ...".
[[nodiscard]] std::string with_values(const Formula& formula, const NameText& value);

}  // namespace chiso
