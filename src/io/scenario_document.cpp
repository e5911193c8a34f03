#include "io/scenario_document.hpp"

#include <fmt/core.h>

#include <map>
#include <span>
#include <utility>

#include "chiso/io/load_scenarios.hpp"
#include "io/edit_document.hpp"
#include "io/fields.hpp"

namespace chiso {

namespace fs = std::filesystem;

namespace {

/// What is under the keys of a scenario, before its edits are read.
struct ScenarioText {
  Scenario scenario;
  const Node* edits = nullptr;
};

const std::vector<Field<ScenarioText>>& scenario_fields() {
  using S = ScenarioText;
  static const std::vector<Field<S>> fields{
      {"name", [](Reader& r, const Node& n, S& s) { read_value(r, n, s.scenario.name); },
       [](const S& s) { return write_value(s.scenario.name); }},
      {"note", [](Reader& r, const Node& n, S& s) { read_value(r, n, s.scenario.note); },
       [](const S& s) { return write_value(s.scenario.note); }},
      {"refit", [](Reader& r, const Node& n, S& s) { assign(s.scenario.refit, r.truth(n)); },
       [](const S& s) { return s.scenario.refit ? Node::word("true") : Node(); }},
      {"edits",
       [](Reader& r, const Node& n, S& s) {
         if (n.is_sequence()) {
           s.edits = &n;
         } else {
           r.unexpected(n, "a list of edits (`- {value: code, of: unit, set: 8}`)");
         }
       },
       [](const S&) { return Node(); }, true},
  };
  return fields;
}

// A document of one scenario has its keys in the head.
const std::vector<Field<ScenarioText>>& only_scenario_fields() {
  static const std::vector<Field<ScenarioText>> fields =
      joined<ScenarioText>({format_field<ScenarioText>()}, scenario_fields());
  return fields;
}

/// A document of several.
struct ScenarioList {
  const Node* scenarios = nullptr;
};

const std::vector<Field<ScenarioList>>& list_fields() {
  using L = ScenarioList;
  static const std::vector<Field<L>> fields{
      format_field<L>(),
      {"scenarios",
       [](Reader& r, const Node& n, L& list) {
         if (n.is_sequence()) {
           list.scenarios = &n;
         } else {
           r.unexpected(n, "a list of scenarios (`- name: ...`)");
         }
       },
       [](const L&) { return Node(); }, true},
  };
  return fields;
}

class ScenarioReader {
 public:
  ScenarioReader(Reader& reader, const Definitions& definitions)
      : reader_(reader), edits_(reader, definitions) {}

  void read(const Node& node, std::span<const Field<ScenarioText>> fields,
            std::vector<Scenario>& scenarios) {
    const Node* name = node.find("name");
    const Reader::Place place(reader_, name != nullptr ? name->text : std::string());
    ScenarioText text;
    read_fields(reader_, node, "a scenario", fields, text);
    if (text.edits != nullptr) {
      for (const Node& edit : text.edits->items) edits_.read(edit, text.scenario.edits);
    }
    if (!text.scenario.name.empty() && name != nullptr) {
      const auto [first, is_new] = lines_.emplace(text.scenario.name, name->line);
      if (!is_new) {
        reader_.fault(*name, fmt::format("the name stands twice, first in line {}", first->second),
                      "give every scenario a name of its own");
      }
    }
    scenarios.push_back(std::move(text.scenario));
  }

 private:
  Reader& reader_;
  EditReader edits_;
  std::map<std::string, int, std::less<>> lines_;  // By name.
};

Node write_scenario(const Scenario& scenario, const fs::path* catalogue) {
  Node node = write_fields(all(scenario_fields()), ScenarioText{scenario, nullptr});
  Node edits = Node::sequence();
  edits.block = !scenario.edits.empty();
  for (const Edit& edit : scenario.edits) edits.items.push_back(write_edit(edit, catalogue));
  node.set("edits", std::move(edits));
  return node;
}

}  // namespace

// ---- What others call --------------------------------------------------------------------------

std::vector<Scenario> scenarios_from(const Node& root, const std::string& file,
                                     const Definitions& definitions) {
  Problems problems;
  Reader reader(file, problems, definitions.limits.formula());
  ScenarioReader scenario_reader(reader, definitions);
  std::vector<Scenario> scenarios;
  if (root.find("edits") != nullptr && root.find("scenarios") == nullptr) {
    scenario_reader.read(root, all(only_scenario_fields()), scenarios);
  } else {
    ScenarioList list;
    read_fields(reader, root, "a file of scenarios", all(list_fields()), list);
    if (list.scenarios != nullptr) {
      for (const Node& item : list.scenarios->items) {
        scenario_reader.read(item, all(scenario_fields()), scenarios);
      }
    }
  }
  problems.raise<SpecError>();
  return scenarios;
}

Node write_scenarios(const std::vector<Scenario>& scenarios, const fs::path* catalogue) {
  Node list = Node::sequence();
  list.block = true;
  for (const Scenario& scenario : scenarios)
    list.items.push_back(write_scenario(scenario, catalogue));
  Node root = Node::mapping();
  root.set("chiso", Node::number(format_version));
  root.set("scenarios", std::move(list));
  root.block = true;
  return root;
}

std::vector<DefinitionKeys> scenario_keys() {
  std::vector<DefinitionKeys> keys{keys_of("file", all(list_fields())),
                                   keys_of("only_scenario", all(only_scenario_fields())),
                                   keys_of("scenario", all(scenario_fields()))};
  for (DefinitionKeys& kind : edit_keys()) keys.push_back(std::move(kind));
  return keys;
}

}  // namespace chiso
