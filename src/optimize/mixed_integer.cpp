#include "optimize/mixed_integer.hpp"

class CbcNode;  // CbcCutGenerator.hpp names it.

#include <CbcCutGenerator.hpp>
#include <CbcEventHandler.hpp>
#include <CbcHeuristic.hpp>
#include <CbcHeuristicDiveCoefficient.hpp>
#include <CbcHeuristicFPump.hpp>
#include <CbcHeuristicRINS.hpp>
#include <CbcModel.hpp>
#include <CglClique.hpp>
#include <CglFlowCover.hpp>
#include <CglKnapsackCover.hpp>
#include <CglProbing.hpp>
#include <CglZeroHalf.hpp>
#include <ClpSimplex.hpp>
#include <CoinPackedMatrix.hpp>
#include <OsiClpSolverInterface.hpp>
#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

#include "base/at.hpp"

namespace chiso {
namespace {

/// Tells of the search, and stops it. CBC copies it, so what it learns stands elsewhere.
class Watch final : public CbcEventHandler {
 public:
  struct Seen {
    const std::function<bool(double, double)>* progress = nullptr;
    double unit = 1.0;  ///< From CBC's objective to ours.
    std::exception_ptr thrown;
    bool stopped = false;
  };

  explicit Watch(Seen& seen) : seen_(&seen) {}

  CbcAction event(CbcEvent what) override {
    const bool of_interest = what == node || what == solution || what == heuristicSolution ||
                             what == heuristicPass || what == afterHeuristic;
    if (seen_->stopped) return stop;
    // Heuristics solve small programs of their own, whose bounds are not those of the whole.
    if (!of_interest || model_->parentModel() != nullptr) return noAction;
    const bool any = model_->bestSolution() != nullptr && std::abs(model_->getObjValue()) < 1e49;
    const double bound = model_->getBestPossibleObjValue();
    try {
      // An exception must not pass through CBC, which would leak.
      seen_->stopped =
          !(*seen_->progress)(any ? model_->getObjValue() : std::nan(""),
                              std::abs(bound) < 1e49 ? bound : -MixedInteger::infinity);
    } catch (...) {
      seen_->thrown = std::current_exception();
      seen_->stopped = true;
    }
    return seen_->stopped ? stop : noAction;
  }

  [[nodiscard]] CbcEventHandler* clone() const override { return new Watch(*this); }

 private:
  Seen* seen_;
};

/// Cut generators and heuristics; the model copies them. Those, out of the many that CBC has, with
/// which covering and packing rows over 200 actions take least time; Gomory cuts make it longer.
/// Not the rounding of mixed rows (CglMixedIntegerRounding2): it has cut off optima. Not RENS: it
/// loses memory (CBC 2.10.8).
void equip(CbcModel& model) {
  CglProbing probing;
  probing.setUsingObjective(1);
  probing.setMaxPass(1);
  probing.setMaxPassRoot(5);
  probing.setMaxProbe(10);
  probing.setMaxProbeRoot(1000);
  probing.setMaxLook(50);
  probing.setMaxLookRoot(500);
  probing.setRowCuts(3);
  model.addCutGenerator(&probing, -1, "probing");
  CglKnapsackCover knapsack;
  model.addCutGenerator(&knapsack, -98, "knapsack");
  CglClique clique;
  clique.setStarCliqueReport(false);
  clique.setRowCliqueReport(false);
  model.addCutGenerator(&clique, -98, "clique");
  CglFlowCover flow;
  model.addCutGenerator(&flow, -98, "flow cover");
  CglZeroHalf half;
  model.addCutGenerator(&half, -98, "zero-half");

  CbcRounding round(model);
  model.addHeuristic(&round, "rounding");
  CbcHeuristicFPump pump(model);
  pump.setMaximumPasses(20);
  model.addHeuristic(&pump, "feasibility pump");
  CbcHeuristicDiveCoefficient dive(model);
  model.addHeuristic(&dive, "dive");
  CbcHeuristicRINS rins(model);
  rins.setHowOften(100);
  model.addHeuristic(&rins, "neighbourhood");

  model.setNumberBeforeTrust(50);
}

}  // namespace

Size MixedInteger::add_variable(double lower, double upper, Kind kind) {
  lower_.push_back(lower);
  upper_.push_back(upper);
  cost_.push_back(0.0);
  kind_.push_back(kind);
  return variables() - 1;
}

Size MixedInteger::add_row(std::span<const LinearTerm> terms, double lower, double upper) {
  std::vector<std::pair<int, double>> sorted;
  for (const LinearTerm& term : terms) {
    sorted.emplace_back(static_cast<int>(term.variable), term.coefficient);
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t k = 0; k < sorted.size();) {
    const int column = sorted[k].first;
    double sum = 0.0;
    for (; k < sorted.size() && sorted[k].first == column; ++k) sum += sorted[k].second;
    if (sum == 0.0) continue;
    column_.push_back(column);
    element_.push_back(sum);
  }
  row_start_.push_back(static_cast<int>(column_.size()));
  row_lower_.push_back(lower);
  row_upper_.push_back(upper);
  return rows() - 1;
}

void MixedInteger::minimise(std::span<const LinearTerm> terms) {
  std::fill(cost_.begin(), cost_.end(), 0.0);
  for (const LinearTerm& term : terms) cost_[at(term.variable)] += term.coefficient;
}

void MixedInteger::set_bounds(Size variable, double lower, double upper) {
  lower_[at(variable)] = lower;
  upper_[at(variable)] = upper;
}

void MixedInteger::set_row_bounds(Size row, double lower, double upper) {
  row_lower_[at(row)] = lower;
  row_upper_[at(row)] = upper;
}

MixedInteger::Answer MixedInteger::solve(const Limits& limits) const {
  const int columns = static_cast<int>(variables());
  const int count = static_cast<int>(rows());
  std::vector<int> lengths(at(rows()));
  for (std::size_t r = 0; r < lengths.size(); ++r) lengths[r] = row_start_[r + 1] - row_start_[r];
  const CoinPackedMatrix matrix(false, columns, count, static_cast<int>(element_.size()),
                                element_.data(), column_.data(), row_start_.data(), lengths.data());

  // Tolerances on the objective are absolute: the largest cost is 1000 here, whatever the currency.
  double unit = 0.0;
  for (const double each : cost_) unit = std::max(unit, 1e-3 * std::abs(each));
  if (unit == 0.0) unit = 1.0;
  std::vector<double> cost = cost_;
  for (double& each : cost) each /= unit;
  OsiClpSolverInterface solver;
  solver.messageHandler()->setLogLevel(0);
  solver.getModelPtr()->setLogLevel(0);
  solver.loadProblem(matrix, lower_.data(), upper_.data(), cost.data(), row_lower_.data(),
                     row_upper_.data());
  for (int k = 0; k < columns; ++k) {
    if (kind_[static_cast<std::size_t>(k)] == Kind::whole) solver.setInteger(k);
  }
  solver.setHintParam(OsiDoReducePrint, true, OsiHintDo);
  // Clp's presolve loses memory in one of some thousand programs, and these are small.
  solver.setHintParam(OsiDoPresolveInInitial, false, OsiHintDo);

  Answer answer;
  answer.objective = std::nan("");
  answer.bound = -infinity;

  CbcModel model(solver);
  model.setLogLevel(0);
  model.messageHandler()->setLogLevel(0);
  model.setUseElapsedTime(true);
  if (limits.seconds < infinity) model.setMaximumSeconds(std::max(limits.seconds, 1e-3));
  model.setAllowableFractionGap(limits.gap);
  model.setAllowableGap(0.0);
  // An answer that is better by less than that is not looked for; with less than 1e-5, which is the
  // default, one in some thousand answers of CBC 2.10.8 is not the best.
  model.setCutoffIncrement(std::max(1e-5, 0.5 * limits.step / unit));
  equip(model);
  Watch::Seen seen{.progress = &limits.progress, .unit = unit, .thrown = {}, .stopped = false};
  if (limits.progress) {
    const Watch watch(seen);
    model.passInEventHandler(&watch);
  }
  model.initialSolve();
  if (model.isInitialSolveProvenPrimalInfeasible()) {
    answer.status = Status::infeasible;
    return answer;
  }
  if (model.isInitialSolveProvenDualInfeasible()) {
    answer.status = Status::unbounded;
    return answer;
  }
  if (!limits.start.empty()) {
    double objective = 0.0;
    for (std::size_t k = 0; k < cost_.size(); ++k) objective += cost[k] * limits.start[k];
    model.setBestSolution(limits.start.data(), columns, objective, true);
  }
  model.branchAndBound();
  if (seen.thrown) std::rethrow_exception(seen.thrown);

  const double bound = model.getBestPossibleObjValue();
  if (std::abs(bound) < 1e49) answer.bound = unit * bound;
  if (const double* best = model.bestSolution()) {
    answer.values.assign(best, best + columns);
    for (std::size_t k = 0; k < answer.values.size(); ++k) {
      if (kind_[k] == Kind::whole) answer.values[k] = std::round(answer.values[k]);
    }
    answer.objective = 0.0;
    for (std::size_t k = 0; k < cost_.size(); ++k) answer.objective += cost_[k] * answer.values[k];
    answer.status = model.isProvenOptimal() ? Status::optimal : Status::feasible;
    if (answer.status == Status::optimal) answer.bound = std::min(answer.bound, answer.objective);
  } else if (model.isProvenInfeasible()) {
    answer.status = Status::infeasible;
  } else if (model.isContinuousUnbounded()) {
    answer.status = Status::unbounded;
  }
  return answer;
}

}  // namespace chiso
