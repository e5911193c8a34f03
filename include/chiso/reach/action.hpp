#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/labels.hpp"
#include "chiso/base/size.hpp"
#include "chiso/model/provenance.hpp"
#include "chiso/plan/plan.hpp"
#include "chiso/plan/task.hpp"

namespace chiso {

/// What an action takes of an agency.
struct Usage {
  std::string agency;
  double amount = 0.0;  ///< In the unit of the capacities; not negative.

  friend bool operator==(const Usage&, const Usage&) = default;
};

/// Something that may be done or left.
struct Action {
  enum class Choice { free, must, never };  ///< `must`: decided already. `never`: ruled out.

  std::string code;
  Title title;
  double cost = 0.0;  ///< Not negative.
  std::vector<TaskEffect>
      effects;  ///< On indicators; the key of a CriterionRef may be empty where there is one index.
  std::vector<Usage> uses;
  double duration = 0.0;  ///< In the unit of the horizon; begins when all it requires is done.
  std::vector<std::string> needs;     ///< Codes: all of these too.
  std::vector<std::string> excludes;  ///< Codes: none of these with it.
  Choice choice = Choice::free;
  Location location;

  friend bool operator==(const Action& a, const Action& b);
};

/// How much an agency can do in all.
struct Capacity {
  std::string agency;
  double amount = 0.0;
  Location location;

  friend bool operator==(const Capacity& a, const Capacity& b) {
    return a.agency == b.agency && a.amount == b.amount;
  }
};

/// Actions as a person writes them; they may be wrong. `ActionSet` is the validated form.
struct ActionDefinition {
  std::string name;
  Title title;
  std::string currency;   ///< Unit of the costs; may be empty.
  std::string time_unit;  ///< Unit of durations: "months"; may be empty.
  std::string work_unit;  ///< Unit of capacities: "person-days"; may be empty.
  Provenance provenance;
  std::vector<Capacity> capacities;  ///< An agency that is not named has no limit.
  std::vector<Action> actions;
  Location location;

  friend bool operator==(const ActionDefinition& a, const ActionDefinition& b);
};

/// Actions of which some are to be chosen: immutable and validated; copies are cheap.
class ActionSet {
 public:
  /// @throws SpecError with every problem: codes that are empty, stand twice or are not codes;
  ///         costs, durations, amounts and capacities that are negative or not finite; needs and
  ///         excludes that name no action (with the nearest), themselves, or the same twice; needs
  ///         in a circle (as a path); an action that needs what excludes it, directly or through
  ///         others; one that must be done and needs one that never may, or two that must and
  ///         exclude each other; the same agency twice in `uses` or `capacities`; effects that are
  ///         not finite.
  explicit ActionSet(ActionDefinition definition);

  [[nodiscard]] const ActionDefinition& definition() const noexcept;
  [[nodiscard]] const Labels& codes() const noexcept;
  [[nodiscard]] Size size() const noexcept { return codes().size(); }
  [[nodiscard]] const Action& action(Size i) const;

  /// All that an action needs, down to the last, ascending, without itself.
  [[nodiscard]] std::span<const Size> needs(Size action) const;

  /// Pairs that exclude each other, each once, ascending.
  struct Pair {
    Size a;
    Size b;
  };
  [[nodiscard]] std::span<const Pair> exclusions() const noexcept;

  /// When the action can be finished at the earliest: its duration after the last that it needs.
  [[nodiscard]] double finish(Size action) const;

  friend bool operator==(const ActionSet& a, const ActionSet& b) {
    return a.state_ == b.state_ || a.definition() == b.definition();
  }

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

/// The tasks of a plan that say what they are expected to do, as actions: those with effects, with
/// their cost (0 if not given), the agencies of their leads, and tasks done or cancelled left out.
[[nodiscard]] ActionDefinition actions_of(const Plan& plan);

}  // namespace chiso
