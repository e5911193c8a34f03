#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <variant>

#include "base/at.hpp"
#include "base/nearest.hpp"
#include "check/case_engine.hpp"
#include "chiso/base/error.hpp"
#include "chiso/evaluate/ranking.hpp"

namespace chiso {
namespace {

using What = Expectation::What;

class Preparation {
 public:
  Preparation(const Index& index, std::vector<Case> cases, const PanelSource& panels)
      : index_(index), panels_(panels) {
    data_.cases = std::move(cases);
  }

  CaseData run() {
    for (const Case& of : data_.cases) {
      data_.prepared.push_back(prepare(of));
      const Period& method = data_.prepared.back().method;
      if (data_.prepared.back().problems.empty() &&
          std::find(data_.methods.begin(), data_.methods.end(), method) == data_.methods.end()) {
        data_.methods.push_back(method);
      }
    }
    return std::move(data_);
  }

 private:
  PreparedCase prepare(const Case& of) {
    PreparedCase prepared;
    problems_ = &prepared.problems;
    case_ = &of;
    look_at_name();
    look_at_values(of.given);
    look_at_values(of.previous);
    for (const CaseScore& score : of.scores) look_up(score.node, score.location);
    for (const CaseAnchor& anchor : of.anchors) look_at_anchor(anchor);
    if (of.expect.empty() && of.error.empty()) {
      add(of.location, "", "the case expects nothing",
          "say what must come of it under `expect`, or which `error`");
    }
    if (!of.expect.empty() && !of.error.empty()) {
      add(of.location, "", "the case expects scores and an error", "leave one out");
    }
    if (of.panel.empty()) {
      prepare_own_unit(prepared);
    } else {
      prepare_panel(prepared);
    }
    for (const Expectation& each : of.expect) look_at(each, prepared);
    return prepared;
  }

  void add(const Location& location, std::string place, std::string message,
           std::string remedy = {}) {
    problems_->push_back({location.line > 0 ? location : case_->location, std::move(place),
                          std::move(message), std::move(remedy)});
  }

  void adopt(const Error& error) {
    for (Problem problem : error.problems()) {
      if (problem.location == Location{}) problem.location = case_->location;
      problems_->push_back(std::move(problem));
    }
  }

  void look_at_name() {
    if (case_->name.empty()) add(case_->location, "", "the case has no name", "give it one");
    const auto [first, is_new] = names_.emplace(case_->name, case_->location);
    if (is_new || case_->name.empty()) return;
    add(case_->location, "",
        fmt::format("the name stands twice, first in {}", first->second.to_string()),
        "give every case a name of its own");
  }

  std::optional<Size> look_up(const std::string& code, const Location& location) {
    if (code.empty()) return Index::root();
    auto found = index_.codes().find(code);
    if (!found) {
      add(location, code,
          fmt::format("{} has no such node{}", index_.name(),
                      nearest_or_all(code, index_.codes().names())));
    }
    return found;
  }

  void look_at_values(const std::vector<CaseValue>& values) {
    for (const CaseValue& value : values) {
      if (index_.variable_codes().find(value.variable) || is_declared(value.variable)) continue;
      add(value.location, value.variable,
          fmt::format("{} reads no such variable{}", index_.name(),
                      nearest_or_all(value.variable, index_.variable_codes().names())));
    }
  }

  /// Lint warns of those that nobody reads; a case may still give them, and shows what that does.
  [[nodiscard]] bool is_declared(const std::string& variable) const {
    const auto& declared = index_.definition().variables;
    return std::any_of(declared.begin(), declared.end(),
                       [&](const Variable& each) { return each.code == variable; });
  }

  void look_at_anchor(const CaseAnchor& anchor) {
    const auto node = look_up(anchor.node, anchor.location);
    if (!node) return;
    const auto& entries = index_.node(*node).rule.entries();
    const bool takes =
        index_.is_leaf(*node) && std::any_of(entries.begin(), entries.end(), [](const auto& entry) {
          const auto* normaliser = std::get_if<Normaliser>(&entry.value);
          return normaliser != nullptr && !normaliser->ranks();
        });
    if (!takes) {
      add(anchor.location, anchor.node, "the node's rule has no anchors", "leave them out");
    }
  }

  void prepare_own_unit(PreparedCase& prepared) {
    const Case& of = *case_;
    if (!of.unit.empty()) {
      add(of.location, "", fmt::format("a unit ('{}'), and no panel that it is of", of.unit),
          "name the panel, or leave the unit out");
    }
    const PeriodRange& in_force = index_.definition().periods;
    const auto& stated = of.period ? of.period : of.method;
    if (!stated && index_.is_dated()) {
      add(of.location, "",
          fmt::format("{} has values that depend on the period, and the case names none",
                      index_.name()),
          "give it a `period`");
    }
    prepared.period = stated          ? *stated
                      : in_force.from ? *in_force.from
                      : in_force.to   ? *in_force.to
                                      : Period(2000);
    prepared.method = of.method ? *of.method : prepared.period;
  }

  void prepare_panel(PreparedCase& prepared) {
    const Case& of = *case_;
    const Panel* panel = find_panel(of.panel, of.version);
    if (panel == nullptr) return;
    if (of.period) {
      prepared.period = *of.period;
    } else if (panel->periods().size() == 1) {
      prepared.period = panel->periods()[0];
    } else {
      std::vector<std::string> names;
      for (const Period& period : panel->periods()) names.push_back(period.text());
      add(of.location, "",
          fmt::format("the panel '{}' has {} periods ({}), and the case names none", of.panel,
                      names.size(), listed(names)),
          "give it a `period`");
      return;
    }
    prepared.method = of.method ? *of.method : prepared.period;
    try {
      const Size position = panel->period_position(prepared.period);
      if (!of.unit.empty() && !panel->has_unit(panel->units().at(of.unit), position)) {
        add(of.location, of.unit, fmt::format("the unit has no row in {}", prepared.period.text()));
      }
    } catch (const Error& error) {
      adopt(error);
      return;
    }
    const bool one_unit = !of.given.empty() || !of.unit.empty();
    if (!of.previous.empty() && of.given.empty() && of.unit.empty()) {
      add(of.location, "", "values of the period before, and no unit whose they are",
          "name the unit, or give its values");
    }
    if (!of.scores.empty() && !one_unit) {
      add(of.location, "", "scores are given, and no unit whose they are", "name the unit");
    }
    prepared.panel = *panel;
    prepared.base = base_of(*panel, prepared);
  }

  /// nullptr after its problems were noted.
  const Panel* find_panel(const std::string& name, const std::string& version) {
    auto found = found_.find({name, version});
    if (found == found_.end()) {
      std::variant<Panel, Error> loaded = load(name, version);
      found = found_.emplace(std::pair(name, version), std::move(loaded)).first;
    }
    if (const auto* error = std::get_if<Error>(&found->second)) {
      adopt(*error);
      return nullptr;
    }
    return &std::get<Panel>(found->second);
  }

  std::variant<Panel, Error> load(const std::string& name, const std::string& version) const {
    try {
      return panels_(name, version);
    } catch (const Error& error) {
      return Error(error.problems());
    }
  }

  Size base_of(const Panel& panel, const PreparedCase& prepared) {
    for (std::size_t i = 0; i < data_.bases.size(); ++i) {
      const PanelBase& base = data_.bases[i];
      if (base.period == prepared.period && base.method == prepared.method &&
          // Panels that were read once are the same object.
          base.panel.units().names().data() == panel.units().names().data()) {
        return static_cast<Size>(i);
      }
    }
    data_.bases.push_back({panel, prepared.period, prepared.method});
    return std::ssize(data_.bases) - 1;
  }

  void look_at(const Expectation& each, const PreparedCase& prepared) {
    const Case& of = *case_;
    const auto node = look_up(each.node, each.location);
    if (!node) return;
    const std::string& code = index_.node(*node).code;
    const bool own_unit = of.panel.empty() || (of.unit.empty() && !of.given.empty());
    const auto needs_panel = [&](std::string_view what) {
      if (!own_unit) return;
      add(each.location, code, fmt::format("{} needs the units of a panel", what),
          "name a panel and a unit of it");
    };
    switch (each.what) {
      case What::score:
      case What::missing:
        break;
      case What::rank:
        needs_panel("a rank");
        break;
      case What::group:
        look_at_group(each, *node, code);
        if (index_.definition().groups.kind != Grouping::Kind::limits) needs_panel("a group");
        break;
      case What::published:
        needs_panel("a comparison with published figures");
        look_at_published(each, *node, code, prepared);
        return;  // Of all units, or of the one.
    }
    if (!own_unit && of.unit.empty()) {
      add(each.location, code, fmt::format("of which unit of the panel '{}'?", of.panel),
          "name the `unit`");
    }
  }

  void look_at_group(const Expectation& each, Size node, const std::string& code) {
    const Grouping& groups = index_.definition().groups;
    if (node != Index::root()) {
      add(each.location, code, "only the composite has groups",
          fmt::format("expect it of {}", index_.node(Index::root()).code));
    } else if (groups.kind == Grouping::Kind::none) {
      add(each.location, code, fmt::format("{} has no groups", index_.name()));
    } else if (each.text != groups.below && std::find(groups.names.begin(), groups.names.end(),
                                                      each.text) == groups.names.end()) {
      add(each.location, code,
          fmt::format("there is no group '{}'{}", each.text,
                      nearest_or_all(each.text, groups.names)));
    }
  }

  void look_at_published(const Expectation& each, Size node, const std::string& code,
                         const PreparedCase& prepared) {
    const auto& published = index_.node(node).published;
    if (!published) {
      add(each.location, code, "the definition does not say where its published figure stands",
          "give the node `published: {variable: ..., tolerance: ...}`");
      return;
    }
    if (!prepared.panel) return;  // That was said already.
    if (!prepared.panel->variables().find(published->variable)) {
      add(each.location, code,
          fmt::format("the panel '{}' has no variable '{}'{}", case_->panel, published->variable,
                      suggestion(published->variable, prepared.panel->variables().names())));
    }
    for (const std::string& unit : each.except) {
      if (prepared.panel->units().find(unit)) continue;
      add(each.location, code,
          fmt::format("the panel '{}' has no unit '{}'{}", case_->panel, unit,
                      suggestion(unit, prepared.panel->units().names())));
    }
  }

  const Index& index_;
  const PanelSource& panels_;
  CaseData data_;
  std::map<std::string, Location, std::less<>> names_;
  std::map<std::pair<std::string, std::string>, std::variant<Panel, Error>> found_;
  std::vector<Problem>* problems_ = nullptr;
  const Case* case_ = nullptr;
};

}  // namespace

CaseData prepare_cases(const Index& index, std::vector<Case> cases, const PanelSource& panels) {
  return Preparation(index, std::move(cases), panels).run();
}

}  // namespace chiso
