#include "uncertainty/varied_twice.hpp"

#include <fmt/core.h>

#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/at.hpp"

namespace chiso {
namespace {

enum class What { shares, value, low, high };
using Thing = std::tuple<What, Size, Size>;

std::string described(const Index& index, const Thing& thing) {
  const auto [what, first, second] = thing;
  if (what == What::value) {
    return fmt::format("the values of '{}'", index.variables()[at(first)].code);
  }
  return fmt::format("the {} '{}'", what == What::shares ? "shares below" : "anchors of",
                     index.node(first).code);
}

/// What one row stands for.
std::vector<Thing> things_of(const Index& index, const VariedRow& row) {
  switch (row.kind) {
    case VariedRow::Kind::share:
      return {{What::shares, row.parent, 0}};
    case VariedRow::Kind::overall_share: {
      std::vector<Thing> criteria;
      Size node = row.node;
      do {
        node = index.parent(node);
        criteria.emplace_back(What::shares, node, 0);
      } while (node != row.parent);
      return criteria;
    }
    case VariedRow::Kind::value:
      return {{What::value, row.variable, row.unit}};
    case VariedRow::Kind::low:
      return {{What::low, row.node, 0}};
    case VariedRow::Kind::high:
      return {{What::high, row.node, 0}};
    case VariedRow::Kind::choice:
      break;
  }
  return {};
}

}  // namespace

void expect_varied_once(const Index& index, std::span<const Source> sources,
                        std::span<const VariedRow> rows, SourceProblems& problems) {
  std::map<Thing, Size> varied;
  std::set<std::pair<Size, Size>> said;
  for (const VariedRow& row : rows) {
    for (const Thing& thing : things_of(index, row)) {
      const auto [before, is_new] = varied.emplace(thing, row.source);
      if (is_new || before->second == row.source) continue;
      if (!said.emplace(before->second, row.source).second) continue;
      problems.begin(name(sources[at(row.source)]));
      problems.spec(fmt::format("{} vary by '{}' too", described(index, thing),
                                name(sources[at(before->second)])),
                    "narrow one of the patterns, or leave one source out");
    }
  }
}

}  // namespace chiso
