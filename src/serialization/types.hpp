#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "chiso/rank/rank.hpp"
#include "chiso/snapshot/study.hpp"
#include "serialization/archive.hpp"

/// What stands in a snapshot, class by class. A class that gets another field gets another version;
/// `serialize` then reads the old one too, and tests/data/snapshots has an archive of it.
namespace chiso {

// ---- Records: what is kept of values that are immutable, or that others share ------------------

/// Index, Plan, Scenario, ActionSet, LockedResults: the text that people write them as. It has a
/// version and checks of its own, and must be readable for ever anyway.
template <class T>
struct TextRecord {
  std::string text;
};

struct SliceRecord {
  struct Errors {
    Size variable = 0;
    Numbers values;
  };
  std::vector<Size> without_row;  ///< Units.
  Numbers values;
  std::vector<Errors> errors;
};

struct PanelRecord {
  struct Cell {
    Size unit = 0;
    Size variable = 0;
    Size period = 0;
  };
  std::string source;
  std::vector<std::string> units;
  std::vector<std::string> variables;
  std::vector<Period> periods;
  std::vector<std::vector<std::string>> categories;
  std::vector<SliceRecord> slices;
  std::vector<Cell> not_applicable;
};

struct StandingsRecord {
  std::vector<Standing> rows;
};

// Values that another one is made from are named by their position among the values before it.

struct ScoresRecord {
  Size index = 0;
  Size panel = 0;
  Period period;
  Period method;
  Anchors anchors;
  std::vector<GivenScore> given;
  Numbers values;
};

struct RankingRecord {
  Size scores = 0;
  Size node = 0;
  Ties ties = Ties::competition;
  bool on_displayed = false;
  std::vector<double> ranks;
  std::vector<std::string> groups;
};

struct UncertaintyRecord {
  Size scores = 0;
  std::vector<Source> sources;
  UncertaintyOptions options;
  Blob counts;
};

struct SensitivityRecord {
  Size scores = 0;
  std::vector<Source> sources;
  std::vector<SensitivityFactor> factors;
  Size node = 0;
  std::vector<Sensitivity::Output> outputs;
  SobolIndices first;
  SobolIndices total;
  std::vector<std::pair<Size, Size>> pairs;
  SobolIndices second;
  Size rows = 0;
  Size evaluations = 0;
  double confidence = 0.0;
  std::uint64_t seed = 0;
  bool refit = false;
  Size resamples = 0;
  std::string method;
};

/// In the order of StudyValue.
using ValueRecord =
    std::variant<TextRecord<Index>, PanelRecord, TextRecord<Plan>, TextRecord<Scenario>,
                 TextRecord<ActionSet>, StandingsRecord, ScoresRecord, RankingRecord,
                 UncertaintyRecord, SensitivityRecord, TextRecord<LockedResults>>;

template <>
inline constexpr bool is_value<ValueRecord> = true;

struct PartRecord {
  std::string name;
  Size value = 0;  ///< Its position.
};

struct StudyRecord {
  StudyProvenance provenance;
  std::vector<ValueRecord> values;
  std::vector<PartRecord> parts;
};

// ---- Words --------------------------------------------------------------------------------------

template <>
inline constexpr std::string_view kind_word<TextRecord<Index>> = "index";
template <>
inline constexpr std::string_view kind_word<PanelRecord> = "panel";
template <>
inline constexpr std::string_view kind_word<TextRecord<Plan>> = "plan";
template <>
inline constexpr std::string_view kind_word<TextRecord<Scenario>> = "scenario";
template <>
inline constexpr std::string_view kind_word<TextRecord<ActionSet>> = "actions";
template <>
inline constexpr std::string_view kind_word<StandingsRecord> = "standings";
template <>
inline constexpr std::string_view kind_word<ScoresRecord> = "scores";
template <>
inline constexpr std::string_view kind_word<RankingRecord> = "ranking";
template <>
inline constexpr std::string_view kind_word<UncertaintyRecord> = "uncertainty";
template <>
inline constexpr std::string_view kind_word<SensitivityRecord> = "sensitivity";
template <>
inline constexpr std::string_view kind_word<TextRecord<LockedResults>> = "baseline";

template <>
inline constexpr std::string_view kind_word<DrawWeights> = "weights";
template <>
inline constexpr std::string_view kind_word<DrawValues> = "measurement";
template <>
inline constexpr std::string_view kind_word<DrawAnchors> = "anchors";
template <>
inline constexpr std::string_view kind_word<Choose> = "choice";

template <>
inline constexpr std::array<std::string_view, 4> words<Ties>{"competition", "dense", "average",
                                                             "ordinal"};
template <>
inline constexpr std::array<std::string_view, 3> words<Anchor::Source>{"period", "pooled", "fixed"};
template <>
inline constexpr std::array<std::string_view, 4> words<DrawWeights::Law>{
    "uniform", "dirichlet", "relative", "normalised_uniform"};
template <>
inline constexpr std::array<std::string_view, 2> words<DrawValues::Law>{"normal", "binomial"};
template <>
inline constexpr std::array<std::string_view, 2> words<DrawAnchors::Law>{"uniform", "normal"};
template <>
inline constexpr std::array<std::string_view, 3> words<Sensitivity::Output::Kind>{"score", "rank",
                                                                                  "rank_shift"};
template <>
inline constexpr std::array<std::string_view, 3> words<Sensitivity::Output::State>{
    "varies", "constant", "missing"};

// ---- Fields -------------------------------------------------------------------------------------

using boost::serialization::make_nvp;

template <class Archive, class T>
void serialize(Archive& archive, TextRecord<T>& record, unsigned /*version*/) {
  archive& make_nvp("text", record.text);
}

template <class Archive>
void serialize(Archive& archive, SliceRecord::Errors& record, unsigned /*version*/) {
  archive& make_nvp("variable", record.variable) & make_nvp("values", record.values);
}

template <class Archive>
void serialize(Archive& archive, SliceRecord& record, unsigned /*version*/) {
  archive& make_nvp("without_row", record.without_row) & make_nvp("values", record.values) &
      make_nvp("errors", record.errors);
}

template <class Archive>
void serialize(Archive& archive, PanelRecord::Cell& cell, unsigned /*version*/) {
  archive& make_nvp("unit", cell.unit) & make_nvp("variable", cell.variable) &
      make_nvp("period", cell.period);
}

template <class Archive>
void serialize(Archive& archive, PanelRecord& panel, unsigned /*version*/) {
  archive& make_nvp("source", panel.source) & make_nvp("units", panel.units) &
      make_nvp("variables", panel.variables) & make_nvp("periods", panel.periods) &
      make_nvp("categories", panel.categories) & make_nvp("slices", panel.slices) &
      make_nvp("not_applicable", panel.not_applicable);
}

template <class Archive>
void serialize(Archive& archive, Standing& row, unsigned /*version*/) {
  archive& make_nvp("index", row.index) & make_nvp("code", row.code) &
      make_nvp("period", row.period) & make_nvp("unit", row.unit) & make_nvp("score", row.score) &
      make_nvp("rank", row.rank) & make_nvp("maximum", row.maximum);
}

template <class Archive>
void serialize(Archive& archive, StandingsRecord& record, unsigned /*version*/) {
  archive& make_nvp("rows", record.rows);
}

template <class Archive>
void serialize(Archive& archive, FittedAnchor& anchor, unsigned /*version*/) {
  archive& make_nvp("node", anchor.node) & make_nvp("low", anchor.low) &
      make_nvp("high", anchor.high) & make_nvp("low_source", anchor.low_source) &
      make_nvp("high_source", anchor.high_source) & make_nvp("observations", anchor.observations);
}

template <class Archive>
void serialize(Archive& archive, GivenScore& given, unsigned /*version*/) {
  archive& make_nvp("unit", given.unit) & make_nvp("node", given.node) &
      make_nvp("score", given.score);
}

template <class Archive>
void serialize(Archive& archive, ScoresRecord& scores, unsigned /*version*/) {
  archive& make_nvp("index", scores.index) & make_nvp("panel", scores.panel) &
      make_nvp("period", scores.period) & make_nvp("method", scores.method) &
      make_nvp("anchors", scores.anchors) & make_nvp("given", scores.given) &
      make_nvp("values", scores.values);
}

template <class Archive>
void serialize(Archive& archive, RankingRecord& ranking, unsigned /*version*/) {
  archive& make_nvp("scores", ranking.scores) & make_nvp("node", ranking.node) &
      make_nvp("ties", ranking.ties) & make_nvp("on_displayed", ranking.on_displayed) &
      make_nvp("ranks", ranking.ranks) & make_nvp("groups", ranking.groups);
}

template <class Archive>
void serialize(Archive& archive, DrawWeights::Bound& bound, unsigned /*version*/) {
  archive& make_nvp("node", bound.node) & make_nvp("lowest", bound.lowest) &
      make_nvp("highest", bound.highest);
}

template <class Archive>
void serialize(Archive& archive, DrawWeights& source, unsigned /*version*/) {
  archive& make_nvp("name", source.name) & make_nvp("criteria", source.criteria) &
      make_nvp("overall", source.overall) & make_nvp("law", source.law) &
      make_nvp("concentration", source.concentration) & make_nvp("spread", source.spread) &
      make_nvp("bounds", source.bounds) & make_nvp("orders", source.orders) &
      make_nvp("keep_order", source.keep_order);
}

template <class Archive>
void serialize(Archive& archive, DrawValues& source, unsigned /*version*/) {
  archive& make_nvp("name", source.name) & make_nvp("variables", source.variables) &
      make_nvp("units", source.units) & make_nvp("law", source.law) &
      make_nvp("relative", source.relative) & make_nvp("absolute", source.absolute) &
      make_nvp("sample", source.sample) & make_nvp("sample_variable", source.sample_variable) &
      make_nvp("truncate", source.truncate) & make_nvp("correlation", source.correlation);
}

template <class Archive>
void serialize(Archive& archive, DrawAnchors& source, unsigned /*version*/) {
  archive& make_nvp("name", source.name) & make_nvp("nodes", source.nodes) &
      make_nvp("law", source.law) & make_nvp("spread", source.spread);
}

template <class Archive>
void serialize(Archive& archive, Choose& source, unsigned /*version*/) {
  archive& make_nvp("name", source.name) & make_nvp("alternatives", source.alternatives) &
      make_nvp("probabilities", source.probabilities);
}

/// Without the threads: no result depends on them.
template <class Archive>
void serialize(Archive& archive, UncertaintyOptions& options, unsigned /*version*/) {
  archive& make_nvp("draws", options.draws) & make_nvp("seed", options.seed) &
      make_nvp("nodes", options.nodes) & make_nvp("refit", options.refit) &
      make_nvp("pairs", options.pairs) & make_nvp("precision", options.precision) &
      make_nvp("top", options.top);
}

template <class Archive>
void serialize(Archive& archive, UncertaintyRecord& record, unsigned /*version*/) {
  archive& make_nvp("scores", record.scores) & make_nvp("sources", record.sources) &
      make_nvp("options", record.options) & make_nvp("counts", record.counts);
}

template <class Archive>
void serialize(Archive& archive, SensitivityFactor& factor, unsigned /*version*/) {
  archive& make_nvp("name", factor.name) & make_nvp("sources", factor.sources);
}

template <class Archive>
void serialize(Archive& archive, Sensitivity::Output& output, unsigned /*version*/) {
  archive& make_nvp("kind", output.kind) & make_nvp("unit", output.unit) &
      make_nvp("state", output.state) & make_nvp("mean", output.mean) &
      make_nvp("variance", output.variance);
}

template <class Archive>
void serialize(Archive& archive, SobolIndices& indices, unsigned /*version*/) {
  archive& make_nvp("value", indices.value) & make_nvp("low", indices.low) &
      make_nvp("high", indices.high);
}

template <class Archive>
void serialize(Archive& archive, SensitivityRecord& record, unsigned /*version*/) {
  archive& make_nvp("scores", record.scores) & make_nvp("sources", record.sources) &
      make_nvp("factors", record.factors) & make_nvp("node", record.node) &
      make_nvp("outputs", record.outputs) & make_nvp("first", record.first) &
      make_nvp("total", record.total) & make_nvp("pairs", record.pairs) &
      make_nvp("second", record.second) & make_nvp("rows", record.rows) &
      make_nvp("evaluations", record.evaluations) & make_nvp("confidence", record.confidence) &
      make_nvp("seed", record.seed) & make_nvp("refit", record.refit) &
      make_nvp("resamples", record.resamples) & make_nvp("method", record.method);
}

template <class Archive>
void serialize(Archive& archive, StudyDocument& document, unsigned /*version*/) {
  archive& make_nvp("name", document.name) & make_nvp("text", document.text);
}

template <class Archive>
void serialize(Archive& archive, StudyProvenance& provenance, unsigned /*version*/) {
  archive& make_nvp("version", provenance.version) & make_nvp("date", provenance.date) &
      make_nvp("note", provenance.note) & make_nvp("documents", provenance.documents);
}

template <class Archive>
void serialize(Archive& archive, PartRecord& part, unsigned /*version*/) {
  archive& make_nvp("name", part.name) & make_nvp("value", part.value);
}

template <class Archive>
void serialize(Archive& archive, StudyRecord& study, unsigned /*version*/) {
  archive& make_nvp("provenance", study.provenance) & make_nvp("values", study.values) &
      make_nvp("parts", study.parts);
}

}  // namespace chiso

// ---- Versions -----------------------------------------------------------------------------------

BOOST_CLASS_VERSION(chiso::TextRecord<chiso::Index>, 1)
BOOST_CLASS_VERSION(chiso::TextRecord<chiso::Plan>, 1)
BOOST_CLASS_VERSION(chiso::TextRecord<chiso::Scenario>, 1)
BOOST_CLASS_VERSION(chiso::TextRecord<chiso::ActionSet>, 1)
BOOST_CLASS_VERSION(chiso::TextRecord<chiso::LockedResults>, 1)
BOOST_CLASS_VERSION(chiso::SliceRecord::Errors, 1)
BOOST_CLASS_VERSION(chiso::SliceRecord, 1)
BOOST_CLASS_VERSION(chiso::PanelRecord::Cell, 1)
BOOST_CLASS_VERSION(chiso::PanelRecord, 1)
BOOST_CLASS_VERSION(chiso::Standing, 1)
BOOST_CLASS_VERSION(chiso::StandingsRecord, 1)
BOOST_CLASS_VERSION(chiso::FittedAnchor, 1)
BOOST_CLASS_VERSION(chiso::GivenScore, 1)
BOOST_CLASS_VERSION(chiso::ScoresRecord, 1)
BOOST_CLASS_VERSION(chiso::RankingRecord, 1)
BOOST_CLASS_VERSION(chiso::DrawWeights::Bound, 1)
BOOST_CLASS_VERSION(chiso::DrawWeights, 1)
BOOST_CLASS_VERSION(chiso::DrawValues, 1)
BOOST_CLASS_VERSION(chiso::DrawAnchors, 1)
BOOST_CLASS_VERSION(chiso::Choose, 1)
BOOST_CLASS_VERSION(chiso::UncertaintyOptions, 1)
BOOST_CLASS_VERSION(chiso::UncertaintyRecord, 1)
BOOST_CLASS_VERSION(chiso::SensitivityFactor, 1)
BOOST_CLASS_VERSION(chiso::Sensitivity::Output, 1)
BOOST_CLASS_VERSION(chiso::SobolIndices, 1)
BOOST_CLASS_VERSION(chiso::SensitivityRecord, 1)
BOOST_CLASS_VERSION(chiso::StudyDocument, 1)
BOOST_CLASS_VERSION(chiso::StudyProvenance, 1)
BOOST_CLASS_VERSION(chiso::PartRecord, 1)
BOOST_CLASS_VERSION(chiso::StudyRecord, 1)
