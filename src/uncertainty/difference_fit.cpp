#include "uncertainty/difference_fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "base/at.hpp"
#include "base/elementary.hpp"
#include "chiso/base/error.hpp"

namespace chiso {
namespace {

/// Candidates with a smaller share of the posterior than this together are not seen in any number
/// of draws that anybody takes.
constexpr double negligible = 1e-12;

/// Degrees of freedom that the common variance is worth, of which by-unit volatility chooses.
constexpr std::array freedoms{3.0, 5.0, 8.0, 12.0, 20.0, 40.0};

/// Logarithm of the gamma function of a positive number, by Stirling's series.
double log_gamma(double x) {
  constexpr double half_log_two_pi = 0x1.d67f1c864beb5p-1;
  double shift = 0.0;
  for (; x < 12.0; x += 1.0) shift += elementary::log(x);
  const double z = 1.0 / (x * x);
  const double series =
      (1.0 / 12.0 - z * (1.0 / 360.0 - z * (1.0 / 1260.0 - z * (1.0 / 1680.0 - z / 1188.0)))) / x;
  return (x - 0.5) * elementary::log(x) - x + half_log_two_pi + series - shift;
}

/// The common variance that makes the squares likeliest, if each unit's variance is scaled inverse
/// chi-square around it: the fixed point of expectation and maximisation.
double common_variance(const std::vector<double>& squares, const std::vector<double>& counts,
                       double freedom, double start) {
  double variance = start;
  for (int round = 0; round < 60; ++round) {
    double units = 0.0;
    double inverse = 0.0;
    for (std::size_t u = 0; u < squares.size(); ++u) {
      if (counts[u] <= 0.0) continue;
      units += 1.0;
      inverse += (freedom + counts[u]) / (freedom * variance + squares[u]);
    }
    variance = units / inverse;
  }
  return variance;
}

}  // namespace

DifferenceFit::DifferenceFit(const ProjectionModel& model, const RelativeScores& relative,
                             const std::vector<double>& later, const std::string& node)
    : model_(model), unknown_start_(has_unknown_start(model.kind)) {
  find_patterns(relative);
  if (freedom_ < 1.0) {
    throw DataError("expected more scores: these say nothing about how much units move", node);
  }
  const std::vector<CovarianceShape> shapes = shapes_of(model.kind);
  for (const CovarianceShape& shape : shapes) {
    for (Candidate& each : weigh(shape)) candidates_.push_back(std::move(each));
  }
  double most = -std::numeric_limits<double>::infinity();
  for (const Candidate& each : candidates_) {
    if (!(each.variance > 0.0)) {
      throw DataError("no unit ever moves against the others, so that nothing can be learned",
                      node);
    }
    most = std::max(most, each.share);
  }
  double total = 0.0;
  for (Candidate& each : candidates_) {
    each.share = elementary::exp(each.share - most);
    total += each.share;
  }
  const double least = negligible * total / static_cast<double>(candidates_.size());
  std::erase_if(candidates_, [&](const Candidate& each) { return each.share < least; });
  total = 0.0;
  for (const Candidate& each : candidates_) total += each.share;
  std::vector<double> from_first;
  for (const double when : later) from_first.push_back(when - relative.when.front());
  for (Candidate& each : candidates_) {
    each.share /= total;
    predict(each, from_first);
  }
}

void DifferenceFit::find_patterns(const RelativeScores& relative) {
  const Size units = relative.difference.rows();
  const Size periods = relative.difference.cols();
  std::map<std::vector<Size>, Size> position;
  std::vector<bool> used(at(periods));
  pattern_of_.assign(at(units), -1);
  seen_.resize(at(units));
  for (Size u = 0; u < units; ++u) {
    std::vector<Size> columns;
    for (Size p = 0; p < periods; ++p) {
      if (!std::isnan(relative.difference(u, p))) columns.push_back(p);
    }
    if (columns.empty()) continue;
    const auto [entry, is_new] = position.emplace(columns, std::ssize(patterns_));
    if (is_new) {
      Pattern& pattern = patterns_.emplace_back();
      for (const Size p : columns) {
        pattern.known.push_back(relative.when[at(p)] - relative.when.front());
      }
      pattern.columns = columns;
    }
    pattern_of_[at(u)] = entry->second;
    patterns_[at(entry->second)].units.push_back(u);
    Eigen::VectorXd& own = seen_[at(u)];
    own.resize(std::ssize(columns));
    for (Size k = 0; k < own.size(); ++k) own(k) = relative.difference(u, columns[at(k)]);
    freedom_ += free_numbers(u);
  }
  // The levels took one number a period; with unknown starts one of them is in the starts.
  freedom_ -= static_cast<double>(periods) - (unknown_start_ ? 1.0 : 0.0);
}

double DifferenceFit::free_numbers(Size unit) const {
  return static_cast<double>(seen_[at(unit)].size()) - (unknown_start_ ? 1.0 : 0.0);
}

std::vector<DifferenceFit::Candidate> DifferenceFit::weigh(const CovarianceShape& shape) const {
  std::vector<double> squares(seen_.size());
  std::vector<double> counts(seen_.size());
  double determinants = 0.0;
  for (const Pattern& pattern : patterns_) {
    const GaussianPath path(shape, unknown_start_, pattern.known);
    determinants += path.log_determinant() * static_cast<double>(pattern.units.size());
    for (const Size u : pattern.units) {
      squares[at(u)] = path.square(seen_[at(u)]);
      counts[at(u)] = free_numbers(u);
    }
  }
  const double sum = std::accumulate(squares.begin(), squares.end(), 0.0);
  Candidate pooled;
  pooled.shape = shape;
  pooled.variance = sum / freedom_;
  pooled.freedom = freedom_;
  // The variance integrated out; what all candidates share is left out.
  if (pooled.variance > 0.0) {
    pooled.share = -0.5 * determinants - 0.5 * freedom_ * elementary::log(sum);
  }
  if (model_.volatility == ProjectionModel::Volatility::pooled || !(pooled.variance > 0.0)) {
    return {pooled};
  }
  std::vector<Candidate> made;
  for (const double freedom : freedoms) {
    Candidate each;
    each.shape = shape;
    each.freedom = freedom;
    each.variance = common_variance(squares, counts, freedom, pooled.variance);
    each.share = -0.5 * determinants;
    const double scaled = freedom * each.variance;
    for (std::size_t u = 0; u < squares.size(); ++u) {
      if (counts[u] <= 0.0) continue;
      each.share += log_gamma(0.5 * (freedom + counts[u])) - log_gamma(0.5 * freedom) +
                    0.5 * freedom * elementary::log(scaled) -
                    0.5 * (freedom + counts[u]) * elementary::log(scaled + squares[u]);
    }
    each.squares = squares;
    made.push_back(std::move(each));
  }
  return made;
}

void DifferenceFit::predict(Candidate& candidate, const std::vector<double>& later) const {
  candidate.means.setZero(std::ssize(seen_), std::ssize(later));
  for (const Pattern& pattern : patterns_) {
    const GaussianPath path(candidate.shape, unknown_start_, pattern.known);
    Prediction prediction = path.predict(later);
    for (const Size u : pattern.units) {
      candidate.means.row(u) = (prediction.weights * seen_[at(u)]).transpose();
    }
    candidate.factors.push_back(std::move(prediction.factor));
  }
}

void DifferenceFit::draw(RandomStream& random, Eigen::MatrixXd& out) const {
  double wanted = random.uniform();
  std::size_t chosen = 0;
  while (chosen + 1 < candidates_.size() && wanted >= candidates_[chosen].share) {
    wanted -= candidates_[chosen].share;
    ++chosen;
  }
  const Candidate& candidate = candidates_[chosen];
  const bool pooled = model_.volatility == ProjectionModel::Volatility::pooled;
  double deviation = 0.0;
  if (pooled) {
    const double square = candidate.variance * candidate.freedom;
    deviation = std::sqrt(square / random.chi_square(candidate.freedom));
  }
  out = candidate.means;
  Eigen::VectorXd normals(out.cols());
  for (Size u = 0; u < out.rows(); ++u) {
    const Size pattern = pattern_of_[at(u)];
    if (pattern < 0) continue;
    if (!pooled) {
      const double square = candidate.freedom * candidate.variance + candidate.squares[at(u)];
      deviation = std::sqrt(square / random.chi_square(candidate.freedom + free_numbers(u)));
    }
    for (double& each : normals) each = random.normal();
    const Eigen::MatrixXd& factor = candidate.factors[at(pattern)];
    for (Size p = 0; p < out.cols(); ++p) {
      double moved = 0.0;
      for (Size k = 0; k <= p; ++k) moved += factor(p, k) * normals(k);
      out(u, p) += deviation * moved;
    }
  }
}

void DifferenceFit::describe(LearnedModel& learned) const {
  learned.freedom = 0.0;
  double variance = 0.0;
  double slopes = 0.0;
  for (const Candidate& each : candidates_) {
    const CovarianceShape& shape = each.shape;
    learned.lasting += each.share * shape.lasting;
    learned.noise += each.share * shape.noise;
    learned.persistence += each.share * shape.persistence;
    learned.freedom += each.share * each.freedom;
    variance += each.share * each.variance * (1.0 - shape.slopes);
    slopes += each.share * each.variance * shape.slopes;
  }
  learned.deviation = std::sqrt(variance);
  learned.slopes = std::sqrt(slopes);
}

}  // namespace chiso
