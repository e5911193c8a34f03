#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>

#include "chiso/model/rule.hpp"
#include "chiso/score/category_points.hpp"
#include "chiso/score/piecewise.hpp"

namespace chiso {

/// What computes a points rule: a function of a number, or of the position of a category.
using RuleKernel = std::variant<Piecewise, CategoryPoints>;

/// The one place where a points rule becomes what computes it.
///
/// @param maximum the most points of the node; the rules that are relative to it need it.
/// @param categories of the measure, from worst to best; empty for a number. The words of a
/// category
///   rule are matched as names are (case, punctuation and composition of letters aside).
/// @throws SpecError if the rule is not a points rule, does not fit the measure, lacks the maximum
/// it
///   needs or has parameters that the kernel refuses. None of it happens with a rule of a valid
///   Index.
[[nodiscard]] RuleKernel rule_kernel(const Rule& rule, std::optional<double> maximum,
                                     std::span<const std::string> categories = {});

/// Whether the points of a rule cannot be told without the maximum of its node.
[[nodiscard]] bool needs_maximum(const Rule& rule) noexcept;

/// The most points that a rule gives by itself; nothing if that depends on the maximum of its node
/// or on data.
[[nodiscard]] std::optional<double> implied_maximum(const Rule& rule) noexcept;

}  // namespace chiso
