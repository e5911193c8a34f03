#include <algorithm>
#include <limits>
#include <vector>

#include "aggregate/children.hpp"

namespace chiso {
namespace {

using aggregation::Child;

// What unit i wins and loses against each of n units. Comparisons with NaN are false: a criterion
// counts only where both units have it.
CHISO_MULTIVERSION
void compare(std::span<const Child> children, Size i, Size n, double* wins, double* losses) {
  for (Size j = 0; j < n; ++j) wins[j] = losses[j] = 0.0;
  for (const Child& child : children) {
    const double* x = child.column;
    const double own = x[i];
    const double w = child.weight;
    for (Size j = 0; j < n; ++j) {
      wins[j] += own > x[j] ? w : 0.0;
      losses[j] += own < x[j] ? w : 0.0;
    }
  }
}

// Units beaten less units that beat, among those that take part.
CHISO_MULTIVERSION
double balance(const double* wins, const double* losses, const double* takes_part, double slack,
               Size n) {
  double won = 0.0;
  for (Size j = 0; j < n; ++j) {
    const double lead = wins[j] - losses[j];
    const double tie = slack * (wins[j] + losses[j]);
    const double beaten = lead > tie ? takes_part[j] : 0.0;
    won += lead < -tie ? -takes_part[j] : beaten;
  }
  return won;
}

}  // namespace

Size copeland(Columns columns, std::span<const double> weights, MissingChild missing,
              std::span<double> out) {
  const aggregation::Children children(columns, weights, aggregation::Children::Sign::not_negative,
                                       "weights");
  const std::span<const Child> list = children.list();
  if (list.empty()) return aggregation::all_missing(out);
  const Size n = std::ssize(out);
  const double needed = missing == MissingChild::propagate ? static_cast<double>(list.size()) : 1.0;
  std::vector<const double*> counted;
  for (const Child& child : list) counted.push_back(child.column);
  std::vector<double> takes_part(out.size());
  count_present(counted, takes_part);
  for (double& present : takes_part) present = present >= needed ? 1.0 : 0.0;

  // Two sums of the same weights differ by no more than this share when they are equal in truth.
  const double slack =
      static_cast<double>(list.size() + 1) * std::numeric_limits<double>::epsilon();
  std::vector<double> wins(out.size());
  std::vector<double> losses(out.size());
  for (Size i = 0; i < n; ++i) {
    double& score = out[static_cast<std::size_t>(i)];
    if (takes_part[static_cast<std::size_t>(i)] == 0.0) {
      score = aggregation::nan;
      continue;
    }
    compare(list, i, n, wins.data(), losses.data());
    score = balance(wins.data(), losses.data(), takes_part.data(), slack, n);
  }
  return 0;
}

}  // namespace chiso
