// Random formulas against an interpreter that walks the tree and knows nothing of passes, tables or
// shared values.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "../base/rounds.hpp"
#include "chiso/formula/program.hpp"

namespace chiso {
namespace {

using Operation = FormulaOperation;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

const std::vector<std::string> numbers{"x", "y", "z", "u"};
const std::vector<std::string> grades{"C", "B", "A"};
constexpr double limit = 80.0;
constexpr double highest = 10.0;

FormulaSymbols symbols() {
  FormulaSymbols known;
  for (const auto& each : numbers) known.names[each] = {};
  known.names["grade"].categories = grades;
  known.names["limit"].value = limit;
  known.maximum = highest;
  return known;
}

// ---- the interpreter ----------------------------------------------------------------------------

/// One function of the language by itself: the library's log, exp and ^ are tested elsewhere.
double library(const char* text, std::vector<double> values) {
  static const FormulaSymbols known = symbols();
  const Formula formula(text);
  std::vector<double> nodes(formula.nodes().size());
  (void)FormulaProgram(formula, known).trace(values, nodes);
  return nodes.back();
}

/// Half away from zero on the decimal text without an exponent.
double round_text(double x, int digits) {
  if (std::isnan(x) || std::isinf(x)) return x;
  std::array<char, 2048> buffer;
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(x),
                                     std::chars_format::fixed);
  std::string text(buffer.data(), written.ptr);
  if (text.find('.') == std::string::npos) text += '.';
  const std::size_t point = text.find('.');
  text.append(static_cast<std::size_t>(digits) + 2, '0');
  std::string kept =
      "0" + text.substr(0, point) + text.substr(point + 1, static_cast<std::size_t>(digits));
  if (text[point + 1 + static_cast<std::size_t>(digits)] >= '5') {
    std::size_t k = kept.size() - 1;
    while (kept[k] == '9') kept[k--] = '0';
    ++kept[k];
  }
  kept += "e-" + std::to_string(digits);
  double result = 0.0;
  std::from_chars(kept.data(), kept.data() + kept.size(), result);
  return x < 0.0 && result != 0.0 ? -result : result;
}

class Interpreter {
 public:
  Interpreter(const Formula& formula, const FormulaProgram& program)
      : formula_(formula), program_(program), types_(formula_types(formula, symbols())) {}

  /// The value of every node.
  std::vector<double> run(const std::vector<double>& row) {
    row_ = row;
    values_.assign(formula_.nodes().size(), nan);
    for (std::size_t i = 0; i < values_.size(); ++i) values_[i] = of(i);
    return values_;
  }

 private:
  const FormulaNode& node(std::size_t i) const { return formula_.nodes()[i]; }

  double input(const std::string& name, bool previous) const {
    if (name == "limit") return limit;
    const auto inputs = program_.inputs();
    const auto found = std::find(inputs.begin(), inputs.end(), FormulaInput{name, previous});
    return found == inputs.end() ? nan : row_[static_cast<std::size_t>(found - inputs.begin())];
  }

  static double truth(bool yes) { return yes ? 1.0 : 0.0; }

  double of(std::size_t i) const {
    const FormulaNode& self = node(i);
    std::vector<double> v;
    for (const auto operand : self.operands) v.push_back(values_[operand]);
    const bool any_missing =
        std::any_of(v.begin(), v.end(), [](double x) { return std::isnan(x); });
    switch (self.operation) {
      case Operation::number:
      case Operation::truth:
        return self.number;
      case Operation::category:
        return static_cast<double>(std::find(grades.begin(), grades.end(), self.text) -
                                   grades.begin());
      case Operation::name:
        // The name in prev(x) stands for what prev reads.
        return input(self.text,
                     i + 1 < values_.size() && node(i + 1).operation == Operation::previous);
      case Operation::previous:
        return input(node(self.operands[0]).text, true);
      case Operation::highest:
        return highest;
      case Operation::nothing:
        return nan;
      case Operation::logical_and: {
        bool unknown = false;
        for (const double x : v) {
          if (x == 0.0) return 0.0;
          unknown = unknown || std::isnan(x);
        }
        return unknown ? nan : 1.0;
      }
      case Operation::logical_or: {
        bool unknown = false;
        for (const double x : v) {
          if (x == 1.0) return 1.0;
          unknown = unknown || std::isnan(x);
        }
        return unknown ? nan : 0.0;
      }
      case Operation::choose:
        for (std::size_t k = 0; k + 1 < v.size(); k += 2) {
          if (std::isnan(v[k])) return nan;
          if (v[k] == 1.0) return v[k + 1];
        }
        return v.back();
      case Operation::coalesce:
        for (const double x : v) {
          if (!std::isnan(x)) return x;
        }
        return nan;
      case Operation::count: {
        const bool conditions = types_[self.operands[0]] == FormulaType::truth;
        double count = 0.0;
        for (const double x : v) count += (conditions ? x == 1.0 : !std::isnan(x)) ? 1.0 : 0.0;
        return count;
      }
      case Operation::is_missing:
        return truth(any_missing);
      default:
        return any_missing ? nan : strict(self, v);
    }
  }

  /// Where every operand is there.
  double strict(const FormulaNode& self, const std::vector<double>& v) const {
    switch (self.operation) {
      case Operation::negate:
        return -v[0];
      case Operation::add:
        return v[0] + v[1];
      case Operation::subtract:
        return v[0] - v[1];
      case Operation::multiply:
        return v[0] * v[1];
      case Operation::divide:
        return v[1] == 0.0 ? nan : v[0] / v[1];
      case Operation::power:
        return library("x^y", v);
      case Operation::less:
        return truth(v[0] < v[1]);
      case Operation::less_equal:
        return truth(v[0] <= v[1]);
      case Operation::greater:
        return truth(v[0] > v[1]);
      case Operation::greater_equal:
        return truth(v[0] >= v[1]);
      case Operation::equal:
        return truth(v[0] == v[1]);
      case Operation::not_equal:
        return truth(v[0] != v[1]);
      case Operation::logical_not:
        return truth(v[0] == 0.0);
      case Operation::minimum:
        return *std::min_element(v.begin(), v.end());
      case Operation::maximum:
        return *std::max_element(v.begin(), v.end());
      case Operation::clamp: {
        const double raised = v[1] > v[0] ? v[1] : v[0];
        return v[2] < raised ? v[2] : raised;
      }
      case Operation::absolute:
        return std::fabs(v[0]);
      case Operation::square_root:
        return std::sqrt(v[0]);
      case Operation::logarithm:
        return library("log(x)", v);
      case Operation::exponential:
        return library("exp(x)", v);
      case Operation::round:
        return round_text(v[0], v.size() > 1 ? static_cast<int>(v[1]) : 0);
      case Operation::floor:
        return std::floor(v[0]);
      case Operation::ceiling:
        return std::ceil(v[0]);
      case Operation::sum:
      case Operation::mean: {
        double sum = v[0];
        for (std::size_t k = 1; k < v.size(); ++k) sum += v[k];
        return self.operation == Operation::sum ? sum : sum / static_cast<double>(v.size());
      }
      case Operation::between:
        return truth(v[1] <= v[0] && v[0] <= v[2]);
      default:
        ADD_FAILURE() << "not strict: " << name(self.operation);
        return nan;
    }
  }

  const Formula& formula_;
  const FormulaProgram& program_;
  std::vector<FormulaType> types_;
  std::vector<double> row_;
  std::vector<double> values_;
};

// ---- random formulas and rows -------------------------------------------------------------------

class Writer {
 public:
  explicit Writer(std::uint64_t seed) : random_(seed) {}

  Formula formula() {
    nodes_.clear();
    (void)number(2 + below(5));
    return Formula(nodes_);
  }

  double datum() {
    static const std::vector<double> pool{0.0,
                                          -0.0,
                                          1.0,
                                          2.0,
                                          3.0,
                                          10.0,
                                          70.0,
                                          80.0,
                                          90.0,
                                          -1.0,
                                          5e-324,
                                          -5e-324,
                                          1e-310,
                                          1e308,
                                          -1e308,
                                          0.1,
                                          0.5,
                                          -0.5,
                                          2.5,
                                          2.675,
                                          0.125,
                                          1e16,
                                          infinity,
                                          -infinity,
                                          79.99999999999999,
                                          1e14,
                                          123456.785,
                                          -2.5,
                                          4503599627370497.5,
                                          1e-200,
                                          700.0,
                                          80.00000000000001};
    const auto kind = below(10);
    if (kind < 2) return nan;
    if (kind < 6) return pool[below(pool.size())];
    return kind < 8 ? static_cast<double>(below(2000)) / 8.0 - 50.0
                    : std::uniform_real_distribution<double>(-120.0, 120.0)(random_);
  }

  std::size_t below(std::size_t n) { return random_() % n; }

 private:
  std::uint32_t put(Operation operation, std::vector<std::uint32_t> operands = {},
                    double value = 0.0, std::string text = {}) {
    nodes_.push_back({operation, value, std::move(text), std::move(operands), {}});
    return static_cast<std::uint32_t>(nodes_.size() - 1);
  }

  std::uint32_t literal() {
    static const std::vector<double> pool{0.0,  1.0,   2.0,  3.0,  10.0, 70.0, 80.0,
                                          90.0, -1.0,  0.5,  0.1,  1e-3, 1e10, 1e300,
                                          2.5,  100.0, -0.0, 64.0, 65.0, -3.0};
    return put(Operation::number, {}, pool[below(pool.size())]);
  }

  std::uint32_t variable() { return put(Operation::name, {}, 0.0, numbers[below(numbers.size())]); }

  std::uint32_t leaf() {
    switch (below(10)) {
      case 0:
        return put(Operation::highest);
      case 1:
        return put(Operation::name, {}, 0.0, "limit");
      case 2:
        return below(3) == 0 ? put(Operation::nothing) : literal();
      case 3:
        return put(Operation::previous, {variable()});
      case 4:
      case 5:
        return literal();
      default:
        return variable();
    }
  }

  std::vector<std::uint32_t> several(std::size_t depth, std::size_t least, std::size_t most) {
    std::vector<std::uint32_t> operands;
    const std::size_t count = least + below(most - least + 1);
    while (operands.size() < count) operands.push_back(number(depth));
    return operands;
  }

  std::uint32_t number(std::size_t depth) {
    if (depth == 0 || below(12) == 0) return leaf();
    --depth;
    static const std::vector<Operation> unary{
        Operation::negate,      Operation::absolute, Operation::square_root, Operation::logarithm,
        Operation::exponential, Operation::floor,    Operation::ceiling};
    static const std::vector<Operation> binary{Operation::add, Operation::subtract,
                                               Operation::multiply, Operation::divide};
    static const std::vector<Operation> many{Operation::minimum, Operation::maximum, Operation::sum,
                                             Operation::mean, Operation::coalesce};
    switch (below(14)) {
      case 0:
      case 1:
        return put(unary[below(unary.size())], {number(depth)});
      case 2:
      case 3:
      case 4:
      case 5: {
        const auto a = number(depth);
        const auto b = number(depth);
        return put(binary[below(binary.size())], {a, b});
      }
      case 6: {
        const auto a = number(depth);
        const auto b = below(2) == 0 ? literal() : number(depth);
        return put(Operation::power, {a, b});
      }
      case 7: {
        const auto a = number(depth);
        if (below(2) == 0) return put(Operation::round, {a});
        const auto digits = put(Operation::number, {}, static_cast<double>(below(16)));
        return put(Operation::round, {a, digits});
      }
      case 8: {
        const auto operands = several(depth, 2, 4);
        return put(many[below(many.size())], operands);
      }
      case 9:
        return put(Operation::clamp, several(depth, 3, 3));
      case 10:
        return counted(depth);
      case 11:
        return table(depth);
      default: {
        std::vector<std::uint32_t> operands;
        for (std::size_t k = 1 + below(3); k > 0; --k) {
          operands.push_back(condition(depth));
          operands.push_back(number(depth));
        }
        operands.push_back(number(depth));
        return put(Operation::choose, operands);
      }
    }
  }

  std::uint32_t counted(std::size_t depth) {
    if (below(2) == 0) return put(Operation::count, several(depth, 2, 3));
    std::vector<std::uint32_t> operands;
    for (std::size_t k = 2 + below(3); k > 0; --k) operands.push_back(comparison(depth));
    return put(Operation::count, operands);
  }

  /// Comparisons of one variable with constants.
  std::uint32_t table(std::size_t depth) {
    static const std::vector<Operation> comparisons{Operation::less,    Operation::less_equal,
                                                    Operation::greater, Operation::greater_equal,
                                                    Operation::equal,   Operation::not_equal};
    const std::string& of = numbers[below(numbers.size())];
    std::vector<std::uint32_t> operands;
    for (std::size_t k = 1 + below(6); k > 0; --k) {
      const auto x = put(Operation::name, {}, 0.0, of);
      const auto threshold = literal();
      auto test = put(comparisons[below(comparisons.size())], {x, threshold});
      if (below(4) == 0) test = put(Operation::logical_not, {test});
      operands.push_back(test);
      operands.push_back(below(4) == 0 ? number(depth / 2) : literal());
    }
    operands.push_back(literal());
    return put(Operation::choose, operands);
  }

  std::uint32_t comparison(std::size_t depth) {
    static const std::vector<Operation> comparisons{Operation::less,    Operation::less_equal,
                                                    Operation::greater, Operation::greater_equal,
                                                    Operation::equal,   Operation::not_equal};
    const Operation which = comparisons[below(comparisons.size())];
    if (below(6) == 0) {
      auto grade = put(Operation::name, {}, 0.0, "grade");
      if (below(3) == 0) grade = put(Operation::previous, {grade});
      const auto literal = put(Operation::category, {}, 0.0, grades[below(grades.size())]);
      return below(2) == 0 ? put(which, {grade, literal}) : put(which, {literal, grade});
    }
    const auto a = known(depth);
    const auto b = known(depth);
    return put(which, {a, b});
  }

  /// A number that is not `missing` by itself, which is not compared.
  std::uint32_t known(std::size_t depth) {
    return below(2) == 0 ? variable() : put(Operation::absolute, {number(depth)});
  }

  std::uint32_t condition(std::size_t depth) {
    if (depth == 0) return comparison(0);
    --depth;
    switch (below(10)) {
      case 0:
        return put(Operation::logical_not, {condition(depth)});
      case 1:
      case 2: {
        const auto a = condition(depth);
        const auto b = condition(depth);
        return put(below(2) == 0 ? Operation::logical_and : Operation::logical_or, {a, b});
      }
      case 3:
        return put(Operation::is_missing, {below(3) == 0 ? condition(depth) : number(depth)});
      case 4:
        return put(Operation::between, several(depth, 3, 3));
      case 5:
        return put(Operation::truth, {}, static_cast<double>(below(2)));
      case 6: {
        const auto a = condition(depth);
        const auto b = condition(depth);
        return put(Operation::coalesce, {a, b});
      }
      default:
        return comparison(depth);
    }
  }

  std::mt19937_64 random_;
  std::vector<FormulaNode> nodes_;
};

/// Equal to the last bit; all NaN are alike.
bool same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}

double finite(double x) { return std::isfinite(x) ? x : nan; }

constexpr std::array<Size, 5> lengths{1, 7, 1023, 1024, 1025};

TEST(FormulaProgramRandomTest, EveryBitIsThatOfAPlainInterpreter) {
  const FormulaSymbols known = symbols();
  Writer writer(20240229);
  Size values = 0;
  Size numbers_found = 0;
  for (int k = 0; k < rounds(3000); ++k) {
    const Formula formula = writer.formula();
    const FormulaProgram program(formula, known);
    Interpreter interpreter(formula, program);
    // Forty rows, again and again up to the length.
    constexpr std::size_t different = 40;
    const auto rows =
        static_cast<std::size_t>(lengths[static_cast<std::size_t>(k) % lengths.size()]);
    std::vector<std::vector<double>> columns(program.inputs().size());
    for (auto& column : columns) {
      for (std::size_t r = 0; r < rows; ++r) {
        column.push_back(r < different ? writer.datum() : column[r % different]);
      }
    }
    for (std::size_t c = 0; c < columns.size(); ++c) {
      if (program.inputs()[c].variable != "grade") continue;
      for (std::size_t r = 0; r < rows; ++r) {
        columns[c][r] = r % different % 4 < 3 ? static_cast<double>(r % different % 4) : nan;
      }
    }
    std::vector<const double*> pointers;
    for (const auto& column : columns) pointers.push_back(column.data());
    std::vector<double> found(rows, -1.0);

    program.evaluate(pointers, static_cast<Size>(rows), found.data());

    std::vector<double> expected;
    for (std::size_t r = 0; r < rows; ++r) {
      if (r < different) {
        std::vector<double> row;
        for (const auto& column : columns) row.push_back(column[r]);
        const std::vector<double> nodes = interpreter.run(row);
        expected.push_back(finite(nodes.back()));
        std::vector<double> traced(nodes.size());
        const double last = program.trace(row, traced);
        ASSERT_TRUE(same(last, expected[r])) << to_string(formula);
        ASSERT_TRUE(same(program(row), expected[r])) << to_string(formula);
        for (std::size_t i = 0; i < nodes.size(); ++i) {
          ASSERT_TRUE(same(traced[i], nodes[i]))
              << to_string(formula, i) << " in " << to_string(formula);
        }
      }
      // What is missing is one NaN, so that results are the same bytes.
      ASSERT_EQ(std::bit_cast<std::uint64_t>(found[r]),
                std::bit_cast<std::uint64_t>(expected[r % different]))
          << to_string(formula) << " in row " << r << " of " << rows << ": " << found[r] << " not "
          << expected[r % different];
      ++values;
      numbers_found += std::isnan(found[r]) ? 0 : 1;
    }
  }
  // The formulas are worth the trouble: many results are numbers.
  EXPECT_GT(numbers_found, values / 5);
}

}  // namespace
}  // namespace chiso
