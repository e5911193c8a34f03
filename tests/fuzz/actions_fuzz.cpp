// Any text is either refused or a set of actions: it is printed and read again, as YAML and as
// tables in both languages, and applied to a small result.

#include <cmath>
#include <string>
#include <vector>

#include "chiso/io/load_actions.hpp"
#include "chiso/io/table.hpp"
#include "chiso/reach/action_effects.hpp"
#include "chiso/scenario/outcome.hpp"
#include "fuzz.hpp"
#include "small_data.hpp"

namespace {

using chiso::ActionSet;
using chiso::fuzz::accepted;
using chiso::fuzz::must;

void print(const ActionSet& actions) {
  const std::string text = chiso::to_yaml(actions);
  const ActionSet again = chiso::parse_actions(text);
  must(again == actions, "printed and read, they are others");
  must(chiso::to_yaml(again) == text, "printed twice, they are another text");
  for (const auto language : {chiso::Language::en, chiso::Language::vi}) {
    const chiso::Table table = chiso::table_from_actions(actions, language);
    must(chiso::actions_from_table(table) == actions, "as a table, they are others");
    must(chiso::actions_from_table(chiso::parse_csv(chiso::to_csv(table))) == actions,
         "as the text of a table, they are others");
  }
}

void ask(const ActionSet& actions) {
  for (chiso::Size i = 0; i < actions.size(); ++i) {
    must(actions.finish(i) >= actions.action(i).duration, "an action ends before it is done");
    for (const chiso::Size other : actions.needs(i)) must(other != i, "an action needs itself");
  }
  for (const ActionSet::Pair& pair : actions.exclusions()) must(pair.a < pair.b, "a pair of one");
}

void apply(const chiso::ActionEffects& effects) {
  const auto count = static_cast<std::size_t>(effects.actions().size());
  for (std::size_t step = 1; step <= 3; ++step) {
    std::vector<bool> chosen(count);
    for (std::size_t i = 0; i < count; ++i) chosen[i] = i % step == 0;
    const std::vector<double> scores = effects.scores(0, chosen);
    const auto outcome = chiso::what_if(chiso::fuzz::small_scores(), effects.scenario(0, chosen));
    const chiso::Size unit = outcome.after.units().at(effects.unit());
    for (chiso::Size node = 0; node < std::ssize(scores); ++node) {
      const double one = scores[static_cast<std::size_t>(node)];
      const double other = outcome.after.column(node)[static_cast<std::size_t>(unit)];
      must(one == other || (std::isnan(one) && std::isnan(other)),
           "actions give another score than their scenario");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = chiso::fuzz::text_of(data, size);
  const auto actions = accepted([&] { return chiso::parse_actions(text); });
  if (!actions) return 0;
  print(*actions);
  ask(*actions);
  const auto effects = accepted([&] {
    return chiso::ActionEffects(*actions, {{"demo", chiso::fuzz::small_scores()}}, "Chi");
  });
  if (effects) apply(*effects);
  return 0;
}
