// Any text is either refused or scenarios: they are printed and read again, as YAML and as tables
// in both languages, said in words, and applied to a small result.

#include <string>
#include <vector>

#include "chiso/evaluate/ranking.hpp"
#include "chiso/io/load_scenarios.hpp"
#include "chiso/io/table.hpp"
#include "chiso/scenario/outcome.hpp"
#include "fuzz.hpp"
#include "small_data.hpp"

namespace {

using chiso::fuzz::accepted;
using chiso::fuzz::must;

/// No definition is known by name, so nothing is read of a disk.
constexpr const char* no_catalogue = "no-such-folder";

void print(const std::vector<chiso::Scenario>& scenarios) {
  const std::string text = chiso::to_yaml(scenarios, no_catalogue);
  const auto again = chiso::parse_scenarios(text, "text", {}, no_catalogue);
  must(again == scenarios, "printed and read, they are others");
  must(chiso::to_yaml(again, no_catalogue) == text, "printed twice, they are another text");
  for (const auto language : {chiso::Language::en, chiso::Language::vi}) {
    const auto table =
        accepted([&] { return chiso::table_from_scenarios(scenarios, language, no_catalogue); });
    if (!table) continue;
    must(chiso::scenarios_from_table(*table, no_catalogue) == scenarios,
         "as a table, they are others");
    must(chiso::scenarios_from_table(chiso::parse_csv(chiso::to_csv(*table)), no_catalogue) ==
             scenarios,
         "as the text of a table, they are others");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = chiso::fuzz::text_of(data, size);
  const auto scenarios =
      accepted([&] { return chiso::parse_scenarios(text, "text", {}, no_catalogue); });
  if (!scenarios) return 0;
  print(*scenarios);
  for (const chiso::Scenario& scenario : *scenarios) {
    must(!chiso::describe(scenario).empty(), "nothing is said of a scenario");
    const auto outcome =
        accepted([&] { return chiso::what_if(chiso::fuzz::small_scores(), scenario); });
    if (!outcome) continue;
    (void)chiso::changes(outcome->before, outcome->after);
    const chiso::Ranking ranking(outcome->after);
    must(std::ssize(ranking.order()) == outcome->after.units().size(), "a unit is left out");
  }
  return 0;
}
