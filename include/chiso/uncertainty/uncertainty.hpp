#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/evaluate/scores.hpp"
#include "chiso/uncertainty/sources.hpp"

namespace chiso {

/// Draws go in grains of so many: what is stopped, divided or merged is whole grains.
inline constexpr std::int64_t draws_a_grain = 1'024;

/// How far the draws are.
struct DrawProgress {
  std::int64_t done = 0;
  std::int64_t wanted = 0;
  double standard_error = 0.0;  ///< Of the least certain probability of being in the top; NaN: not
                                ///< asked for.
};
/// Called by the thread that asked for the draws, every 50 ms or so while it draws itself, and at
/// the end. False stops all threads, each after its grain; what was finished is a result. What it
/// throws reaches the caller.
using DrawWatch = std::function<bool(const DrawProgress&)>;

struct UncertaintyOptions {
  std::int64_t draws = 100'000;  ///< Rounded up to whole grains; less than 2^32.
  std::uint64_t seed = 0;
  int threads = 0;  ///< 0: as many as the machine has. The result does not depend on it.
  /// Codes of the nodes whose scores and ranks are counted. The composite always is.
  std::vector<std::string> nodes;
  bool refit = false;  ///< Anchors are fitted to the drawn values; else the base's stay.
  bool pairs = true;   ///< Count who beats whom (units x units).

  /// Stop when no unit's probability to be among the first `top` of the composite has a standard
  /// error above this: looked at after 8, 16, 32 ... grains, so that the answer depends on the seed
  /// alone. The probability is that of Agresti and Coull (The American Statistician 52, 1998), (x +
  /// 2) / (n + 4), because a unit that has not been among them so far is not certain never to be.
  std::optional<double> precision;
  Size top = 10;
};

/// The ingredients of draws: a result and what about it is uncertain, all of it checked. Immutable,
/// safe to use from many threads; copies are cheap. The same ingredients give the same draws
/// everywhere, so that several machines can share them.
class Experiment {
 public:
  /// @throws SpecError with every option that is out of its range, or if there is no source;
  ///   NotFoundError for a node that is not in the index;
  ///   NotFoundError, DataError, SpecError with every problem of the sources, each with the
  ///   source's name: a pattern that meets nothing, numbers out of their range, bounds or orders
  ///   that no vector of shares satisfies, a correlation that is not positive definite, variables
  ///   without standard errors, a scenario that cannot be applied, two sources of one name or for
  ///   one thing.
  Experiment(Scores base, std::vector<Source> sources, UncertaintyOptions options);

  [[nodiscard]] const Scores& base() const noexcept;
  [[nodiscard]] std::span<const Source> sources() const noexcept;
  [[nodiscard]] const UncertaintyOptions& options() const noexcept;
  /// The nodes that are counted, by their numbers in the base's index: those of the options in
  /// their order, the composite before them if it is not among them.
  [[nodiscard]] std::span<const Size> nodes() const noexcept;

  /// Numbers of grains after which the draws may end: all that are wanted, and with a precision 8,
  /// 16, 32 ... before.
  [[nodiscard]] std::vector<std::int64_t> stages() const;

  struct State;  // Private.
  [[nodiscard]] const State& state() const noexcept { return *state_; }

 private:
  std::shared_ptr<const State> state_;
};

struct Tally;  // Private: counts of draws.

/// Distribution of scores and ranks over draws. A value; copies are cheap.
///
/// Probabilities are shares of all draws. A unit without a score in a draw has no rank in it, and
/// that draw counts in none of its ranks or quantiles. Ranks are by competition, of exact scores or
/// of displayed ones as the index says.
class Uncertainty {
 public:
  /// The draws of whole grains [first, first + count), for merging. One process needs only
  /// `uncertainty()`.
  /// @throws DataError, with the draw's number, if a draw cannot be scored.
  /// The options' threads count, its draws and precision do not.
  /// @throws SpecError if grains are not in 0 ... 2^22 - 2.
  [[nodiscard]] static Uncertainty of_grains(const Experiment& experiment, std::int64_t first,
                                             std::int64_t count);
  /// These draws and those: of the same experiment and other grains. Exact: in any order.
  /// @throws DataError if they are not of one experiment, or share a grain.
  void merge(const Uncertainty& other);

  /// Says that the draws end here by somebody's will, where they were made grain by grain.
  void stop();

  /// The counts as bytes, to be sent and read again with the same experiment.
  [[nodiscard]] std::string bytes() const;
  /// @throws DataError if they are not what `bytes` wrote for such an experiment.
  [[nodiscard]] static Uncertainty from_bytes(const Experiment& experiment, std::string_view bytes);

  /// The same of bytes that were stored, perhaps by a version of the library that draws otherwise:
  /// nothing is drawn, and only the sizes are compared with the experiment. Other draws can be
  /// merged with these if they are of the same version.
  [[nodiscard]] static Uncertainty restore(const Experiment& experiment, std::string_view bytes);

  [[nodiscard]] const Experiment& experiment() const noexcept;
  [[nodiscard]] std::int64_t draws() const noexcept;
  [[nodiscard]] bool stopped() const noexcept;  ///< By the watch, before all was drawn.

  /// Of the least certain probability of being among the options' first `top`: what the precision
  /// is compared with.
  [[nodiscard]] double standard_error() const;

  // By unit, for a node of experiment().nodes(), in the order of base().units(); NaN for a unit
  // that has no score in any draw. @throws NotFoundError for another node.

  /// Share of draws in which the unit has a score.
  [[nodiscard]] std::vector<double> scored(Size node) const;
  [[nodiscard]] std::vector<double> mean(Size node) const;
  [[nodiscard]] std::vector<double> deviation(Size node) const;  ///< Over n - 1; NaN below 2 draws.
  [[nodiscard]] std::vector<double> minimum(Size node) const;
  [[nodiscard]] std::vector<double> maximum(Size node) const;

  /// The score below which a share q of the draws lies; from a histogram of 2,048 bins over the
  /// unit's own range of the first grain and half of it more on each side, straight inside a bin.
  /// @throws SpecError if q is not in 0..1.
  [[nodiscard]] std::vector<double> quantile(Size node, double q) const;

  [[nodiscard]] std::vector<double> mean_rank(Size node) const;
  [[nodiscard]] std::vector<double> rank_deviation(Size node) const;
  /// Exact: the least rank with at least a share q of the draws that have one at it or better.
  /// @throws SpecError if q is not in 0..1.
  [[nodiscard]] std::vector<double> rank_quantile(Size node, double q) const;

  /// Share of draws with a rank <= k. @throws SpecError if k is not in 1..units.
  [[nodiscard]] std::vector<double> top(Size node, Size k) const;

  /// Rank acceptability: units x ranks, column-major (column r: rank r + 1).
  [[nodiscard]] std::vector<double> acceptability(Size node) const;

  /// Share of draws in which the row's unit has more than the column's; units x units,
  /// column-major. @throws SpecError if pairs were not counted.
  [[nodiscard]] std::vector<double> beats(Size node) const;

  /// Share of draws in each group of the index, units x groups, column-major, in the order of the
  /// definition's names, then `below` if they are by limits; empty if it has none. Of the
  /// composite.
  [[nodiscard]] std::vector<double> groups() const;

  /// How far ranks move against the base: the mean over the units of |rank - nominal rank|, of each
  /// draw (Saisana, Saltelli and Tarantola 2005); over those that have a rank in both.
  struct Shift {
    double mean = 0.0;
    double deviation = 0.0;
    /// The least shift that half of the draws do not pass. Exact for up to 256 units if all have
    /// ranks, else to a 65,536th of the range (units - 1).
    double median = 0.0;
  };
  [[nodiscard]] Shift shift(Size node) const;

  /// Stochastic multicriteria acceptability (Lahdelma and Salminen): the mean of the shares in the
  /// draws in which the unit is first (of the composite, alone or with others). Of each row of
  /// drawn shares: `parent`, `node`.
  struct CentralWeights {
    std::vector<Size> parents;  ///< By row; -1 never.
    std::vector<Size> nodes;    ///< By row.
    std::vector<double>
        weights;  ///< Units x rows, column-major; NaN for a unit that is never first.
  };
  [[nodiscard]] CentralWeights central_weights() const;

  /// Probability that the unit is first if the shares are its central ones and all else varies;
  /// NaN for a unit that is never first. Draws anew, `draws` (whole grains) for each such unit.
  /// @param watch if it stops them, units that are not finished have NaN
  /// @throws SpecError if draws < 1 or no shares are drawn; DataError if a draw cannot be scored.
  [[nodiscard]] std::vector<double> confidence_factors(std::int64_t draws,
                                                       const DrawWatch& watch = {}) const;

 private:
  friend Uncertainty uncertainty(const Experiment& experiment, const DrawWatch& watch);
  Uncertainty(Experiment experiment, Tally tally);
  [[nodiscard]] Size position(Size node) const;
  Experiment experiment_;
  std::shared_ptr<const Tally> tally_;
};

/// Draws all of options().draws, in options().threads threads.
/// @throws DataError if a draw cannot be scored, with its number.
[[nodiscard]] Uncertainty uncertainty(const Experiment& experiment, const DrawWatch& watch = {});

}  // namespace chiso
