#include "check/slips.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/at.hpp"
#include "base/doubles.hpp"
#include "check/date_slips.hpp"
#include "model/names.hpp"
#include "model/shares.hpp"

namespace chiso {

namespace {

using Kind = MutantKind;
using Method = Aggregation::Method;
using Change = std::function<void(Criterion&)>;

template <class T>
Dated<T> with_value(const Dated<T>& dated, std::size_t entry, T value) {
  auto entries = dated.entries();
  entries[entry].value = std::move(value);
  return Dated<T>(std::move(entries));
}

/// "@2023" of a dated value, nothing of one that always holds.
template <class T>
std::string at_entry(const Dated<T>& dated, std::size_t entry) {
  return dated.is_dated() ? "@" + entry_label(dated.entries()[entry].in_force) : std::string();
}

bool compares(FormulaOperation operation) noexcept {
  switch (operation) {
    case FormulaOperation::less:
    case FormulaOperation::less_equal:
    case FormulaOperation::greater:
    case FormulaOperation::greater_equal:
    case FormulaOperation::equal:
    case FormulaOperation::not_equal:
    case FormulaOperation::between:
      return true;
    default:
      return false;
  }
}

class Slips {
 public:
  explicit Slips(const Index& index) : index_(index) {}

  std::vector<Mutant> list() {
    head();
    variables();
    parameters();
    for (Size i = 0; i < index_.size(); ++i) {
      any_node(i);
      if (index_.is_leaf(i)) {
        leaf(i);
      } else {
        inner(i);
      }
    }
    return std::move(list_);
  }

 private:
  // ---- Adding ----------------------------------------------------------------------------------

  void add(Kind kind, Size node, const Location& location, std::string id, std::string change,
           std::function<void(IndexDefinition&)> apply) {
    // Codes may have dots too, so two ids could meet.
    const int uses = ++used_[id];
    if (uses > 1) id += fmt::format("#{}", uses);
    list_.push_back({kind, std::move(id), node, location, std::move(change), std::move(apply)});
  }

  /// @param place what is wrong, with the sign that separates it from the code: ".weight+"
  void add_to(Size node, const Location& location, Kind kind, const std::string& place,
              std::string change, Change wrong) {
    add(kind, node, location.line > 0 ? location : index_.node(node).location,
        index_.node(node).code + place, std::move(change),
        [path = path_to(node), wrong = std::move(wrong)](IndexDefinition& definition) {
          Criterion* criterion = &definition.tree;
          for (const std::size_t k : path) criterion = &criterion->children[k];
          wrong(*criterion);
        });
  }

  void add_to(Size node, Kind kind, const std::string& place, std::string change, Change wrong) {
    add_to(node, {}, kind, place, std::move(change), std::move(wrong));
  }

  /// Which child to go to at each step down from the root.
  [[nodiscard]] std::vector<std::size_t> path_to(Size node) const {
    std::vector<std::size_t> path;
    for (Size at = node; at != Index::root(); at = index_.parent(at)) {
      path.push_back(position_of(at));
    }
    std::reverse(path.begin(), path.end());
    return path;
  }

  [[nodiscard]] std::size_t position_of(Size child) const {
    const auto siblings = index_.children(index_.parent(child));
    return at(std::find(siblings.begin(), siblings.end(), child) - siblings.begin());
  }

  /// A number of the node.
  void add_number(Size node, const std::string& what, double value, double above,
                  const std::function<void(Criterion&, double)>& set) {
    for (const auto& slip : digit_slips(value, above)) {
      add_to(node, Kind::number, fmt::format(".{}{}", what, slip.sign),
             fmt::format("{} {}", what, becomes(value, slip.value)),
             [set, to = slip.value](Criterion& wrong) { set(wrong, to); });
    }
  }

  /// A dated value of the node: its years mixed up.
  template <class T>
  void add_dates(Size node, const std::string& what, Dated<T> Criterion::*field) {
    for (auto& slip : date_slips(index_.node(node).*field)) {
      if (!slip.changes) continue;
      add_to(node, (index_.node(node).*field).entries()[0].location,
             slip.exchanged ? Kind::swap : Kind::date, fmt::format(".{}@{}", what, slip.place),
             fmt::format("{}: {}", what, slip.change),
             [field, value = std::move(slip.value)](Criterion& wrong) { wrong.*field = value; });
    }
  }

  // ---- Head and variables ----------------------------------------------------------------------

  void head() {
    const IndexDefinition& definition = index_.definition();
    const Location& here = definition.location;
    if (definition.rank_on_displayed) {
      add(Kind::anchor, Index::root(), here, "rank_on_displayed:false",
          "ranks are of the full numbers, not of those displayed",
          [](IndexDefinition& wrong) { wrong.rank_on_displayed = false; });
      for (const auto& slip : digit_slips(definition.decimals.value_or(0), below_zero)) {
        if (!definition.decimals) break;
        add(Kind::number, Index::root(), here, fmt::format("decimals{}", slip.sign),
            fmt::format("decimals {}", becomes(*definition.decimals, slip.value)),
            [to = static_cast<int>(slip.value)](IndexDefinition& wrong) { wrong.decimals = to; });
      }
    }
    const Grouping& groups = definition.groups;
    if (groups.kind != Grouping::Kind::limits) return;
    for (std::size_t g = 0; g < groups.limits.size(); ++g) {
      const double limit = groups.limits[g];
      const auto moved = [&](Kind kind, const std::string& place, double to, std::string change) {
        add(kind, Index::root(), here, fmt::format("groups.{}{}", id_word(groups.names[g]), place),
            fmt::format("group {}: {}", groups.names[g], change),
            [g, to](IndexDefinition& wrong) { wrong.groups.limits[g] = to; });
      };
      moved(Kind::bound, ":opened", next_up(limit),
            fmt::format("{} itself is no longer in it", to_string(limit)));
      moved(Kind::threshold, ":next_down", next_down(limit),
            fmt::format("limit {}", becomes(limit, next_down(limit))));
      for (const auto& slip : digit_slips(limit)) {
        moved(Kind::number, std::string(1, slip.sign), slip.value,
              fmt::format("limit {}", becomes(limit, slip.value)));
      }
    }
  }

  void variables() {
    const auto& declared = index_.definition().variables;
    for (std::size_t v = 0; v < declared.size(); ++v) {
      const Variable& variable = declared[v];
      if (!index_.variable_codes().find(variable.code)) continue;  // Read by nobody.
      const std::string code = id_word(variable.code);
      const Size node = first_reader(variable.code);
      if (variable.zero_is_missing) {
        add(Kind::missing, node, variable.location, code + ".zero_is_missing:false",
            fmt::format("a zero of '{}' is a value", variable.code),
            [v](IndexDefinition& wrong) { wrong.variables[v].zero_is_missing = false; });
      }
    }
  }

  [[nodiscard]] Size first_reader(const std::string& variable) const {
    for (const Size leaf : index_.leaves()) {
      const Criterion& node = index_.node(leaf);
      for (const auto* terms : {&node.measure.terms, &node.measure.denominator}) {
        for (const auto& term : *terms) {
          if (term.variable == variable) return leaf;
        }
      }
      for (const auto& entry : node.rule.entries()) {
        const auto* rule = std::get_if<FormulaRule>(&entry.value);
        if (rule == nullptr) continue;
        const auto names = rule->formula.names();
        if (std::find(names.begin(), names.end(), variable) != names.end()) return leaf;
      }
    }
    return Index::root();
  }

  // ---- Parameters of formulas

  void parameters() {
    const auto all = index_.parameters();
    for (std::size_t p = 0; p < all.size(); ++p) {
      const Parameter& parameter = all[p];
      const Size node = first_reader(parameter.code);
      const auto& entries = parameter.value.entries();
      const auto location = [&](std::size_t e) {
        return entries[e].location.line > 0 ? entries[e].location : parameter.location;
      };
      for (std::size_t e = 0; e < entries.size(); ++e) {
        const std::string place = id_word(parameter.code) + at_entry(parameter.value, e);
        const double value = entries[e].value;
        const auto moved = [&](Kind kind, const std::string& how, double to) {
          add(kind, node, location(e), place + how,
              fmt::format("parameter '{}' {}", parameter.code, becomes(value, to)),
              [p, e, to](IndexDefinition& wrong) {
                Dated<double>& changed = wrong.parameters[p].value;
                changed = with_value(changed, e, to);
              });
        };
        for (const auto& slip : digit_slips(value)) {
          moved(Kind::number, std::string(1, slip.sign), slip.value);
        }
        if (is_compared(parameter.code)) {
          moved(Kind::threshold, ":next_up", next_up(value));
          moved(Kind::threshold, ":next_down", next_down(value));
        }
      }
      for (auto& slip : date_slips(parameter.value)) {
        if (!slip.changes) continue;
        add(slip.exchanged ? Kind::swap : Kind::date, node, location(0),
            fmt::format("{}@{}", id_word(parameter.code), slip.place),
            fmt::format("parameter '{}': {}", parameter.code, slip.change),
            [p, value = std::move(slip.value)](IndexDefinition& wrong) {
              wrong.parameters[p].value = value;
            });
      }
    }
  }

  /// Whether some formula compares something with a parameter.
  [[nodiscard]] bool is_compared(const std::string& parameter) const {
    for (const Size leaf : index_.leaves()) {
      for (const auto& entry : index_.node(leaf).rule.entries()) {
        const auto* rule = std::get_if<FormulaRule>(&entry.value);
        if (rule == nullptr) continue;
        const auto nodes = rule->formula.nodes();
        for (const FormulaNode& node : nodes) {
          if (!compares(node.operation)) continue;
          for (const std::uint32_t operand : node.operands) {
            if (nodes[operand].operation == FormulaOperation::name &&
                nodes[operand].text == parameter) {
              return true;
            }
          }
        }
      }
    }
    return false;
  }

  // ---- Any node --------------------------------------------------------------------------------

  void any_node(Size i) {
    const Criterion& node = index_.node(i);
    weight(i);
    const auto& maxima = node.maximum.entries();
    for (std::size_t e = 0; e < maxima.size(); ++e) {
      for (const auto& slip : digit_slips(maxima[e].value, 0.0)) {
        add_to(i, maxima[e].location, Kind::number,
               fmt::format(".maximum{}{}", at_entry(node.maximum, e), slip.sign),
               fmt::format("maximum {}", becomes(maxima[e].value, slip.value)),
               [e, to = slip.value](Criterion& wrong) {
                 wrong.maximum = with_value(wrong.maximum, e, to);
               });
      }
    }
    add_dates(i, "maximum", &Criterion::maximum);
    if (node.cap) {
      add_number(i, "cap", *node.cap, -std::numeric_limits<double>::infinity(),
                 [](Criterion& wrong, double to) { wrong.cap = to; });
    }
    if (i != Index::root() && index_.node(index_.parent(i)).aggregation.method == Method::sum) {
      role(i);
    }
    if (i != Index::root()) drop(i);
  }

  void role(Size i) {
    const Role was = index_.node(i).role;
    const auto to = [&](Role role) {
      const bool sign = was == Role::penalty || role == Role::penalty;
      add_to(i, sign ? Kind::sign : Kind::missing, fmt::format(".role:{}", name(role)),
             fmt::format("role {} -> {}", name(was), name(role)),
             [role](Criterion& wrong) { wrong.role = role; });
    };
    if (was != Role::penalty) to(Role::penalty);
    if (was == Role::penalty) to(Role::bonus);
    if (was == Role::bonus) to(Role::part);
  }

  // ---- Weights

  void weight(Size i) {
    const Criterion& node = index_.node(i);
    if (node.weight.empty() || i == Index::root()) return;
    const Size parent = index_.parent(i);
    const bool sum = index_.node(parent).aggregation.method == Method::sum;
    const auto& entries = node.weight.entries();
    for (std::size_t e = 0; e < entries.size(); ++e) {
      if (sum) {
        for (const auto& slip : digit_slips(entries[e].value, below_zero)) {
          add_to(i, entries[e].location, Kind::number,
                 fmt::format(".weight{}{}", at_entry(node.weight, e), slip.sign),
                 fmt::format("weight {}", becomes(entries[e].value, slip.value)),
                 [e, to = slip.value](Criterion& wrong) {
                   wrong.weight = with_value(wrong.weight, e, to);
                 });
        }
      } else {
        shift_weight(i, e);
      }
      exchange_weight(i, e);
    }
  }

  struct Partner {
    Size node = 0;
    std::size_t entry = 0;
    double weight = 0.0;
  };

  /// The siblings after a child, round the end, with their weights for the same periods.
  [[nodiscard]] std::vector<Partner> partners(Size i, std::size_t entry) const {
    const auto siblings = index_.children(index_.parent(i));
    const std::size_t own = position_of(i);
    std::vector<Partner> found;
    for (std::size_t step = 1; step < siblings.size(); ++step) {
      const Size other = siblings[(own + step) % siblings.size()];
      const auto& entries = index_.node(other).weight.entries();
      for (std::size_t e = 0; e < entries.size(); ++e) {
        if (entries[e].in_force == index_.node(i).weight.entries()[entry].in_force) {
          found.push_back({other, e, entries[e].value});
        }
      }
    }
    return found;
  }

  void add_pair(Size i, std::size_t entry, const Partner& with, Kind kind, const std::string& place,
                std::string change, double own, double others) {
    const std::size_t a = position_of(i);
    const std::size_t b = position_of(with.node);
    const Size parent = index_.parent(i);
    const Location& location = index_.node(i).weight.entries()[entry].location;
    add(kind, i, location.line > 0 ? location : index_.node(i).location,
        index_.node(i).code + place, std::move(change),
        [path = path_to(parent), a, b, entry, e = with.entry, own,
         others](IndexDefinition& definition) {
          Criterion* node = &definition.tree;
          for (const std::size_t k : path) node = &node->children[k];
          Dated<double>& first = node->children[a].weight;
          Dated<double>& second = node->children[b].weight;
          first = with_value(first, entry, own);
          second = with_value(second, e, others);
        });
  }

  /// One unit of the last written digit from the next sibling to this one, as shares must add up.
  void shift_weight(Size i, std::size_t entry) {
    const Criterion& node = index_.node(i);
    const double weight = node.weight.entries()[entry].value;
    for (const Partner& with : partners(i, entry)) {
      const auto shifted = shift_digit(weight, with.weight);
      if (!shifted || shifted->second < 0.0) continue;
      add_pair(i, entry, with, Kind::number, ".weight" + at_entry(node.weight, entry) + "+",
               fmt::format("weight {}, that of '{}' {}", becomes(weight, shifted->first),
                           index_.node(with.node).code, becomes(with.weight, shifted->second)),
               shifted->first, shifted->second);
      return;
    }
  }

  /// With the next sibling that has another weight; each pair once.
  void exchange_weight(Size i, std::size_t entry) {
    const Criterion& node = index_.node(i);
    const double weight = node.weight.entries()[entry].value;
    for (const Partner& with : partners(i, entry)) {
      if (with.weight == weight) continue;
      const std::string& other = index_.node(with.node).code;
      const std::string pair =
          node.code < other ? node.code + "\n" + other : other + "\n" + node.code;
      if (++exchanged_[pair + "\n" + at_entry(node.weight, entry)] > 1) return;
      add_pair(i, entry, with, Kind::swap,
               fmt::format(".weight{}<>{}", at_entry(node.weight, entry), other),
               fmt::format("weights {} and {} of '{}' exchanged", to_string(weight),
                           to_string(with.weight), other),
               with.weight, weight);
      return;
    }
  }

  /// The years of the weights of all children mixed up alike: those of one child alone would no
  /// longer add up.
  void weight_dates(Size i) {
    const auto children = index_.children(i);
    std::vector<std::vector<DateSlip<double>>> by_child;
    for (const Size child : children) by_child.push_back(date_slips(index_.node(child).weight));
    const auto longest =
        std::max_element(by_child.begin(), by_child.end(),
                         [](const auto& a, const auto& b) { return a.size() < b.size(); });
    for (std::size_t s = 0; s < longest->size(); ++s) {
      const DateSlip<double>& slip = (*longest)[s];
      std::vector<std::pair<std::size_t, Dated<double>>> values;
      bool changes = false;
      for (std::size_t k = 0; k < by_child.size(); ++k) {
        const auto found =
            std::find_if(by_child[k].begin(), by_child[k].end(),
                         [&](const DateSlip<double>& other) { return other.place == slip.place; });
        if (found == by_child[k].end()) continue;
        changes = changes || found->changes;
        values.emplace_back(k, found->value);
      }
      if (!changes) continue;
      const Criterion& dated = index_.node(children[at(longest - by_child.begin())]);
      add_to(i, dated.weight.entries()[0].location, slip.exchanged ? Kind::swap : Kind::date,
             ".weights@" + slip.place, "weights of the children: " + slip.change,
             [values = std::move(values)](Criterion& wrong) {
               for (const auto& [k, value] : values) wrong.children[k].weight = value;
             });
    }
  }

  // ---- A child left out

  void drop(Size i) {
    const Size parent = index_.parent(i);
    if (index_.children(parent).size() == 1) return;
    const auto& weights = index_.node(i).weight.entries();
    if (!weights.empty() && std::all_of(weights.begin(), weights.end(),
                                        [](const auto& entry) { return entry.value == 0.0; })) {
      return;
    }
    add(Kind::dropped, i, index_.node(i).location, index_.node(i).code + ":dropped",
        fmt::format("'{}' is left out of '{}'", index_.node(i).code, index_.node(parent).code),
        [path = path_to(parent), k = position_of(i)](IndexDefinition& definition) {
          Criterion* node = &definition.tree;
          for (const std::size_t step : path) node = &node->children[step];
          leave_out(*node, k);
        });
  }

  /// Weights that are shares are scaled, as a person would do it; else lint would see them all.
  static void leave_out(Criterion& parent, std::size_t child) {
    const Dated<double> gone = parent.children[child].weight;
    parent.children.erase(parent.children.begin() + static_cast<std::ptrdiff_t>(child));
    if (!has_shares(parent.aggregation.method) ||
        parent.aggregation.weights == Aggregation::Weights::relative) {
      return;
    }
    for (const auto& entry : gone.entries()) {
      double rest = 0.0;
      const auto same_time = [&entry](const DatedEntry<double>& other) {
        return other.in_force == entry.in_force;
      };
      for (const Criterion& sibling : parent.children) {
        for (const auto& other : sibling.weight.entries()) {
          if (same_time(other)) rest += other.value;
        }
      }
      for (Criterion& sibling : parent.children) {
        auto entries = sibling.weight.entries();
        for (auto& other : entries) {
          if (same_time(other) && rest > 0.0) other.value *= (rest + entry.value) / rest;
        }
        sibling.weight = Dated<double>(std::move(entries));
      }
    }
  }

  // ---- Inner nodes -----------------------------------------------------------------------------

  void inner(Size i) {
    const Criterion& node = index_.node(i);
    const Aggregation& how = node.aggregation;
    if (how.times != 1.0) {
      add_number(i, "times", how.times, -std::numeric_limits<double>::infinity(),
                 [](Criterion& wrong, double to) { wrong.aggregation.times = to; });
    }
    if (how.scale_to) {
      add_number(i, "scale_to", *how.scale_to, 0.0,
                 [](Criterion& wrong, double to) { wrong.aggregation.scale_to = to; });
    }
    if (how.method == Method::power_mean) {
      add_number(i, "power", how.power, -std::numeric_limits<double>::infinity(),
                 [](Criterion& wrong, double to) { wrong.aggregation.power = to; });
    }
    if (is_mazziotta_pareto(how.method)) {
      const char* const to = how.upward_penalty ? "downward" : "upward";
      add_to(i, Kind::direction, fmt::format(".penalty:{}", to),
             fmt::format("the penalty is {}", to), [](Criterion& wrong) {
               wrong.aggregation.upward_penalty = !wrong.aggregation.upward_penalty;
             });
    }
    other_methods(i);
    policies(i);
    if (node.at_least) {
      add_number(i, "at_least", *node.at_least, 0.0,
                 [](Criterion& wrong, double to) { wrong.at_least = to; });
    }
    weight_dates(i);
  }

  void other_methods(Size i) {
    const Criterion& node = index_.node(i);
    if (node.children.size() == 1) return;
    const auto to = [&](Method method) {
      add_to(i, Kind::aggregation, fmt::format(".aggregation:{}", chiso::name(method)),
             fmt::format("aggregation {} -> {}", chiso::name(node.aggregation.method),
                         chiso::name(method)),
             [method](Criterion& wrong) { change_method(wrong, method); });
    };
    switch (node.aggregation.method) {
      case Method::sum:
        if (std::all_of(node.children.begin(), node.children.end(),
                        [](const Criterion& child) { return child.role == Role::part; })) {
          to(Method::arithmetic_mean);
        }
        break;
      case Method::arithmetic_mean:
        to(Method::geometric_mean);
        if (!adds_up_to_one(node)) to(Method::sum);
        break;
      case Method::harmonic_mean:
        to(Method::geometric_mean);
        break;
      case Method::minimum:
        to(Method::maximum);
        break;
      case Method::maximum:
        to(Method::minimum);
        break;
      case Method::geometric_mean:
      case Method::power_mean:
      case Method::median:
      case Method::mazziotta_pareto:
      case Method::adjusted_mazziotta_pareto:
      case Method::copeland:
        to(Method::arithmetic_mean);
        break;
    }
  }

  /// A mean with weights that add up to 1 is the sum.
  static bool adds_up_to_one(const Criterion& node) {
    const auto& first = node.children[0].weight;
    if (first.empty()) return false;
    for (const auto& entry : first.entries()) {
      double sum = 0.0;
      for (const Criterion& child : node.children) {
        for (const auto& other : child.weight.entries()) {
          if (other.in_force == entry.in_force) sum += other.value;
        }
      }
      if (!adds_up(sum, 1.0)) return false;
    }
    return true;
  }

  /// With what belongs to the old method put in terms of the new one.
  static void change_method(Criterion& node, Method method) {
    const bool was_sum = node.aggregation.method == Method::sum;
    node.aggregation.method = method;
    node.aggregation.upward_penalty = false;
    node.aggregation.scale_to.reset();
    const bool any = std::any_of(node.children.begin(), node.children.end(),
                                 [](const Criterion& child) { return !child.weight.empty(); });
    if (was_sum && any) {
      node.aggregation.weights = Aggregation::Weights::relative;
      for (Criterion& child : node.children) {
        if (child.weight.empty()) child.weight = 1.0;
      }
    }
    if (was_sum && node.missing == MissingPolicy::reduce_maximum) {
      node.missing = MissingPolicy::renormalise;
    }
    if (method == Method::sum) {
      node.aggregation.weights = Aggregation::Weights::shares;
      if (node.missing == MissingPolicy::renormalise) node.missing = MissingPolicy::reduce_maximum;
    }
  }

  void policies(Size i) {
    const Criterion& node = index_.node(i);
    const bool sum = node.aggregation.method == Method::sum;
    for (const MissingPolicy policy : {MissingPolicy::error, MissingPolicy::no_score,
                                       MissingPolicy::renormalise, MissingPolicy::reduce_maximum}) {
      if (policy == node.missing ||
          policy == (sum ? MissingPolicy::renormalise : MissingPolicy::reduce_maximum)) {
        continue;
      }
      add_to(i, Kind::missing, fmt::format(".missing:{}", name(policy)),
             fmt::format("missing {} -> {}", name(node.missing), name(policy)),
             [policy](Criterion& wrong) {
               wrong.missing = policy;
               const bool excuses =
                   policy == MissingPolicy::renormalise || policy == MissingPolicy::reduce_maximum;
               if (!excuses) wrong.at_least.reset();
             });
    }
  }

  // ---- Leaves ----------------------------------------------------------------------------------

  void leaf(Size i) {
    const Criterion& node = index_.node(i);
    if (node.not_applicable != NotApplicable::missing) {
      for (const NotApplicable policy :
           {NotApplicable::missing, NotApplicable::full_points, NotApplicable::exclude}) {
        if (policy == node.not_applicable) continue;
        add_to(i, Kind::missing, fmt::format(".not_applicable:{}", name(policy)),
               fmt::format("not_applicable {} -> {}", name(node.not_applicable), name(policy)),
               [policy](Criterion& wrong) { wrong.not_applicable = policy; });
      }
    }
    measure(i);
    const bool has_direction =
        std::none_of(node.rule.entries().begin(), node.rule.entries().end(), [](const auto& entry) {
          return is_points_rule(entry.value) || std::holds_alternative<FormulaRule>(entry.value);
        });
    if (has_direction) {
      const bool positive = node.polarity == Polarity::positive;
      add_to(i, Kind::direction, positive ? ".polarity:negative" : ".polarity:positive",
             positive ? "more is worse" : "more is better", [positive](Criterion& wrong) {
               wrong.polarity = positive ? Polarity::negative : Polarity::positive;
             });
    }
    const auto& rules = node.rule.entries();
    for (std::size_t e = 0; e < rules.size(); ++e) {
      const std::string when =
          node.rule.is_dated() ? ".rule" + at_entry(node.rule, e) : std::string();
      for (RuleSlip& slip : rule_slips(rules[e].value, index_, i, rules[e].in_force)) {
        add_to(i, slip.location.line > 0 ? slip.location : rules[e].location, slip.kind,
               when + "." + slip.place, std::move(slip.change),
               [e, rule = std::move(slip.rule)](Criterion& wrong) {
                 wrong.rule = with_value(wrong.rule, e, rule);
               });
      }
    }
    add_dates(i, "rule", &Criterion::rule);
  }

  // ---- What is measured

  using Terms = std::vector<Measure::Term> Measure::*;

  void measure(Size i) {
    using MeasureKind = Measure::Kind;
    const Measure& what = index_.node(i).measure;
    if (what.terms.empty()) {
      compared_categories(i);
      return;
    }
    if (what.times != 1.0) {
      add_number(i, "times", what.times, -std::numeric_limits<double>::infinity(),
                 [](Criterion& wrong, double to) { wrong.measure.times = to; });
    }
    const auto become = [&](MeasureKind kind, const char* to) {
      if (what.terms.size() < 2) return;
      add_to(i, Kind::aggregation, fmt::format(".measure:{}", to), fmt::format("measure -> {}", to),
             [kind](Criterion& wrong) { wrong.measure.kind = kind; });
    };
    switch (what.kind) {
      case MeasureKind::variable:
        other_variable(i);
        return;
      case MeasureKind::sum:
        if (std::all_of(what.terms.begin(), what.terms.end(),
                        [](const auto& term) { return term.coefficient == 1.0; })) {
          become(MeasureKind::mean, "mean");
        }
        break;
      case MeasureKind::mean:
        become(MeasureKind::sum, "sum");
        break;
      case MeasureKind::all_of:
        become(MeasureKind::any_of, "any_of");
        break;
      case MeasureKind::any_of:
        become(MeasureKind::all_of, "all_of");
        break;
      case MeasureKind::ratio:
        add_to(i, Kind::variable, ".measure:inverted", "numerator and denominator exchanged",
               [](Criterion& wrong) { std::swap(wrong.measure.terms, wrong.measure.denominator); });
        break;
    }
    if (what.kind == MeasureKind::all_of || what.kind == MeasureKind::any_of) categories(i);
    terms(i, &Measure::terms, what.kind == MeasureKind::ratio ? "numerator" : "terms");
    terms(i, &Measure::denominator, "denominator");
  }

  /// The order of categories matters where one is compared with another. All variables that are
  /// compared have the same.
  void categories(Size i) {
    std::vector<std::string> compared;
    for (const auto& term : index_.node(i).measure.terms) compared.push_back(term.variable);
    categories(i, compared);
  }

  void categories(Size i, const std::vector<std::string>& compared) {
    const auto& words = variable(compared[0]).categories;
    for (std::size_t c = 1; c < words.size(); ++c) {
      add(Kind::swap, i, index_.node(i).location,
          fmt::format("{}.categories.{}<>{}", index_.node(i).code, id_word(words[c - 1]),
                      id_word(words[c])),
          fmt::format("the categories '{}' and '{}' in the wrong order", words[c - 1], words[c]),
          [compared, c](IndexDefinition& wrong) {
            for (Variable& each : wrong.variables) {
              if (std::find(compared.begin(), compared.end(), each.code) != compared.end()) {
                std::swap(each.categories[c - 1], each.categories[c]);
              }
            }
          });
    }
  }

  /// Those of variables that a formula compares in their order.
  void compared_categories(Size i) {
    std::vector<std::string> seen;
    for (const auto& entry : index_.node(i).rule.entries()) {
      const auto* rule = std::get_if<FormulaRule>(&entry.value);
      if (rule == nullptr) continue;
      const auto nodes = rule->formula.nodes();
      for (const FormulaNode& node : nodes) {
        using Op = FormulaOperation;
        if (!compares(node.operation) || node.operation == Op::equal ||
            node.operation == Op::not_equal) {
          continue;
        }
        for (const std::uint32_t operand : node.operands) {
          std::size_t of = operand;
          if (nodes[of].operation == Op::previous) of = nodes[of].operands[0];
          if (nodes[of].operation != Op::name) continue;
          const std::string& code = nodes[of].text;
          const auto position = index_.variable_codes().find(code);
          if (!position || !index_.variables()[at(*position)].is_category() ||
              std::find(seen.begin(), seen.end(), code) != seen.end()) {
            continue;
          }
          seen.push_back(code);
          categories(i, {code});
        }
      }
    }
  }

  void terms(Size i, Terms list, const char* where) {
    const Measure& what = index_.node(i).measure;
    const bool counts = what.kind == Measure::Kind::sum || what.kind == Measure::Kind::ratio;
    for (std::size_t t = 0; t < (what.*list).size(); ++t) {
      const Measure::Term& term = (what.*list)[t];
      const std::string place = fmt::format(".{}.{}", where, id_word(term.variable));
      if ((what.*list).size() > 1) {
        add_to(i, Kind::dropped, place + ":dropped",
               fmt::format("'{}' is left out of the {}", term.variable, where),
               [list, t](Criterion& wrong) {
                 auto& all = wrong.measure.*list;
                 all.erase(all.begin() + static_cast<std::ptrdiff_t>(t));
               });
      }
      if (!counts) continue;
      add_to(i, Kind::sign, place + ":negated",
             fmt::format("coefficient of '{}' {}", term.variable,
                         becomes(term.coefficient, -term.coefficient)),
             [list, t](Criterion& wrong) {
               double& coefficient = (wrong.measure.*list)[t].coefficient;
               coefficient = -coefficient;
             });
      if (std::abs(term.coefficient) == 1.0) continue;  // As good as not written.
      for (const auto& slip : digit_slips(term.coefficient)) {
        add_to(i, Kind::number, fmt::format("{}{}", place, slip.sign),
               fmt::format("coefficient of '{}' {}", term.variable,
                           becomes(term.coefficient, slip.value)),
               [list, t, to = slip.value](Criterion& wrong) {
                 (wrong.measure.*list)[t].coefficient = to;
               });
      }
    }
  }

  [[nodiscard]] const Variable& variable(const std::string& code) const {
    return index_.variables()[at(index_.variable_codes().at(code))];
  }

  /// The variable of the next sibling whose variable may hold the same values.
  void other_variable(Size i) {
    if (i == Index::root()) return;
    const auto siblings = index_.children(index_.parent(i));
    const std::size_t own = position_of(i);
    const Variable& mine = variable(index_.node(i).measure.terms[0].variable);
    for (std::size_t step = 1; step < siblings.size(); ++step) {
      const Size other = siblings[(own + step) % siblings.size()];
      const Measure& measure = index_.node(other).measure;
      if (!index_.is_leaf(other) || measure.kind != Measure::Kind::variable ||
          measure.terms.empty()) {
        continue;
      }
      const Variable& theirs = variable(measure.terms[0].variable);
      if (theirs.code == mine.code || theirs.range != mine.range ||
          theirs.categories != mine.categories) {
        continue;
      }
      add_to(i, Kind::variable, ".variable:" + id_word(theirs.code),
             fmt::format("variable '{}' -> '{}'", mine.code, theirs.code),
             [code = theirs.code](Criterion& wrong) { wrong.measure.terms[0].variable = code; });
      return;
    }
  }

  const Index& index_;
  std::vector<Mutant> list_;
  std::unordered_map<std::string, int> used_;
  std::unordered_map<std::string, int> exchanged_;
};

}  // namespace

std::vector<Mutant> all_slips(const Index& index) { return Slips(index).list(); }

}  // namespace chiso
