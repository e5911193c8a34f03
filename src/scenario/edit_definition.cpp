// Edits of the definition: weights, rules, aggregations, nodes.

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <unordered_set>

#include "base/at.hpp"
#include "chiso/base/interval.hpp"
#include "evaluate/compiled.hpp"
#include "model/maxima.hpp"
#include "model/shares.hpp"
#include "model/tree.hpp"
#include "scenario/draft.hpp"

namespace chiso {

namespace {

using Method = Aggregation::Method;

struct Found {
  Criterion* node = nullptr;
  Criterion* parent = nullptr;  ///< Of the root: nullptr.
};

/// All nodes, parents before their children, in the order of the text.
std::vector<Found> nodes_of(Criterion& root) {
  std::vector<Found> open{{&root, nullptr}};
  std::vector<Found> nodes;
  while (!open.empty()) {
    const Found next = open.back();
    open.pop_back();
    nodes.push_back(next);
    for (auto child = next.node->children.rbegin(); child != next.node->children.rend(); ++child) {
      open.push_back({&*child, next.node});
    }
  }
  return nodes;
}

/// Nothing if there is no node of this code.
Found find_node(Criterion& root, std::string_view code) {
  const auto nodes = nodes_of(root);
  const auto found = std::find_if(nodes.begin(), nodes.end(),
                                  [&](const Found& f) { return f.node->code == code; });
  return found == nodes.end() ? Found{} : *found;
}

/// One of which it was made sure that it is there.
Criterion& known(Criterion* node) {
  if (node == nullptr) throw std::logic_error("a node that was found is gone");
  return *node;
}

bool are_weighted(const Criterion& parent) {
  return std::any_of(parent.children.begin(), parent.children.end(),
                     [](const Criterion& child) { return !child.weight.empty(); });
}

/// Whether the weights of the children are to add up to what they do.
bool keeps_sum(const Criterion& parent) {
  return has_shares(parent.aggregation.method) &&
         parent.aggregation.weights == Aggregation::Weights::shares && are_weighted(parent);
}

bool forgives(MissingPolicy policy) {
  return policy == MissingPolicy::renormalise || policy == MissingPolicy::reduce_maximum;
}

}  // namespace

// ---- Weights

double Draft::weight_of(const Criterion& node) const {
  const double* weight = node.weight.find(method_);
  return weight == nullptr ? missing_value : *weight;
}

void Draft::set_weight(Criterion& node, double weight) const {
  DatedEntry<double> entry;
  entry.value = weight;
  entry.location = scenario_.edits[at(edit_)].location;
  node.weight = Dated<double>(std::vector{std::move(entry)});
}

/// Gives all children weights that are plain numbers.
bool Draft::settle_weights(Criterion& parent) {
  const Method method = parent.aggregation.method;
  const bool any = are_weighted(parent);
  for (Criterion& child : parent.children) {
    if (child.weight.is_dated()) {
      const double weight = weight_of(child);
      if (std::isnan(weight)) {
        fault(Fault::data, fmt::format("no single weight of '{}' is in force in {}", child.code,
                                       method_.text()));
        return false;
      }
      set_weight(child, weight);
    } else if (child.weight.empty() && method == Method::sum) {
      set_weight(child, 1.0);
    } else if (child.weight.empty() && !any) {
      set_weight(child, 1.0 / static_cast<double>(parent.children.size()));
    }
  }
  return true;
}

bool Draft::apply(const ChangeWeights& edit) {
  bool sound = true;
  const auto all = codes();
  std::unordered_set<std::string_view> named;
  if (edit.weights.empty()) {
    fault(Fault::data, "expected at least one weight, got none");
    return false;
  }
  for (const auto& [code, weight] : edit.weights) {
    if (!is_known(code, all, "criterion or indicator")) {
      sound = false;
    } else if (code == tree().code) {
      fault(Fault::data,
            fmt::format("'{}' is the composite: it has no siblings, and so no weight", code));
      sound = false;
    } else if (!named.insert(code).second) {
      fault(Fault::data, fmt::format("'{}' is given two weights", code), "leave one out");
      sound = false;
    }
    if (!std::isfinite(weight) || weight < 0.0) {
      fault(Fault::data, fmt::format("expected a weight of '{}' that is finite and not negative, "
                                     "got {}",
                                     code, to_string(weight)));
      sound = false;
    }
  }
  if (!sound) return false;

  // On a copy, so that an edit that fails half-way changes nothing.
  IndexDefinition& definition = own_definition();
  const Criterion before = definition.tree;
  std::vector<std::string> parents;
  for (const auto& [code, weight] : edit.weights) {
    const std::string& parent = known(find_node(definition.tree, code).parent).code;
    if (std::find(parents.begin(), parents.end(), parent) == parents.end()) {
      parents.push_back(parent);
    }
  }
  for (const std::string& parent : parents) {
    sound = set_weights(known(find_node(definition.tree, parent).node), edit) && sound;
  }
  if (!sound) {
    definition.tree = before;
    return false;
  }
  for (const std::string& parent : parents) let_maxima_follow(parent);
  return !(definition.tree == before);
}

bool Draft::set_weights(Criterion& parent, const ChangeWeights& edit) {
  const Method method = parent.aggregation.method;
  if (method != Method::sum && !has_shares(method)) {
    fault(Fault::data, fmt::format("'{}' aggregates by {}, in which weights have no meaning",
                                   parent.code, name(method)));
    return false;
  }
  if (!settle_weights(parent)) return false;
  const auto given = [&edit](const Criterion& child) {
    const auto found = std::find_if(edit.weights.begin(), edit.weights.end(),
                                    [&](const auto& each) { return each.first == child.code; });
    return found == edit.weights.end() ? nullptr : &found->second;
  };
  double all = 0.0;
  double named = 0.0;
  double others = 0.0;
  bool any_other = false;
  for (const Criterion& child : parent.children) {
    const double weight = weight_of(child);
    const double* next = given(child);
    all += weight;
    (next != nullptr ? named : others) += next != nullptr ? *next : weight;
    any_other = any_other || next == nullptr;
  }
  double factor = 1.0;
  if (edit.redistribute && any_other) {
    const double left = all - named;
    if (left < 0.0 && !adds_up(named, all)) {
      fault(Fault::data,
            fmt::format("the weights that are named add up to {}, more than the {} of all children "
                        "of '{}'",
                        to_string(named), to_string(all), parent.code),
            "name smaller ones, or do not redistribute");
      return false;
    }
    if (others == 0.0 && !adds_up(named, all)) {
      fault(Fault::data,
            fmt::format("the siblings in '{}' have no weight that could be scaled", parent.code),
            "name them too");
      return false;
    }
    factor = others == 0.0 ? 1.0 : std::max(0.0, left) / others;
  }
  for (Criterion& child : parent.children) {
    if (const double* next = given(child)) {
      set_weight(child, *next);
    } else if (factor != 1.0) {
      set_weight(child, weight_of(child) * factor);
    }
  }
  touch(parent);
  return true;
}

/// Notes that what is wrong with these nodes comes from this edit.
void Draft::touch(const Criterion& parent) {
  touched_.push_back({parent.code, edit_});
  for (const Criterion& child : parent.children) touched_.push_back({child.code, edit_});
}

/// Leaves out the maxima, from a node up, that parts which are all known no longer add up to.
void Draft::let_maxima_follow(std::string_view code) {
  Criterion& root = own_definition().tree;
  for (Found found = find_node(root, code); found.node != nullptr;
       found = found.parent == nullptr ? Found{} : find_node(root, found.parent->code)) {
    Criterion& node = *found.node;
    if (node.is_leaf() || node.aggregation.method != Method::sum || node.maximum.empty()) continue;
    const Tree nodes(root);
    const Maxima most = maxima(nodes, method_);
    Size i = 0;
    while (&nodes.node(i) != &node) ++i;
    const double* declared = node.maximum.find(method_);
    if (declared == nullptr || !most.parts_known[at(i)]) continue;
    const double parts = most.parts[at(i)];
    const bool cut = node.cap && parts > *node.cap && !node.aggregation.scale_to;
    if (adds_up(*declared, parts) || (cut && adds_up(*declared, *node.cap))) continue;
    node.maximum = {};
  }
}

// ---- Parameters

bool Draft::apply(const ChangeParameter& edit) {
  if (!std::isfinite(edit.amount)) {
    fault(Fault::data,
          fmt::format("expected a finite number for a parameter, got {}", to_string(edit.amount)));
    return false;
  }
  std::vector<std::string> codes;
  for (const Parameter& each : definition().parameters) codes.push_back(each.code);
  bool any = false;
  for (const std::string& code : met(edit.parameter, codes, "parameter")) {
    auto& parameters = own_definition().parameters;
    const auto parameter = std::find_if(parameters.begin(), parameters.end(),
                                        [&](const Parameter& each) { return each.code == code; });
    const double* now = parameter->value.find(method_);
    if (now == nullptr && edit.how != How::set) {
      fault(Fault::data,
            fmt::format("no single value of '{}' is in force in {}", code, method_.text()),
            "set it to a number");
      return false;
    }
    const double next = chiso::apply(edit.how, now == nullptr ? missing_value : *now, edit.amount);
    if (now != nullptr && *now == next) continue;
    DatedEntry<double> entry;
    entry.value = next;
    entry.location = scenario_.edits[at(edit_)].location;
    parameter->value = Dated<double>(std::vector{std::move(entry)});
    touched_.push_back({code, edit_});
    any = true;
  }
  return any;
}

// ---- Rules and aggregations

bool Draft::apply(const ReplaceRule& edit) {
  std::vector<std::string> leaves;
  const Tree nodes(tree());
  for (const Size leaf : nodes.leaves()) leaves.push_back(nodes.node(leaf).code);
  const auto all = codes();
  if (std::find(leaves.begin(), leaves.end(), edit.nodes) == leaves.end() &&
      std::find(all.begin(), all.end(), edit.nodes) != all.end()) {
    fault(Fault::data, fmt::format("'{}' is a criterion, and rules are of indicators", edit.nodes),
          "replace its aggregation, or name an indicator");
    return false;
  }
  const auto wanted = met(edit.nodes, leaves, "indicator");
  bool any = false;
  for (const std::string& code : wanted) {
    const auto [node, parent] = find_node(own_definition().tree, code);
    if (std::holds_alternative<FormulaRule>(edit.rule)) {
      // It says itself what it reads, and which way it runs.
      node->measure = {};
      node->polarity = Polarity::positive;
    } else if (node->measure.terms.empty() && !give_measure(*node)) {
      continue;
    }
    DatedEntry<Rule> entry;
    entry.value = edit.rule;
    entry.location = scenario_.edits[at(edit_)].location;
    Dated<Rule> rule(std::vector{std::move(entry)});
    if (node->rule == rule) continue;
    node->rule = std::move(rule);
    touched_.push_back({code, edit_});
    if (parent != nullptr) {
      touched_.push_back({parent->code, edit_});
      let_maxima_follow(parent->code);
    }
    any = true;
  }
  return any;
}

/// A leaf that had formulas alone reads their one variable from now on.
bool Draft::give_measure(Criterion& leaf) {
  std::set<std::string> read;
  for (const auto& entry : leaf.rule.entries()) {
    for (std::string& name : std::get<FormulaRule>(entry.value).formula.names()) {
      read.insert(std::move(name));
    }
  }
  for (const Parameter& parameter : definition().parameters) read.erase(parameter.code);
  if (read.size() == 1) {
    leaf.measure = Measure::of(*read.begin());
    return true;
  }
  fault(Fault::data,
        fmt::format("the formula of '{}' reads {} variables, and this rule reads one value",
                    leaf.code, read.size()),
        "replace it by a formula, or drop the node and add another");
  return false;
}

bool Draft::apply(const ReplaceAggregation& edit) {
  std::vector<std::string> criteria;
  const Tree nodes(tree());
  for (Size i = 0; i < nodes.size(); ++i) {
    if (!nodes.node(i).is_leaf()) criteria.push_back(nodes.node(i).code);
  }
  const auto all = codes();
  if (std::find(criteria.begin(), criteria.end(), edit.nodes) == criteria.end() &&
      std::find(all.begin(), all.end(), edit.nodes) != all.end()) {
    fault(Fault::data, fmt::format("'{}' is an indicator: it has nothing to aggregate", edit.nodes),
          "replace its rule, or name a criterion");
    return false;
  }
  const auto wanted = met(edit.nodes, criteria, "criterion");
  if (edit.power && !std::isfinite(*edit.power)) {
    fault(Fault::data,
          fmt::format("expected a power that is finite, got {}", to_string(*edit.power)));
    return false;
  }
  bool any = false;
  for (const std::string& code : wanted) {
    Criterion& node = known(find_node(own_definition().tree, code).node);
    const Criterion before = node;
    Aggregation& how = node.aggregation;
    const bool was_sum = how.method == Method::sum;
    if (edit.method) how.method = *edit.method;
    if (edit.power) how.power = *edit.power;
    if (edit.missing) node.missing = *edit.missing;
    const bool is_sum = how.method == Method::sum;
    // What has no meaning any longer.
    if (!is_mazziotta_pareto(how.method)) how.upward_penalty = false;
    if (!is_sum) how.scale_to.reset();
    if (!has_shares(how.method)) how.weights = Aggregation::Weights::shares;
    if (!is_sum && !has_shares(how.method)) {
      for (Criterion& child : node.children) child.weight = {};
    }
    if (was_sum && !is_sum) {
      if (has_shares(how.method) && are_weighted(node)) {
        for (Criterion& child : node.children) {
          if (child.weight.empty()) set_weight(child, 1.0);
        }
        how.weights = Aggregation::Weights::relative;
      }
      node.maximum = {};
    }
    if (!edit.missing && was_sum != is_sum && forgives(node.missing)) {
      node.missing = is_sum ? MissingPolicy::reduce_maximum : MissingPolicy::renormalise;
    }
    if (!forgives(node.missing)) node.at_least.reset();
    if (node == before) continue;
    touch(node);
    let_maxima_follow(code);
    any = true;
  }
  return any;
}

// ---- Nodes

bool Draft::apply(const DropNode& edit) {
  if (!is_known(edit.node, codes(), "criterion or indicator")) return false;
  if (edit.node == tree().code) {
    fault(Fault::data, fmt::format("'{}' is the composite, and nothing would be left", edit.node));
    return false;
  }
  IndexDefinition& definition = own_definition();
  Criterion& parent = known(find_node(definition.tree, edit.node).parent);
  if (parent.children.size() == 1) {
    fault(Fault::data, fmt::format("'{}' is the only child of '{}'", edit.node, parent.code),
          fmt::format("drop '{}'", parent.code));
    return false;
  }
  const auto is_it = [&](const Criterion& child) { return child.code == edit.node; };
  if (keeps_sum(parent)) {
    const Criterion before = parent;
    if (!settle_weights(parent)) {
      parent = before;
      return false;
    }
    double all = 0.0;
    double rest = 0.0;
    for (const Criterion& child : parent.children) {
      all += weight_of(child);
      if (!is_it(child)) rest += weight_of(child);
    }
    if (rest == 0.0) {
      parent = before;
      fault(Fault::data,
            fmt::format("the siblings of '{}' have no weight that could be scaled", edit.node),
            "give them weights first");
      return false;
    }
    for (Criterion& child : parent.children) set_weight(child, weight_of(child) * (all / rest));
  }
  std::erase_if(parent.children, is_it);
  touch(parent);
  let_maxima_follow(parent.code);
  return true;
}

bool Draft::apply(const AddNode& edit) {
  if (!is_known(edit.parent, codes(), "criterion")) return false;
  IndexDefinition& definition = own_definition();
  Criterion& parent = known(find_node(definition.tree, edit.parent).node);
  if (parent.is_leaf()) {
    fault(Fault::data, fmt::format("'{}' is an indicator and has no children", edit.parent),
          "name a criterion");
    return false;
  }
  Criterion added = edit.criterion;
  if (added.location.line == 0) added.location = scenario_.edits[at(edit_)].location;
  const bool mean = has_shares(parent.aggregation.method);
  if (mean && added.weight.empty() && are_weighted(parent)) {
    fault(Fault::data,
          fmt::format("the children of '{}' have weights, and '{}' has none", parent.code,
                      added.code),
          "give it one");
    return false;
  }
  if (mean && !added.weight.empty() && parent.aggregation.weights == Aggregation::Weights::shares) {
    const Criterion before = parent;
    const double weight = weight_of(added);
    double all = 0.0;
    const bool settled = settle_weights(parent);
    for (const Criterion& child : parent.children) all += weight_of(child);
    if (!settled || !(weight <= all) || weight < 0.0) {
      parent = before;
      if (settled) {
        fault(Fault::data, fmt::format("expected a weight of '{}' from 0 to {}, got {}", added.code,
                                       to_string(all), to_string(weight)));
      }
      return false;
    }
    const double factor = (all - weight) / all;
    for (Criterion& child : parent.children) set_weight(child, weight_of(child) * factor);
  }
  parent.children.push_back(std::move(added));
  touch(parent);
  for (const Found& each : nodes_of(parent.children.back())) {
    touched_.push_back({each.node->code, edit_});
  }
  let_maxima_follow(parent.code);
  return true;
}

}  // namespace chiso
