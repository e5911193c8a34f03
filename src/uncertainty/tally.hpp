#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/at.hpp"
#include "chiso/base/size.hpp"
#include "chiso/model/index.hpp"
#include "uncertainty/exact_sum.hpp"
#include "uncertainty/grain_set.hpp"

namespace chiso {

/// Where one unit's scores of one node are expected: what the first grain had and half of its width
/// more on each side.
struct ScoreBins {
  static constexpr Size inner = 2'048;  ///< Of equal width, from lowest to highest.
  static constexpr Size below = 0;      ///< Position of the bin of less than lowest ...
  static constexpr Size above = inner + 1;
  static constexpr Size none = inner + 2;  ///< ... and of draws without a score.
  static constexpr Size count = inner + 3;

  double lowest = 0.0;
  double highest = 0.0;
  double scale = 0.0;   ///< Bins a point; 0: one bin for all from lowest to highest.
  double centre = 0.0;  ///< The mean, from which sums are measured: squares keep their digits.
};

/// Where mean shifts of ranks are counted, as whole numbers: the sum of shifts over the ranked
/// units times the units, divided by the ranked units.
struct ShiftBins {
  static constexpr std::int64_t most = 65'536;

  std::int64_t units = 0;
  std::int64_t width = 1;
  std::int64_t count = 0;

  /// One bin each for up to 256 units, so that the median is exact.
  explicit ShiftBins(Size units);
};

/// What is counted, and against what: the same for all grains of an experiment.
struct TallyPlan {
  std::string fingerprint;  ///< Of all that the draws depend on.
  std::vector<std::string> unit_names;
  Size units = 0;
  Size nodes = 0;
  Size composite = 0;  ///< Position among the nodes.
  bool pairs = true;
  std::optional<int> decimals;  ///< If displayed scores are ranked.
  Grouping grouping;
  Size groups = 0;
  std::vector<Size> share_rows;        ///< Rows of drawn shares in a table of draws.
  std::vector<ScoreBins> bins;         ///< By node and unit.
  std::vector<std::uint16_t> nominal;  ///< Ranks of the base, by node and unit; 0: none.
};

/// Counts of draws. Memory does not depend on how many; all counts are whole numbers and all sums
/// exact, so that tallies add up to the same bits in any order and division.
///
/// The 32 bits of a count are enough, because there are less than 2^32 draws in all the grains that
/// exist.
struct Tally {
  static constexpr std::int64_t grain_end = (std::int64_t{1} << 22) - 1;

  struct Node {
    std::vector<double> least;  ///< By unit; infinity if it has no score. Never -0.
    std::vector<double> greatest;
    std::vector<ExactSum> sums;        ///< Of score - centre, by unit.
    std::vector<ExactSum> squares;     ///< Of its square.
    std::vector<std::uint32_t> ranks;  ///< Units x (units + 1), unit by unit; first: no rank.
    std::vector<std::uint32_t> bins;   ///< Units x ScoreBins::count, unit by unit.
    std::vector<std::int64_t> wins;    ///< Units x units, the winner's row by row, if wanted.
    ExactSum shift;                    ///< Mean shifts of the draws in which units have ranks.
    ExactSum shift_square;
    std::vector<std::uint32_t> shifts;  ///< By ShiftBins.
  };

  explicit Tally(std::shared_ptr<const TallyPlan> what);

  std::shared_ptr<const TallyPlan> plan;
  GrainSet grains;
  bool stopped = false;
  std::vector<Node> nodes;
  std::vector<std::uint32_t> groups;   ///< Units x groups, unit by unit.
  std::vector<ExactShareSum> central;  ///< Units x share rows, unit by unit: where it is first.

  [[nodiscard]] std::int64_t draws() const noexcept;
  [[nodiscard]] std::uint32_t rank_count(Size node, Size unit, Size rank) const {
    return nodes[at(node)].ranks[at(unit * (plan->units + 1) + rank)];
  }
  /// In how many draws the unit has a rank.
  [[nodiscard]] std::int64_t scored(Size node, Size unit) const;

  /// @throws DataError, with nothing changed, if the other is of other ingredients or a grain is in
  /// both
  void merge(const Tally& other);

  /// Little-endian on every machine: what it is, the fingerprint, where scores were expected, the
  /// grains, all counts, and a checksum.
  [[nodiscard]] std::string bytes() const;
  /// @throws DataError if they are not what `bytes` wrote by the same plan
  [[nodiscard]] static Tally from_bytes(std::shared_ptr<const TallyPlan> plan,
                                        std::string_view bytes);
  /// The same with the bins and the fingerprint that the bytes have, so that nothing is drawn.
  /// @param plan without bins
  [[nodiscard]] static Tally restore(TallyPlan plan, std::string_view bytes);
};

/// Of the least certain probability, over the units, of being among the composite's first `top`, of
/// all draws of the parts.
[[nodiscard]] double standard_error(std::span<const Tally* const> parts, Size top);

}  // namespace chiso
