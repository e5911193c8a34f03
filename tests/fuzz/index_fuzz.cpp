// Any text is either refused or a definition: it is printed and read again, as YAML, as a table and
// as a baseline, looked over, and scores a few units, of which everything is explained.

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "chiso/check/baseline_comparison.hpp"
#include "chiso/check/lint.hpp"
#include "chiso/check/properties.hpp"
#include "chiso/evaluate/explain.hpp"
#include "chiso/evaluate/ranking.hpp"
#include "chiso/io/document.hpp"
#include "chiso/io/index_table.hpp"
#include "chiso/io/load_baseline.hpp"
#include "chiso/io/save_index.hpp"
#include "fuzz.hpp"
#include "small_data.hpp"

namespace {

using chiso::Node;
using chiso::fuzz::accepted;
using chiso::fuzz::must;

bool same(const Node& a, const Node& b) {
  if (a.kind != b.kind || a.text != b.text || a.keys.size() != b.keys.size() ||
      a.items.size() != b.items.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.keys.size(); ++i) {
    if (a.keys[i].text != b.keys[i].text) return false;
  }
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!same(a.items[i], b.items[i])) return false;
  }
  return true;
}

void print(const Node& document) {
  must(!chiso::describe(document).empty(), "nothing is said of a document");
  must(same(chiso::parse_document(chiso::to_flow(document), {}), document),
       "on one line, a document is another");
  must(same(chiso::parse_document(chiso::to_block(document), {}), document),
       "over several lines, a document is another");
}

void print(const chiso::Index& index) {
  const std::string text = chiso::to_yaml(index);
  const chiso::Index again = chiso::parse_index(text);
  must(again == index, "printed and read, it is another");
  must(chiso::to_yaml(again) == text, "printed twice, it is another text");
  const chiso::Table table = chiso::table_from_index(index);
  must(chiso::index_from_table(table) == index, "as a table, it is another");
  must(chiso::index_from_table(chiso::parse_csv(chiso::to_csv(table))) == index,
       "as the text of a table, it is another");
}

void explain(const chiso::Scores& scores) {
  (void)scores.treatments();
  for (const std::string& unit : scores.units().names()) {
    must(std::ssize(chiso::explain(scores, unit)) == scores.index().size(), "a node is left out");
  }
  const chiso::Ranking ranking(scores);
  must(std::ssize(ranking.order()) == scores.units().size(), "a unit is left out");
}

void keep(const chiso::Index& index, const chiso::Panel& panel) {
  const auto locked = accepted([&] { return chiso::lock(index, panel); });
  if (!locked) return;
  const std::string text = chiso::to_text(*locked);
  const chiso::LockedResults again = chiso::parse_baseline(text);
  must(chiso::to_text(again) == text, "locked and read, it is another");
  must(chiso::compare(again, index, panel).same(), "what is locked differs from what it is of");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = chiso::fuzz::text_of(data, size);
  const auto document = accepted([&] { return chiso::parse_document(text, "text"); });
  if (!document) return 0;
  print(*document);
  const auto index = accepted([&] { return chiso::parse_index(text, "text"); });
  if (!index) return 0;
  print(*index);
  (void)chiso::lint(*index);
  const chiso::Panel panel = chiso::fuzz::small_panel(*index);
  const auto scores = accepted([&] { return chiso::Evaluator(*index).score(panel); });
  if (!scores) return 0;
  explain(*scores);
  keep(*index, panel);
  (void)accepted([&] { return chiso::try_properties(*index, {}, {.seed = 1, .tries = 4}); });
  return 0;
}
