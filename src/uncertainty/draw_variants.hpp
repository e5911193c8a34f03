#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chiso/evaluate/scores.hpp"
#include "chiso/uncertainty/sources.hpp"
#include "uncertainty/draw_table.hpp"
#include "uncertainty/draw_variant.hpp"
#include "uncertainty/straight_draws.hpp"

namespace chiso {

/// A variant and how its wanted nodes are scored.
struct PreparedVariant {
  DrawVariant variant;
  /// By wanted node: nothing if it is not there, or nothing about it varies. Empty: draw by draw.
  std::vector<std::optional<StraightDraws>> straight;
};

/// The ways to build an index that choices leave, each made when it is first needed. Safe to use
/// from many threads.
class DrawVariants {
 public:
  /// Arguments as of DrawEngine, all of them copied.
  /// @throws SpecError with every alternative that cannot be applied or changes the units, or if
  ///   there are too many combinations
  DrawVariants(const Scores& base, std::span<const Source> sources, std::span<const VariedRow> rows,
               std::span<const Size> nodes, bool refit);

  /// Whether there is a choice.
  [[nodiscard]] bool vary() const noexcept { return !choices_.empty(); }

  /// Number of the variant that a draw is of.
  [[nodiscard]] Size number(const DrawTable& draws, Size draw) const noexcept;

  /// @throws what scoring throws
  [[nodiscard]] const PreparedVariant& at(Size number) const;

 private:
  struct Choice {
    Size row;
    Size source;
    Size alternatives;
    Size step;  ///< From one alternative to the next, in numbers of variants.
  };
  struct Place {
    std::once_flag made;
    std::unique_ptr<const PreparedVariant> variant;
  };

  [[nodiscard]] const std::vector<Scenario>& alternatives(const Choice& choice) const;
  void find_choices();
  void check_alternatives() const;
  [[nodiscard]] Scores scores_of(const Scenario& scenario) const;
  [[nodiscard]] std::unique_ptr<const PreparedVariant> make(const Scenario& scenario) const;

  Scores base_;
  std::vector<Source> sources_;
  std::vector<VariedRow> rows_;
  std::vector<Size> nodes_;
  bool refit_;
  std::vector<Choice> choices_;  ///< In the order of the sources.
  std::unique_ptr<Place[]> places_;
};

}  // namespace chiso
