#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/period.hpp"
#include "chiso/base/size.hpp"
#include "chiso/check/tolerance.hpp"

/// What stands in NAME.check.yaml beside the definition NAME.yaml: how the definition is checked.
namespace chiso {

/// A raw value that a case gives.
struct CaseValue {
  enum class Kind { number, category, missing, not_applicable };

  std::string variable;
  Kind kind = Kind::missing;
  double number = 0.0;  ///< "just below 70" is the double next to 70.
  std::string category;
  Location location;

  /// Where it was written is not part of the value.
  friend bool operator==(const CaseValue& a, const CaseValue& b) {
    return a.variable == b.variable && a.kind == b.kind && a.number == b.number &&
           a.category == b.category;
  }
};

/// A score that a case sets directly, for all that is above the node.
struct CaseScore {
  std::string node;
  double score = 0.0;
  Location location;

  friend bool operator==(const CaseScore& a, const CaseScore& b) {
    return a.node == b.node && a.score == b.score;
  }
};

/// The parameters of a leaf's normaliser that a case holds, as FittedAnchor has them.
struct CaseAnchor {
  std::string node;
  double low = 0.0;
  double high = 0.0;
  Location location;

  friend bool operator==(const CaseAnchor& a, const CaseAnchor& b) {
    return a.node == b.node && a.low == b.low && a.high == b.high;
  }
};

/// What a case expects of one node.
struct Expectation {
  enum class What {
    score,     ///< `number`.
    missing,   ///< No score.
    rank,      ///< `number`; of one unit of a panel.
    group,     ///< `text`, empty for none; of the composite of one unit.
    published  ///< Every unit of the panel (or the one) has its published figure.
  };
  What what = What::score;
  std::string node;  ///< Empty: the composite.
  double number = 0.0;
  std::string text;
  std::optional<Tolerance> tolerance;  ///< Of published: else the definition's.
  std::vector<std::string> except;     ///< Of published: units that are known to differ.
  Location location;

  friend bool operator==(const Expectation& a, const Expectation& b) {
    return a.what == b.what && a.node == b.node && a.number == b.number && a.text == b.text &&
           a.tolerance == b.tolerance && a.except == b.except;
  }
};

/// One example: what is given, and what must come of it.
///
/// Without a panel the values given are those of a unit of its own; what is not given is missing.
/// With a panel and a unit they replace that unit's values; with a panel alone they are those of a
/// unit that is scored with the panel's anchors and is not part of it.
struct Case {
  std::string name;
  std::string source;     ///< Who says so: document, page, or "worked by hand: ...".
  std::string reference;  ///< Link or number of the document.
  std::string note;
  std::optional<Period> period;
  std::optional<Period> method;  ///< Period whose dated values are used, if another.
  std::string panel;             ///< Name of shipped data, or a path from the file's folder.
  std::string version;           ///< Of a table that holds several versions.
  std::string unit;              ///< Of the panel.
  std::vector<CaseValue> given;
  std::vector<CaseValue> previous;  ///< Of the period before, for prev().
  std::vector<CaseScore> scores;
  std::vector<CaseAnchor> anchors;
  std::vector<Expectation> expect;
  std::string error;  ///< Part of the message that scoring must end with; empty: none.
  std::optional<Tolerance> tolerance;
  Location location;

  friend bool operator==(const Case& a, const Case& b);
};

/// Something that a check would report and that a person has accepted, with the reason.
struct Accepted {
  std::string what;  ///< As the report names it.
  std::string why;
  Location location;

  friend bool operator==(const Accepted& a, const Accepted& b) {
    return a.what == b.what && a.why == b.why;
  }
};

/// The section `baseline`: on which data results are locked.
struct BaselineCheck {
  std::string panel;  ///< As Case::panel.
  std::string version;
  std::vector<Period> periods;  ///< Empty: all of the panel that the definition is in force in.
  std::optional<Period> method;
  Location location;
};

/// The section `coverage`.
struct CoverageCheck {
  double at_least = 1.0;            ///< Share of parts that cases must touch.
  std::vector<Accepted> untouched;  ///< Parts that no case can or need touch.
  Location location;
};

/// The section `mutation`.
struct MutationCheck {
  double at_least = 1.0;            ///< Share of mutants that cases must notice.
  std::vector<Accepted> survivors;  ///< Mutants that need not be noticed; they do not count.
  Location location;
};

/// The section `properties`: what is tried on random and boundary inputs.
struct PropertyCheck {
  std::vector<std::string> continuous;  ///< Nodes without a jump: codes or patterns.
  /// Nodes that may not fall (not rise) when a variable rises: node and variable, or patterns.
  std::vector<std::pair<std::string, std::string>> rises_with;
  std::vector<std::pair<std::string, std::string>> falls_with;
  std::optional<Size> tries;  ///< Inputs for each property.
  Location location;
};

/// How one definition is checked. Names in it are not yet looked up.
struct CheckFile {
  std::string file;        ///< Where it was read from; may be empty.
  std::string definition;  ///< Path of the definition from the file's folder; empty: NAME.yaml.
  NodeTolerances tolerances;
  std::vector<Case> cases;  ///< Those of tables too.
  std::optional<BaselineCheck> baseline;
  std::optional<CoverageCheck> coverage;
  std::optional<MutationCheck> mutation;
  std::optional<PropertyCheck> properties;
};

}  // namespace chiso
