#pragma once

#include <optional>

#include "chiso/base/size.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/formula/formula.hpp"
#include "chiso/formula/symbols.hpp"

namespace chiso {

/// How a node's score comes about, as a formula, with what its names stand for.
struct NodeFormula {
  Formula formula;
  FormulaSymbols symbols;
};

/// The formula of any node: of an indicator its rule (see rule_formula()), of a criterion its
/// aggregation over the codes of its children, both with the node's cap. The same double comes out
/// as the evaluator gives (0 and -0 count as the same).
///
/// Sums, arithmetic, geometric and harmonic means, minimum and maximum have one. Whether a child is
/// missing or does not apply a formula cannot tell: it says what a missing one does.
///
/// @param evaluator compiled for a method, or of an index without dated values
/// @returns nothing for other aggregations, for normalisers, and where it would be longer than a
///   formula may be
/// @throws SpecError if dated values wait for a period
[[nodiscard]] std::optional<NodeFormula> node_formula(const Evaluator& evaluator, Size node);

}  // namespace chiso
