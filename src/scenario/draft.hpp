#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/scenario/scenario.hpp"

namespace chiso {

/// What the edits of a scenario make of a base, one after the other: data, definition, method and
/// given scores. The base itself stays as it is.
///
/// An edit that cannot be applied leaves a problem and changes nothing, so that all problems of all
/// edits are found.
class Draft {
 public:
  Draft(const Scores& base, const Scenario& scenario);

  /// Applies every edit. @throws what what_if says.
  void apply();

  /// The result with the edits so far.
  /// @throws what scoring throws
  [[nodiscard]] const Scores& now();

  /// A value that an edit changed, by position in the panel as it is now.
  struct Cell {
    Size unit = 0;
    Size variable = 0;
    Size edit = 0;
  };
  /// By variable, then unit; each cell once, with the last edit that changed it.
  [[nodiscard]] const std::vector<Cell>& cells() const noexcept { return cells_; }

  /// Edits that left every number as it was, in their order.
  [[nodiscard]] const std::vector<Size>& idle() const noexcept { return idle_; }

 private:
  enum class Fault { not_found, data, spec };

  /// A score that was given, in the base (edit -1) or by an edit.
  struct Given {
    Size unit = 0;  ///< Position in the panel as it is now.
    std::string code;
    double score = 0.0;
    Size edit = -1;
  };

  // ---- Edits: draft.cpp, edit_values.cpp, edit_definition.cpp, merge_units.cpp -----------------

  /// @returns whether any number is another one now
  bool apply(const ChangeValue& edit);
  bool apply(const ChangeScore& edit);
  bool apply(const ChangeWeights& edit);
  bool apply(const ChangeParameter& edit);
  bool apply(const ReplaceRule& edit);
  bool apply(const ReplaceAggregation& edit);
  bool apply(const DropNode& edit);
  bool apply(const AddNode& edit);
  bool apply(const MergeUnits& edit);
  bool apply(const SplitUnit& edit);
  bool apply(const UseMethod& edit);
  bool apply(const UseIndex& edit);

  bool change_cell(const ChangeValue& edit, const Variable& variable, Size unit, Size position);
  bool put_word(const ChangeValue& edit, const Variable& variable, Size unit, Size position);
  bool fits(const ChangeValue& edit, const Variable& variable);

  // Weights and maxima of the definition that is edited.
  bool settle_weights(Criterion& parent);
  [[nodiscard]] double weight_of(const Criterion& node) const;
  void set_weight(Criterion& node, double weight) const;
  bool give_measure(Criterion& leaf);
  bool set_weights(Criterion& parent, const ChangeWeights& edit);
  void let_maxima_follow(std::string_view code);
  void touch(const Criterion& parent);

  /// What a unit of the new panel is made of.
  struct Group {
    std::string name;
    std::vector<Size> units;  ///< Positions in the panel as it is.
    std::vector<double> weights;
    double share = 1.0;  ///< Of the totals.
    bool is_new = true;
  };
  void regroup(const std::vector<Group>& groups, const std::vector<char>& totals);
  void carry_given(const std::vector<Group>& groups);
  [[nodiscard]] std::optional<std::vector<char>> totals_of(const std::vector<std::string>& codes);

  // ---- What edits name -------------------------------------------------------------------------

  /// Position in the panel; nothing, and a problem, if there is none or no single one.
  std::optional<Size> unit(const std::string& spelling);
  /// The same of those that are scored; all of them if none is named.
  std::optional<std::vector<Size>> units(const std::vector<std::string>& spellings);
  /// Codes that are meant, in their order; none, and a problem, if there are none.
  std::vector<std::string> met(const std::string& pattern, const std::vector<std::string>& codes,
                               std::string_view what);
  /// Whether there is such a code; a problem if not.
  bool is_known(const std::string& code, const std::vector<std::string>& codes,
                std::string_view what);
  /// Variables that the definition reads as it is now; valid until it is edited.
  [[nodiscard]] std::span<const Variable> variables_read();

  // ---- State -----------------------------------------------------------------------------------

  [[nodiscard]] const IndexDefinition& definition() const {
    return definition_ ? *definition_ : index_.definition();
  }
  [[nodiscard]] const Criterion& tree() const { return definition().tree; }
  /// To be changed.
  IndexDefinition& own_definition();
  [[nodiscard]] std::vector<std::string> codes() const;
  [[nodiscard]] Index edited_index() const;
  void changed() { now_.reset(); }

  void score();
  void check_values();
  void check_scores();

  /// Problems with many cells of an edit: the first are said, the others counted.
  class Few;

  // ---- Problems --------------------------------------------------------------------------------

  [[nodiscard]] std::string place(Size edit) const;
  void fault(Fault kind, std::string message, std::string remedy = {});
  void fault(Size edit, Fault kind, std::string message, std::string remedy = {});
  /// Those of an edited definition or of scoring it, with the edit that they come from.
  void take(const Error& error, Fault kind);
  void raise();

  const Scores& base_;
  const Scenario& scenario_;
  Panel::Editor panel_;
  Size period_;
  Period method_;
  Index index_;                                ///< The base's, or that of the last UseIndex.
  std::optional<IndexDefinition> definition_;  ///< If it is edited.
  std::vector<Variable> read_;                 ///< Of the definition if it is edited.
  std::optional<Scores> now_;
  std::vector<Given> given_;
  std::vector<Cell> cells_;
  std::vector<Size> idle_;
  struct Touched {
    std::string code;
    Size edit;
  };
  std::vector<Touched> touched_;  ///< Nodes of the definition, by edit.
  Size edit_ = 0;                 ///< The one that is applied.
  Problems problems_;
  std::size_t faults_[3] = {0, 0, 0};
};

/// The anchors for an edited result: the base's where an indicator is still the same (measure,
/// polarity and rule), fitted ones elsewhere.
/// @throws DataError as fitting does.
[[nodiscard]] Anchors carried_anchors(const Scores& base, const Evaluator& evaluator,
                                      const Panel& panel, Size period);

/// Whether the anchor of a leaf of `evaluator` is one that the base holds too, and which.
/// @param leaf position in Compiled::leaves
/// @returns position in the base's anchors; -1 if it is not
[[nodiscard]] Size held_anchor(const Scores& base, const Compiled& compiled, std::size_t leaf);

}  // namespace chiso
