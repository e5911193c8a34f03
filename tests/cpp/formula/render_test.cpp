#include "chiso/formula/render.hpp"

#include <gmock/gmock.h>

#include <cctype>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/interval.hpp"
#include "random_formula.hpp"

namespace chiso {
namespace {

using Operation = FormulaOperation;
using testing_formula::RandomFormula;

std::string words(std::string_view text) { return to_words(Formula(text)); }
std::string words_vi(std::string_view text) { return to_words(Formula(text), Language::vi); }
std::string latex(std::string_view text) { return to_latex(Formula(text)); }

// ---- Words -------------------------------------------------------------------------------------

struct Said {
  std::string_view formula;
  std::string_view en;
  std::string_view vi;
};

TEST(ToWordsTest, SaysEveryOperationInBothLanguages) {
  const std::vector<Said> cases{
      {"12.5", "12.5", "12.5"},
      {"rate", "rate", "rate"},
      {"maximum", "the maximum", "điểm tối đa"},
      {"missing", "no value", "không có giá trị"},
      {"-a", "-a", "-a"},
      {"a + b", "a + b", "a + b"},
      {"a - b", "a - b", "a - b"},
      {"a * b", "a × b", "a × b"},
      {"a / b", "a / b", "a / b"},
      {"a ^ b", "a ^ b", "a ^ b"},
      {"min(a, b)", "the smaller of a and b", "giá trị nhỏ nhất của a và b"},
      {"min(a, b, c)", "the smallest of a, b and c", "giá trị nhỏ nhất của a, b và c"},
      {"max(a, b)", "the larger of a and b", "giá trị lớn nhất của a và b"},
      {"max(a, b, c)", "the largest of a, b and c", "giá trị lớn nhất của a, b và c"},
      {"clamp(a, 0, 10)", "a, but at least 0 and at most 10",
       "a, nhưng không nhỏ hơn 0 và không lớn hơn 10"},
      {"abs(a)", "the absolute value of a", "giá trị tuyệt đối của a"},
      {"sqrt(a)", "the square root of a", "căn bậc hai của a"},
      {"log(a)", "the natural logarithm of a", "logarit tự nhiên của a"},
      {"exp(a)", "e to the power of a", "e mũ a"},
      {"round(a)", "a rounded to a whole number", "a làm tròn đến số nguyên"},
      {"round(a, 0)", "a rounded to a whole number", "a làm tròn đến số nguyên"},
      {"round(a, 1)", "a rounded to 1 decimal place", "a làm tròn đến 1 chữ số thập phân"},
      {"round(a, 2)", "a rounded to 2 decimal places", "a làm tròn đến 2 chữ số thập phân"},
      {"floor(a)", "a rounded down to a whole number", "a làm tròn xuống số nguyên"},
      {"ceil(a)", "a rounded up to a whole number", "a làm tròn lên số nguyên"},
      {"sum(a, b, c)", "the sum of a, b and c", "tổng của a, b và c"},
      {"mean(a, b)", "the mean of a and b", "trung bình cộng của a và b"},
      {"count(a, b)", "the number of values present among a and b",
       "số giá trị có số liệu trong a và b"},
      {"count(a > 1, b > 2)",
       "the number of true conditions among (a is above 1) and (b is above 2)",
       "số điều kiện đúng trong (a lớn hơn 1) và (b lớn hơn 2)"},
      {"coalesce(a, 0)", "a, or 0 if that is missing", "a, hoặc 0 nếu không có số liệu"},
      {"coalesce(a, b, 0)", "the first of a, b and 0 that is not missing",
       "giá trị đầu tiên có số liệu trong a, b và 0"},
      {"prev(a)", "a in the previous period", "a kỳ trước"},
  };
  for (const auto& [formula, en, vi] : cases) {
    EXPECT_EQ(words(formula), en) << formula;
    EXPECT_EQ(words_vi(formula), vi) << formula;
  }
}

TEST(ToWordsTest, SaysConditions) {
  const std::vector<Said> cases{
      {"a < 3", "a is below 3", "a nhỏ hơn 3"},
      {"a <= 3", "a is at most 3", "a nhỏ hơn hoặc bằng 3"},
      {"a > 3", "a is above 3", "a lớn hơn 3"},
      {"a >= 3", "a is at least 3", "a lớn hơn hoặc bằng 3"},
      {"a == 3", "a equals 3", "a bằng 3"},
      {"a != 3", "a does not equal 3", "a khác 3"},
      {"g < \"khá\"", "g is below “khá”", "g thấp hơn “khá”"},
      {"g <= \"khá\"", "g is at most “khá”", "g từ “khá” trở xuống"},
      {"g > \"khá\"", "g is above “khá”", "g cao hơn “khá”"},
      {"g >= \"khá\"", "g is at least “khá”", "g từ “khá” trở lên"},
      {"g == \"khá\"", "g is “khá”", "g là “khá”"},
      {"g != \"khá\"", "g is not “khá”", "g không phải là “khá”"},
      {"between(a, 70, 90)", "a is from 70 to 90", "a từ 70 đến 90"},
      {"missing(a)", "a is missing", "a không có số liệu"},
      {"not missing(a)", "a is not missing", "a có số liệu"},
      {"true", "true", "đúng"},
      {"false", "false", "sai"},
      {"not a > 3", "not (a is above 3)", "không thỏa mãn (a lớn hơn 3)"},
      {"a > 3 and b > 4", "a is above 3 and b is above 4", "a lớn hơn 3 và b lớn hơn 4"},
      {"a > 3 or b > 4", "a is above 3 or b is above 4", "a lớn hơn 3 hoặc b lớn hơn 4"},
      // What is compared comes first.
      {"70 <= a", "a is at least 70", "a lớn hơn hoặc bằng 70"},
      {"70 < a", "a is above 70", "a lớn hơn 70"},
      {"70 >= a", "a is at most 70", "a nhỏ hơn hoặc bằng 70"},
      {"70 > a", "a is below 70", "a nhỏ hơn 70"},
      {"70 == a", "a equals 70", "a bằng 70"},
      {"\"khá\" > g", "g is below “khá”", "g thấp hơn “khá”"},
      {"3 < 4", "3 is below 4", "3 nhỏ hơn 4"},
      // A step of a table, in whatever order.
      {"a >= 70 and a < 90", "a is at least 70 and below 90", "a từ 70 đến dưới 90"},
      {"a < 90 and 70 <= a", "a is at least 70 and below 90", "a từ 70 đến dưới 90"},
      {"70 < a and a <= 90", "a is above 70 and at most 90", "a trên 70 đến 90"},
      {"70 < a and a < 90", "a is above 70 and below 90", "a trên 70 đến dưới 90"},
      {"70 <= a and a <= 90", "a is from 70 to 90", "a từ 70 đến 90"},
      {"prev(a) >= 70 and prev(a) < 90", "a in the previous period is at least 70 and below 90",
       "a kỳ trước từ 70 đến dưới 90"},
      // No step: another variable, another period, the same side twice, a bound that may be
      // missing.
      {"a >= 70 and b < 90", "a is at least 70 and b is below 90",
       "a lớn hơn hoặc bằng 70 và b nhỏ hơn 90"},
      {"a >= 70 and prev(a) < 90", "a is at least 70 and a in the previous period is below 90",
       "a lớn hơn hoặc bằng 70 và a kỳ trước nhỏ hơn 90"},
      {"a >= 70 and a > 80", "a is at least 70 and a is above 80",
       "a lớn hơn hoặc bằng 70 và a lớn hơn 80"},
      {"a >= low and a <= 90", "a is at least low and a is at most 90",
       "a lớn hơn hoặc bằng low và a nhỏ hơn hoặc bằng 90"},
  };
  for (const auto& [condition, en, vi] : cases) {
    const std::string formula = "if " + std::string(condition) + " then 1 else 0";
    EXPECT_EQ(words(formula), "1 if " + std::string(en) + "; otherwise 0") << condition;
    EXPECT_EQ(words_vi(formula), "nếu " + std::string(vi) + " thì 1; ngược lại thì 0") << condition;
  }
}

// Source: scoring_rules, rows CM-1.1.4, JU-2, AU-1, 766-b, BG-1, written as formulas.
TEST(ToWordsTest, ReadsWellForScoringRules) {
  const std::vector<Said> cases{
      {"if rate > 90 then 2 else if rate >= 70 then 1 else 0",
       "2 if rate is above 90; otherwise 1 if rate is at least 70; otherwise 0",
       "nếu rate lớn hơn 90 thì 2; ngược lại, nếu rate lớn hơn hoặc bằng 70 thì 1; ngược lại thì "
       "0"},
      {"if x == 100 then 2 else if 95 <= x and x < 100 then 1.75 else 0",
       "2 if x equals 100; otherwise 1.75 if x is at least 95 and below 100; otherwise 0",
       "nếu x bằng 100 thì 2; ngược lại, nếu x từ 95 đến dưới 100 thì 1.75; ngược lại thì 0"},
      {"if x < 10 then 0 else min(2, 1 + 0.25 * floor((x - 10) / 5))",
       "0 if x is below 10; otherwise the smaller of 2 and 1 + 0.25 × (((x - 10) / 5) rounded down "
       "to a whole number)",
       "nếu x nhỏ hơn 10 thì 0; ngược lại thì giá trị nhỏ nhất của 2 và 1 + 0.25 × (((x - 10) / 5) "
       "làm tròn xuống số nguyên)"},
      {"(all - overdue) / all * 100", "(all - overdue) / all × 100", "(all - overdue) / all × 100"},
      {"if rate >= 80 then rate * maximum / 100 else 0",
       "rate × the maximum / 100 if rate is at least 80; otherwise 0",
       "nếu rate lớn hơn hoặc bằng 80 thì rate × điểm tối đa / 100; ngược lại thì 0"},
  };
  for (const auto& [formula, en, vi] : cases) {
    EXPECT_EQ(words(formula), en);
    EXPECT_EQ(words_vi(formula), vi);
  }
}

TEST(ToWordsTest, PutsInParenthesesWhatCouldBeReadTwoWays) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases{
      {"(a + b) * c", "(a + b) × c"},
      {"a + b * c", "a + b × c"},
      {"a - (b - c)", "a - (b - c)"},
      {"a - b - c", "a - b - c"},
      {"a / (b * c)", "a / (b × c)"},
      {"a / b * c", "a / b × c"},
      {"(-a)^2", "(-a) ^ 2"},
      {"-a^2", "-a ^ 2"},
      {"(-2)^2", "(-2) ^ 2"},
      {"a^b^c", "a ^ (b ^ c)"},
      {"(a^b)^c", "(a ^ b) ^ c"},
      {"a - -2", "a - (-2)"},
      {"a * -b", "a × (-b)"},
      {"sqrt(a + b)", "the square root of (a + b)"},
      {"sqrt(a) + b", "(the square root of a) + b"},
      {"min(a, b + c)", "the smaller of a and b + c"},
      {"min(a, b) + c", "(the smaller of a and b) + c"},
      {"min(a, min(b, c))", "the smaller of a and (the smaller of b and c)"},
      {"round(a * b, 2)", "(a × b) rounded to 2 decimal places"},
      {"a * round(b, 2)", "a × (b rounded to 2 decimal places)"},
      {"2 * prev(a)", "2 × (a in the previous period)"},
      {"a + prev(b)", "a + (b in the previous period)"},
      {"coalesce(a, 0) + coalesce(b, 0)",
       "(a, or 0 if that is missing) + (b, or 0 if that is missing)"},
      {"if a > 1 then coalesce(b, 0) else clamp(a, 0, 1)",
       "(b, or 0 if that is missing) if a is above 1; otherwise (a, but at least 0 and at most 1)"},
      {"if min(a, b) > 1 then 1 else 0", "1 if (the smaller of a and b) is above 1; otherwise 0"},
      {"if a > prev(a) then 1 else 0", "1 if a is above a in the previous period; otherwise 0"},
      {"if a > 1 and b > 1 or c > 1 then 1 else 0",
       "1 if (a is above 1 and b is above 1) or c is above 1; otherwise 0"},
      {"if a > 1 and (b > 1 or c > 1) then 1 else 0",
       "1 if a is above 1 and (b is above 1 or c is above 1); otherwise 0"},
      {"if a > 1 or (b > 1 or c > 1) then 1 else 0",
       "1 if a is above 1 or b is above 1 or c is above 1; otherwise 0"},
      {"if a >= 1 and a < 3 or b > 1 then 1 else 0",
       "1 if (a is at least 1 and below 3) or b is above 1; otherwise 0"},
      {"if a > 1 then (if b > 1 then 2 else 1) else 0",
       "(2 if b is above 1; otherwise 1) if a is above 1; otherwise 0"},
      {"1 + (if a > 1 then 2 else 1)", "1 + (2 if a is above 1; otherwise 1)"},
  };
  for (const auto& [formula, said] : cases) EXPECT_EQ(words(formula), said) << formula;
}

TEST(ToWordsTest, SaysTitlesInsteadOfNames) {
  const NameText title = [](std::string_view name) -> std::string {
    if (name == "rate") return "tỷ lệ hồ sơ đúng hạn";
    if (name == "all") return "Hồ sơ (tiếp nhận, trả)";
    if (name == "q") return "số lượng và chất lượng";
    if (name == "1.1") return "1.1. Kế hoạch";
    return "";
  };
  const Formula formula("if rate > 90 then `1.1` / all else prev(rate) + q * other");
  EXPECT_EQ(to_words(formula, Language::vi, title),
            "nếu tỷ lệ hồ sơ đúng hạn lớn hơn 90 thì [1.1. Kế hoạch] / [Hồ sơ (tiếp nhận, trả)]; "
            "ngược lại thì (tỷ lệ hồ sơ đúng hạn kỳ trước) + [số lượng và chất lượng] × other");
}

TEST(ToWordsTest, BracketsNamesThatCouldBeSomethingElse) {
  EXPECT_EQ(words("`1.1` + `a - b` + `x, y` + `maximum` + `tỷ lệ` + `e-gov` + `km/h` + `%`"),
            "[1.1] + [a - b] + [x, y] + [maximum] + tỷ lệ + e-gov + km/h + %");
  EXPECT_EQ(words("`a and b` + `nếu x` + `android` + `-a` + `a `"),
            "[a and b] + [nếu x] + android + [-a] + [a ]");
  EXPECT_EQ(words("`a\nb`"), "[a\\x0ab]");
}

// ---- LaTeX -------------------------------------------------------------------------------------

TEST(ToLatexTest, WritesEveryOperation) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases{
      {"12.5", "12.5"},
      {"-12.5", "-12.5"},
      {"0.0000001", "1 \\cdot 10^{-7}"},
      {"2.5e300", "2.5 \\cdot 10^{300}"},
      {"rate", "\\mathrm{rate}"},
      {"maximum", "\\text{maximum}"},
      {"missing", "\\text{missing}"},
      {"-a", "-\\mathrm{a}"},
      {"a + b", "\\mathrm{a} + \\mathrm{b}"},
      {"a - b", "\\mathrm{a} - \\mathrm{b}"},
      {"a * b", "\\mathrm{a} \\cdot \\mathrm{b}"},
      {"a / b", "\\frac{\\mathrm{a}}{\\mathrm{b}}"},
      {"a^b", "\\mathrm{a}^{\\mathrm{b}}"},
      {"min(a, 2)", "\\min\\left(\\mathrm{a}, 2\\right)"},
      {"max(a, 2)", "\\max\\left(\\mathrm{a}, 2\\right)"},
      {"clamp(a, 0, 2)", "\\operatorname{clamp}\\left(\\mathrm{a}, 0, 2\\right)"},
      {"abs(a)", "\\left|\\mathrm{a}\\right|"},
      {"sqrt(a)", "\\sqrt{\\mathrm{a}}"},
      {"log(a)", "\\ln\\left(\\mathrm{a}\\right)"},
      {"exp(a)", "\\exp\\left(\\mathrm{a}\\right)"},
      {"round(a)", "\\operatorname{round}\\left(\\mathrm{a}\\right)"},
      {"round(a, 2)", "\\operatorname{round}\\left(\\mathrm{a}, 2\\right)"},
      {"floor(a)", "\\left\\lfloor \\mathrm{a} \\right\\rfloor"},
      {"ceil(a)", "\\left\\lceil \\mathrm{a} \\right\\rceil"},
      {"sum(a, 1)", "\\operatorname{sum}\\left(\\mathrm{a}, 1\\right)"},
      {"mean(a, 1)", "\\operatorname{mean}\\left(\\mathrm{a}, 1\\right)"},
      {"count(a, 1)", "\\operatorname{count}\\left(\\mathrm{a}, 1\\right)"},
      {"coalesce(a, 1)", "\\operatorname{coalesce}\\left(\\mathrm{a}, 1\\right)"},
      {"prev(a)", "\\mathrm{a}_{t-1}"},
  };
  for (const auto& [formula, expected] : cases) EXPECT_EQ(latex(formula), expected);
}

TEST(ToLatexTest, WritesConditionsAsCases) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases{
      {"a < 3", "\\mathrm{a} < 3"},
      {"a <= 3", "\\mathrm{a} \\leq 3"},
      {"a > 3", "\\mathrm{a} > 3"},
      {"a >= 3", "\\mathrm{a} \\geq 3"},
      {"a == 3", "\\mathrm{a} = 3"},
      {"a != 3", "\\mathrm{a} \\neq 3"},
      {"a == \"khá\"", "\\mathrm{a} = \\text{“khá”}"},
      {"between(a, 1, 3)", "1 \\leq \\mathrm{a} \\leq 3"},
      {"a >= 1 and a < 3", "1 \\leq \\mathrm{a} < 3"},
      {"3 >= a and a > 1", "1 < \\mathrm{a} \\leq 3"},
      {"a > 1 and a < 3", "1 < \\mathrm{a} < 3"},
      {"a >= 1 and a <= 3", "1 \\leq \\mathrm{a} \\leq 3"},
      {"missing(a)", "\\operatorname{missing}\\left(\\mathrm{a}\\right)"},
      {"not missing(a)", "\\neg \\operatorname{missing}\\left(\\mathrm{a}\\right)"},
      {"not a > 3", "\\neg \\left(\\mathrm{a} > 3\\right)"},
      {"a > 1 and b > 2", "\\mathrm{a} > 1 \\wedge \\mathrm{b} > 2"},
      {"a > 1 and b > 2 or true",
       "\\left(\\mathrm{a} > 1 \\wedge \\mathrm{b} > 2\\right) \\vee \\text{true}"},
      {"false", "\\text{false}"},
  };
  for (const auto& [condition, expected] : cases) {
    EXPECT_EQ(latex("if " + std::string(condition) + " then 1 else 0"),
              "\\begin{cases} 1 & \\text{if } " + std::string(expected) +
                  " \\\\ 0 & \\text{otherwise} \\end{cases}");
  }
  EXPECT_EQ(latex("if a > 9 then 2 else if a > 7 then 1 else 0"),
            "\\begin{cases} 2 & \\text{if } \\mathrm{a} > 9 \\\\ "
            "1 & \\text{else if } \\mathrm{a} > 7 \\\\ 0 & \\text{otherwise} \\end{cases}");
  EXPECT_EQ(
      to_latex(Formula("if a > 9 then maximum else if true then missing else 0"), Language::vi),
      "\\begin{cases} \\text{điểm tối đa} & \\text{nếu } \\mathrm{a} > 9 \\\\ "
      "\\text{không có số liệu} & \\text{ngược lại, nếu } \\text{đúng} \\\\ "
      "0 & \\text{các trường hợp còn lại} \\end{cases}");
}

TEST(ToLatexTest, PutsInParenthesesWhatCouldBeReadTwoWays) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases{
      {"(1 + 2) * 3", "\\left(1 + 2\\right) \\cdot 3"},
      {"1 - (2 - 3)", "1 - \\left(2 - 3\\right)"},
      {"1 * (2 / 3)", "1 \\cdot \\frac{2}{3}"},
      {"1 * 2 / 3", "\\frac{1 \\cdot 2}{3}"},
      {"(1 + 2) / (3 - 4)", "\\frac{1 + 2}{3 - 4}"},
      {"(1 / 2)^3", "\\left(\\frac{1}{2}\\right)^{3}"},
      {"(2^3)^4", "\\left(2^{3}\\right)^{4}"},
      {"2^3^4", "2^{3^{4}}"},
      {"2^(1 + 2)", "2^{1 + 2}"},
      {"(-2)^2", "\\left(-2\\right)^{2}"},
      {"-2^2", "-2^{2}"},
      {"1e-7^2", "\\left(1 \\cdot 10^{-7}\\right)^{2}"},
      {"2 * -3", "2 \\cdot \\left(-3\\right)"},
      {"log(2)^2", "\\left(\\ln\\left(2\\right)\\right)^{2}"},
      {"prev(a)^2", "\\mathrm{a}_{t-1}^{2}"},
      {"1 + (if true then 2 else 3)",
       "1 + \\left(\\begin{cases} 2 & \\text{if } \\text{true} \\\\ 3 & \\text{otherwise} "
       "\\end{cases}\\right)"},
  };
  for (const auto& [formula, expected] : cases) EXPECT_EQ(latex(formula), expected);
}

TEST(ToLatexTest, EscapesNames) {
  EXPECT_EQ(latex("rate_2.a"), "\\mathrm{rate\\_2.a}");
  EXPECT_EQ(latex("tỷ_lệ"), "{\\text{tỷ}\\_\\text{lệ}}");
  EXPECT_EQ(latex("`tỷ lệ %`"), "{\\text{tỷ lệ }\\%}");
  EXPECT_EQ(
      latex("`a\\b{c}$d&e#f%g_h^i~j<k>l|m`"),
      "{\\text{[a}\\backslash\\text{b}\\{\\text{c}\\}\\$\\text{d}\\&\\text{e}\\#\\text{f}\\%"
      "\\text{g}\\_\\text{h}\\hat{\\ }\\text{i}{\\sim}\\text{j}<\\text{k}>\\text{l}|\\text{m]}"
      "}");
  EXPECT_EQ(latex("`1.1`"), "\\text{[1.1]}");
  EXPECT_EQ(latex("if a == \"100%\" then 1 else 0"),
            "\\begin{cases} 1 & \\text{if } \\mathrm{a} = {\\text{“100}\\%\\text{”}} \\\\ "
            "0 & \\text{otherwise} \\end{cases}");
  // Letters that were typed as a letter and its marks are composed.
  const NameText title = [](std::string_view) -> std::string { return "tỷ lệ (a)"; };
  EXPECT_EQ(to_latex(Formula("rate"), Language::en, title), "\\text{[tỷ lệ (a)]}");
}

/// What is wrong with a piece of LaTeX as far as its signs tell; empty if nothing is.
std::string fault_in(std::string_view text) {
  std::vector<std::string> open;
  const auto close = [&](const std::string& what) {
    const bool fits = !open.empty() && open.back() == what;
    if (fits) open.pop_back();
    return fits;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto rest = text.substr(i);
    const bool in_text = !open.empty() && open.back() == "text";
    if (in_text && rest.front() != '}') {
      if (std::string_view("\\{$&#%_^~<>|\n").find(rest.front()) != std::string_view::npos) {
        return "a sign in \\text at " + std::string(rest);
      }
    } else if (rest.starts_with("\\text{")) {
      open.emplace_back("text");
      i += 5;
    } else if (rest.starts_with("\\left")) {
      open.emplace_back("left");
      i += 4;
    } else if (rest.starts_with("\\right")) {
      if (!close("left")) return "\\right without \\left at " + std::string(rest);
      i += 5;
    } else if (rest.starts_with("\\begin{cases}")) {
      open.emplace_back("cases");
      i += 12;
    } else if (rest.starts_with("\\end{cases}")) {
      if (!close("cases")) return "\\end without \\begin at " + std::string(rest);
      i += 10;
    } else if (rest.starts_with("\\\\")) {
      if (open.empty() || open.back() != "cases") return "a row outside cases";
      ++i;
    } else if (rest.front() == '\\') {
      if (rest.size() < 2) return "a last backslash";
      ++i;
      if (std::string_view("{}$&#%_ ").find(text[i]) != std::string_view::npos) continue;
      if (std::isalpha(static_cast<unsigned char>(text[i])) == 0) return "an unknown command";
    } else if (rest.front() == '{') {
      open.emplace_back("brace");
    } else if (rest.front() == '}') {
      if (!close("brace") && !close("text")) return "} without { at " + std::string(rest);
    } else if (rest.front() == '&') {
      if (open.empty() || open.back() != "cases") return "a column outside cases";
    } else if (std::string_view("$#%~").find(rest.front()) != std::string_view::npos) {
      return "a sign at " + std::string(rest);
    }
  }
  return open.empty() ? "" : open.back() + " is not closed";
}

TEST(FaultInTest, FindsWhatDoesNotFit) {
  EXPECT_EQ(fault_in("\\frac{\\text{a}\\_}{\\left(1\\right)}"), "");
  EXPECT_NE(fault_in("\\frac{1}{2"), "");
  EXPECT_NE(fault_in("1}"), "");
  EXPECT_NE(fault_in("\\left(1)"), "");
  EXPECT_NE(fault_in("\\left({1\\right)}"), "");
  EXPECT_NE(fault_in("\\text{a_b}"), "");
  EXPECT_NE(fault_in("a & b"), "");
  EXPECT_NE(fault_in("10%"), "");
  EXPECT_NE(fault_in("\\begin{cases} 1 & 2"), "");
}

// ---- All formulas ------------------------------------------------------------------------------

/// A tree as text, equal for those that mean the same to a reader and may be said alike.
std::string meaning(std::span<const FormulaNode> nodes, std::size_t i);

void join(std::span<const FormulaNode> nodes, std::size_t i, Operation operation,
          std::string& text) {
  for (const auto operand : nodes[i].operands) {
    if (nodes[operand].operation == operation) {
      join(nodes, operand, operation, text);
    } else {
      text += ' ' + meaning(nodes, operand);
    }
  }
}

bool is_literal(const FormulaNode& node) {
  return node.operation == Operation::number || node.operation == Operation::category;
}

std::string meaning(std::span<const FormulaNode> nodes, std::size_t i) {
  const FormulaNode& node = nodes[i];
  const auto operand = [&](std::size_t k) { return meaning(nodes, node.operands[k]); };
  const auto call = [](std::string_view what, const std::string& operands) {
    return "(" + std::string(what) + operands + ")";
  };
  switch (node.operation) {
    case Operation::number:
      return node.number < 0.0 ? call("-", " " + to_string(-node.number)) : to_string(node.number);
    case Operation::negate:
      return call("-", " " + operand(0));
    case Operation::name:
      return "name:" + node.text;
    case Operation::category:
      return "category:" + node.text;
    case Operation::truth:
      return node.number != 0.0 ? "true" : "false";
    case Operation::round:
      return call("round", " " + operand(0) + " " +
                               (node.operands.size() == 1 ? std::string("0") : operand(1)));
    case Operation::logical_or: {
      std::string joined;
      join(nodes, i, node.operation, joined);
      return call("or", joined);
    }
    case Operation::logical_and: {
      // `a >= 1 and a <= 3` is between(a, 1, 3) where neither bound can be missing.
      std::map<std::string, std::string> ends;
      std::string subject;
      for (const auto each : node.operands) {
        const std::string said = meaning(nodes, each);
        const bool lower = said.starts_with("(>");
        if (!lower && !said.starts_with("(<")) continue;
        const auto first = nodes[each].operands[is_literal(nodes[nodes[each].operands[0]]) ? 1 : 0];
        const auto bound = nodes[each].operands[is_literal(nodes[nodes[each].operands[0]]) ? 0 : 1];
        if (nodes[bound].operation != Operation::number) continue;
        if (nodes[first].operation != Operation::name &&
            nodes[first].operation != Operation::previous) {
          continue;
        }
        if (!subject.empty() && subject != meaning(nodes, first)) continue;
        subject = meaning(nodes, first);
        ends[lower ? "low" : "high"] = said;
      }
      if (ends.size() == 2) {
        if (ends["low"].starts_with("(>= ") && ends["high"].starts_with("(<= ")) {
          const auto bound = [&](const std::string& end) {
            return ends[end].substr(4 + subject.size(), ends[end].size() - 5 - subject.size());
          };
          return call("between", " " + subject + bound("low") + bound("high"));
        }
        return call("bounds", " " + ends["low"] + " " + ends["high"]);
      }
      std::string joined;
      join(nodes, i, node.operation, joined);
      return call("and", joined);
    }
    case Operation::less:
    case Operation::less_equal:
    case Operation::greater:
    case Operation::greater_equal:
    case Operation::equal:
    case Operation::not_equal: {
      const bool turned =
          is_literal(nodes[node.operands[0]]) && !is_literal(nodes[node.operands[1]]);
      std::string sign(name(node.operation));
      if (turned && sign.front() == '<') {
        sign.front() = '>';
      } else if (turned && sign.front() == '>') {
        sign.front() = '<';
      }
      return call(sign, " " + operand(turned ? 1 : 0) + " " + operand(turned ? 0 : 1));
    }
    default: {
      std::string operands;
      for (std::size_t k = 0; k < node.operands.size(); ++k) operands += ' ' + operand(k);
      return call(name(node.operation), operands);
    }
  }
}

const RandomFormula::Vocabulary few{
    {"a", "b", "a + b", "a and b", "2", "x, y", "maximum"}, {"a", "khá"}, {2.0, 3.0, -1.0, 0.5}};

// Thousands of small formulas of a small vocabulary: what is said alike means the same.
TEST(RenderTest, NeverSaysTwoThingsInTheSameWords) {
  RandomFormula random(20260101, few);
  std::map<std::string, std::string> meaning_of;
  int repeated = 0;
  for (int n = 0; n < 6000; ++n) {
    const Formula formula(random.draw(1 + n % 3));
    const std::string means = meaning(formula.nodes(), formula.root());
    for (const std::string& said :
         {"en " + to_words(formula), "vi " + to_words(formula, Language::vi),
          "tex " + to_latex(formula)}) {
      const auto [found, is_new] = meaning_of.emplace(said, means);
      EXPECT_EQ(found->second, means) << said;
      repeated += is_new ? 0 : 1;
    }
  }
  EXPECT_GT(repeated, 1000);
}

TEST(RenderTest, WritesBalancedLatexForAnyFormula) {
  RandomFormula random(7, {{"a", "rate_2", "tỷ lệ %", "a\\b", "{", "}}", "$x$", "1.1"},
                           {"100%", "{", "a & b"},
                           {2.0, -1e-7, 1e300}});
  for (int n = 0; n < 1000; ++n) {
    const Formula formula(random.draw(1 + n % 5));
    EXPECT_EQ(fault_in(to_latex(formula)), "") << to_string(formula);
    EXPECT_EQ(fault_in(to_latex(formula, Language::vi)), "") << to_string(formula);
  }
}

// However deep a formula is nested, each level adds the same length.
TEST(RenderTest, GrowsWithTheFormulaAndNoFaster) {
  const std::vector<std::pair<std::string_view, std::string_view>> nests{
      {"-(", ")"},
      {"2 - (", ")"},
      {"(", ") / 2"},
      {"2 / (", ")"},
      {"(", ")^2"},
      {"2^(", ")"},
      {"min(", ", 2)"},
      {"clamp(2, ", ", 3)"},
      {"abs(", ")"},
      {"round(", ", 2)"},
      {"coalesce(", ", 2)"},
      {"coalesce(2, ", ")"},
      {"count(", ", x)"},
      {"count(2 < ", ", true)"},
      {"1 + if(a > 1, ", ", 2)"},
      {"1 + if(between(a, 1, ", "), 1, 2)"},
      {"1 + if(not missing(", "), 1, 2)"},
      {"if(a > 1 and (b > 1 or c > ", "), 1, 2)"},
  };
  const auto nested = [](std::string_view before, std::string_view behind, int depth) {
    std::string text;
    for (int k = 0; k < depth; ++k) text += before;
    text += 'a';
    for (int k = 0; k < depth; ++k) text += behind;
    return Formula(text, {.depth = 1000});
  };
  for (const auto& [before, behind] : nests) {
    const std::vector<Formula> formulas{nested(before, behind, 20), nested(before, behind, 30),
                                        nested(before, behind, 40)};
    for (int which = 0; which < 3; ++which) {
      std::vector<std::size_t> size;
      for (const auto& each : formulas) {
        size.push_back(which == 0   ? to_words(each).size()
                       : which == 1 ? to_words(each, Language::vi).size()
                                    : to_latex(each).size());
      }
      EXPECT_EQ(size[2] - size[1], size[1] - size[0]) << before;
      EXPECT_LT(size[1] - size[0], 10 * 250) << before;
    }
  }
}

// ---- Values ------------------------------------------------------------------------------------

TEST(WithValuesTest, PutsValuesIn) {
  const auto put = [](std::string_view text) {
    return with_values(Formula(text), [](std::string_view name) -> std::string {
      if (name == "rate") return "87.5";
      if (name == "prev(rate)") return "80";
      if (name == "maximum") return "2";
      if (name == "loss") return "-3";
      if (name == "gap") return "missing";
      if (name == "grade") return "\"khá\"";
      return "";
    });
  };
  EXPECT_EQ(put("if rate > 90 then maximum else rate * maximum / 100"),
            "if 87.5 > 90 then 2 else 87.5 * 2 / 100");
  EXPECT_EQ(put("rate - prev(rate)"), "87.5 - 80");
  EXPECT_EQ(put("other + prev(other) + prev(`1.1`)"), "other + prev(other) + prev(`1.1`)");
  EXPECT_EQ(put("loss^2 + -loss - loss"), "(-3)^2 + --3 - -3");
  EXPECT_EQ(put("if missing(gap) or grade == \"khá\" then 1 else coalesce(gap, 0)"),
            "if missing(missing) or \"khá\" == \"khá\" then 1 else coalesce(missing, 0)");
}

TEST(WithValuesTest, LeavesWhatHasNoValue) {
  const Formula formula("if `1.1` > 90 then maximum else prev(x)");
  EXPECT_EQ(with_values(formula, {}), to_string(formula));
  EXPECT_EQ(with_values(formula, [](std::string_view) { return std::string(); }),
            to_string(formula));
}

// Read again, it is the formula with its names replaced, whatever surrounds them.
TEST(WithValuesTest, IsAFormulaOfItsOwn) {
  RandomFormula random(11, {{"a"}, {"khá"}, {2.0, -1.0}});
  for (int n = 0; n < 300; ++n) {
    std::vector<FormulaNode> nodes = random.draw(1 + n % 4);
    const Formula formula(nodes);
    const std::string put = with_values(formula, [](std::string_view name) -> std::string {
      return name == "a" ? "-3" : name == "maximum" ? "-12.5" : "";
    });
    nodes.assign(formula.nodes().begin(), formula.nodes().end());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      FormulaNode& node = nodes[i];
      if (node.operation == Operation::previous) continue;
      const bool within_prev =
          i + 1 < nodes.size() && nodes[i + 1].operation == Operation::previous;
      if (node.operation == Operation::name && !within_prev) {
        node = {Operation::number, -3.0, {}, {}, {}};
      } else if (node.operation == Operation::highest) {
        node = {Operation::number, -12.5, {}, {}, {}};
      }
    }
    EXPECT_EQ(Formula(put), Formula(nodes)) << to_string(formula);
  }
}

}  // namespace
}  // namespace chiso
