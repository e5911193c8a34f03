#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "chiso/evaluate/scores.hpp"
#include "chiso/uncertainty/sources.hpp"
#include "uncertainty/anchor_draws.hpp"
#include "uncertainty/choice_draws.hpp"
#include "uncertainty/draw_table.hpp"
#include "uncertainty/kernels.hpp"
#include "uncertainty/value_draws.hpp"
#include "uncertainty/weight_draws.hpp"

namespace chiso {

/// What draws one source.
using DrawLaw = std::variant<WeightDraws, ValueDraws, AnchorDraws, ChoiceDraws>;

/// From uniform numbers to what the sources draw. A draw of a source depends on the seed, the
/// source's name and the draw's number alone: not on other sources, blocks or threads.
class Sampler {
 public:
  /// Keeps a reference to the kernels.
  /// @throws every problem of the sources at once, see Experiment.
  Sampler(const Scores& base, std::span<const Source> sources, std::uint64_t seed,
          const Kernels& kernels);

  /// What the rows of a table are; those of one source follow one another.
  [[nodiscard]] std::span<const VariedRow> rows() const noexcept;
  [[nodiscard]] Size first_row(Size source) const;
  [[nodiscard]] Size row_count(Size source) const;

  /// Uniform numbers that one draw of a source takes.
  [[nodiscard]] Size dimensions(Size source) const;

  /// Draws first ... first + draws.draws() - 1 of one source, into its rows.
  void draw(Size source, std::int64_t first, DrawTable& draws) const;

  /// The same from given numbers in (0, 1): rows [uniform_row, uniform_row + dimensions(source)) of
  /// `uniforms`, which has as many draws as `draws`.
  void transform(Size source, const DrawTable& uniforms, Size uniform_row, DrawTable& draws) const;

  /// What the base has in a row: its nominal share, value, anchor; 0 for a choice.
  [[nodiscard]] double nominal(Size row) const;

 private:
  struct Part {
    DrawLaw law;
    std::uint64_t stream = 0;  ///< From the name alone.
    Size first_row = 0;
    Size row_count = 0;
    Size dimensions = 0;
  };

  /// From uniform numbers to draws; if there are as many as rows they may lie in them.
  void apply(const Part& part, const double* uniforms, Size uniform_stride, DrawTable& draws) const;

  std::uint64_t seed_;
  const Kernels& kernels_;
  std::vector<Part> parts_;
  std::vector<VariedRow> rows_;
  std::vector<double> nominal_;
};

}  // namespace chiso
