// Any table is either refused or what the first letter names: a definition, scenarios, actions,
// cases, the metadata of COINr. It is printed and read again, as a table and as YAML.

#include <string>
#include <vector>

#include "cells.hpp"
#include "chiso/check/cases.hpp"
#include "chiso/io/coinr.hpp"
#include "chiso/io/index_table.hpp"
#include "chiso/io/load_actions.hpp"
#include "chiso/io/load_checks.hpp"
#include "chiso/io/load_scenarios.hpp"
#include "chiso/io/save_index.hpp"
#include "chiso/scenario/outcome.hpp"
#include "fuzz.hpp"
#include "small_data.hpp"

namespace {

using chiso::Table;
using chiso::fuzz::accepted;
using chiso::fuzz::must;

/// No definition is known by name, so nothing is read of a disk.
constexpr const char* no_catalogue = "no-such-folder";

void use(const chiso::Index& index) {
  must(chiso::parse_index(chiso::to_yaml(index)) == index, "printed and read, it is another");
  must(chiso::index_from_table(chiso::table_from_index(index)) == index,
       "as a table, it is another");
  (void)accepted([&] { return chiso::Evaluator(index).score(chiso::fuzz::small_panel(index)); });
}

void use(const chiso::IndexDefinition& definition) {
  if (const auto index = accepted([&] { return chiso::Index(definition); })) use(*index);
}

void use(const std::vector<chiso::Scenario>& scenarios) {
  const auto text = chiso::to_yaml(scenarios, no_catalogue);
  must(chiso::parse_scenarios(text, "text", {}, no_catalogue) == scenarios,
       "printed and read, they are others");
  const auto table = chiso::table_from_scenarios(scenarios, chiso::Language::vi, no_catalogue);
  must(chiso::scenarios_from_table(table, no_catalogue) == scenarios,
       "as a table, they are others");
  for (const chiso::Scenario& scenario : scenarios) {
    (void)accepted([&] { return chiso::what_if(chiso::fuzz::small_scores(), scenario); });
  }
}

void use(const chiso::ActionSet& actions) {
  must(chiso::parse_actions(chiso::to_yaml(actions)) == actions, "printed and read, it is another");
  must(chiso::actions_from_table(chiso::table_from_actions(actions)) == actions,
       "as a table, it is another");
}

void use(const std::vector<chiso::Case>& cases) {
  const chiso::CaseRunner runner(
      chiso::fuzz::small_index(), cases, {},
      [](const std::string&, const std::string&) { return chiso::fuzz::small_scores().panel(); });
  for (chiso::Size i = 0; i < std::ssize(runner.cases()); ++i) (void)runner.run(i);
}

template <class Read>
void try_one(const Read& read) {
  if (const auto value = accepted(read)) use(*value);
}

void read_as(char letter, const Table& table) {
  switch (letter) {
    case 'i':
      return try_one([&] { return chiso::index_from_table(table); });
    case 's':
      return try_one([&] { return chiso::scenarios_from_table(table, no_catalogue); });
    case 'a':
      return try_one([&] { return chiso::actions_from_table(table); });
    case 'c':
      return try_one([&] { return chiso::cases_from_table(table); });
    case 'm':
      return try_one([&] { return chiso::definition_from_coinr(table); });
    case 'd':
      return try_one([&] { return chiso::definition_from_coinr(table, {.denominate = true}); });
    default:
      return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const chiso::fuzz::Choice choice(chiso::fuzz::text_of(data, size));
  const auto table = accepted([&] {
    return chiso::parse_csv(std::string(choice.rest), "table.csv", {.pad_short_rows = true});
  });
  if (table) read_as(choice.letter, choice.sheet ? chiso::fuzz::as_sheet(*table) : *table);
  return 0;
}
