#include "chiso/check/lint.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "base/at.hpp"
#include "check/measure_range.hpp"
#include "check/methods.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/formula/analysis.hpp"
#include "chiso/model/formula_symbols.hpp"

namespace chiso {
namespace {

class Linter {
 public:
  explicit Linter(const Index& index) : index_(index), definition_(index.definition()) {}

  std::vector<CheckFinding> run() {
    look_at_variables();
    for (Size i = 0; i < index_.size(); ++i) {
      look_at_source(i);
      if (!index_.is_leaf(i)) continue;
      look_at_steps(i);
      look_at_formulas(i);
    }
    std::stable_sort(found_.begin(), found_.end(),
                     [](const CheckFinding& a, const CheckFinding& b) {
                       return a.problem.location.line < b.problem.location.line;
                     });
    return std::move(found_);
  }

 private:
  void add(Severity severity, std::string rule, std::string subject, Location location,
           std::string message, std::string remedy, std::vector<std::string> details = {}) {
    // What holds for several stretches of time is said once.
    if (!said_.insert(rule + "\n" + subject + "\n" + location.to_string() + "\n" + message)
             .second) {
      return;
    }
    CheckFinding finding;
    finding.severity = severity;
    finding.rule = std::move(rule);
    finding.subject = subject;
    finding.problem = {std::move(location), std::move(subject), std::move(message),
                       std::move(remedy)};
    finding.details = std::move(details);
    found_.push_back(std::move(finding));
  }

  void look_at_variables() {
    std::set<std::string, std::less<>> used;
    for (const Variable& variable : index_.variables()) used.insert(variable.code);
    for (Size i = 0; i < index_.size(); ++i) {
      if (index_.node(i).published) used.insert(index_.node(i).published->variable);
    }
    for (const Variable& variable : definition_.variables) {
      if (used.contains(variable.code)) continue;
      add(Severity::warning, "unused-variable", variable.code, variable.location,
          "no indicator reads the variable", "leave it out, or let an indicator read it");
    }
  }

  void look_at_source(Size i) {
    const Provenance& provenance = index_.provenance(i);
    if (provenance.status != Status::official || !provenance.source.empty() ||
        !provenance.reference.empty()) {
      return;
    }
    // Said once for a branch.
    if (i != Index::root() && index_.provenance(index_.parent(i)).status == Status::official &&
        index_.node(i).provenance == Provenance{}) {
      return;
    }
    add(Severity::warning, "no-source", index_.node(i).code, index_.node(i).location,
        "the node is official, and nothing says where that stands",
        "give it or the definition a `source` or a `reference`");
  }

  /// Steps that no value of the variable reaches.
  void look_at_steps(Size i) {
    const Criterion& node = index_.node(i);
    const Interval range = measure_range(index_, node.measure);
    for (const auto& entry : node.rule.entries()) {
      const auto* rule = std::get_if<Steps>(&entry.value);
      if (rule == nullptr) continue;
      for (const Steps::Step& step : rule->steps) {
        if (!is_apart(step.when, range)) continue;
        add(Severity::warning, "step-never-runs", node.code,
            entry.location.line > 0 ? entry.location : node.location,
            fmt::format("the step {} is outside of what the measure can be ({})",
                        to_string(step.when), to_string(range)),
            "leave the step out, or correct its bounds or the range of the variable");
      }
    }
  }

  static bool is_apart(const Interval& a, const Interval& b) {
    const auto is_below = [](const Interval& lower, const Interval& upper) {
      return lower.upper < upper.lower ||
             (lower.upper == upper.lower && !(lower.upper_closed && upper.lower_closed));
    };
    return is_below(a, b) || is_below(b, a);
  }

  // ---- Formulas --------------------------------------------------------------------------------

  void look_at_formulas(Size i) {
    const Criterion& node = index_.node(i);
    for (const auto& day : method_days(index_)) {
      const Rule* rule = node.rule.find(day);
      if (rule == nullptr) continue;
      const auto* by_formula = std::get_if<FormulaRule>(rule);
      if (by_formula == nullptr) continue;
      const FormulaSymbols symbols = formula_symbols(index_, i, day);
      look_at_values(i, *by_formula, symbols);
      look_at_range(i, *by_formula, symbols);
      for (const std::string& variable : by_formula->rises_with) {
        look_at_trend(i, *by_formula, symbols, variable, FormulaDirection::rises);
      }
      for (const std::string& variable : by_formula->falls_with) {
        look_at_trend(i, *by_formula, symbols, variable, FormulaDirection::falls);
      }
    }
  }

  [[nodiscard]] Location place_of(Size i, const FormulaRule& rule, FormulaSpan span) const {
    const Location place = rule.place.of(location_of(rule.formula, span));
    return place.line > 0 ? place : index_.node(i).location;
  }

  [[nodiscard]] Location place_of(Size i, const FormulaRule& rule) const {
    const Location place = rule.place.begin();
    return place.line > 0 ? place : index_.node(i).location;
  }

  static std::string kebab(std::string_view words) {
    std::string text(words);
    std::replace(text.begin(), text.end(), '_', '-');
    return text;
  }

  void look_at_values(Size i, const FormulaRule& rule, const FormulaSymbols& symbols) {
    for (const FormulaFinding& finding : check_formula(rule.formula, symbols)) {
      std::string message = finding.message;
      if (!finding.example.empty()) {
        message += fmt::format(", for example for {}", to_string(finding.example, symbols));
      }
      add(Severity::warning, kebab(name(finding.kind)), index_.node(i).code,
          place_of(i, rule, finding.span), std::move(message), finding.remedy);
    }
  }

  void look_at_range(Size i, const FormulaRule& rule, const FormulaSymbols& symbols) {
    if (!symbols.maximum) return;
    const FormulaRange range = formula_range(rule.formula, symbols);
    const std::string within = fmt::format("[0, {}]", to_string(*symbols.maximum));
    if (range.inside == Proof::refuted) {
      add(Severity::warning, "range", index_.node(i).code, place_of(i, rule),
          fmt::format("the formula can give {}, which is not in {}: for {}", to_string(range.value),
                      within, to_string(range.example, symbols)),
          "use clamp(), or declare the ranges of its variables");
    } else if (range.inside == Proof::open) {
      add(Severity::note, "range-not-proven", index_.node(i).code, place_of(i, rule),
          fmt::format("it is not proven that the formula stays in {}", within), "");
    }
  }

  void look_at_trend(Size i, const FormulaRule& rule, const FormulaSymbols& symbols,
                     const std::string& variable, FormulaDirection direction) {
    const bool rises = direction == FormulaDirection::rises;
    const FormulaTrend trend = formula_trend(rule.formula, symbols, variable, direction);
    if (trend.proof == Proof::refuted) {
      add(Severity::error, "trend", index_.node(i).code, place_of(i, rule),
          fmt::format("the score {} when '{}' rises", rises ? "falls" : "rises", variable),
          fmt::format("correct the formula, or `{}`", rises ? "rises_with" : "falls_with"),
          {fmt::format("{} for {}", to_string(trend.at_lower), to_string(trend.lower, symbols)),
           fmt::format("{} for {}", to_string(trend.at_upper), to_string(trend.upper, symbols))});
    } else if (trend.proof == Proof::open) {
      add(Severity::note, "trend-not-proven", index_.node(i).code, place_of(i, rule),
          fmt::format("it is not proven that the score never {} when '{}' rises",
                      rises ? "falls" : "rises", variable),
          "");
    }
  }

  const Index& index_;
  const IndexDefinition& definition_;
  std::vector<CheckFinding> found_;
  std::set<std::string> said_;
};

}  // namespace

std::vector<CheckFinding> lint(const Index& index) { return Linter(index).run(); }

}  // namespace chiso
