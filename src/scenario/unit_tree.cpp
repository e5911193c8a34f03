#include "chiso/scenario/unit_tree.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "scenario/held_tree.hpp"

namespace chiso {
namespace {

bool compares(const Criterion& node) {
  if (!node.is_leaf()) return node.aggregation.method == Aggregation::Method::copeland;
  const auto& rules = node.rule.entries();
  return std::any_of(rules.begin(), rules.end(), [](const auto& entry) {
    const auto* normaliser = std::get_if<Normaliser>(&entry.value);
    return normaliser != nullptr && normaliser->ranks();
  });
}

/// @throws DataError if units are compared with each other.
const Compiled& expect_alone(const Scores& base, Size unit) {
  const Compiled& compiled = base.evaluator().compiled();
  if (unit < 0 || unit >= base.units().size()) {
    throw DataError(
        fmt::format("expected the position of one of {} units, got {}", base.units().size(), unit));
  }
  const Size node = comparing_node(compiled);
  if (node >= 0) {
    const Criterion& of = compiled.index.node(node);
    throw DataError({Problem{of.location, of.code,
                             "scores depend on the other units here, so that no unit's tree can be "
                             "changed on its own",
                             "apply a scenario to the result of all units"}});
  }
  return compiled;
}

}  // namespace

struct UnitTree::State {
  State(const Scores& of, Size which)
      : base(of), unit(which), tree(expect_alone(of, which), of.anchors()) {
    const Input input =
        input_of(base.evaluator().compiled(), base.panel(),
                 base.panel().period_position(base.period()), base.panel_positions());
    held = tree.unit(base, input, unit);
  }

  Scores base;
  Size unit;
  HeldTree tree;
  HeldUnit held;
};

UnitTree::UnitTree(const Scores& base, Size unit)
    : state_(std::make_shared<const State>(base, unit)), now_(state_->held) {}

const Scores& UnitTree::base() const noexcept { return state_->base; }

Size UnitTree::unit() const noexcept { return state_->unit; }

double UnitTree::value(Size variable) const { return state_->tree.value(now_, variable); }

double UnitTree::score(Size node) const {
  return state_->tree.score(now_, state_->tree.slot(node));
}

void UnitTree::set_value(Size variable, double value) {
  state_->tree.set_value(state_->tree.row(now_), variable, value);
}

void UnitTree::set_score(Size node, double score) { state_->tree.set_score(now_, node, score); }

double UnitTree::rule(Size leaf, double x) const { return state_->tree.rule(leaf, x); }

void UnitTree::reset() { now_ = state_->held; }

bool compares_units(const Index& index) {
  for (Size i = 0; i < index.size(); ++i) {
    if (compares(index.node(i))) return true;
  }
  return false;
}

}  // namespace chiso
