#include "chiso/evaluate/scores.hpp"

#include "evaluate/state.hpp"

namespace chiso {

void Scores::State::take_units(Size period_position) {
  units = units_of_period(panel, period_position);
  if (static_cast<Size>(units.size()) == panel.units().size()) return;
  std::vector<std::string> names;
  for (const Size u : units) names.push_back(panel.units()[u]);
  labels = Labels(std::move(names), "unit");
}

const Index& Scores::index() const noexcept { return state_->evaluator.index(); }

const Evaluator& Scores::evaluator() const noexcept { return state_->evaluator; }

const Panel& Scores::panel() const noexcept { return state_->panel; }

const Period& Scores::period() const noexcept { return state_->period; }

const Period& Scores::method() const noexcept { return state_->method; }

const Labels& Scores::units() const noexcept {
  return state_->labels ? *state_->labels : state_->panel.units();
}

std::span<const Size> Scores::panel_positions() const noexcept { return state_->units; }

std::span<const double> Scores::column(Size node) const {
  const auto units = state_->units.size();
  return {state_->values.get() + static_cast<std::size_t>(node) * units, units};
}

MatrixView Scores::values() const noexcept {
  return {state_->values.get(), static_cast<Size>(state_->units.size()), index().size()};
}

double Scores::at(std::string_view unit, std::string_view code) const {
  const Size node = index().at(code);
  return column(node)[static_cast<std::size_t>(units().at(unit))];
}

const Anchors& Scores::anchors() const noexcept { return state_->anchors; }

std::span<const GivenScore> Scores::given() const noexcept { return state_->given; }

}  // namespace chiso
