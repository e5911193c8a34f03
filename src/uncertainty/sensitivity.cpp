#include "chiso/uncertainty/sensitivity.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <limits>
#include <span>

#include "base/at.hpp"
#include "base/parallel.hpp"
#include "chiso/base/error.hpp"
#include "chiso/evaluate/ranking.hpp"
#include "uncertainty/draw_engine.hpp"
#include "uncertainty/kernels.hpp"
#include "uncertainty/memory.hpp"
#include "uncertainty/resampling.hpp"
#include "uncertainty/sampler.hpp"
#include "uncertainty/sensitivity_factors.hpp"
#include "uncertainty/sobol_base.hpp"
#include "uncertainty/sobol_sums.hpp"

namespace chiso {
namespace {

constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

/// Rows whose evaluations are held at a time, and rows that a thread takes at a time. Both are the
/// same whatever there is to do, since sums depend on them in the last bits.
constexpr Size rows_a_piece = 1'024;
constexpr Size rows_a_block = 128;

constexpr std::int64_t most_rows = std::int64_t{1} << 30;

/// A score that differs by less than this share of the largest is constant.
constexpr double rounding = 1e-12;

using Kind = Sensitivity::Output::Kind;

Size shift_output(Size units) { return 2 * units; }
Size output_count(Size units) { return 2 * units + 1; }

void expect_sound(const SensitivityOptions& options, Size factors) {
  Problems problems;
  if (options.base < 2 || options.base > most_rows) {
    problems.add(
        {}, "base",
        fmt::format("expected 2 to {} rows of the base sample, got {}", most_rows, options.base));
  }
  if (options.resamples < 0) {
    problems.add({}, "resamples",
                 fmt::format("expected a number of resamples, got {}", options.resamples),
                 "0 gives no intervals");
  }
  if (!(options.confidence > 0.0 && options.confidence < 1.0)) {
    problems.add({}, "confidence",
                 fmt::format("expected a confidence between 0 and 1, got {}", options.confidence),
                 "95 % is 0.95");
  }
  if (options.threads < 0) {
    problems.add({}, "threads",
                 fmt::format("expected 1 or more, or 0 for as many as the machine has, got {}",
                             options.threads));
  }
  if (factors < 1) problems.add({}, "sources", "expected at least one source, got none");
  if (options.second_order && factors == 1) {
    problems.add({}, "second_order", "expected at least two factors for pairs of them, got one");
  }
  problems.raise<SpecError>();
}

void expect_memory_for(const SensitivityOptions& options, Size units, Size factors, Size rows) {
  const auto outputs = static_cast<double>(output_count(units));
  const auto count = static_cast<double>(factors);
  const auto resamples = static_cast<double>(options.resamples);
  const double evaluations = options.second_order ? 2.0 * count + 2.0 : count + 2.0;
  const double pairs = options.second_order ? count * (count - 1.0) / 2.0 : 0.0;
  const double held = outputs * evaluations * static_cast<double>(std::min(rows, rows_a_piece));
  const double summed = outputs * (3.0 * count + 2.0 + pairs) * (resamples + 1.0);
  const double weights = (resamples + 1.0) * static_cast<double>(std::min(rows, rows_a_piece));
  const double counts = static_cast<double>(rows) * resamples;
  const double bytes = 8.0 * (held + summed + weights) + 2.0 * counts;
  expect_memory(bytes, "sensitivity",
                fmt::format("{} outputs, {} factors, {} resamples and {} rows", output_count(units),
                            factors, options.resamples, rows),
                "take fewer resamples or rows");
}

/// One run over a base sample.
class Run {
 public:
  Run(const Scores& base, std::span<const Source> sources,
      std::span<const SensitivityFactor> factors, Size node, const SensitivityOptions& options,
      Size rows)
      : options_(options),
        sources_of_(factors),
        rows_(rows),
        units_(base.units().size()),
        factors_(std::ssize(factors)),
        sampler_(base, sources, options.seed, best_kernels()),
        samples_(sampler_, sources, rows, options.seed),
        engine_(base, sources, sampler_.rows(), std::span(&node, 1), options.refit, best_kernels()),
        nominal_(base, node),
        resampling_(rows, options.resamples),
        sums_(output_count(units_), factors_, options.second_order, resampling_, best_kernels()) {
    const Size piece = std::min(rows_, rows_a_piece);
    const auto table = [&] { return DrawTable(output_count(units_), piece); };
    values_.a = table();
    values_.b = table();
    for (Size i = 0; i < factors_; ++i) {
      values_.ab.push_back(table());
      if (options.second_order) values_.ba.push_back(table());
    }
  }

  /// @returns false if the watch stopped it
  bool work() {
    if (!resampling_.draw(options_.seed, options_.threads, [&] { return tell(); })) return false;
    for (Size first = 0; first < rows_; first += values_.a.draws()) {
      const Size block = std::min(values_.a.draws(), rows_a_block);
      in_pieces(values_.a.draws() / block, options_.threads, [&](Size begin, Size end) {
        Desk desk{DrawTable(std::ssize(sampler_.rows()), block),
                  DrawTable(std::ssize(sampler_.rows()), block),
                  engine_.scratch(),
                  {},
                  begin == 0};
        for (Size k = begin; k < end && !stopped_; ++k) evaluate_block(first, k * block, desk);
      });
      if (stopped_) return false;
      // With many resamples sums take longer than evaluations.
      if (!sums_.add(values_, first, options_.threads, [&] { return tell(); })) return false;
    }
    return true;
  }

  [[nodiscard]] std::int64_t evaluations() const {
    return rows_ * (options_.second_order ? 2 * factors_ + 2 : factors_ + 2);
  }

  /// @returns false if the watch stopped it: percentiles of many resamples take long
  bool write(Sensitivity& result) {
    const Size outputs = output_count(units_);
    double largest = 0.0;
    for (Size u = 0; u < units_; ++u) largest = std::fmax(largest, sums_.size(u));
    result.outputs.resize(at(outputs));
    const auto make_room = [&](SobolIndices& indices, Size columns) {
      for (auto* part : {&indices.value, &indices.low, &indices.high}) {
        part->resize(at(outputs * columns));
      }
    };
    make_room(result.first, factors_);
    make_room(result.total, factors_);
    make_room(result.second, std::ssize(result.pairs));
    const auto put = [&](const std::vector<SobolEstimate>& from, Size output, SobolIndices& to) {
      for (Size i = 0; i < std::ssize(from); ++i) {
        to.value[at(i * outputs + output)] = from[at(i)].value;
        to.low[at(i * outputs + output)] = from[at(i)].low;
        to.high[at(i * outputs + output)] = from[at(i)].high;
      }
    };
    in_pieces(outputs, options_.threads, [&](Size begin, Size end) {
      for (Size o = begin; o < end && !stopped_; ++o) {
        const SobolOutput found =
            sums_.output(o, o < units_ ? rounding * largest : 0.0, options_.confidence);
        result.outputs[at(o)] = {kind(o), o < shift_output(units_) ? o % units_ : -1, found.state,
                                 found.mean, found.variance};
        put(found.first, o, result.first);
        put(found.total, o, result.total);
        put(found.second, o, result.second);
        if (begin == 0 && !tell()) stopped_ = true;
      }
    });
    result.evaluations = evaluations();
    result.method = method();
    return !stopped_;
  }

 private:
  /// Memory of one thread.
  struct Desk {
    DrawTable a;
    DrawTable b;
    DrawEngine::ScratchPointer scratch;
    DrawnBlock drawn;
    bool tells;  ///< How far the run is: in the thread of the caller.
  };

  /// @returns whether to go on
  [[nodiscard]] bool tell() const {
    return !options_.watch || options_.watch({done_, evaluations(), no_number});
  }

  [[nodiscard]] Kind kind(Size output) const {
    if (output == shift_output(units_)) return Kind::rank_shift;
    return output < units_ ? Kind::score : Kind::rank;
  }

  void evaluate_block(Size piece, Size column, Desk& desk) {
    const Size row = piece + column;
    samples_.draw(SobolBase::Side::a, row, desk.a);
    samples_.draw(SobolBase::Side::b, row, desk.b);
    Size table = 0;  // Evaluations are numbered table by table.
    const auto evaluate = [&](const DrawTable& draws, DrawTable& to) {
      if (stopped_) return;
      engine_.run(draws, table++ * rows_ + row, *desk.scratch, desk.drawn);
      write_outputs(desk.drawn, column, to);
      done_ += draws.draws();
      if (desk.tells && !tell()) stopped_ = true;
    };
    evaluate(desk.a, values_.a);
    evaluate(desk.b, values_.b);
    for (Size i = 0; i < factors_; ++i) {
      exchange(i, desk);
      evaluate(desk.a, values_.ab[at(i)]);
      if (options_.second_order) evaluate(desk.b, values_.ba[at(i)]);
      exchange(i, desk);
    }
  }

  /// Gives each sample what the other has of one factor.
  void exchange(Size factor, Desk& desk) const {
    for (const Size source : sources_of_[at(factor)].sources) {
      const Size first = sampler_.first_row(source);
      for (Size r = first; r < first + sampler_.row_count(source); ++r) {
        std::swap_ranges(desk.a.row(r), desk.a.row(r) + desk.a.draws(), desk.b.row(r));
      }
    }
  }

  void write_outputs(const DrawnBlock& drawn, Size column, DrawTable& to) const {
    const DrawTable& scores = drawn.scores[0];
    const Size draws = scores.draws();
    double* shift = to.row(shift_output(units_)) + column;
    std::vector<double> ranked(at(draws));
    std::fill_n(shift, draws, 0.0);
    for (Size u = 0; u < units_; ++u) {
      std::copy_n(scores.row(u), draws, to.row(u) + column);
      const std::uint16_t* ranks = drawn.ranks[0].data() + u * scores.stride();
      double* out = to.row(units_ + u) + column;
      for (Size j = 0; j < draws; ++j) out[j] = ranks[j] > 0 ? ranks[j] : no_number;
      const double nominal = nominal_.ranks()[at(u)];
      if (std::isnan(nominal)) continue;
      for (Size j = 0; j < draws; ++j) {
        if (ranks[j] == 0) continue;
        shift[j] += std::abs(ranks[j] - nominal);
        ranked[at(j)] += 1.0;
      }
    }
    for (Size j = 0; j < draws; ++j) shift[j] /= ranked[at(j)];  // 0 / 0: without a value.
  }

  [[nodiscard]] std::string method() const {
    std::string text = fmt::format(
        "{} rows of {}; first order by Saltelli and others (2010), centred; total order by "
        "Jansen (1999)",
        rows_, samples_.describe());
    if (options_.second_order) text += "; second order by Saltelli (2002)";
    if (options_.resamples > 0) {
      text += fmt::format("; intervals: percentiles of {} bootstrap resamples of the rows",
                          options_.resamples);
    }
    return text;
  }

  const SensitivityOptions& options_;
  std::span<const SensitivityFactor> sources_of_;
  Size rows_;
  Size units_;
  Size factors_;
  Sampler sampler_;
  SobolBase samples_;
  DrawEngine engine_;
  Ranking nominal_;
  Resampling resampling_;
  SobolSums sums_;
  SobolValues values_;
  std::atomic<std::int64_t> done_ = 0;
  std::atomic<bool> stopped_ = false;
};

}  // namespace

std::optional<Sensitivity> sensitivity(const Scores& base, std::vector<Source> sources,
                                       const SensitivityOptions& options) {
  std::vector<SensitivityFactor> factor_list = factors_of(sources, options.groups);
  const Size factors = std::ssize(factor_list);
  expect_sound(options, factors);
  const Size node = options.node.empty() ? Index::root() : base.index().at(options.node);
  const auto rows = static_cast<Size>(std::bit_ceil(static_cast<std::uint64_t>(options.base)));
  expect_memory_for(options, base.units().size(), factors, rows);

  Run run(base, sources, factor_list, node, options, rows);
  if (!run.work()) return std::nullopt;
  Sensitivity result{.base = base,
                     .node = node,
                     .rows = rows,
                     .confidence = options.confidence,
                     .seed = options.seed,
                     .refit = options.refit,
                     .resamples = options.resamples};
  for (Size i = 0; options.second_order && i < factors; ++i) {
    for (Size k = i + 1; k < factors; ++k) result.pairs.emplace_back(i, k);
  }
  if (!run.write(result)) return std::nullopt;
  result.sources = std::move(sources);
  result.factors = std::move(factor_list);
  return result;
}

}  // namespace chiso
