#pragma once

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "optimize/expression.hpp"
#include "optimize/mixed_integer.hpp"
#include "optimize/power_mean.hpp"
#include "optimize/survey.hpp"

namespace chiso {

/// The scores of one situation as rows of a program in which variable i says whether action i is
/// chosen.
///
/// A relaxation: whatever is chosen, if the node has a score at all, the other variables can be set
/// so that its expression is that score. So a program never misses a choice; what it finds may fall
/// short in truth, unless every node on the way is a sum or mean, or was looked at in every
/// combination.
class ScoreModel {
 public:
  /// Which way an expression must hold: not above the score by more than it must, not below, both.
  enum class Side { above, below, both };

  /// @param survey, program must outlive it
  ScoreModel(const Survey& survey, MixedInteger& program);

  [[nodiscard]] const Survey& survey() const noexcept { return survey_; }

  /// What is to be maximised for the score of a node.
  [[nodiscard]] Expression rising_with(Size node);

  /// The score that a value of rising_with stands for.
  [[nodiscard]] double score_of(Size node, double value) const;

  /// A row, or two, that hold a node at a score, which can be changed.
  struct Hold {
    Size node = 0;
    Size row = -1;
    double constant = 0.0;
    double scale = 1.0;
    Size mean_row = -1;  ///< In terms of a mean's function.
    double mean_constant = 0.0;
  };
  [[nodiscard]] Hold hold(Size node);
  void set(const Hold& hold, double threshold);

  /// Whether some node is held by less than what its score is.
  [[nodiscard]] bool approximates() const noexcept { return approximates_; }

  /// Adds tangents at the true scores of a choice. @returns whether there was anything to add.
  bool refine(const std::vector<double>& scores);

 private:
  struct Mean {
    Size node = 0;
    TakingPart parts;
    double times = 1.0;
    MeanFunction function;
    Expression sum;  ///< Of weight * function(score).
    struct Bound {
      Size child;
      Size variable;  ///< At most function(score).
      Expression score;
    };
    std::vector<Bound> bounds;
    Size score = -1;  ///< The variable of the mean itself; -1: nobody asked.
  };
  /// A node whose expression is below its tangents in the children's.
  struct Concave {
    Size node = 0;
    const CompiledCriterion* inner = nullptr;
    TakingPart parts;
    Size score = -1;
    std::vector<Expression> children;
  };

  [[nodiscard]] Expression expression(Size node, Side side);
  [[nodiscard]] Expression make(Size node, Side side);
  [[nodiscard]] Expression of_inner(const CompiledCriterion& inner, Side side);
  [[nodiscard]] Expression of_table(Size node, const std::vector<double>& values);
  [[nodiscard]] Expression of_sum(const CompiledCriterion& inner, Side side);
  [[nodiscard]] Expression of_minimum(const CompiledCriterion& inner);
  [[nodiscard]] Expression of_maximum(const CompiledCriterion& inner);
  [[nodiscard]] Expression of_median(const CompiledCriterion& inner);
  [[nodiscard]] Size order_statistic(const TakingPart& parts, double weight);
  [[nodiscard]] Expression within_bounds(Size node);
  [[nodiscard]] Size bounded_variable(double lowest, double highest);
  void keep_negative(const Expression& room);  ///< But for rounding.

  // Means that are not linear.
  [[nodiscard]] Expression of_balanced(const CompiledCriterion& inner);
  [[nodiscard]] Expression of_mean(const CompiledCriterion& inner);
  [[nodiscard]] Mean* mean_of(Size node);
  [[nodiscard]] Expression bounded_part(Mean& mean, Size child);
  bool add_tangent(const Mean::Bound& bound, const MeanFunction& function, double score);
  bool add_tangent(const Mean& mean, double score);
  bool add_tangent(const Concave& concave, const std::vector<double>& scores);
  [[nodiscard]] bool is_new(Size variable, std::vector<double> place);

  // Indicators on which many actions act.
  [[nodiscard]] Expression of_shape(const LeafShape& shape, Side side);
  [[nodiscard]] Expression best_of_shape(const LeafShape& shape, Side side);
  [[nodiscard]] Expression through(const Expression& x, const std::vector<LinePiece>& pieces,
                                   Side side);

  const Survey& survey_;
  MixedInteger& program_;
  std::map<std::pair<Size, Side>, Expression> made_;
  std::map<Size, Size> subset_variables_;  ///< Of tables: the first, by node.
  std::map<Size, Mean> means_;
  std::vector<Concave> concave_;
  bool approximates_ = false;
  std::set<std::pair<Size, std::vector<double>>> tangents_;  ///< Where they were added.
};

}  // namespace chiso
