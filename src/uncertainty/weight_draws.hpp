#pragma once

#include <span>
#include <variant>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/evaluate/scores.hpp"
#include "chiso/uncertainty/sources.hpp"
#include "uncertainty/draw_table.hpp"
#include "uncertainty/gamma_law.hpp"
#include "uncertainty/kernels.hpp"
#include "uncertainty/share_groups.hpp"
#include "uncertainty/source_problems.hpp"
#include "uncertainty/uniform_shares.hpp"

namespace chiso {

/// Draws of DrawWeights.
class WeightDraws {
 public:
  /// What cannot be drawn is left out, and a problem.
  WeightDraws(const Scores& base, const DrawWeights& source, SourceProblems& problems);

  /// What the rows are, their source left open.
  [[nodiscard]] std::span<const VariedRow> rows() const noexcept { return rows_; }
  [[nodiscard]] std::span<const double> nominal() const noexcept { return nominal_; }
  [[nodiscard]] Size dimensions() const noexcept { return dimensions_; }

  /// @param uniforms dimensions() rows of numbers in (0, 1); if there are as many rows as of `out`
  ///   they may be these
  void draw(const Kernels& kernels, const double* uniforms, Size uniform_stride, Size draws,
            double* out, Size stride) const;

 private:
  struct Dirichlet {
    std::vector<LogGamma> laws;
  };
  /// Each share uniform on [low, low + width], before they are divided by their sum.
  struct Ranges {
    std::vector<double> low;
    std::vector<double> width;
  };
  using Law = std::variant<UniformShares, Dirichlet, Ranges>;
  struct Group {
    Size first_row = 0;
    Size count = 0;
    Size first_uniform = 0;
    Law law;
  };

  void add(const ShareGroup& group, Law law);

  std::vector<Group> groups_;
  std::vector<VariedRow> rows_;
  std::vector<double> nominal_;
  Size dimensions_ = 0;
};

}  // namespace chiso
