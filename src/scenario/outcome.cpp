#include "chiso/scenario/outcome.hpp"

#include <cmath>
#include <limits>

#include "base/at.hpp"
#include "chiso/rank/rank.hpp"
#include "scenario/draft.hpp"
#include "scenario/notices.hpp"

namespace chiso {

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

/// Competition ranks of a node, as the index of the scores ranks. NaN: no score.
std::vector<double> ranks_of(const Scores& scores, Size node, RankScratch& scratch) {
  const IndexDefinition& definition = scores.index().definition();
  const auto column = scores.column(node);
  std::vector<double> values(column.begin(), column.end());
  if (definition.rank_on_displayed && definition.decimals) {
    displayed(column, *definition.decimals, values);
  }
  std::vector<double> ranks(values.size());
  rank(values, Ties::competition, ranks, scratch);
  return ranks;
}

/// The names of one and then those that only the other has, each with its positions (-1: none).
struct Matched {
  std::vector<std::string> names;
  std::vector<Size> before;
  std::vector<Size> after;

  Matched(const Labels& one, const Labels& other) {
    for (Size i = 0; i < one.size(); ++i) add(one[i], i, other.find(one[i]).value_or(-1));
    for (Size i = 0; i < other.size(); ++i) {
      if (!one.find(other[i])) add(other[i], -1, i);
    }
  }

 private:
  void add(const std::string& name, Size in_before, Size in_after) {
    names.push_back(name);
    before.push_back(in_before);
    after.push_back(in_after);
  }
};

/// Scores and ranks of a result, by node; a node or a unit that it has not has neither.
class Side {
 public:
  Side(const Scores& scores, const std::vector<Size>& nodes) : scores_(scores) {
    RankScratch scratch;
    for (const Size node : nodes) {
      ranks_.push_back(node < 0 ? std::vector<double>() : ranks_of(scores, node, scratch));
      columns_.push_back(node < 0 ? std::span<const double>() : scores.column(node));
    }
  }

  [[nodiscard]] double score(std::size_t node, Size unit) const {
    return unit < 0 || columns_[node].empty() ? nothing : columns_[node][at(unit)];
  }
  [[nodiscard]] double rank(std::size_t node, Size unit) const {
    return unit < 0 || ranks_[node].empty() ? nothing : ranks_[node][at(unit)];
  }

 private:
  Scores scores_;
  std::vector<std::vector<double>> ranks_;
  std::vector<std::span<const double>> columns_;
};

bool differ(double a, double b) { return !(a == b || (std::isnan(a) && std::isnan(b))); }

}  // namespace

Outcome what_if(const Scores& base, const Scenario& scenario) {
  Draft draft(base, scenario);
  draft.apply();
  Scores after = draft.now();
  auto notices = notices_of(base, after, scenario, draft.cells(), draft.idle());
  return {scenario, base, std::move(after), std::move(notices)};
}

std::vector<Change> changes(const Scores& before, const Scores& after, bool moved) {
  const Matched units(before.units(), after.units());
  const Matched nodes(before.index().codes(), after.index().codes());
  const Side old(before, nodes.before);
  const Side now(after, nodes.after);
  std::vector<Change> found;
  for (std::size_t u = 0; u < units.names.size(); ++u) {
    for (std::size_t n = 0; n < nodes.names.size(); ++n) {
      const Change change{units.names[u],
                          nodes.names[n],
                          old.score(n, units.before[u]),
                          now.score(n, units.after[u]),
                          old.rank(n, units.before[u]),
                          now.rank(n, units.after[u])};
      if (moved && !differ(change.before, change.after) &&
          !differ(change.rank_before, change.rank_after)) {
        continue;
      }
      found.push_back(change);
    }
  }
  return found;
}

}  // namespace chiso
