#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "uncertainty/difference_model.hpp"
#include "uncertainty/random_stream.hpp"
#include "uncertainty/relative_scores.hpp"

namespace chiso {

/// A model of the units' differences after what was seen: its posterior, ready to be drawn from.
class DifferenceFit {
 public:
  /// @param relative of all units; those without a difference tell nothing
  /// @param later periods to come, in steps as in relative.when
  /// @throws DataError, naming `node`, if nothing moved or there are too few numbers
  DifferenceFit(const ProjectionModel& model, const RelativeScores& relative,
                const std::vector<double>& later, const std::string& node);

  /// Differences of all units in the later periods, units x later; of a unit that was never seen,
  /// nonsense.
  void draw(RandomStream& random, Eigen::MatrixXd& out) const;

  /// Adds what was learned of the differences.
  void describe(LearnedModel& learned) const;

 private:
  /// One point of the grid.
  struct Candidate {
    CovarianceShape shape;
    double variance = 0.0;  ///< The best estimate; by unit the common one.
    double freedom = 0.0;   ///< Of the pooled variance; by unit those that the common one is worth.
    double share = 0.0;     ///< Logarithm of the likelihood, then probability.
    std::vector<double> squares;           ///< By unit; kept by unit only.
    Eigen::MatrixXd means;                 ///< Units x later.
    std::vector<Eigen::MatrixXd> factors;  ///< By pattern.
  };

  void find_patterns(const RelativeScores& relative);
  /// What the unit's differences say of the variance.
  [[nodiscard]] double free_numbers(Size unit) const;
  [[nodiscard]] std::vector<Candidate> weigh(const CovarianceShape& shape) const;
  void predict(Candidate& candidate, const std::vector<double>& later) const;

  ProjectionModel model_;
  bool unknown_start_;
  /// Units by the periods in which they have differences: those of one pattern share all matrices.
  struct Pattern {
    std::vector<double> known;
    std::vector<Size> columns;
    std::vector<Size> units;
  };
  std::vector<Pattern> patterns_;
  std::vector<Size> pattern_of_;       // By unit; -1: never seen.
  std::vector<Eigen::VectorXd> seen_;  // By unit: its differences.
  double freedom_ = 0.0;               // In all.
  std::vector<Candidate> candidates_;
};

}  // namespace chiso
