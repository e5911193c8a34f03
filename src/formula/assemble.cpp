#include "formula/assemble.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <limits>
#include <utility>

#include "base/doubles.hpp"
#include "base/elementary.hpp"
#include "formula/operations.hpp"

namespace chiso {
namespace {

using Kind = ValueKind;
using Position = std::uint32_t;

constexpr Position none = std::numeric_limits<Position>::max();

/// Bounds of one table; what is larger is worked out as it is written.
constexpr std::size_t most_thresholds = 64;
constexpr std::size_t most_members = 256;

bool same(double a, double b) noexcept {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (a != a && b != b);
}

/// Which values are step functions of one other value: those that look at it only by comparing it
/// with constants, such as tables of points.
class Steps {
 public:
  explicit Steps(const Graph& graph) : graph_(graph), of_(graph.values.size()) {
    for (Position i = 0; i < of_.size(); ++i) of_[i] = find(i);
  }

  /// The value that `i` is a step function of; `none` if it is not.
  [[nodiscard]] Position subject(Position i) const { return of_[i].subject; }

  /// Worked out at every threshold.
  [[nodiscard]] StepTable table(Position root) const {
    const Position subject = of_[root].subject;
    std::vector<Position> members = members_of(root);
    std::vector<double> from = thresholds_of(members, subject);
    std::vector<double> results(root + 1 - members.front());
    const auto at = [&](double x) {
      const auto result = [&](Position i) {
        if (i == subject) return x;
        const Value& value = graph_.values[i];
        return value.kind == Kind::constant ? value.constant : results[i - members.front()];
      };
      for (const Position i : members) {
        const Value& value = graph_.values[i];
        std::array<double, 3> operands{};
        for (std::size_t k = 0; k < operands_of(value.kind); ++k) {
          operands[k] = result(value.operands[k]);
        }
        results[i - members.front()] = apply(value, operands[0], operands[1], operands[2]);
      }
      return results.back();
    };
    StepTable table;
    table.if_missing = at(operations::missing);
    for (const double threshold : from) {
      const double value = at(threshold);
      if (!table.values.empty() && same(table.values.back(), value)) continue;
      table.from.push_back(threshold);
      table.values.push_back(value);
    }
    return table;
  }

 private:
  struct Found {
    Position subject = none;
    std::size_t thresholds = 0;
    std::size_t members = 0;  ///< Values that it takes, at most.
    bool constant = false;
  };

  Found find(Position i) const {
    const Value& value = graph_.values[i];
    if (value.kind == Kind::constant) return {none, 0, 0, true};
    if (value.kind == Kind::input) return {};
    // What operands are steps of, or constants; at most one that is neither.
    Found all;
    Position other = none;
    bool constants = false;
    for (std::size_t k = 0; k < operands_of(value.kind); ++k) {
      const Position operand = value.operands[k];
      const Found& of = of_[operand];
      if (of.constant) {
        constants = true;
      } else if (of.subject == none) {
        if (other != none && other != operand) return {};
        other = operand;
      } else {
        if (all.subject != none && all.subject != of.subject) return {};
        all.subject = of.subject;
        all.thresholds += of.thresholds;
        all.members += of.members;
      }
    }
    if (other != none) {
      const bool looks = value.kind == Kind::is_missing || value.kind == Kind::is_present;
      const bool compares = is_comparison(value.kind) && constants;
      if (!(looks || compares)) return {};
      return {other, looks ? std::size_t{0} : std::size_t{2}, 1, false};
    }
    ++all.members;
    return all.thresholds <= most_thresholds && all.members <= most_members ? all : Found{};
  }

  /// The values between the subject and `root`, in order.
  std::vector<Position> members_of(Position root) const {
    const Position subject = of_[root].subject;
    std::vector<Position> members{root};
    std::vector<char> seen(root + 1, 0);
    for (std::size_t k = 0; k < members.size(); ++k) {
      const Value& value = graph_.values[members[k]];
      for (std::size_t o = 0; o < operands_of(value.kind); ++o) {
        const Position operand = value.operands[o];
        if (operand == subject || of_[operand].constant || seen[operand] != 0) continue;
        seen[operand] = 1;
        members.push_back(operand);
      }
    }
    std::sort(members.begin(), members.end());
    return members;
  }

  /// Where comparisons of the subject may turn: at the constant or right above it.
  std::vector<double> thresholds_of(const std::vector<Position>& members, Position subject) const {
    std::vector<double> from{-operations::infinity};
    for (const Position i : members) {
      const Value& value = graph_.values[i];
      const auto [a, b, unused] = value.operands;
      if (!is_comparison(value.kind) || (a != subject && b != subject)) continue;
      const double constant = graph_.values[a == subject ? b : a].constant;
      from.push_back(constant + 0.0);  // 0 and -0 are the same threshold.
      from.push_back(next_up(constant));
    }
    std::sort(from.begin(), from.end());
    from.erase(std::unique(from.begin(), from.end()), from.end());
    return from;
  }

  const Graph& graph_;
  std::vector<Found> of_;
};

class Assembler {
 public:
  explicit Assembler(const Graph& graph)
      : graph_(graph),
        steps_(graph),
        uses_(graph.values.size(), 0),
        product_(graph.values.size(), none),
        column_(graph.values.size(), none) {}

  Program assemble() {
    count_uses();
    find_products();
    for (Position i = 0; i <= root(); ++i) {
      if (uses_[i] > 0) emit(i);
    }
    finish();
    return std::move(program_);
  }

 private:
  Position root() const { return graph_.root(); }
  const Value& value(Position i) const { return graph_.values[i]; }
  bool is_constant(Position i) const { return value(i).kind == Kind::constant; }
  bool is_table(Position i) const { return steps_.subject(i) != none; }

  /// Whether `i` chooses by a comparison, which then needs no pass of its own.
  bool compares(Position i) const {
    const Value& of = value(i);
    return of.kind == Kind::select && is_comparison(value(of.operands[0]).kind);
  }

  /// What a pass for `i` reads, products that become a part of it aside.
  std::vector<Position> read_by(Position i) const {
    if (is_table(i)) return {steps_.subject(i)};
    const Value& of = value(i);
    const auto [first, second, third] = of.operands;
    if (compares(i)) {
      const auto [x, y, unused] = value(first).operands;
      return {x, y, second, third};
    }
    return {of.operands.begin(), of.operands.begin() + static_cast<Size>(operands_of(of.kind))};
  }

  /// From the root down: what is needed, and how often.
  void count_uses() {
    uses_[root()] = 1;
    for (Position i = root() + 1; i-- > 0;) {
      if (uses_[i] == 0) continue;
      for (const Position each : read_by(i)) ++uses_[each];
    }
  }

  /// Products that one sum alone needs become a part of it.
  void find_products() {
    const auto is_product = [this](Position i) {
      return value(i).kind == Kind::multiply && !is_table(i) && uses_[i] == 1;
    };
    for (Position i = 0; i <= root(); ++i) {
      if (uses_[i] == 0 || is_table(i)) continue;
      const auto [a, b, unused] = value(i).operands;
      if (value(i).kind == Kind::add) {
        product_[i] = is_product(b) ? b : is_product(a) ? a : none;
      } else if (value(i).kind == Kind::subtract && is_product(b) &&
                 is_constant(value(b).operands[1])) {
        product_[i] = b;  // a - x * k = a + x * -k to the last bit.
      }
      if (product_[i] != none) uses_[product_[i]] = 0;
    }
  }

  // ---- columns ----------------------------------------------------------------------------------

  Source source(Position i) const {
    const Value& of = value(i);
    if (of.kind == Kind::constant) return {Source::Place::constant, 0, of.constant};
    if (of.kind == Kind::input) {
      return {Source::Place::input, static_cast<std::uint32_t>(of.constant), 0.0};
    }
    return {Source::Place::scratch, column_[i], 0.0};
  }

  /// One use less; a column that nobody needs any more is free.
  void release(Position i) {
    if (--uses_[i] == 0 && column_[i] != none) free_.push_back(column_[i]);
  }

  /// A pass whose result is `i`. It may write where it reads, unless it must look twice.
  void add(Position i, Pass pass, std::initializer_list<Position> read) {
    const bool looks_twice = pass.kind == PassKind::round || pass.kind == PassKind::power;
    if (!looks_twice) {
      for (const Position each : read) release(each);
    }
    if (i == root()) {
      column_[i] = 0;
    } else if (free_.empty()) {
      column_[i] = program_.columns++;
    } else {
      column_[i] = free_.back();
      free_.pop_back();
    }
    if (looks_twice) {
      for (const Position each : read) release(each);
    }
    pass.out = column_[i];
    program_.passes.push_back(pass);
  }

  // ---- passes -----------------------------------------------------------------------------------

  void emit(Position i) {
    const Value& of = value(i);
    if (of.kind == Kind::constant || of.kind == Kind::input) return;
    if (is_table(i)) return emit_steps(i);
    if (product_[i] != none) return emit_multiply_add(i);
    if (compares(i)) return emit_comparing(i);
    const auto [a, b, c] = of.operands;
    Pass pass;
    pass.kind = pass_of(of);
    pass.a = source(a);
    switch (operands_of(of.kind)) {
      case 1:
        if (of.kind == Kind::round || of.kind == Kind::raise) {
          pass.b.constant = of.constant;
          pass.count = pass.kind == PassKind::power ? 0 : static_cast<int>(of.constant);
        }
        return add(i, pass, {a});
      case 2:
        pass.b = source(b);
        return add(i, pass, {a, b});
      default:
        pass.b = source(b);
        pass.c = source(c);
        return add(i, pass, {a, b, c});
    }
  }

  void emit_steps(Position i) {
    Pass pass;
    pass.kind = PassKind::steps;
    pass.count = static_cast<int>(program_.tables.size());
    pass.a = source(steps_.subject(i));
    StepTable table = steps_.table(i);
    if (i == root()) {
      table.if_missing = operations::finite(table.if_missing);
      for (double& each : table.values) each = operations::finite(each);
    }
    program_.tables.push_back(std::move(table));
    add(i, pass, {steps_.subject(i)});
  }

  void emit_multiply_add(Position i) {
    const auto [a, b, unused] = value(i).operands;
    const Position other = product_[i] == b ? a : b;
    const auto [x, y, none_third] = value(product_[i]).operands;
    Pass pass;
    pass.kind = PassKind::multiply_add;
    pass.a = source(other);
    pass.b = source(x);
    pass.c = source(y);
    if (value(i).kind == Kind::subtract) pass.c.constant = -pass.c.constant;
    add(i, pass, {other, x, y});
  }

  void emit_comparing(Position i) {
    const auto [condition, yes, no] = value(i).operands;
    const auto [x, y, unused] = value(condition).operands;
    Pass pass;
    pass.a = source(x);
    pass.b = source(y);
    pass.c = source(yes);
    pass.d = source(no);
    switch (value(condition).kind) {
      case Kind::less:
        pass.kind = PassKind::select_less;
        break;
      case Kind::less_equal:
        pass.kind = PassKind::select_less_equal;
        break;
      case Kind::not_equal:
        std::swap(pass.c, pass.d);
        [[fallthrough]];
      default:
        pass.kind = PassKind::select_equal;
        break;
    }
    if (is_constant(x)) {
      // k < y is not (y <= k), and what is missing stays so.
      std::swap(pass.a, pass.b);
      if (pass.kind != PassKind::select_equal) {
        std::swap(pass.c, pass.d);
        pass.kind = pass.kind == PassKind::select_less ? PassKind::select_less_equal
                                                       : PassKind::select_less;
      }
    }
    add(i, pass, {x, y, yes, no});
  }

  void finish() {
    if (is_table(root())) return;
    Pass pass;
    pass.kind = PassKind::finite;
    pass.a = source(root());
    program_.passes.push_back(pass);
  }

  static PassKind pass_of(const Value& value) {
    switch (value.kind) {
      case Kind::negate:
        return PassKind::negate;
      case Kind::absolute:
        return PassKind::absolute;
      case Kind::square_root:
        return PassKind::square_root;
      case Kind::logarithm:
        return PassKind::logarithm;
      case Kind::exponential:
        return PassKind::exponential;
      case Kind::floor:
        return PassKind::floor;
      case Kind::ceiling:
        return PassKind::ceiling;
      case Kind::round:
        return PassKind::round;
      case Kind::raise:
        return elementary::is_multiplied(value.constant) ? PassKind::whole_power : PassKind::power;
      case Kind::is_missing:
        return PassKind::is_missing;
      case Kind::is_present:
        return PassKind::is_present;
      case Kind::is_true:
        return PassKind::is_true;
      case Kind::add:
        return PassKind::add;
      case Kind::subtract:
        return PassKind::subtract;
      case Kind::multiply:
        return PassKind::multiply;
      case Kind::divide:
        return PassKind::divide;
      case Kind::power:
        return PassKind::power;
      case Kind::minimum:
        return PassKind::minimum;
      case Kind::maximum:
        return PassKind::maximum;
      case Kind::less:
        return PassKind::less;
      case Kind::less_equal:
        return PassKind::less_equal;
      case Kind::equal:
        return PassKind::equal;
      case Kind::not_equal:
        return PassKind::not_equal;
      case Kind::logical_and:
        return PassKind::logical_and;
      case Kind::logical_or:
        return PassKind::logical_or;
      case Kind::coalesce:
        return PassKind::coalesce;
      case Kind::select:
        return PassKind::select;
      case Kind::constant:
      case Kind::input:
        break;
    }
    return PassKind::finite;
  }

  const Graph& graph_;
  Steps steps_;
  std::vector<std::uint32_t> uses_;
  std::vector<Position> product_;  ///< Of a sum: the product that is a part of it.
  std::vector<std::uint32_t> column_;
  std::vector<std::uint32_t> free_;
  Program program_;
};

}  // namespace

Program assemble(const Graph& graph) { return Assembler(graph).assemble(); }

}  // namespace chiso
