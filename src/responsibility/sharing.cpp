#include "chiso/responsibility/sharing.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"

namespace chiso {

namespace {

std::size_t position(TaskRole role) noexcept { return static_cast<std::size_t>(role); }

/// Equal weights for the roles that `takes` is true of.
template <class Takes>
Sharing::Weights equal(const Takes& takes) {
  Sharing::Weights weights{};
  for (const auto& names : task_roles()) {
    if (takes(names)) weights[position(names.role)] = 1.0;
  }
  return weights;
}

}  // namespace

Sharing::Sharing(std::string name, std::vector<Weights> rounds)
    : name_(std::move(name)), rounds_(std::move(rounds)) {
  Problems problems;
  if (rounds_.empty()) {
    problems.add({}, name_, "expected a round of weights, and there is none",
                 "give some role a weight");
  }
  for (std::size_t round = 0; round < rounds_.size(); ++round) {
    const Weights& weights = rounds_[round];
    for (const auto& names : task_roles()) {
      const double weight = weights[position(names.role)];
      if (std::isfinite(weight) && weight >= 0.0) continue;
      problems.add({}, name_,
                   fmt::format("expected a weight of '{}' in round {} that is finite and not "
                               "negative, got {}",
                               names.word, round + 1, to_string(weight)));
    }
    if (std::all_of(weights.begin(), weights.end(), [](double w) { return w == 0.0; })) {
      problems.add({}, name_, fmt::format("no role has a weight in round {}", round + 1),
                   "give some role a weight, or leave the round out");
    }
  }
  problems.raise<SpecError>();
}

Sharing Sharing::lead() {
  return {"lead", {equal([](const auto& names) { return names.role == TaskRole::lead; })}};
}

Sharing Sharing::raci() {
  std::vector<Weights> rounds;
  for (const Raci letter :
       {Raci::accountable, Raci::responsible, Raci::consulted, Raci::informed}) {
    rounds.push_back(equal([letter](const auto& names) { return names.raci == letter; }));
  }
  return {"raci", std::move(rounds)};
}

Sharing Sharing::weighted(std::span<const std::pair<TaskRole, double>> weights) {
  Problems problems;
  Weights round{};
  std::array<bool, task_role_count> given{};
  std::string name;
  for (const auto& [role, weight] : weights) {
    const std::string_view word = chiso::name(role);
    if (given[position(role)]) {
      problems.add({}, std::string(word), fmt::format("the role '{}' has two weights", word),
                   "remove one of them");
    }
    given[position(role)] = true;
    round[position(role)] = weight;
    name += fmt::format("{}{} {}", name.empty() ? "" : ", ", word, to_string(weight));
  }
  problems.raise<SpecError>();
  return {std::move(name), {round}};
}

}  // namespace chiso
