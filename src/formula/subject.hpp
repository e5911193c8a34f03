#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/formula/analysis.hpp"
#include "chiso/formula/program.hpp"
#include "formula/bounds.hpp"
#include "formula/linear_form.hpp"

namespace chiso {

/// One interval an input: all points that have a value of each.
using Box = std::vector<Bounds>;

/// A formula as the analysis wants it: names resolved, constant parts worked out, equal parts
/// known, each part as a linear form of others.
///
/// A variable counts something, and has whole numbers for values, if its range begins at a whole
/// number and the formula compares it with whole numbers only, with one inside its range by `==`:
/// `if n >= 2 then 1 else if n == 1 then 0.5 else 0`.
///
/// Numbers that are nearer to 0 than 1e-100 but not 0, or beyond 1e100, are not looked at unless a
/// range has them for an end: no data have such values, and without them neither sums nor products
/// of a few leave the range where rounding errors are relative.
class Subject {
 public:
  using Node = std::uint32_t;

  struct Input {
    FormulaInput column;
    Bounds range;              ///< Never missing.
    bool category = false;     ///< Values are positions of categories.
    bool whole = false;        ///< So they are whole numbers; or they are counts, see below.
    double smallest = 0.0;     ///< Nothing else lies between 0 and this.
    std::vector<Node> places;  ///< Where it stands, in order.
    std::vector<double> cuts;  ///< Where a comparison with a constant changes; ordered.
  };

  /// @throws SpecError as formula_types(), and for a range without numbers
  Subject(const Formula& formula, const FormulaSymbols& symbols);

  [[nodiscard]] const FormulaProgram& program() const noexcept { return program_; }
  [[nodiscard]] const Formula& formula() const noexcept { return program_.formula(); }
  [[nodiscard]] std::span<const FormulaNode> nodes() const noexcept { return formula().nodes(); }
  [[nodiscard]] const FormulaNode& node(std::size_t i) const { return nodes()[i]; }
  [[nodiscard]] std::size_t size() const noexcept { return nodes().size(); }
  [[nodiscard]] Node root() const noexcept { return static_cast<Node>(size() - 1); }
  [[nodiscard]] const std::optional<double>& maximum() const noexcept { return maximum_; }
  [[nodiscard]] FormulaType type(std::size_t i) const { return types_[i]; }

  /// As formula().
  [[nodiscard]] std::span<const Input> inputs() const noexcept { return inputs_; }

  /// All ranges, nothing missing.
  [[nodiscard]] Box everything() const;

  /// Names of variables that are taken to count something.
  [[nodiscard]] std::vector<std::string> counted() const;

  /// The input that a node reads; -1 if it is none.
  [[nodiscard]] Size input_of(std::size_t i) const { return facts_[i].input; }

  /// The node whose operand it is; the root is its own.
  [[nodiscard]] Node parent(std::size_t i) const { return facts_[i].parent; }

  /// Where the nodes of the part begin that ends with node i.
  [[nodiscard]] Node first(std::size_t i) const { return facts_[i].first; }

  /// Whether no input is in it; then its value.
  [[nodiscard]] bool constant(std::size_t i) const { return facts_[i].constant; }
  [[nodiscard]] double value(std::size_t i) const { return facts_[i].value; }

  /// Equal for nodes that are the same expression.
  [[nodiscard]] std::uint32_t part(std::size_t i) const { return facts_[i].part; }

  /// The node as a sum of others, or of itself alone.
  [[nodiscard]] const LinearForm& form(std::size_t i) const { return forms_[i]; }

  /// Whether two operands have an input in common, so that bounds of each alone lose something.
  [[nodiscard]] bool related(std::size_t i) const { return facts_[i].related; }

  /// Whether an input stands in the part that ends with node i.
  [[nodiscard]] bool reads(std::size_t i, std::size_t input) const;

  /// The values of an input nearest to `value` on either side; itself beyond the last.
  [[nodiscard]] double above(std::size_t input, double value) const;
  [[nodiscard]] double below(std::size_t input, double value) const;

  /// Bounds narrowed to values that the input can have.
  void settle(std::size_t input, Bounds& bounds) const;

  /// The canonical text of a node, cut if it is long.
  [[nodiscard]] std::string quoted(std::size_t i) const;

  /// The name by which an example knows an input: "rate", "prev(rate)".
  [[nodiscard]] std::string label(std::size_t input) const;

 private:
  struct Facts {
    Size input = -1;
    Node parent = 0;
    Node first = 0;
    std::uint32_t part = 0;
    double value = 0.0;
    bool constant = false;
    bool related = false;
  };

  void find_inputs(const FormulaSymbols& symbols);
  void find_parents();
  void find_constants();
  void find_parts();
  void find_forms();
  void find_relations();
  void find_cuts();
  void find_counts(const FormulaSymbols& symbols);
  [[nodiscard]] LinearForm form_of(std::size_t i) const;
  void add_cut(const LinearForm& zero);

  FormulaProgram program_;
  std::vector<FormulaType> types_;
  std::optional<double> maximum_;
  std::vector<Input> inputs_;
  std::vector<Facts> facts_;
  std::vector<LinearForm> forms_;
};

}  // namespace chiso
