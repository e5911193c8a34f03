#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chiso/optimize/actions.hpp"
#include "optimize/mixed_integer.hpp"
#include "optimize/survey_types.hpp"

namespace chiso {

/// A limit that can be thought away, to see whether it is what stands in the way.
struct Lift {
  enum class What { nothing, budget, horizon, capacity, frozen, exclusions, most, never };
  What what = What::nothing;
  std::string agency;  ///< Of a capacity.
};

/// Which sets of actions may be chosen, whatever they do.
class ActionRules {
 public:
  /// @throws SpecError for limits that are negative or not a number; DataError, NotFoundError for a
  ///         frozen criterion that is not there.
  ActionRules(const ActionEffects& effects, const ActionLimits& limits, const Lift& lift = {});

  struct Limit {
    std::string agency;
    double amount;
    std::vector<double> uses;  ///< By action.
  };

  [[nodiscard]] const ActionSet& actions() const noexcept { return actions_; }
  [[nodiscard]] const ActionLimits& limits() const noexcept { return limits_; }
  [[nodiscard]] const std::vector<Fate>& fates() const noexcept { return fates_; }
  [[nodiscard]] const std::vector<Limit>& capacities() const noexcept { return capacities_; }

  /// An action that must be done and may not, with what rules it out; empty: none.
  [[nodiscard]] const std::string& contradiction() const noexcept { return contradiction_; }

  /// Variables 0 .. n - 1 of an empty program, one an action, and the rows between them.
  void put_into(MixedInteger& program) const;

  /// Whether a set keeps to all limits, but for rounding in sums. If not, and `row` is given, it is
  /// what this set and all like it break.
  [[nodiscard]] bool allow(const std::vector<bool>& chosen,
                           std::vector<Size>* too_many = nullptr) const;

  [[nodiscard]] double cost(const std::vector<bool>& chosen) const;

  /// Sums of costs and amounts that are equal but for rounding are equal.
  [[nodiscard]] static bool at_most(double sum, double limit);

 private:
  void filter(const ActionEffects& effects, const Lift& lift);
  void close();

  ActionSet actions_;
  ActionLimits limits_;
  bool exclusions_ = true;
  std::vector<Fate> fates_;
  std::vector<std::string> why_out_;
  std::vector<Limit> capacities_;
  std::string contradiction_;
};

}  // namespace chiso
