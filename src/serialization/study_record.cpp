#include "serialization/study_record.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/io/load_actions.hpp"
#include "chiso/io/load_baseline.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/io/load_plan.hpp"
#include "chiso/io/load_scenarios.hpp"
#include "chiso/io/save_index.hpp"

namespace chiso {
namespace {

// ---- Writing ------------------------------------------------------------------------------------

/// Whether two values are one, so that it is stored once. Scores have no equality of their own;
/// copies of one result share its anchors.
template <class T>
bool is_same(const T& a, const T& b) {
  if constexpr (std::is_same_v<T, Scores>) {
    return &a.anchors() == &b.anchors();
  } else {
    return a == b;
  }
}

/// Of the values that a reader is given, which stand before the first of those that are stored.
constexpr Size known_position(std::size_t i) { return -1 - static_cast<Size>(i); }

class Recorder {
 public:
  Recorder(StudyRecord& record, std::span<const StudyValue> known) : record_(record) {
    for (std::size_t i = 0; i < known.size(); ++i) {
      std::visit([&](const auto& one) { see(one, known_position(i)); }, known[i]);
    }
  }

  Size add(const StudyValue& value) {
    return std::visit([this](const auto& one) { return add(one); }, value);
  }

 private:
  Size add(const Index& index) {
    return shared(index, [&] { return TextRecord<Index>{to_yaml(index)}; });
  }
  Size add(const Panel& panel) {
    return shared(panel, [&] { return record_of(panel); });
  }
  Size add(const Plan& plan) { return append(TextRecord<Plan>{to_yaml(plan)}); }
  Size add(const Scenario& scenario) {
    return append(TextRecord<Scenario>{to_whole_yaml({scenario})});
  }
  Size add(const ActionSet& actions) { return append(TextRecord<ActionSet>{to_yaml(actions)}); }
  Size add(const Standings& standings) {
    const auto rows = standings.rows();
    return append(StandingsRecord{{rows.begin(), rows.end()}});
  }
  Size add(const Scores& scores) {
    return shared(scores, [&] { return record_of(scores); });
  }
  Size add(const Ranking& ranking) {
    RankingRecord record;
    record.scores = add(ranking.scores());
    record.node = ranking.node();
    record.ties = ranking.ties();
    record.on_displayed = ranking.on_displayed();
    record.ranks.assign(ranking.ranks().begin(), ranking.ranks().end());
    record.groups = ranking.groups();
    return append(std::move(record));
  }
  Size add(const Uncertainty& uncertainty) {
    const Experiment& experiment = uncertainty.experiment();
    UncertaintyRecord record;
    record.scores = add(experiment.base());
    record.sources.assign(experiment.sources().begin(), experiment.sources().end());
    record.options = experiment.options();
    record.counts.bytes = uncertainty.bytes();
    return append(std::move(record));
  }
  Size add(const Sensitivity& sensitivity) {
    const Size base = add(sensitivity.base);
    return append(SensitivityRecord{
        base, sensitivity.sources, sensitivity.factors, sensitivity.node, sensitivity.outputs,
        sensitivity.first, sensitivity.total, sensitivity.pairs, sensitivity.second,
        sensitivity.rows, sensitivity.evaluations, sensitivity.confidence, sensitivity.seed,
        sensitivity.refit, sensitivity.resamples, sensitivity.method});
  }
  Size add(const LockedResults& baseline) {
    return append(TextRecord<LockedResults>{to_text(baseline)});
  }

  static PanelRecord record_of(const Panel& panel) {
    PanelRecord record;
    record.source = panel.source();
    record.units.assign(panel.units().names().begin(), panel.units().names().end());
    record.variables.assign(panel.variables().names().begin(), panel.variables().names().end());
    record.periods.assign(panel.periods().begin(), panel.periods().end());
    const Size units = panel.units().size();
    const Size variables = panel.variables().size();
    for (Size v = 0; v < variables; ++v) {
      const auto words = panel.categories(v);
      record.categories.emplace_back(words.begin(), words.end());
    }
    for (Size t = 0; t < std::ssize(record.periods); ++t) {
      SliceRecord& slice = record.slices.emplace_back();
      for (Size u = 0; u < units; ++u) {
        if (!panel.has_unit(u, t)) slice.without_row.push_back(u);
      }
      slice.values = {{panel.values(t).data(), at(units * variables)}, {}, units};
      for (Size v = 0; v < variables; ++v) {
        const auto errors = panel.standard_errors(v, t);
        if (!errors.empty()) slice.errors.push_back({v, {errors, {}, 0}});
      }
    }
    for (const Panel::Cell& cell : panel.not_applicable()) {
      record.not_applicable.push_back({cell.unit, cell.variable, cell.period});
    }
    return record;
  }

  ScoresRecord record_of(const Scores& scores) {
    ScoresRecord record;
    record.index = add(scores.index());
    record.panel = add(scores.panel());
    record.period = scores.period();
    record.method = scores.method();
    record.anchors = scores.anchors();
    record.given.assign(scores.given().begin(), scores.given().end());
    const MatrixView values = scores.values();
    record.values = {{values.data(), at(values.size())}, {}, values.rows()};
    return record;
  }

  template <class T, class Make>
  Size shared(const T& value, Make make) {
    auto& seen = std::get<std::vector<std::pair<const T*, Size>>>(seen_);
    for (const auto& [other, position] : seen) {
      if (is_same(*other, value)) return position;
    }
    const Size position = append(make());
    seen.emplace_back(&value, position);
    return position;
  }

  /// Of what is not shared there is nothing to remember.
  template <class T>
  void see(const T& value, Size position) {
    if constexpr (std::is_same_v<T, Index> || std::is_same_v<T, Panel> ||
                  std::is_same_v<T, Scores>) {
      std::get<std::vector<std::pair<const T*, Size>>>(seen_).emplace_back(&value, position);
    }
  }

  template <class Record>
  Size append(Record record) {
    record_.values.emplace_back(std::move(record));
    return std::ssize(record_.values) - 1;
  }

  StudyRecord& record_;
  std::tuple<std::vector<std::pair<const Index*, Size>>, std::vector<std::pair<const Panel*, Size>>,
             std::vector<std::pair<const Scores*, Size>>>
      seen_;
};

// ---- Reading ------------------------------------------------------------------------------------

class Restorer {
 public:
  Restorer(const InputLimits& limits, std::span<const StudyValue> known)
      : limits_(limits), known_(known) {
    // A plan, and a baseline, may have more than the definition of an index.
    plans_.definition_bytes = std::max(plan_limits.definition_bytes, limits.definition_bytes);
    plans_.values = std::max(plan_limits.values, limits.values);
  }

  void add(ValueRecord& record) {
    values_.push_back(
        std::visit([this](auto& one) -> StudyValue { return this->restored(one); }, record));
  }

  [[nodiscard]] const StudyValue& value(Size position) const {
    if (position < 0 && position >= -std::ssize(known_)) return known_[at(-1 - position)];
    if (position < 0 || position >= std::ssize(values_)) {
      throw ArchiveError(
          fmt::format("it refers to value {}, which does not stand before it", position));
    }
    return values_[at(position)];
  }

 private:
  Index restored(const TextRecord<Index>& record) const {
    return parse_index(record.text, {}, limits_);
  }
  Plan restored(const TextRecord<Plan>& record) const {
    return parse_plan(record.text, {}, plans_);
  }
  Scenario restored(const TextRecord<Scenario>& record) const {
    Scenario scenario;
    read_stored(record.text, limits_, scenario);
    return scenario;
  }
  ActionSet restored(const TextRecord<ActionSet>& record) const {
    return parse_actions(record.text, "actions", limits_);
  }
  LockedResults restored(const TextRecord<LockedResults>& record) const {
    return parse_baseline(record.text, {}, limits_);
  }
  static Standings restored(StandingsRecord& record) { return Standings(std::move(record.rows)); }

  static Panel restored(PanelRecord& record) {
    Panel::Parts parts;
    parts.source = std::move(record.source);
    parts.units = std::move(record.units);
    parts.variables = std::move(record.variables);
    parts.periods = std::move(record.periods);
    parts.categories = std::move(record.categories);
    for (SliceRecord& slice : record.slices) {
      Panel::Parts::Slice& into = parts.slices.emplace_back();
      into.values = std::move(slice.values.own);
      into.rows.assign(parts.units.size(), true);
      for (const Size u : slice.without_row) {
        if (u < 0 || u >= std::ssize(into.rows) || !into.rows[at(u)]) {
          throw ArchiveError("expected units without a row, each once");
        }
        into.rows[at(u)] = false;
      }
      into.errors.resize(parts.variables.size());
      for (SliceRecord::Errors& errors : slice.errors) {
        if (errors.variable < 0 || errors.variable >= std::ssize(into.errors) ||
            !into.errors[at(errors.variable)].empty()) {
          throw ArchiveError("expected standard errors of variables, each once");
        }
        into.errors[at(errors.variable)] = std::move(errors.values.own);
      }
    }
    for (const PanelRecord::Cell& cell : record.not_applicable) {
      parts.not_applicable.push_back({cell.unit, cell.variable, cell.period});
    }
    return Panel(std::move(parts));
  }

  Scores restored(ScoresRecord& record) const {
    return Evaluator::restore(get<Index>(record.index), get<Panel>(record.panel), record.period,
                              record.method, std::move(record.anchors), std::move(record.given),
                              record.values.own);
  }

  Ranking restored(RankingRecord& record) const {
    return Ranking::restore(get<Scores>(record.scores), record.node,
                            {record.ties, record.on_displayed}, std::move(record.ranks),
                            std::move(record.groups));
  }

  Uncertainty restored(UncertaintyRecord& record) const {
    const Experiment experiment(get<Scores>(record.scores), std::move(record.sources),
                                std::move(record.options));
    return Uncertainty::restore(experiment, record.counts.bytes);
  }

  Sensitivity restored(SensitivityRecord& record) const {
    const Scores& base = get<Scores>(record.scores);
    check(record, base);
    return {base,
            std::move(record.sources),
            std::move(record.factors),
            record.node,
            std::move(record.outputs),
            std::move(record.first),
            std::move(record.total),
            std::move(record.pairs),
            std::move(record.second),
            record.rows,
            record.evaluations,
            record.confidence,
            record.seed,
            record.refit,
            record.resamples,
            std::move(record.method)};
  }

  static void check(const SensitivityRecord& record, const Scores& base) {
    const auto expect = [](bool holds) {
      if (!holds) throw ArchiveError("the parts of a sensitivity do not fit each other");
    };
    const auto below = [](Size i, Size size) { return i >= 0 && i < size; };
    const Size outputs = std::ssize(record.outputs);
    const auto expect_indices = [&](const SobolIndices& indices, Size columns) {
      const Size values = std::ssize(indices.value);
      expect(columns == 0 ? values == 0 : values % columns == 0 && values / columns == outputs);
      for (const auto* ends : {&indices.low, &indices.high}) {
        expect(ends->empty() || std::ssize(*ends) == values);
      }
    };
    expect(below(record.node, base.index().size()));
    std::set<std::string_view> names;
    for (const SensitivityFactor& factor : record.factors) {
      expect(!factor.sources.empty() && names.insert(factor.name).second);
      for (const Size source : factor.sources) expect(below(source, std::ssize(record.sources)));
    }
    // Each once, or a name would stand for two.
    std::set<std::pair<Sensitivity::Output::Kind, Size>> known;
    for (const Sensitivity::Output& output : record.outputs) {
      const bool is_of_all = output.kind == Sensitivity::Output::Kind::rank_shift;
      expect(is_of_all ? output.unit == -1 : below(output.unit, base.units().size()));
      expect(known.emplace(output.kind, output.unit).second);
    }
    for (const auto& [a, b] : record.pairs) {
      expect(below(a, std::ssize(record.factors)) && below(b, std::ssize(record.factors)));
    }
    expect_indices(record.first, std::ssize(record.factors));
    expect_indices(record.total, std::ssize(record.factors));
    expect_indices(record.second, std::ssize(record.pairs));
    expect(record.rows >= 0 && record.evaluations >= 0 && record.resamples >= 0);
  }

  template <class T>
  [[nodiscard]] const T& get(Size position) const {
    const StudyValue& found = value(position);
    if (const T* wanted = std::get_if<T>(&found)) return *wanted;
    throw ArchiveError(
        fmt::format("it refers to value {}, which is of kind {}", position, kind_of(found)));
  }

  InputLimits limits_;
  InputLimits plans_ = limits_;
  std::span<const StudyValue> known_;
  std::vector<StudyValue> values_;
};

}  // namespace

StudyRecord record_of(const Study& study, std::span<const StudyValue> known) {
  StudyRecord record;
  record.provenance = study.provenance();
  Recorder recorder(record, known);
  for (const StudyPart& part : study.parts()) {
    record.parts.push_back({part.name, recorder.add(part.value)});
  }
  return record;
}

Study study_of(StudyRecord record, const InputLimits& limits, std::span<const StudyValue> known) {
  Restorer restorer(limits, known);
  for (std::size_t i = 0; i < record.values.size(); ++i) {
    try {
      restorer.add(record.values[i]);
    } catch (const Error& error) {
      std::vector<Problem> problems = error.problems();
      const auto kind =
          std::visit([]<class T>(const T& /*record*/) { return kind_word<T>; }, record.values[i]);
      for (Problem& problem : problems) {
        problem.place = fmt::format("value {}, {}{}{}", i, kind, problem.place.empty() ? "" : ", ",
                                    problem.place);
      }
      throw ArchiveError(std::move(problems));
    }
    // What it was made from may be large.
    record.values[i] = ValueRecord();
  }
  std::vector<StudyPart> parts;
  for (PartRecord& part : record.parts) {
    parts.push_back({std::move(part.name), restorer.value(part.value)});
  }
  return Study(std::move(parts), std::move(record.provenance));
}

}  // namespace chiso
