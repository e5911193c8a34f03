#include "chiso/check/mutation.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <unordered_map>
#include <utility>

#include "base/at.hpp"
#include "base/parallel.hpp"
#include "check/same_results.hpp"
#include "check/slips.hpp"

namespace chiso {

namespace {

/// What became of one slip; nothing if it changes nothing.
std::optional<MutantOutcome> tried(const Index& index, const Mutant& mutant,
                                   const Noticed& noticed) {
  MutantOutcome outcome{mutant, MutantFate::invalid, {}};
  std::optional<Index> changed;
  try {
    changed = mutated(index, mutant);
  } catch (const SpecError& error) {
    outcome.by = error.problems()[0].to_string();
    return outcome;
  }
  // A case that notices it proves that it changes something, and is found sooner.
  if (auto by = noticed(*changed, mutant)) {
    outcome.fate = MutantFate::killed;
    outcome.by = std::move(*by);
    return outcome;
  }
  if (same_results(index, *changed)) return {};
  outcome.fate = MutantFate::survived;
  return outcome;
}

}  // namespace

Index mutated(const Index& index, const Mutant& mutant) {
  IndexDefinition definition = index.definition();
  mutant.apply(definition);
  return Index(std::move(definition));
}

std::vector<Mutant> mutants(const Index& index) {
  std::vector<Mutant> found = all_slips(index);
  std::erase_if(found, [&index](const Mutant& mutant) {
    try {
      return same_results(index, mutated(index, mutant));
    } catch (const SpecError&) {
      return false;
    }
  });
  return found;
}

Size MutationResult::count(MutantFate fate) const noexcept {
  return std::count_if(outcomes.begin(), outcomes.end(),
                       [fate](const MutantOutcome& each) { return each.fate == fate; });
}

double MutationResult::score() const noexcept {
  const Size killed = count(MutantFate::killed);
  const Size all = killed + count(MutantFate::survived);
  return all == 0 ? 1.0 : static_cast<double>(killed) / static_cast<double>(all);
}

MutationResult run_mutation(const Index& index, const Noticed& noticed,
                            const MutationOptions& options) {
  const std::vector<Mutant> slips = all_slips(index);
  const Size all = std::ssize(slips);
  std::vector<std::optional<MutantOutcome>> outcomes(slips.size());
  std::vector<std::exception_ptr> failures(slips.size());
  for (std::size_t m = 0; m < slips.size(); ++m) outcomes[m] = {slips[m], MutantFate::pending, {}};

  // Threads take the mutants in their order, so whatever stops a run, all before it were tried.
  std::atomic<Size> next = 0;
  std::atomic<Size> done = 0;
  std::atomic<bool> stop = false;
  const int threads =
      options.threads > 0 ? options.threads : static_cast<int>(std::thread::hardware_concurrency());
  in_pieces(std::max(1, threads), threads, [&](Size first, Size) {
    while (!stop) {
      const Size m = next++;
      if (m >= all) break;
      try {
        outcomes[at(m)] = tried(index, slips[at(m)], noticed);
        ++done;
        if (first == 0 && options.progress && !options.progress(done, all)) stop = true;
      } catch (...) {
        failures[at(m)] = std::current_exception();
        stop = true;
      }
    }
  });
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
  MutationResult result;
  for (auto& outcome : outcomes) {
    if (outcome) result.outcomes.push_back(std::move(*outcome));
  }
  return result;
}

CheckItem check_mutation(const MutationResult& result, const MutationCheck& demanded) {
  CheckItem item;
  item.kind = CheckKind::mutation;
  item.name = "mutation";
  item.location = demanded.location;
  std::unordered_map<std::string, const MutantOutcome*> by_id;
  for (const MutantOutcome& outcome : result.outcomes) by_id.emplace(outcome.mutant.id, &outcome);

  std::unordered_map<std::string, const Accepted*> accepted;
  const auto needless = [&](const Accepted& each, std::string message, std::string remedy) {
    item.add({Severity::warning,
              "accepted-mutant",
              each.what,
              Problem{each.location, each.what, std::move(message), std::move(remedy)},
              {}});
  };
  for (const Accepted& each : demanded.survivors) {
    accepted.emplace(each.what, &each);
    const auto found = by_id.find(each.what);
    if (found == by_id.end()) {
      needless(each, "there is no such mutant", "remove it, or correct the name");
    } else if (found->second->fate == MutantFate::killed) {
      needless(each, fmt::format("the case '{}' notices this mutant", found->second->by),
               "it need not be accepted: remove it");
    } else if (found->second->fate == MutantFate::invalid) {
      needless(each, "lint catches this mutant", "it need not be accepted: remove it");
    }
  }

  Size killed = 0;
  Size survived = 0;
  Size explained = 0;
  std::vector<const MutantOutcome*> unnoticed;
  for (const MutantOutcome& outcome : result.outcomes) {
    if (outcome.fate == MutantFate::killed) ++killed;
    if (outcome.fate != MutantFate::survived) continue;
    if (accepted.contains(outcome.mutant.id)) {
      ++explained;
    } else {
      ++survived;
      unnoticed.push_back(&outcome);
    }
  }
  const Size counted = killed + survived;
  const double score =
      counted == 0 ? 1.0 : static_cast<double>(killed) / static_cast<double>(counted);
  const bool enough = score >= demanded.at_least;
  const std::string summary = fmt::format(
      "{} of {} mutants noticed ({:.1f} percent, {:.1f} demanded); {} explained, {} "
      "caught by lint",
      killed, counted, 100.0 * score, 100.0 * demanded.at_least, explained,
      result.count(MutantFate::invalid));
  item.add(
      {enough ? Severity::note : Severity::error,
       "mutation-score",
       {},
       Problem{
           demanded.location, "mutation", summary,
           enough ? "" : "add cases that notice the mutants below, or accept them with the reason"},
       {}});
  for (const MutantOutcome* outcome : unnoticed) {
    item.add({enough ? Severity::note : Severity::error,
              "surviving-mutant",
              outcome->mutant.id,
              Problem{outcome->mutant.location, outcome->mutant.id,
                      fmt::format("no case notices: {}", outcome->mutant.change),
                      "add a case whose result it changes"},
              {}});
  }
  const Size pending = result.count(MutantFate::pending);
  if (pending > 0) {
    item.add({Severity::warning,
              "mutation-stopped",
              {},
              Problem{demanded.location,
                      "mutation",
                      fmt::format("stopped before {} mutants were tried", pending),
                      {}},
              {}});
  }
  return item;
}

std::vector<Size> nearest_nodes(const Index& index, Size node) {
  std::vector<Size> order;
  std::vector<char> taken(at(index.size()), 0);
  const auto take = [&](Size i) {
    if (taken[at(i)] != 0) return;
    taken[at(i)] = 1;
    order.push_back(i);
  };
  for (Size i = node; i >= 0; i = index.parent(i)) take(i);
  for (Size i = 0; i < index.size(); ++i) take(i);
  return order;
}

std::string_view name(MutantKind kind) noexcept {
  switch (kind) {
    case MutantKind::number:
      return "number";
    case MutantKind::threshold:
      return "threshold";
    case MutantKind::bound:
      return "bound";
    case MutantKind::swap:
      return "swap";
    case MutantKind::direction:
      return "direction";
    case MutantKind::sign:
      return "sign";
    case MutantKind::aggregation:
      return "aggregation";
    case MutantKind::missing:
      return "missing";
    case MutantKind::dropped:
      return "dropped";
    case MutantKind::variable:
      return "variable";
    case MutantKind::anchor:
      return "anchor";
    case MutantKind::date:
      return "date";
    case MutantKind::formula:
      return "formula";
  }
  return {};
}

std::string_view name(MutantFate fate) noexcept {
  switch (fate) {
    case MutantFate::killed:
      return "killed";
    case MutantFate::survived:
      return "survived";
    case MutantFate::invalid:
      return "invalid";
    case MutantFate::pending:
      return "pending";
  }
  return {};
}

}  // namespace chiso
