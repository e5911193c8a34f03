#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "chiso/formula/program.hpp"

namespace chiso {

/// How a number runs as a lever moves over a stretch.
enum class Form { constant, linear, monotone, unknown };

/// A formula as a function of one of its variables, all others being as they are.
///
/// A stretch is followed from the operands up: a condition says where it changes, a part that may
/// turn says where it may, and there the stretch is cut (by bisection among the doubles, so that
/// the formula itself decides). On what is left only one branch is taken, and most formulas run one
/// way. Of those that do not, and after a few hundred cuts, `unknown` is said.
class FormulaCourse {
 public:
  /// @param values one an input of the program
  /// @param lever position of the input that moves
  FormulaCourse(const FormulaProgram& program, std::span<const double> values, std::size_t lever);

  /// Where a stretch must be cut first (the first double that belongs to the second part); nothing
  /// if it is understood, which `form` then says.
  [[nodiscard]] std::optional<double> cut(double lower, double upper);

  /// Of the last stretch that needed no cut.
  [[nodiscard]] Form form() const noexcept { return form_; }

  /// Where parts of a stretch begin that are understood, ascending, without its lower end.
  struct Parts {
    std::vector<double> begins;
    bool lines = true;  ///< All of them are straight or level.
  };
  [[nodiscard]] Parts parts(double lower, double upper);

 private:
  /// What is known of a node on the stretch at hand.
  struct Run {
    Form form = Form::constant;
    int direction = 0;  ///< 1: rises.
  };

  void trace(double x, std::vector<double>& nodes);
  [[nodiscard]] double at_lower(std::size_t node) const { return low_[node]; }
  [[nodiscard]] double at_upper(std::size_t node) const { return high_[node]; }

  /// How a node runs; `cut_` is set if that cannot be said without a cut.
  Run follow(std::size_t node);
  Run follow_varying(std::size_t node);
  Run added(std::span<const std::uint32_t> operands, bool subtract);
  Run product(std::size_t a, std::size_t b);
  Run quotient(std::size_t a, std::size_t b);
  Run power(std::size_t a, std::size_t b);
  Run extreme(std::size_t node, double sign);
  Run clamped(std::size_t node);
  Run compared(std::size_t node);
  Run condition(std::size_t node);
  Run chosen(std::size_t node);

  /// Cuts where a property of the values of all nodes changes.
  template <class Holds>
  void cut_where(Holds holds);
  /// Cuts where a node begins and ends to be 0.
  void cut_at_zero(std::size_t node);
  /// Whether the difference of two nodes runs one way.
  [[nodiscard]] static bool ordered(const Run& a, const Run& b) noexcept;
  [[nodiscard]] Run line_by_ends(std::size_t node, Form form) const noexcept;
  [[nodiscard]] int sign_of(std::size_t node) const noexcept;

  FormulaProgram program_;
  std::vector<double> values_;
  std::size_t lever_;
  std::vector<char> varies_;  ///< By node: whether it depends on the lever.
  double lower_ = 0.0;
  double upper_ = 0.0;
  std::vector<double> low_;  ///< Of all nodes at the ends of the stretch.
  std::vector<double> high_;
  std::vector<double> probe_;
  std::optional<double> cut_;
  std::size_t cuts_ = 0;  ///< So far.
  Form form_ = Form::constant;
};

}  // namespace chiso
