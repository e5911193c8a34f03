#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chiso/optimize/actions.hpp"
#include "optimize/action_rules.hpp"
#include "optimize/mixed_integer.hpp"
#include "optimize/score_model.hpp"
#include "optimize/survey.hpp"

namespace chiso {

/// Time and the caller's wish to go on, over all programs of one answer.
class SearchClock {
 public:
  /// @throws SpecError for limits that are negative or not a number
  explicit SearchClock(const SearchLimits& limits);

  [[nodiscard]] double seconds() const;
  [[nodiscard]] double left() const;
  [[nodiscard]] double gap() const noexcept { return limits_.gap; }

  /// Tells how far it is; false to stop, from then on always. @param sparing not more than some
  /// times a second
  bool go_on(double incumbent, double bound, bool sparing);
  [[nodiscard]] bool stopped() const { return stopped_ || left() <= 0.0; }
  [[nodiscard]] bool tells() const noexcept { return static_cast<bool>(limits_.progress); }

 private:
  SearchLimits limits_;
  std::chrono::steady_clock::time_point start_;
  double last_told_ = -1.0;
  bool stopped_ = false;
};

/// A node and the score that it must have.
struct Aim {
  Size situation = 0;
  Size node = 0;
  double threshold = 0.0;
};

/// A set that was found, and what is proven of it.
struct FoundSet {
  SearchResult::Status status = SearchResult::Status::unknown;
  std::vector<bool> chosen;  ///< Empty: none.
  double objective = 0.0;
  double bound = 0.0;  ///< In terms of the objective; NaN: not known.
};

/// Looks for sets of actions that keep to the rules and reach all aims: a program finds what might,
/// a true evaluation decides, and what fails is ruled out together with everything that fails for
/// the same reason.
class ChoiceSearch {
 public:
  /// @param effects, rules, clock must outlive it
  ChoiceSearch(const ActionEffects& effects, const ActionRules& rules, std::vector<Aim> aims,
               SearchClock& clock);

  /// Raises an aim; what was learned holds on.
  void raise(std::size_t aim, double threshold);

  /// The set of least cost, of those with fewest actions; or the other way round.
  /// @param at_least a cost that is known not to be undercut
  [[nodiscard]] FoundSet cheapest(Prefer prefer, double at_least = 0.0);

  /// The highest score that an aim's node can have; its threshold counts too.
  [[nodiscard]] FoundSet best(std::size_t aim);

  /// Scores of one situation after a choice.
  [[nodiscard]] std::vector<double> scores(Size situation, const std::vector<bool>& chosen) const {
    return effects_.scores(situation, chosen);
  }

  [[nodiscard]] bool approximates() const;

 private:
  struct Checked {
    bool holds = false;
    std::vector<std::vector<double>> scores;  ///< By situation; empty: not looked at.
  };
  [[nodiscard]] Checked check(const std::vector<bool>& chosen) const;
  [[nodiscard]] std::vector<bool> read(const MixedInteger::Answer& answer) const;
  [[nodiscard]] MixedInteger::Answer solve(double told, double step);
  [[nodiscard]] FoundSet first_that_holds(const std::vector<double>& weights, double told_in,
                                          double step);
  void rule_out(const std::vector<bool>& chosen, const Checked& checked);
  Size cut(const std::vector<bool>& chosen, const Aim& aim, bool not_above);
  void free_of_mixed(const std::vector<bool>& chosen, const Aim& aim, bool not_above,
                     std::vector<char>& help, const std::vector<char>& mixed);
  [[nodiscard]] bool falls_short(const Aim& aim, const std::vector<bool>& chosen, bool not_above);
  void set_objective(const std::vector<double>& weights);
  void rule_out_at_start();

  const ActionEffects& effects_;
  const ActionRules& rules_;
  SearchClock& clock_;
  std::vector<Aim> aims_;
  MixedInteger program_;
  std::vector<std::unique_ptr<Survey>> surveys_;  ///< By situation; null: not aimed at.
  std::vector<std::unique_ptr<ScoreModel>> models_;
  std::vector<UnitTree> trees_;          ///< By situation, for quick true evaluations.
  std::vector<ScoreModel::Hold> holds_;  ///< By aim.
  std::vector<Size> by_cost_;            ///< Actions, cheapest first.
  Size cost_row_ = -1;
  Size count_row_ = -1;
  bool impossible_ = false;
};

}  // namespace chiso
