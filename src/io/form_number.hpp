#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chiso {

/// The number of a criterion in a form: 1.1.2, I, II.3, A, a).
struct FormNumber {
  /// Kinds of numbering, outer ones first.
  enum class Style { capital, roman, arabic, letter };
  struct Part {
    Style style = Style::arabic;
    int value = 0;
    friend bool operator==(const Part&, const Part&) = default;
  };
  std::vector<Part> parts;

  /// "1.1.2", in characters that codes have.
  [[nodiscard]] std::string text() const;

  friend bool operator==(const FormNumber&, const FormNumber&) = default;
};

/// Reads a cell that holds nothing but a number: "1.1.2.", "II.3", "a)", "1,1".
[[nodiscard]] std::optional<FormNumber> read_form_number(std::string_view cell);

/// Reads the number that a text begins with, and the text behind it. A number that belongs to the
/// text ("100% of ...", "1.5 points if ...") is none.
[[nodiscard]] std::optional<std::pair<FormNumber, std::string_view>> read_leading_number(
    std::string_view text);

}  // namespace chiso
