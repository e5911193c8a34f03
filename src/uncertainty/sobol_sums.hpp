#pragma once

#include <functional>
#include <span>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/uncertainty/sensitivity.hpp"
#include "uncertainty/draw_table.hpp"
#include "uncertainty/kernels.hpp"
#include "uncertainty/resampling.hpp"

namespace chiso {

/// What a model gives for rows of a base sample, all tables outputs x rows: for two independent
/// samples A and B, and for each factor what it gives where this factor is the other sample's.
struct SobolValues {
  DrawTable a;
  DrawTable b;
  std::vector<DrawTable> ab;  ///< By factor: A with the factor from B.
  std::vector<DrawTable> ba;  ///< B with the factor from A; empty without second order.
};

struct SobolEstimate {
  double value = 0.0;
  double low = 0.0;
  double high = 0.0;
};

/// Of one output. Indices of an output that does not vary, and of one without a value somewhere,
/// are NaN.
struct SobolOutput {
  using State = Sensitivity::Output::State;
  State state = State::varies;
  double mean = 0.0;
  double variance = 0.0;              ///< Of A and B together, over their number.
  std::vector<SobolEstimate> first;   ///< By factor.
  std::vector<SobolEstimate> total;   ///< By factor.
  std::vector<SobolEstimate> second;  ///< By pair: (0, 1), (0, 2) ... (1, 2) ...
};

/// Adds up what Sobol indices are made of, piece by piece of the base sample, over it and all its
/// resamples at once: values are not kept.
///
/// With V the variance and c the mean of A and B together, and D_i = f(AB_i) - f(A):
/// - first order: mean((f(B) - c) D_i) / V. Source: Saltelli and others, Computer Physics
///   Communications 181 (2010), table 2 (b), which has f(B) alone: less c the mean is the same, and
///   the error of outputs far from 0 smaller by far.
/// - total order: mean(D_i^2) / 2 V. Source: Jansen, Computer Physics Communications 117 (1999).
/// - second order: mean(f(BA_i) f(AB_j) - f(A) f(B)) / V less both first orders. Source: Saltelli,
///   Computer Physics Communications 145 (2002). With D'_i = f(BA_i) - f(B) the mean over both
///   ways of i and j is mean(D_i D'_j + D_j D'_i) / 2 V, which is what is added up.
/// If there are BA_i, first and total orders are means over both samples' ways too.
///
/// Each resample has its own mean and variance. Intervals are percentiles of the resamples
/// (Efron 1979; Archer, Saltelli and Sobol, Journal of Statistical Computation and Simulation 58,
/// 1997): indices near 0 are skew, which plus and minus of a normal law does not see. Resamples in
/// which the output does not vary are left out.
class SobolSums {
 public:
  SobolSums(Size outputs, Size factors, bool second_order, const Resampling& resampling,
            const Kernels& kernels);

  /// Rows first, first + 1 ... of the base sample. The result depends on the pieces, in the last
  /// bits, but not on the number of threads.
  /// @param go_on asked after each output, and more often if there are many resamples, by the
  /// thread of the caller; if it says no, sums are of no
  ///   use any more
  /// @returns what it said last
  bool add(const SobolValues& values, Size first, int threads, const std::function<bool()>& go_on);

  /// After all rows.
  /// @param rounding an output whose values differ by no more is constant
  [[nodiscard]] SobolOutput output(Size output, double rounding, double confidence) const;

  /// The largest size of an output's value in A and B; NaN: missing.
  [[nodiscard]] double size(Size output) const;

 private:
  /// Where the values of an output lie.
  struct Range {
    double centre = 0.0;  ///< What they are less of in all terms: near their mean.
    double lowest = 0.0;
    double highest = 0.0;
  };
  void meet(const SobolValues& values, Size output, bool starts);
  void write_terms(const SobolValues& values, Size output, double* terms) const;
  [[nodiscard]] std::span<const double> sums(Size output, Size column) const;

  Size factors_;
  bool second_order_;
  Size columns_;  ///< Of each output: what is added up.
  const Resampling* resampling_;
  const Kernels* kernels_;
  DrawTable weights_;
  DrawTable sums_;  ///< Outputs x columns, in rows of the sample and its resamples.
  std::vector<Range> ranges_;
};

}  // namespace chiso
