#pragma once

#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "chiso/check/cases.hpp"
#include "chiso/check/check_file.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/model/panel.hpp"

namespace chiso {

/// What a case is run on, put together once for an index and all changed copies of it.
struct PreparedCase {
  std::vector<Problem> problems;  ///< If there are any it cannot be run.
  std::optional<Panel> panel;     ///< That it names.
  Period period;
  Period method;   ///< Whose dated values are used.
  Size base = -1;  ///< Of a case with a panel: position in CaseData::bases.
};

/// The name of the only unit of a case without a panel.
constexpr std::string_view case_unit = "the case";

/// A panel as it stands: cases that differ only in their unit or in what they give share its
/// scores.
struct PanelBase {
  Panel panel;
  Period period;
  Period method;
};

struct CaseData {
  std::vector<Case> cases;
  std::vector<PreparedCase> prepared;  ///< One a case.
  std::vector<PanelBase> bases;
  std::vector<Period> methods;  ///< Of all cases, each once.
};

/// Looks up what cases name.
[[nodiscard]] CaseData prepare_cases(const Index& index, std::vector<Case> cases,
                                     const PanelSource& panels);

/// Cases scored with one index.
class CaseEngine {
 public:
  /// @param data must outlive it
  CaseEngine(Index index, const CaseData& data);

  [[nodiscard]] const Index& index() const noexcept { return index_; }

  /// Scores a case that can be run. Policies for missing values count only where an expectation
  /// rests on the node; in a case that expects an error everywhere.
  /// @throws what scoring throws; SpecError if what is expected needs a whole panel.
  [[nodiscard]] CaseEvidence evaluate(Size position) const;

  /// The nodes that a case expects something of and all that they rest on, ascending.
  /// @throws NotFoundError for a node that the index does not have.
  [[nodiscard]] std::vector<Size> looked_at(Size position) const;

  /// Scores by the policies that a case counts by; for dated values those of the method.
  [[nodiscard]] const Evaluator& relaxed_evaluator(const Period& method) const {
    return evaluator(compiled_, method);
  }

 private:
  /// What is scored.
  struct Question {
    Panel panel;
    std::optional<Anchors> anchors;  ///< Held; else fitted.
    std::optional<Size> unit;        ///< Position in the panel; none: all.
  };
  using Compilation = std::variant<Evaluator, std::exception_ptr>;
  /// Worked out when it is first asked for, by whichever thread.
  struct Base {
    std::once_flag once;
    std::optional<Scores> scores;
    std::exception_ptr error;
  };

  [[nodiscard]] std::vector<Compilation> compile_all(const Index& index) const;
  [[nodiscard]] const Evaluator& evaluator(const std::vector<Compilation>& compiled,
                                           const Period& method) const;
  [[nodiscard]] const Scores& base(Size position) const;
  [[nodiscard]] std::vector<char> needed(const Case& of) const;
  [[nodiscard]] Question question(Size position, std::span<const char> nodes) const;
  [[nodiscard]] Anchors anchors(const Case& of, const Evaluator& evaluator,
                                const Scores* base) const;
  void refuse_lone_unit(const Case& of, const Evaluator& evaluator,
                        std::span<const char> nodes) const;
  [[nodiscard]] Scores score(Size position, const Evaluator& with, const Question& question) const;
  [[nodiscard]] bool is_demanded(const Scores& scores, std::span<const char> nodes,
                                 std::span<const Size> units) const;
  [[nodiscard]] Index with_policies_of(std::span<const char> nodes) const;

  Index index_;
  Index relaxed_;  ///< Every policy `error` is `no_score` in it.
  const CaseData& data_;
  std::vector<Compilation> strict_;    ///< One a method; of an index that is not dated the only.
  std::vector<Compilation> compiled_;  ///< Of the relaxed index.
  std::unique_ptr<Base[]> bases_;      ///< Relaxed; one a panel as it stands.
};

}  // namespace chiso
