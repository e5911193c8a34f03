#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/labels.hpp"
#include "chiso/base/matrix.hpp"
#include "chiso/base/period.hpp"
#include "chiso/base/size.hpp"

namespace chiso {

/// Data: units x variables x periods, with missing values (NaN), optional standard errors and cells
/// that are not applicable. Immutable; copies are cheap and share the data.
///
/// One column (a variable in a period) lies contiguously, one value a unit, in the order of
/// `units()`. A unit that a period does not have is missing there in every variable.
class Panel {
 public:
  /// Collects cells; the panel is made in one go.
  class Builder;

  /// Changes cells of a copy.
  class Editor;

  /// All that a panel is, laid out as it is inside.
  struct Parts;

  /// Takes over memory; nothing is copied.
  /// @throws DataError if it is not laid out as a panel is: sizes that differ, periods, words or
  ///         cells out of order, infinite values, values of units that have no row, words that
  ///         stand nowhere, standard errors that are negative.
  explicit Panel(Parts parts);

  /// The values of one period (units x variables, any memory order), copied once.
  /// @throws DataError if shapes differ, a value is infinite, or a name stands twice.
  Panel(std::vector<std::string> units, std::vector<std::string> variables, const MatrixIn& values,
        Period period);

  [[nodiscard]] const Labels& units() const noexcept;
  [[nodiscard]] const Labels& variables() const noexcept;
  [[nodiscard]] std::span<const Period> periods() const noexcept;  ///< Ascending.

  /// @throws NotFoundError that lists the periods.
  [[nodiscard]] Size period_position(const Period& period) const;

  /// One value a unit.
  [[nodiscard]] std::span<const double> column(Size variable, Size period) const;

  /// All values of a period: units x variables, column-major.
  [[nodiscard]] MatrixView values(Size period) const;

  /// Whether the unit has a row in the period (perhaps with nothing but missing values).
  [[nodiscard]] bool has_unit(Size unit, Size period) const;

  /// One standard error a unit (NaN where not known); empty if the variable has none.
  [[nodiscard]] std::span<const double> standard_errors(Size variable, Size period) const;

  /// The words that stand in a column of text, sorted by their bytes: a cell holds the position of
  /// its word. Empty for a column of numbers.
  [[nodiscard]] std::span<const std::string> categories(Size variable) const;

  struct Cell {
    Size unit = 0;
    Size variable = 0;
    Size period = 0;
    friend constexpr auto operator<=>(const Cell&, const Cell&) = default;
  };
  /// Cells marked as not applicable, by period, then variable, then unit. They are NaN in `column`.
  [[nodiscard]] std::span<const Cell> not_applicable() const noexcept;

  /// Where the data come from, for messages and provenance: a file name; may be empty.
  [[nodiscard]] const std::string& source() const noexcept;

  /// This panel with the present (and not applicable) cells of `over` put in place of its own: an
  /// appraised score replaces the self-score. Units, variables and periods of both.
  /// @throws DataError if a column is text in one and numbers in the other.
  [[nodiscard]] Panel overlay(const Panel& over) const;

  /// The panel with only these units, in this order. @throws NotFoundError.
  [[nodiscard]] Panel select_units(std::span<const std::string> units) const;

  /// 16 hexadecimal digits that differ when any label or value does (FNV-1a of the content; not
  /// cryptographic). Equal panels have equal fingerprints; the source is part of neither.
  [[nodiscard]] std::string fingerprint() const;

  friend bool operator==(const Panel& a, const Panel& b);  ///< NaN equals NaN.

 private:
  struct State;
  explicit Panel(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

struct Panel::Parts {
  struct Slice {
    std::vector<double> values;               ///< Units x variables, column-major.
    std::vector<bool> rows;                   ///< By unit: whether it has a row in the period.
    std::vector<std::vector<double>> errors;  ///< By variable; empty where none is known.
  };

  std::string source;
  std::vector<std::string> units;
  std::vector<std::string> variables;
  std::vector<Period> periods;                       ///< Ascending.
  std::vector<std::vector<std::string>> categories;  ///< By variable; see categories().
  std::vector<Slice> slices;                         ///< By period.
  std::vector<Cell> not_applicable;                  ///< In the order of not_applicable().
};

class Panel::Builder {
 public:
  explicit Builder(std::string source = {});
  ~Builder();
  Builder(Builder&&) noexcept;
  Builder& operator=(Builder&&) noexcept;

  /// Positions are given in the order of first mention and stay valid. The same name gives the same
  /// position.
  /// @throws DataError if a variable is mentioned as numbers and as categories.
  Size unit(std::string_view name);
  Size period(const Period& period);
  Size number_variable(std::string_view code);
  Size category_variable(std::string_view code);

  /// Marks that the unit has a row in the period; every setter below does so too.
  /// @returns false if it was marked already.
  bool row(Size unit, Size period);

  /// Sets a cell; the last call for a cell counts. NaN = missing.
  /// @throws DataError if `value` is infinite or the variable is one of categories.
  void set(Size unit, Size variable, Size period, double value);
  /// @throws DataError if the variable is one of numbers.
  void set_category(Size unit, Size variable, Size period, std::string_view word);
  void set_not_applicable(Size unit, Size variable, Size period);
  /// @throws DataError if `error` is negative or infinite.
  void set_standard_error(Size unit, Size variable, Size period, double error);

  /// Whether the cell holds a value or is marked as not applicable.
  [[nodiscard]] bool is_set(Size unit, Size variable, Size period) const;

  /// The panel, its periods in ascending order. The builder is empty afterwards.
  /// @throws DataError if the name of a unit or a variable is empty; the builder is then unchanged.
  [[nodiscard]] Panel build();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Changes some cells of a panel, which itself stays as it is. Periods that are not touched are
/// shared with it: one new value costs the copy of one period.
class Panel::Editor {
 public:
  explicit Editor(Panel panel);
  ~Editor();
  Editor(Editor&&) noexcept;
  Editor& operator=(Editor&&) noexcept;

  /// As it stands now. Words that were set are among the categories of a column at once; those that
  /// stand nowhere any longer leave them when the panel is built.
  [[nodiscard]] const Panel& panel() const noexcept;

  /// A column that is missing everywhere, or the one that has the code.
  Size variable(std::string_view code);

  /// The unit has a row in the period then, and the cell is not marked as not applicable. Its
  /// standard error is that of the old value: see set_standard_error.
  /// @throws DataError if `value` is infinite, or a number where words stand; NaN = missing.
  void set(Size unit, Size variable, Size period, double value);
  /// @throws DataError if numbers stand in the column.
  void set_category(Size unit, Size variable, Size period, std::string_view word);

  /// NaN: not known. @throws DataError if `error` is negative or infinite.
  void set_standard_error(Size unit, Size variable, Size period, double error);

  /// The panel; the editor goes on from it.
  [[nodiscard]] Panel build();

 private:
  struct Changes;
  Panel panel_;
  std::unique_ptr<Changes> changes_;
};

}  // namespace chiso
