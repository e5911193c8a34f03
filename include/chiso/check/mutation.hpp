#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/size.hpp"
#include "chiso/check/check_file.hpp"
#include "chiso/check/report.hpp"
#include "chiso/model/index.hpp"

/// Whether the cases of a definition would notice a slip in it: each mutant is the definition with
/// one small thing wrong, as it is mistyped, misread or mixed up.
namespace chiso {

/// What is wrong in a mutant.
enum class MutantKind {
  number,       ///< A number is off by one unit in its last written digit.
  threshold,    ///< A bound at which points jump is the next double.
  bound,        ///< An end of an interval is open instead of closed, or the other way round.
  swap,         ///< Two weights, points or dated values are exchanged.
  direction,    ///< More is worse instead of better, or the other way round.
  sign,         ///< Added instead of subtracted, or the other way round.
  aggregation,  ///< Another method.
  missing,      ///< Another policy for what is missing or does not apply.
  dropped,      ///< A child or a term is left out.
  variable,     ///< Another variable is read, or a ratio is upside down.
  anchor,       ///< Of the period instead of pooled, cut or not, ties.
  date,         ///< A value holds a year too early or too late.
  formula       ///< Another operator, branch or operand in a formula.
};

/// One small slip in one definition.
struct Mutant {
  MutantKind kind = MutantKind::number;
  /// Unique in its index, and stable: "labor.weight+", "1.1.4.step2.lower:opened".
  std::string id;
  Size node = 0;  ///< Where it is; the root for what the head or a variable says.
  Location location;
  std::string change;  ///< In words: "weight 20 -> 21, that of 'legal' 5 -> 4".
  std::function<void(IndexDefinition&)> apply;  ///< Makes the slip in the index's definition.
};

/// All mutants of an index, in the order of its text. Those that provably change no score, rank or
/// group for any data are left out.
[[nodiscard]] std::vector<Mutant> mutants(const Index& index);

/// The index with the slip in it. @throws SpecError if that is no valid definition: lint catches
/// it.
[[nodiscard]] Index mutated(const Index& index, const Mutant& mutant);

/// The name of the case that another result shows the slip to, or nothing.
using Noticed =
    std::function<std::optional<std::string>(const Index& changed, const Mutant& mutant)>;

enum class MutantFate {
  killed,    ///< A case noticed it.
  survived,  ///< No case noticed it.
  invalid,   ///< It is no valid definition, so lint catches it; not part of the score.
  pending    ///< Not tried, because the run was stopped.
};

struct MutantOutcome {
  Mutant mutant;
  MutantFate fate = MutantFate::pending;
  std::string by;  ///< The case that noticed it; of an invalid one what lint says.
};

struct MutationResult {
  std::vector<MutantOutcome> outcomes;  ///< In the order of mutants().

  [[nodiscard]] Size count(MutantFate fate) const noexcept;

  /// killed / (killed + survived); 1 if there is none of either.
  [[nodiscard]] double score() const noexcept;
};

struct MutationOptions {
  int threads = 1;  ///< 0: as many as the machine has. The result does not depend on it.
  /// Called now and then, in the thread of the caller, with how many mutants were tried, of about
  /// how many; the run stops if it returns false.
  std::function<bool(Size done, Size all)> progress;
};

/// Tries all mutants. What does not change anything is looked for in the same pass, so this costs
/// no more than mutants() and the cases together.
/// @param noticed called from several threads at once if there are several
/// @throws what `noticed` throws, of the first mutant for which it does
[[nodiscard]] MutationResult run_mutation(const Index& index, const Noticed& noticed,
                                          const MutationOptions& options = {});

/// What a run says about a definition whose check file demands this: an item that fails if too few
/// mutants are noticed. Accepted survivors do not count; those that do not exist, or were noticed
/// after all, are warned about.
[[nodiscard]] CheckItem check_mutation(const MutationResult& result, const MutationCheck& demanded);

/// Nodes in the order in which cases that look at them are likely to notice a slip in `node`: the
/// node itself, those above it from the nearest to the composite, then all others.
[[nodiscard]] std::vector<Size> nearest_nodes(const Index& index, Size node);

[[nodiscard]] std::string_view name(MutantKind kind) noexcept;
[[nodiscard]] std::string_view name(MutantFate fate) noexcept;

}  // namespace chiso
