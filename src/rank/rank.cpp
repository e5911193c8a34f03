#include "chiso/rank/rank.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/order_counts.hpp"
#include "base/rounded.hpp"
#include "chiso/base/error.hpp"

namespace chiso {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

void expect_same_length(std::size_t scores, std::size_t out, const char* what) {
  if (scores != out) {
    throw DataError(fmt::format("expected as many {} as scores, got {} and {}", what, out, scores));
  }
}

CHISO_INLINE Size count_greater(const double* values, Size n, double x) noexcept {
  Size greater = 0;
  for (Size i = 0; i < n; ++i) greater += values[i] > x ? 1 : 0;
  return greater;
}

// Every score against every other. Dense ranks count only the first of equal scores.
CHISO_MULTIVERSION
void rank_by_comparing(const double* scores, Size n, Ties ties, double* out) {
  std::array<double, most_compared> distinct;
  const double* better = scores;
  if (ties == Ties::dense) {
    for (Size i = 0; i < n; ++i) {
      const bool repeated = count_equal(scores, i, scores[i]) > 0;
      distinct[static_cast<std::size_t>(i)] = repeated ? nan : scores[i];
    }
    better = distinct.data();
  }
  for (Size i = 0; i < n; ++i) {
    const double x = scores[i];
    double rank = static_cast<double>(1 + count_greater(better, n, x));
    if (ties == Ties::average) {
      rank += static_cast<double>(count_equal(scores, n, x) - 1) / 2.0;
    } else if (ties == Ties::ordinal) {
      rank += static_cast<double>(count_equal(scores, i, x));
    }
    out[i] = x == x ? rank : nan;
  }
}

void rank_by_sorting(std::span<const double> scores, Ties ties, std::span<double> out,
                     RankScratch& scratch) {
  auto& order = scratch.order;
  order.clear();
  for (std::size_t i = 0; i < scores.size(); ++i) {
    out[i] = nan;
    // Negated: ascending order is best first, and among equals in the order of the column.
    if (!std::isnan(scores[i])) order.emplace_back(-scores[i], static_cast<Size>(i));
  }
  std::sort(order.begin(), order.end());
  double groups = 0.0;
  for (std::size_t i = 0; i < order.size();) {
    std::size_t next = i;
    while (next < order.size() && order[next].first == order[i].first) ++next;
    groups += 1.0;
    const double first = static_cast<double>(i + 1);
    const double last = static_cast<double>(next);
    for (; i < next; ++i) {
      double& rank = out[static_cast<std::size_t>(order[i].second)];
      switch (ties) {
        case Ties::competition:
          rank = first;
          break;
        case Ties::dense:
          rank = groups;
          break;
        case Ties::average:
          rank = (first + last) / 2.0;
          break;
        case Ties::ordinal:
          rank = static_cast<double>(i + 1);
          break;
      }
    }
  }
}

}  // namespace

void rank(std::span<const double> scores, Ties ties, std::span<double> out, RankScratch& scratch) {
  expect_same_length(scores.size(), out.size(), "ranks");
  if (std::ssize(scores) <= most_compared) {
    rank_by_comparing(scores.data(), std::ssize(scores), ties, out.data());
  } else {
    rank_by_sorting(scores, ties, out, scratch);
  }
}

void rank(std::span<const double> scores, Ties ties, std::span<double> out) {
  RankScratch scratch;
  rank(scores, ties, out, scratch);
}

void rank(std::span<const double> scores, Ties ties, std::span<std::int32_t> out,
          RankScratch& scratch) {
  expect_same_length(scores.size(), out.size(), "ranks");
  if (ties == Ties::average) {
    throw SpecError(
        "expected ties whose ranks are whole numbers (competition, dense, ordinal), got average");
  }
  scratch.ranks.resize(scores.size());
  rank(scores, ties, std::span<double>(scratch.ranks), scratch);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double of = scratch.ranks[i];
    out[i] = of == of ? static_cast<std::int32_t>(of) : 0;
  }
}

void rank(std::span<const double> scores, Ties ties, std::span<std::int32_t> out) {
  RankScratch scratch;
  rank(scores, ties, out, scratch);
}

void rank_within(std::span<const double> scores, std::span<const std::int32_t> groups, Ties ties,
                 std::span<double> out) {
  expect_same_length(scores.size(), groups.size(), "groups");
  expect_same_length(scores.size(), out.size(), "ranks");
  std::vector<std::pair<std::int32_t, std::size_t>> members;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    out[i] = nan;
    if (groups[i] >= 0) members.emplace_back(groups[i], i);
  }
  std::sort(members.begin(), members.end());
  RankScratch scratch;
  std::vector<double> own;
  std::vector<double> ranks;
  for (std::size_t begin = 0; begin < members.size();) {
    std::size_t end = begin;
    own.clear();
    for (; end < members.size() && members[end].first == members[begin].first; ++end) {
      own.push_back(scores[members[end].second]);
    }
    ranks.resize(own.size());
    rank(own, ties, std::span<double>(ranks), scratch);
    for (std::size_t i = begin; i < end; ++i) out[members[i].second] = ranks[i - begin];
    begin = end;
  }
}

double displayed(double value, int decimals) { return rounded(value, decimals); }

void displayed(std::span<const double> in, int decimals, std::span<double> out) {
  expect_same_length(in.size(), out.size(), "displayed values");
  for (std::size_t i = 0; i < in.size(); ++i) out[i] = displayed(in[i], decimals);
}

}  // namespace chiso
