#include "uncertainty/sampler.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/at.hpp"
#include "base/fingerprint.hpp"
#include "uncertainty/source_problems.hpp"
#include "uncertainty/varied_twice.hpp"

namespace chiso {
namespace {

std::uint64_t stream_of(std::string_view name) {
  Fingerprint fingerprint;
  fingerprint.add(name);
  return fingerprint.number();
}

/// The law that draws a source.
struct ToLaw {
  const Scores& base;
  SourceProblems& problems;

  DrawLaw operator()(const DrawWeights& source) const {
    return WeightDraws(base, source, problems);
  }
  DrawLaw operator()(const DrawValues& source) const { return ValueDraws(base, source, problems); }
  DrawLaw operator()(const DrawAnchors& source) const {
    return AnchorDraws(base, source, problems);
  }
  DrawLaw operator()(const Choose& source) const { return ChoiceDraws(source, problems); }
};

}  // namespace

Sampler::Sampler(const Scores& base, std::span<const Source> sources, std::uint64_t seed,
                 const Kernels& kernels)
    : seed_(seed), kernels_(kernels) {
  SourceProblems problems;
  std::set<std::string> names;
  for (std::size_t s = 0; s < sources.size(); ++s) {
    const std::string& name = chiso::name(sources[s]);
    problems.begin(name.empty() ? fmt::format("source {}", s + 1) : name);
    if (name.empty()) {
      problems.spec("a source has no name", "its draws depend on it: give each its own");
    } else if (!names.insert(name).second) {
      problems.spec("two sources have this name", "their draws would be the same: rename one");
    }
    Part part{std::visit(ToLaw{base, problems}, sources[s]), stream_of(name), std::ssize(rows_), 0,
              0};
    std::visit(
        [&](const auto& law) {
          rows_.insert(rows_.end(), law.rows().begin(), law.rows().end());
          nominal_.insert(nominal_.end(), law.nominal().begin(), law.nominal().end());
        },
        part.law);
    part.row_count = std::ssize(rows_) - part.first_row;
    for (Size row = part.first_row; row < std::ssize(rows_); ++row) {
      rows_[at(row)].source = static_cast<Size>(s);
    }
    const auto* weights = std::get_if<WeightDraws>(&part.law);
    part.dimensions = weights != nullptr ? weights->dimensions() : part.row_count;
    parts_.push_back(std::move(part));
  }
  expect_varied_once(base.index(), sources, rows_, problems);
  problems.raise();
}

std::span<const VariedRow> Sampler::rows() const noexcept { return rows_; }

Size Sampler::first_row(Size source) const { return parts_[at(source)].first_row; }

Size Sampler::row_count(Size source) const { return parts_[at(source)].row_count; }

Size Sampler::dimensions(Size source) const { return parts_[at(source)].dimensions; }

double Sampler::nominal(Size row) const { return nominal_[at(row)]; }

void Sampler::draw(Size source, std::int64_t first, DrawTable& draws) const {
  const Part& part = parts_[at(source)];
  const auto number = static_cast<std::uint64_t>(first);
  if (part.dimensions == part.row_count) {
    double* rows = draws.row(part.first_row);
    kernels_.uniforms(seed_, part.stream, number, part.dimensions, draws.draws(), draws.stride(),
                      rows);
    apply(part, rows, draws.stride(), draws);
    return;
  }
  DrawTable uniforms(part.dimensions, draws.draws());
  kernels_.uniforms(seed_, part.stream, number, part.dimensions, draws.draws(), uniforms.stride(),
                    uniforms.row(0));
  apply(part, uniforms.row(0), uniforms.stride(), draws);
}

void Sampler::transform(Size source, const DrawTable& uniforms, Size uniform_row,
                        DrawTable& draws) const {
  const Part& part = parts_[at(source)];
  if (part.dimensions == part.row_count) {
    for (Size row = 0; row < part.row_count; ++row) {
      std::copy_n(uniforms.row(uniform_row + row), draws.draws(), draws.row(part.first_row + row));
    }
    apply(part, draws.row(part.first_row), draws.stride(), draws);
    return;
  }
  apply(part, uniforms.row(uniform_row), uniforms.stride(), draws);
}

void Sampler::apply(const Part& part, const double* uniforms, Size uniform_stride,
                    DrawTable& draws) const {
  double* rows = draws.row(part.first_row);
  if (const auto* weights = std::get_if<WeightDraws>(&part.law)) {
    weights->draw(kernels_, uniforms, uniform_stride, draws.draws(), rows, draws.stride());
  } else if (const auto* values = std::get_if<ValueDraws>(&part.law)) {
    values->draw(draws.draws(), rows, draws.stride());
  } else if (const auto* anchors = std::get_if<AnchorDraws>(&part.law)) {
    anchors->draw(draws.draws(), rows, draws.stride());
  } else if (const auto* choice = std::get_if<ChoiceDraws>(&part.law)) {
    choice->draw(draws.draws(), rows);
  }
}

}  // namespace chiso
