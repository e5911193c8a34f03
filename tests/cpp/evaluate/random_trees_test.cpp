// Random definitions and data against a plain evaluator that is written from the rules of
// docs/defining-an-index.md and docs/missing-data.md: unit by unit, node by node.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/evaluate/explain.hpp"
#include "random_case.hpp"
#include "small.hpp"

namespace chiso {
namespace {

using namespace small;
using Method = Aggregation::Method;
using random_case::Case;
using random_case::Cell;
using random_case::Formulated;
using random_case::Generator;
using random_case::panel_of;

/// Checks every node of a result by itself, from the raw data (leaves) or from the scores that the
/// result gives the node's children: errors of rounding do not add up to a different verdict.
class Checker {
 public:
  Checker(const Case& given, const Index& index, const Scores* scores)
      : given_(given), index_(index), scores_(scores) {}

  double score(Size node, std::size_t unit) const { return scores_->column(node)[unit]; }

  bool excluded(Size node, std::size_t unit) const {
    const Criterion& what = index_.node(node);
    if (what.is_leaf()) {
      return what.not_applicable == NotApplicable::exclude &&
             mark(what, unit) == Cell::not_applicable;
    }
    const auto children = index_.children(node);
    return std::all_of(children.begin(), children.end(),
                       [&](Size child) { return excluded(child, unit); });
  }

  double expected(Size node, std::size_t unit) const {
    const Criterion& what = index_.node(node);
    double result = what.is_leaf()                                ? leaf_score(what, unit)
                    : excluded(node, unit)                        ? missing
                    : what.aggregation.method == Method::sum      ? sum(node, unit)
                    : what.aggregation.method == Method::copeland ? copeland(node, unit)
                                                                  : mean(node, unit);
    if (!what.is_leaf()) {
      result *= what.aggregation.times;
      if (!enough(node, unit)) result = missing;
    }
    if (what.cap && result > *what.cap) result = *what.cap;
    return result;
  }

 private:
  std::size_t position(const std::string& variable) const {
    return static_cast<std::size_t>(
        std::find(given_.variables.begin(), given_.variables.end(), variable) -
        given_.variables.begin());
  }

  /// Not applicable wins over empty.
  Cell mark(const Criterion& leaf, std::size_t unit) const {
    Cell found = Cell::present;
    if (const Formulated* of = formulated(leaf)) {
      for (const std::string& variable : {of->x, of->y}) {
        if (variable.empty()) continue;
        const Cell cell = given_.cells[position(variable)][unit];
        if (cell != Cell::present && found != Cell::not_applicable) found = cell;
      }
      return found;
    }
    for (const auto* terms : {&leaf.measure.terms, &leaf.measure.denominator}) {
      for (const auto& term : *terms) {
        const Cell cell = given_.cells[position(term.variable)][unit];
        if (cell != Cell::present && found != Cell::not_applicable) found = cell;
      }
    }
    return found;
  }

  const Formulated* formulated(const Criterion& leaf) const {
    const auto found = given_.formulas.find(leaf.code);
    return found == given_.formulas.end() ? nullptr : &found->second;
  }

  double value(const std::string& variable, std::size_t unit) const {
    if (variable.empty() || given_.cells[position(variable)][unit] != Cell::present) return missing;
    return given_.values[position(variable)][unit];
  }

  double measure(const Criterion& leaf, std::size_t unit) const {
    if (mark(leaf, unit) != Cell::present) return missing;
    double above = 0.0;
    double below = 0.0;
    for (const auto& term : leaf.measure.terms) {
      above += term.coefficient * given_.values[position(term.variable)][unit];
    }
    for (const auto& term : leaf.measure.denominator) {
      below += term.coefficient * given_.values[position(term.variable)][unit];
    }
    if (leaf.measure.kind == Measure::Kind::mean) {
      above /= static_cast<double>(leaf.measure.terms.size());
    }
    if (leaf.measure.kind == Measure::Kind::ratio)
      return below == 0.0 ? missing : above / below * leaf.measure.times;
    return above;
  }

  double leaf_score(const Criterion& leaf, std::size_t unit) const {
    const double most = leaf.maximum.empty() ? missing : *leaf.maximum.find(Period(2020));
    if (leaf.not_applicable == NotApplicable::full_points &&
        mark(leaf, unit) == Cell::not_applicable) {
      return most;
    }
    if (const Formulated* of = formulated(leaf)) {
      const bool applies = mark(leaf, unit) != Cell::not_applicable;
      if (leaf.not_applicable == NotApplicable::exclude && !applies) return missing;
      return random_case::plain_value(*of, value(of->x, unit), value(of->y, unit), most);
    }
    const double x = measure(leaf, unit);
    if (std::isnan(x)) return missing;
    const Rule& rule = *leaf.rule.find(Period(2020));
    if (const auto* fixed = std::get_if<FixedPoints>(&rule)) return fixed->points;
    if (std::holds_alternative<Proportional>(rule)) {
      return x < 0.5 ? 0.0 : std::min(most, most * x / 2.0);
    }
    if (std::holds_alternative<Deduct>(rule)) return std::max(0.0, most - 0.5 * x);
    if (std::holds_alternative<PerUnit>(rule)) return std::min(most, 1.5 * x);
    if (const auto* n = std::get_if<Normaliser>(&rule)) return normalised(leaf, *n, x);
    return x;
  }

  double normalised(const Criterion& leaf, const Normaliser& n, double x) const {
    const double sign = leaf.polarity == Polarity::negative ? -1.0 : 1.0;
    std::vector<double> all;
    for (std::size_t u = 0; u < given_.units; ++u) {
      const double y = measure(leaf, u);
      if (!std::isnan(y)) all.push_back(sign * y);
    }
    const auto count = static_cast<double>(all.size());
    x *= sign;
    const auto onto = [&](double low, double high) {
      return n.onto_low + (n.onto_high - n.onto_low) * (x - low) / (high - low);
    };
    switch (n.method) {
      case Normaliser::Method::goalposts: {
        const double y = sign > 0.0 ? onto(1.0, 9.0) : onto(-9.0, -1.0);
        return n.cut ? std::clamp(y, 0.0, 100.0) : y;
      }
      case Normaliser::Method::min_max:
        return onto(*std::min_element(all.begin(), all.end()),
                    *std::max_element(all.begin(), all.end()));
      case Normaliser::Method::z_score: {
        const double mean = std::accumulate(all.begin(), all.end(), 0.0) / count;
        double squares = 0.0;
        for (const double y : all) squares += (y - mean) * (y - mean);
        return n.onto_low + n.onto_high * (x - mean) / std::sqrt(squares / (count - 1.0));
      }
      default: {
        const auto below = std::count_if(all.begin(), all.end(), [&](double y) { return y < x; });
        const auto equal = std::count(all.begin(), all.end(), x);
        const double place = static_cast<double>(below) + 1.0;
        return n.ties == Normaliser::Ties::lowest
                   ? place
                   : place + (static_cast<double>(equal) - 1.0) / 2.0;
      }
    }
  }

  double weight(Size node) const {
    const Criterion& what = index_.node(node);
    return what.weight.empty() ? 1.0 : *what.weight.find(Period(2020));
  }

  double most(Size node) const {
    const Criterion& what = index_.node(node);
    double result = 0.0;
    if (what.is_leaf()) {
      result = *what.maximum.find(Period(2020));
    } else {
      result = what.aggregation.scale_to ? *what.aggregation.scale_to : all_points(node);
      result *= what.aggregation.times;
    }
    return what.cap ? std::min(result, *what.cap) : result;
  }

  double all_points(Size node) const {
    double total = 0.0;
    for (const Size child : index_.children(node)) {
      if (index_.node(child).role == Role::part) total += weight(child) * most(child);
    }
    return total;
  }

  /// `at_least`: of the children that apply.
  bool enough(Size node, std::size_t unit) const {
    const auto demanded = index_.node(node).at_least;
    if (!demanded) return true;
    double present = 0.0;
    double all = 0.0;
    for (const Size child : index_.children(node)) {
      if (excluded(child, unit)) continue;
      all += 1.0;
      present += std::isnan(score(child, unit)) ? 0.0 : 1.0;
    }
    return present >= *demanded * all - 1e-9;
  }

  double sum(Size node, std::size_t unit) const {
    const Criterion& what = index_.node(node);
    const bool reduce = what.missing == MissingPolicy::reduce_maximum;
    double parts = 0.0;
    double extra = 0.0;
    double remaining = 0.0;
    bool whole = true;
    for (const Size child : index_.children(node)) {
      if (excluded(child, unit) || weight(child) == 0.0) {
        whole = whole && !excluded(child, unit);
        continue;
      }
      const double points = score(child, unit);
      const Role role = index_.node(child).role;
      if (std::isnan(points)) {
        if (!reduce) return missing;
        whole = false;
        continue;
      }
      if (role == Role::part) {
        parts += weight(child) * points;
        remaining += weight(child) * most(child);
      } else {
        extra += role == Role::bonus ? points : -points;
      }
    }
    const double full = all_points(node);
    if (!whole && remaining == 0.0) return missing;
    double result = (whole ? parts : parts * full / remaining) + extra;
    if (what.aggregation.scale_to) result = result / full * *what.aggregation.scale_to;
    return result;
  }

  /// Weights and scores of the children that count; nothing if the node has no score.
  std::optional<std::vector<std::pair<double, double>>> parts(Size node, std::size_t unit) const {
    std::vector<std::pair<double, double>> found;
    for (const Size child : index_.children(node)) {
      if (excluded(child, unit) || weight(child) == 0.0) continue;
      const double x = score(child, unit);
      if (!std::isnan(x)) {
        found.emplace_back(weight(child), x);
      } else if (index_.node(node).missing != MissingPolicy::renormalise) {
        return {};
      }
    }
    if (found.empty()) return {};
    double total = 0.0;
    for (const auto& [w, x] : found) total += w;
    for (auto& [w, x] : found) w /= total;
    return found;
  }

  double mean(Size node, std::size_t unit) const {
    const auto present = parts(node, unit);
    if (!present) return missing;
    const Aggregation& how = index_.node(node).aggregation;
    std::vector<double> sorted;
    double sum = 0.0;
    for (const auto& [w, x] : *present) {
      sorted.push_back(x);
      sum += w * x;
    }
    std::sort(sorted.begin(), sorted.end());
    const auto power_mean = [&](double p) {
      double total = 0.0;
      for (const auto& [w, x] : *present) total += w * std::pow(x, p);
      return total < 0.0 ? -std::pow(-total, 1.0 / p) : std::pow(total, 1.0 / p);
    };
    switch (how.method) {
      case Method::arithmetic_mean:
        return sum;
      case Method::geometric_mean: {
        double product = 1.0;
        for (const auto& [w, x] : *present) product *= std::pow(x, w);
        return sorted.front() < 0.0 ? missing : product;
      }
      case Method::harmonic_mean:
        return sorted.front() <= 0.0 ? missing : power_mean(-1.0);
      case Method::power_mean: {
        const bool whole = how.power == 2.0 || how.power == 3.0;
        if (sorted.front() < 0.0 && !whole) return missing;
        if (sorted.front() == 0.0 && how.power < 0.0) return missing;
        return power_mean(how.power);
      }
      case Method::median: {
        const std::size_t half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2.0;
      }
      case Method::minimum:
        return sorted.front();
      case Method::maximum:
        return sorted.back();
      default: {
        if (!(sum > 0.0)) return missing;
        double variance = 0.0;
        for (const auto& [w, x] : *present) variance += w * (x - sum) * (x - sum);
        return sum + (how.upward_penalty ? 1.0 : -1.0) * variance / sum;
      }
    }
  }

  /// Two units meet in the children that both have.
  double copeland(Size node, std::size_t unit) const {
    if (!parts(node, unit)) return missing;
    double score_of_unit = 0.0;
    for (std::size_t other = 0; other < given_.units; ++other) {
      if (other == unit || !parts(node, other)) continue;
      double balance = 0.0;
      for (const Size child : index_.children(node)) {
        if (excluded(child, unit) || excluded(child, other)) continue;
        const double mine = score(child, unit);
        const double theirs = score(child, other);
        balance += mine > theirs ? weight(child) : mine < theirs ? -weight(child) : 0.0;
      }
      score_of_unit += balance > 1e-9 ? 1.0 : balance < -1e-9 ? -1.0 : 0.0;
    }
    return score_of_unit;
  }

  const Case& given_;
  const Index& index_;
  const Scores* scores_;
};

/// Every other one has formulas.
Case some_case(unsigned seed) {
  Case given = Generator(seed).make();
  if (seed % 2 == 0) random_case::put_formulas(given, seed);
  return given;
}

bool same(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) == std::isnan(b);
  return a == b || std::fabs(a - b) <= 1e-9 * std::max({1.0, std::fabs(a), std::fabs(b)});
}

TEST(RandomTreesTest, AgreeWithAPlainEvaluatorNodeByNode) {
  int scored = 0;
  for (unsigned seed = 1; seed <= 4000; ++seed) {
    const Case given = some_case(seed);
    const Index index = random_case::index(given);
    const Evaluator evaluator(index);
    const Panel panel = panel_of(given);
    std::optional<Scores> scores;
    try {
      scores = evaluator.score(panel);
    } catch (const DataError&) {
      continue;  // No spread, or the policy is `error`: other tests look at these.
    }
    ++scored;
    const Checker checker(given, index, &*scores);
    for (Size node = 0; node < index.size(); ++node) {
      for (std::size_t u = 0; u < given.units; ++u) {
        const double expected = checker.expected(node, u);
        ASSERT_TRUE(same(scores->column(node)[u], expected))
            << "seed " << seed << ", " << index.node(node).code << " ("
            << (index.is_leaf(node) ? "leaf" : name(index.node(node).aggregation.method))
            << "), unit " << u << ": expected " << expected << ", got " << scores->column(node)[u];
      }
    }
  }
  EXPECT_GT(scored, 2000);
}

bool below_copeland(const Index& index, Size node) {
  for (; node >= 0; node = index.parent(node)) {
    if (!index.is_leaf(node) && index.node(node).aggregation.method == Method::copeland)
      return true;
  }
  return false;
}

TEST(RandomTreesTest, ContributionsOfChildrenAddUpToTheirParents) {
  int compared = 0;
  for (unsigned seed = 1; seed <= 1500; ++seed) {
    const Case given = some_case(seed);
    const Index index = random_case::index(given);
    std::optional<Scores> scores;
    try {
      scores = Evaluator(index).score(panel_of(given));
    } catch (const DataError&) {
      continue;
    }
    for (std::size_t u = 0; u < given.units; u += 2) {
      const auto nodes = explain(*scores, "u" + std::to_string(u));
      for (Size node = 0; node < index.size(); ++node) {
        const ExplainedNode& parent = nodes[static_cast<std::size_t>(node)];
        ASSERT_FALSE(std::isinf(parent.at_stake)) << "seed " << seed << ", node " << node;
        if (index.is_leaf(node) || std::isnan(parent.score) || below_copeland(index, node) ||
            std::isnan(nodes[0].score)) {
          continue;
        }
        double total = 0.0;
        for (const Size child : index.children(node)) {
          total += nodes[static_cast<std::size_t>(child)].contribution;
        }
        ++compared;
        // A child of zero brings nothing, whatever its own children are.
        const bool nothing = parent.contribution == 0.0;
        ASSERT_TRUE(nothing ? !std::isnan(total) : same(total, parent.contribution))
            << "seed " << seed << ", unit " << u << ", " << index.node(node).code << " ("
            << name(index.node(node).aggregation.method) << "): expected " << parent.contribution
            << ", got " << total;
      }
    }
  }
  EXPECT_GT(compared, 1000);
}

TEST(RandomTreesTest, PlainArraysInAnyOrderGiveTheCompositeOfThePanel) {
  for (unsigned seed = 1; seed <= 1000; ++seed) {
    Case given = some_case(seed);
    for (auto& cells : given.cells) {  // Plain arrays know no cells that do not apply.
      for (auto& cell : cells) cell = cell == Cell::not_applicable ? Cell::empty : cell;
    }
    const Index index = random_case::index(given);
    const Evaluator evaluator(index);
    std::optional<Scores> scores;
    try {
      scores = evaluator.score(panel_of(given));
    } catch (const DataError&) {
      continue;
    }
    const auto units = static_cast<Size>(given.units);
    const Size read = std::ssize(index.variables());
    const Size variables = read + std::ssize(index.previous_variables());
    // Row-major, rows and columns backwards, and with room between: negative strides.
    const Size step = 2 * variables + 3;
    std::vector<double> memory(static_cast<std::size_t>(units * step), -777.0);
    double* const last = memory.data() + (units - 1) * step + 2 * (variables - 1);
    for (Size v = read; v < variables; ++v) {
      for (Size u = 0; u < units; ++u) last[-u * step - 2 * v] = missing;
    }
    for (Size v = 0; v < read; ++v) {
      const std::string& code = index.variables()[static_cast<std::size_t>(v)].code;
      const auto at =
          static_cast<std::size_t>(std::find(given.variables.begin(), given.variables.end(), code) -
                                   given.variables.begin());
      for (Size u = 0; u < units; ++u) {
        last[-u * step - 2 * v] = given.cells[at][static_cast<std::size_t>(u)] == Cell::present
                                      ? given.values[at][static_cast<std::size_t>(u)]
                                      : missing;
      }
    }
    using Stride = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
    const Eigen::Map<const Eigen::MatrixXd, 0, Stride> backwards(last, units, variables,
                                                                 Stride(-2, -step));
    std::vector<double> composite(given.units);
    const Anchors anchors = evaluator.evaluate(MatrixIn(backwards), Keep::root, composite.data());
    EXPECT_EQ(anchors.size(), scores->anchors().size());
    for (std::size_t u = 0; u < given.units; ++u) {
      ASSERT_TRUE(same(composite[u], scores->column(0)[u])) << "seed " << seed << ", unit " << u;
    }
  }
}

}  // namespace
}  // namespace chiso
