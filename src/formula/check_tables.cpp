#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/doubles.hpp"
#include "chiso/base/interval.hpp"
#include "formula/findings.hpp"
#include "formula/point_search.hpp"
#include "formula/simplify.hpp"
#include "formula/trace.hpp"

/// Tables of steps: a chain of conditions each of which compares one and the same quantity with
/// constants. Such conditions are sets of numbers, and sets can leave holes and overlap.
namespace chiso {

using Operation = FormulaOperation;
using Kind = FormulaFinding::Kind;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Closed intervals of doubles, in order, no two of them neighbours.
using Set = std::vector<Bounds>;

Set united(Set set) {
  std::sort(set.begin(), set.end(),
            [](const Bounds& a, const Bounds& b) { return a.lowest < b.lowest; });
  Set result;
  for (const Bounds& each : set) {
    if (!each.present()) continue;
    if (!result.empty() && each.lowest <= next_up(result.back().highest)) {
      result.back().highest = std::max(result.back().highest, each.highest);
    } else {
      result.push_back(each);
    }
  }
  return result;
}

Set common(const Set& a, const Set& b) {
  Set result;
  for (const Bounds& one : a) {
    for (const Bounds& other : b) {
      Bounds both = one;
      both.meet(other.lowest, other.highest);
      if (both.present()) result.push_back(both);
    }
  }
  return united(std::move(result));
}

Set complement(const Set& of) {
  Set result;
  double begin = -infinity;
  for (const Bounds& each : of) {
    if (each.lowest > begin) result.push_back({begin, next_down(each.lowest), false});
    begin = next_up(each.highest);
  }
  if (of.empty() || of.back().highest < infinity) result.push_back({begin, infinity, false});
  return united(std::move(result));
}

bool same(const Set& a, const Set& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.lowest == y.lowest && x.highest == y.highest;
  });
}

bool is_whole(double x) noexcept { return x == std::floor(x); }

/// "x = 90", "x in (89, 90)".
std::string text_of(const std::string& quantity, const Bounds& values, bool open) {
  if (values.single()) return fmt::format("{} = {}", quantity, to_string(values.lowest));
  const Interval interval =
      open ? Interval{next_down(values.lowest), next_up(values.highest), false, false}
           : Interval::closed(values.lowest, values.highest);
  return fmt::format("{} in {}", quantity, to_string(interval));
}

class TableCheck {
 public:
  TableCheck(const Subject& subject, Work& work, Findings& findings)
      : subject_(subject), work_(work), findings_(findings), values_(subject, work) {}

  void run() {
    for (std::size_t i = 0; i < subject_.size() && !work_.done(); ++i) {
      if (subject_.node(i).operation == Operation::choose && !subject_.constant(i)) check(i);
    }
  }

 private:
  struct Row {
    std::size_t condition;
    std::size_t branch;
    Set set;
  };

  void check(std::size_t choose) {
    constexpr std::size_t most_rows = 200;
    quantity_.reset();
    is_other_ = false;
    const auto& operands = subject_.node(choose).operands;
    std::vector<Row> rows;
    for (std::size_t k = 0; k + 1 < operands.size() && rows.size() <= most_rows; k += 2) {
      if (subject_.node(operands[k]).operation == Operation::is_missing) continue;
      rows.push_back({operands[k], operands[k + 1], set_of(operands[k])});
      if (is_other_) return;
    }
    if (rows.size() < 2 || rows.size() > most_rows || !quantity_) return;
    const Bounds domain = domain_of_quantity();
    if (!domain.present()) return;
    for (auto& row : rows) row.set = common(row.set, {domain});
    find_overlaps(choose, rows);
    if (!whole()) find_gaps(choose, rows, domain);
  }

  // ---- Sets ----

  [[nodiscard]] bool whole() const { return subject_.type(*quantity_) == FormulaType::category; }

  /// The numbers for which a condition is true; notes if it asks for anything else.
  Set set_of(std::size_t i) {
    const FormulaNode& node = subject_.node(i);
    if (is_other_ || subject_.constant(i)) {
      is_other_ = true;
      return {};
    }
    switch (node.operation) {
      case Operation::logical_not:
        return complement(set_of(node.operands[0]));
      case Operation::logical_and: {
        const Set left = set_of(node.operands[0]);
        return common(left, set_of(node.operands[1]));
      }
      case Operation::logical_or: {
        Set both = set_of(node.operands[0]);
        for (const Bounds& each : set_of(node.operands[1])) both.push_back(each);
        return united(std::move(both));
      }
      case Operation::between:
        if (!subject_.constant(node.operands[1]) || !subject_.constant(node.operands[2]) ||
            !takes(node.operands[0])) {
          is_other_ = true;
          return {};
        }
        return united(
            {{subject_.value(node.operands[1]), subject_.value(node.operands[2]), false}});
      case Operation::less:
      case Operation::less_equal:
      case Operation::greater:
      case Operation::greater_equal:
      case Operation::equal:
      case Operation::not_equal:
        return set_of_comparison(node);
      default:
        is_other_ = true;
        return {};
    }
  }

  Set set_of_comparison(const FormulaNode& node) {
    const bool turned = subject_.constant(node.operands[0]);
    const auto quantity = node.operands[turned ? 1 : 0];
    const auto bound = node.operands[turned ? 0 : 1];
    if (!subject_.constant(bound) || std::isnan(subject_.value(bound)) || !takes(quantity)) {
      is_other_ = true;
      return {};
    }
    const double x = subject_.value(bound);
    const Set below{{-infinity, next_down(x), false}};
    const Set above{{next_up(x), infinity, false}};
    switch (node.operation) {
      case Operation::less:
        return turned ? above : below;
      case Operation::less_equal:
        return complement(turned ? below : above);
      case Operation::greater:
        return turned ? below : above;
      case Operation::greater_equal:
        return complement(turned ? above : below);
      case Operation::equal:
        return {{x, x, false}};
      default:
        return complement({{x, x, false}});
    }
  }

  /// Whether it is the quantity that the table is of; the first one is.
  bool takes(std::size_t i) {
    if (!quantity_) quantity_ = i;
    return subject_.part(i) == subject_.part(*quantity_);
  }

  [[nodiscard]] Bounds domain_of_quantity() {
    return values_.evaluate(subject_.everything(), *quantity_);
  }

  // ---- What is wrong with them ----

  void find_overlaps(std::size_t choose, const std::vector<Row>& rows) {
    for (std::size_t k = 1; k < rows.size(); ++k) {
      for (std::size_t j = 0; j < k; ++j) {
        if (rows[j].set.size() != 1 || rows[k].set.size() != 1) continue;
        const Set both = common(rows[j].set, rows[k].set);
        if (both.empty() || same(both, rows[j].set) || same(both, rows[k].set)) continue;
        if (subject_.part(rows[j].branch) == subject_.part(rows[k].branch)) continue;
        const auto point = point_within(choose, both.front());
        if (!point) continue;
        findings_.add(
            Kind::overlap, rows[k].condition,
            fmt::format("`{}` and `{}` both hold at {}, where the first one counts",
                        subject_.quoted(rows[j].condition), subject_.quoted(rows[k].condition),
                        text_of(subject_.quoted(*quantity_), both.front(), false)),
            "let one of them leave out what the other takes: < or > in place of <= or >=", *point);
        break;
      }
    }
  }

  void find_gaps(std::size_t choose, const std::vector<Row>& rows, const Bounds& domain) {
    const auto last = subject_.node(choose).operands.back();
    const bool no_score = subject_.node(last).operation == Operation::nothing;
    Set all;
    bool only_points = true;
    for (const Row& row : rows) {
      for (const Bounds& each : row.set) all.push_back(each);
      only_points = only_points && std::all_of(row.set.begin(), row.set.end(),
                                               [](const Bounds& each) { return each.single(); });
    }
    const Set covered = united(std::move(all));
    if (covered.size() < 2 || only_points) return;
    const Set rest = common(complement(covered), {domain});
    for (std::size_t h = 0; h + 1 < covered.size(); ++h) {
      const Bounds hole{next_up(covered[h].highest), next_down(covered[h + 1].lowest), false};
      // What is left over in one piece is what the last branch is for.
      if (rest.size() < 2 && !no_score) return;
      if (!is_a_gap(hole, covered[h].highest, covered[h + 1].lowest, domain)) continue;
      if (fits_neighbour(rows, hole, last)) continue;
      const auto point = point_within(choose, hole);
      if (!point || trace_of(subject_, *point).taken[last] == 0) continue;
      findings_.add(
          Kind::gap, condition_beside(rows, hole),
          fmt::format("no condition holds at {}: the last branch, `{}`, takes it",
                      text_of(subject_.quoted(*quantity_), hole, true), subject_.quoted(last)),
          "let the conditions meet: <= or >= in place of < or >", *point);
    }
  }

  /// Of what is counted the numbers between whole ones do not exist.
  [[nodiscard]] bool is_a_gap(const Bounds& hole, double below, double above,
                              const Bounds& domain) const {
    if (hole.single()) return true;
    const bool holds_whole = std::ceil(hole.lowest) <= std::floor(hole.highest);
    if (holds_whole || !is_whole(below) || !is_whole(above)) return true;
    const bool endless = std::fabs(domain.lowest) >= 1e100 || std::fabs(domain.highest) >= 1e100;
    const Size input = subject_.input_of(*quantity_);
    const bool counted = input >= 0 && subject_.inputs()[static_cast<std::size_t>(input)].whole;
    return !endless && !counted;
  }

  /// Whether the last branch gives what a branch beside the hole gives.
  [[nodiscard]] bool fits_neighbour(const std::vector<Row>& rows, const Bounds& hole,
                                    std::size_t last) const {
    return std::any_of(rows.begin(), rows.end(), [&](const Row& row) {
      return subject_.part(row.branch) == subject_.part(last) &&
             std::any_of(row.set.begin(), row.set.end(), [&](const Bounds& each) {
               return next_up(each.highest) == hole.lowest ||
                      next_down(each.lowest) == hole.highest;
             });
    });
  }

  /// The last condition that ends where the hole begins, or begins where it ends.
  [[nodiscard]] static std::size_t condition_beside(const std::vector<Row>& rows,
                                                    const Bounds& hole) {
    std::size_t found = rows.back().condition;
    for (const Row& row : rows) {
      for (const Bounds& each : row.set) {
        const bool beside =
            next_up(each.highest) == hole.lowest || next_down(each.lowest) == hole.highest;
        if (beside) found = row.condition;
      }
    }
    return found;
  }

  /// A point at which the quantity is within bounds and the table is asked.
  [[nodiscard]] std::optional<Point> point_within(std::size_t choose, const Bounds& bounds) {
    const auto first = first_place(choose);
    const auto point = point_at(subject_, {first, bounds, false}, work_);
    if (!point) return {};
    return simplified(subject_, *point, work_, [&](const Point& each) {
      const Trace trace = trace_of(subject_, each);
      return trace.taken[first] != 0 && bounds.contains(trace.values[first]);
    });
  }

  /// Where the quantity stands first in the table.
  [[nodiscard]] std::size_t first_place(std::size_t choose) const {
    for (std::size_t i = subject_.first(choose); i < choose; ++i) {
      if (subject_.part(i) == subject_.part(*quantity_)) return i;
    }
    return *quantity_;
  }

  const Subject& subject_;
  Work& work_;
  Findings& findings_;
  BoxValues values_;
  std::optional<std::size_t> quantity_;
  bool is_other_ = false;  ///< A condition asks for something else.
};

}  // namespace

void check_tables(const Subject& subject, Work work, Findings& findings) {
  TableCheck(subject, work, findings).run();
}

}  // namespace chiso
