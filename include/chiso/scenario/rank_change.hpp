#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chiso/evaluate/ranking.hpp"

namespace chiso {

/// A rival that a unit passed, or that passed it.
struct Passing {
  enum class Kind {
    passed,     ///< Was ahead or level, is behind now (or level).
    passed_by,  ///< The other way round.
    appeared,   ///< Only now has a score, and stands ahead.
    vanished    ///< Stood ahead, and has no score now.
  };
  Kind kind = Kind::passed;
  std::string rival;
  double before = 0.0;  ///< The rival's score.
  double after = 0.0;
  double places = 0.0;  ///< What it does to the unit's rank: -1 for a rival passed; a tie made or
                        ///< broken counts as the rank counts it.
};

/// Why a unit's rank is another one: places are counted so that negative is better.
struct RankChange {
  double before = 0.0;
  double after = 0.0;
  double own =
      0.0;  ///< Places by its own change of score: the mean of moving before and after the rivals.
  double rivals = 0.0;  ///< Places by the rivals' changes; own + rivals = after - before.
  double score_before = 0.0;
  double score_after = 0.0;
  std::vector<Passing> passings;  ///< Their places add up to after - before. Largest change of the
                                  ///< rival's score first.
};

/// @param unit in `before`; the same name is looked for in `after`. Both rank the same node by
///        competition.
/// @throws NotFoundError with the nearest name; DataError if it has no rank in one of them, or the
///         rankings are not by competition.
[[nodiscard]] RankChange rank_change(const Ranking& before, const Ranking& after,
                                     std::string_view unit);

[[nodiscard]] std::string_view name(Passing::Kind kind) noexcept;

}  // namespace chiso
