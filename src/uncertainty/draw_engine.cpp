#include "uncertainty/draw_engine.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "chiso/rank/rank.hpp"
#include "uncertainty/draw_variants.hpp"
#include "uncertainty/general_draws.hpp"

namespace chiso {
namespace {

/// A draw that could not be scored.
struct Failure {
  Size draw = 0;
  std::vector<Problem> problems;
};

/// Evaluations that one thread keeps for the next block.
constexpr std::size_t most_kept = 64;

void shape(DrawTable& table, Size rows, Size draws) {
  if (table.rows() != rows || table.draws() != draws) table = DrawTable(rows, draws);
}

}  // namespace

struct DrawEngine::State {
  DrawVariants variants;
  const Kernels& kernels;
  Size units;
  Size nodes;
  std::optional<int> decimals;  ///< If displayed scores are ranked.
};

struct DrawEngine::Scratch {
  std::map<Size, GeneralDraws> general;  ///< By number of the variant.
  DrawTable weights;
  DrawTable some_draws;  ///< Of one variant, side by side.
  DrawTable some_scores;
  DrawTable shown;
  std::vector<Size> numbers;
  std::vector<Size> order;
};

namespace {

/// One block on its way through an engine.
class Block {
 public:
  Block(const DrawEngine::State& engine, const DrawTable& draws, DrawEngine::Scratch& scratch,
        DrawnBlock& out)
      : engine_(engine), draws_(draws), scratch_(scratch), out_(out) {}

  void score() {
    if (!engine_.variants.vary()) {
      scratch_.order.resize(at(draws_.draws()));
      std::iota(scratch_.order.begin(), scratch_.order.end(), Size{0});
      score(0, scratch_.order);
      return;
    }
    group();
    const std::vector<Size>& order = scratch_.order;
    const std::vector<Size>& numbers = scratch_.numbers;
    for (auto first = order.begin(); first != order.end();) {
      const Size number = numbers[at(*first)];
      const auto last =
          std::find_if(first, order.end(), [&](Size draw) { return numbers[at(draw)] != number; });
      score(number, {first, last});
      first = last;
    }
  }

  void rank() {
    for (Size w = 0; w < engine_.nodes; ++w) {
      const DrawTable& scores = out_.scores[at(w)];
      const DrawTable* ranked = &scores;
      if (engine_.decimals) {
        shape(scratch_.shown, scores.rows(), scores.draws());
        const auto draws = at(scores.draws());
        for (Size u = 0; u < engine_.units; ++u) {
          displayed({scores.row(u), draws}, *engine_.decimals, {scratch_.shown.row(u), draws});
        }
        ranked = &scratch_.shown;
      }
      engine_.kernels.ranks(ranked->row(0), engine_.units, ranked->draws(), ranked->stride(),
                            out_.ranks[at(w)].data());
    }
  }

  /// The first draw that could not be scored.
  [[nodiscard]] const std::optional<Failure>& failure() const noexcept { return failure_; }

 private:
  /// Draws in the order of their variants.
  void group() {
    scratch_.numbers.clear();
    for (Size draw = 0; draw < draws_.draws(); ++draw) {
      scratch_.numbers.push_back(engine_.variants.number(draws_, draw));
    }
    scratch_.order.resize(scratch_.numbers.size());
    std::iota(scratch_.order.begin(), scratch_.order.end(), Size{0});
    std::stable_sort(scratch_.order.begin(), scratch_.order.end(), [this](Size a, Size b) {
      return scratch_.numbers[at(a)] < scratch_.numbers[at(b)];
    });
  }

  [[nodiscard]] bool is_past_failure(Size draw) const { return failure_ && draw > failure_->draw; }

  void score(Size number, std::span<const Size> which) {
    if (which.empty()) return;
    Size draw = which.front();
    if (is_past_failure(draw)) return;
    try {
      const PreparedVariant& prepared = engine_.variants.at(number);
      if (!prepared.straight.empty()) {
        score_straight(prepared, which);
        return;
      }
      GeneralDraws& general = general_of(number, prepared.variant);
      general.begin(draws_);
      for (const Size each : which) {
        draw = each;
        if (is_past_failure(draw)) return;
        general.run(draw);
        take(prepared.variant, general, draw);
      }
    } catch (const Error& error) {
      failure_ = Failure{draw, error.problems()};
    }
  }

  GeneralDraws& general_of(Size number, const DrawVariant& variant) {
    auto& kept = scratch_.general;
    const auto found = kept.find(number);
    if (found != kept.end()) return found->second;
    if (kept.size() == most_kept) kept.clear();
    return kept.try_emplace(number, variant).first->second;
  }

  void take(const DrawVariant& variant, const GeneralDraws& general, Size draw) {
    for (Size w = 0; w < engine_.nodes; ++w) {
      const Size node = variant.wanted[at(w)];
      DrawTable& scores = out_.scores[at(w)];
      const double* column = node < 0 ? nullptr : general.column(node);
      double* score = scores.row(0) + draw;
      for (Size u = 0; u < engine_.units; ++u, score += scores.stride()) {
        *score = column == nullptr ? missing_value : column[u];
      }
    }
  }

  void score_straight(const PreparedVariant& prepared, std::span<const Size> which) {
    const bool all = std::ssize(which) == draws_.draws();
    const DrawTable& draws = all ? draws_ : side_by_side(which);
    for (Size w = 0; w < engine_.nodes; ++w) {
      const auto& straight = prepared.straight[at(w)];
      DrawTable& scores = out_.scores[at(w)];
      if (!straight) {
        put_fixed(prepared.variant, w, which);
      } else if (all) {
        straight->run(draws, engine_.kernels, scratch_.weights, scores);
      } else {
        shape(scratch_.some_scores, engine_.units, draws.draws());
        straight->run(draws, engine_.kernels, scratch_.weights, scratch_.some_scores);
        for (Size u = 0; u < engine_.units; ++u) {
          const double* from = scratch_.some_scores.row(u);
          double* const to = scores.row(u);
          for (const Size draw : which) to[draw] = *from++;
        }
      }
    }
  }

  /// A node that is the same in all draws of the variant, or not there.
  void put_fixed(const DrawVariant& variant, Size wanted, std::span<const Size> which) {
    const Size node = variant.wanted[at(wanted)];
    for (Size u = 0; u < engine_.units; ++u) {
      const double score = node < 0 ? missing_value : variant.scores.column(node)[at(u)];
      double* const to = out_.scores[at(wanted)].row(u);
      for (const Size draw : which) to[draw] = score;
    }
  }

  const DrawTable& side_by_side(std::span<const Size> which) {
    DrawTable& some = scratch_.some_draws;
    shape(some, draws_.rows(), std::ssize(which));
    for (Size r = 0; r < draws_.rows(); ++r) {
      const double* const from = draws_.row(r);
      double* to = some.row(r);
      for (const Size draw : which) *to++ = from[draw];
    }
    return some;
  }

  const DrawEngine::State& engine_;
  const DrawTable& draws_;
  DrawEngine::Scratch& scratch_;
  DrawnBlock& out_;
  std::optional<Failure> failure_;
};

[[noreturn]] void refuse(const Failure& failure, std::int64_t first) {
  std::vector<Problem> problems = failure.problems;
  const std::string draw = fmt::format("draw {}", first + failure.draw);
  for (Problem& problem : problems) {
    problem.place = problem.place.empty() ? draw : draw + ": " + problem.place;
  }
  throw DataError(std::move(problems));
}

std::optional<int> displayed_decimals(const Index& index) {
  const IndexDefinition& definition = index.definition();
  return definition.rank_on_displayed ? definition.decimals : std::nullopt;
}

}  // namespace

DrawEngine::DrawEngine(const Scores& base, std::span<const Source> sources,
                       std::span<const VariedRow> rows, std::span<const Size> nodes, bool refit,
                       const Kernels& kernels)
    : state_(new State{DrawVariants(base, sources, rows, nodes, refit), kernels,
                       base.units().size(), std::ssize(nodes), displayed_decimals(base.index())}) {}

DrawEngine::~DrawEngine() = default;

void DrawEngine::ScratchDeleter::operator()(Scratch* scratch) const noexcept { delete scratch; }

DrawEngine::ScratchPointer DrawEngine::scratch() const { return ScratchPointer(new Scratch); }

void DrawEngine::run(const DrawTable& draws, std::int64_t first, Scratch& scratch,
                     DrawnBlock& out) const {
  out.scores.resize(at(state_->nodes));
  out.ranks.resize(at(state_->nodes));
  for (Size w = 0; w < state_->nodes; ++w) {
    DrawTable& scores = out.scores[at(w)];
    shape(scores, state_->units, draws.draws());
    out.ranks[at(w)].resize(at(scores.rows() * scores.stride()));
  }
  Block block(*state_, draws, scratch, out);
  block.score();
  if (block.failure()) refuse(*block.failure(), first);
  block.rank();
}

}  // namespace chiso
