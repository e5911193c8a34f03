#include "check/blend.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/at.hpp"
#include "check/change_words.hpp"
#include "chiso/base/error.hpp"
#include "model/maxima.hpp"
#include "model/shares.hpp"
#include "model/tree.hpp"

namespace chiso {

namespace {

using Method = Aggregation::Method;

template <class T>
void resolve(Dated<T>& value, const Period& method) {
  if (value.empty()) return;
  if (const T* now = value.find(method)) value = Dated<T>(T(*now));
}

void resolve(Criterion& node, const Period& method) {
  resolve(node.weight, method);
  resolve(node.maximum, method);
  resolve(node.rule, method);
  if (const Rule* rule = node.rule.find({}); rule != nullptr && node.is_leaf()) {
    if (const auto* normaliser = std::get_if<Normaliser>(rule)) {
      Normaliser plain = *normaliser;
      resolve(plain.low.value, method);
      resolve(plain.high.value, method);
      node.rule = Dated<Rule>(Rule(std::move(plain)));
    }
  }
  for (Criterion& child : node.children) resolve(child, method);
}

/// What is declared of a variable, or that it is any number.
Variable declared(const IndexDefinition& definition, const std::string& code) {
  for (const Variable& variable : definition.variables) {
    if (variable.code == code) return variable;
  }
  Variable plain;
  plain.code = code;
  return plain;
}

bool is_declared(const IndexDefinition& definition, const std::string& code) {
  return std::any_of(definition.variables.begin(), definition.variables.end(),
                     [&](const Variable& variable) { return variable.code == code; });
}

bool contains(const std::vector<Size>& list, Size item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

}  // namespace

IndexDefinition resolved(IndexDefinition definition, const Period& method) {
  definition.periods = {};
  resolve(definition.tree, method);
  for (Parameter& parameter : definition.parameters) resolve(parameter.value, method);
  return definition;
}

std::vector<std::string> variables_read(const Criterion& tree) {
  std::vector<std::string> codes;
  std::unordered_set<std::string> seen;
  const Tree nodes(tree);
  const auto read = [&](const std::string& code) {
    if (seen.insert(code).second) codes.push_back(code);
  };
  for (const Size leaf : nodes.leaves()) {
    const Criterion& node = nodes.node(leaf);
    for (const auto* terms : {&node.measure.terms, &node.measure.denominator}) {
      for (const auto& term : *terms) read(term.variable);
    }
    for (const auto& entry : node.rule.entries()) {
      const auto* rule = std::get_if<FormulaRule>(&entry.value);
      if (rule == nullptr) continue;
      for (const std::string& name : rule->formula.names()) read(name);
    }
  }
  return codes;
}

bool ties_weights(const Aggregation& before, const Aggregation& after) noexcept {
  return has_shares(before.method) != has_shares(after.method) ||
         (before.method == Method::sum) != (after.method == Method::sum) ||
         before.weights != after.weights;
}

Blend::Blend(const DefinitionDifference& difference, const std::optional<Period>& method_before,
             const std::optional<Period>& method_after, Codes codes)
    : difference_(difference),
      method_(method_after),
      codes_(codes),
      before_(difference.before.definition()),
      after_(difference.after.definition()) {
  if (method_before && method_after) {
    before_ = resolved(std::move(before_), *method_before);
    after_ = resolved(std::move(after_), *method_after);
    resolved_ = true;
  }
  lay_out();
}

void Blend::lay_out() {
  const Tree before(before_.tree);
  const Tree after(after_.tree);
  std::vector<Size> of_before(at(before.size()), -1);
  std::vector<Size> of_after(at(after.size()), -1);
  const auto& pairs = difference_.pairs;
  for (Size p = 0; p < std::ssize(pairs); ++p) {
    if (pairs[at(p)].before >= 0) of_before[at(pairs[at(p)].before)] = p;
    if (pairs[at(p)].after >= 0) of_after[at(pairs[at(p)].after)] = p;
  }
  for (const NodePair& pair : pairs) {
    Part& part = parts_.emplace_back();
    part.changes.fill(-1);
    const auto look = [](const Tree& tree, const std::vector<Size>& part_of, Size node,
                         const Criterion*& criterion, Size& parent, std::vector<Size>& children) {
      if (node < 0) return;
      criterion = &tree.node(node);
      if (tree.parent(node) >= 0) parent = part_of[at(tree.parent(node))];
      for (const Size child : tree.children(node)) children.push_back(part_of[at(child)]);
    };
    look(before, of_before, pair.before, part.before, part.parent_before, part.children_before);
    look(after, of_after, pair.after, part.after, part.parent_after, part.children_after);
  }
  const auto& changes = difference_.changes;
  for (Size c = 0; c < std::ssize(changes); ++c) {
    const Size p = changes[at(c)].pair;
    if (p < 0) continue;
    parts_[at(p)].changes[static_cast<std::size_t>(changes[at(c)].kind)] = c;
    for (const bool old : {true, false}) {
      for (Size up = p; up >= 0;
           up = old ? parts_[at(up)].parent_before : parts_[at(up)].parent_after) {
        if (!contains(parts_[at(up)].below, c)) parts_[at(up)].below.push_back(c);
      }
    }
  }
  // What only one has comes, or goes, with the node above it.
  for (const Size p : of_after) {
    Part& part = parts_[at(p)];
    constexpr auto added = static_cast<std::size_t>(Kind::added);
    if (part.before == nullptr && part.changes[added] < 0) {
      part.changes[added] = parts_[at(part.parent_after)].changes[added];
    }
  }
  for (const Size p : of_before) {
    Part& part = parts_[at(p)];
    constexpr auto removed = static_cast<std::size_t>(Kind::removed);
    if (part.after == nullptr && part.changes[removed] < 0) {
      part.changes[removed] = parts_[at(part.parent_before)].changes[removed];
    }
  }
}

class Blend::Builder {
 public:
  Builder(const Blend& blend, std::span<const char> made) : blend_(blend), made_(made) {}

  IndexDefinition build() {
    place();
    IndexDefinition definition = blend_.before_;
    definition.tree = node(0);
    const auto matched = std::count_if(parts().begin(), parts().end(), [](const Part& part) {
      return part.before != nullptr && part.after != nullptr;
    });
    if (built_ < matched) {
      throw SpecError("nodes are moved below each other", blend_.before_.tree.code);
    }
    let_maxima_follow(definition.tree);
    head(definition);
    variables(definition);
    parameters(definition);
    return definition;
  }

 private:
  [[nodiscard]] const std::vector<Part>& parts() const noexcept { return blend_.parts_; }

  [[nodiscard]] bool is_made(Size change) const { return change >= 0 && made_[at(change)] != 0; }
  [[nodiscard]] bool is_made(const Part& part, Kind kind) const {
    return is_made(part.changes[static_cast<std::size_t>(kind)]);
  }

  /// Below which part each stands, and whether it is there.
  void place() {
    const auto count = parts().size();
    parent_.assign(count, -1);
    present_.assign(count, 1);
    for (std::size_t p = 0; p < count; ++p) {
      const Part& part = parts()[p];
      if (part.before == nullptr) {
        present_[p] = is_made(part, Kind::added) ? 1 : 0;
      } else if (part.after == nullptr) {
        present_[p] = is_made(part, Kind::removed) ? 0 : 1;
      }
    }
    for (std::size_t p = 0; p < count; ++p) {
      const Part& part = parts()[p];
      const bool moves = part.before == nullptr ||
                         (is_made(part, Kind::moved) && present_[at(part.parent_after)] != 0);
      parent_[p] = moves ? part.parent_after : part.parent_before;
    }
    // What is taken out stays for as long as something that is not moved elsewhere stands in it.
    for (std::size_t p = 0; p < count; ++p) {
      if (parts()[p].before == nullptr || parts()[p].after == nullptr) continue;
      for (Size up = parent_[p]; up >= 0 && present_[at(up)] == 0; up = parent_[at(up)]) {
        present_[at(up)] = 1;
      }
    }
    // A criterion without children is none.
    for (bool any = true; any;) {
      any = false;
      for (std::size_t p = 0; p < count; ++p) {
        const Part& part = parts()[p];
        const Criterion* only = part.before == nullptr  ? part.after
                                : part.after == nullptr ? part.before
                                                        : nullptr;
        if (only == nullptr || only->is_leaf() || present_[p] == 0) continue;
        if (!children_of(static_cast<Size>(p)).empty()) continue;
        present_[p] = 0;
        any = true;
      }
    }
  }

  /// Those that are there, in their order.
  [[nodiscard]] std::vector<Size> children_of(Size p) const {
    const Part& part = parts()[at(p)];
    const bool anew = part.before == nullptr || is_made(part, Kind::order);
    const auto& first = anew ? part.children_after : part.children_before;
    const auto& second = anew ? part.children_before : part.children_after;
    const auto is_here = [&](Size child) {
      return present_[at(child)] != 0 && parent_[at(child)] == p;
    };
    std::vector<Size> children;
    std::copy_if(first.begin(), first.end(), std::back_inserter(children), is_here);
    // Those that the other order alone has come behind the same sibling.
    Size previous = -1;
    for (const Size child : second) {
      if (!is_here(child)) continue;
      if (!contains(children, child)) {
        const auto place = std::find(children.begin(), children.end(), previous);
        children.insert(previous < 0 || place == children.end() ? children.begin() : place + 1,
                        child);
      }
      previous = child;
    }
    return children;
  }

  Criterion node(Size p) {
    // A circle is never reached from the composite, so this ends.
    const Part& part = parts()[at(p)];
    Criterion node = part.before == nullptr ? *part.after : *part.before;
    if (part.before != nullptr && part.after != nullptr) {
      ++built_;
      choose(part, node);
    }
    if (blend_.codes_ == Codes::numbers) node.code = fmt::format("n{}", p);
    if (node.is_leaf()) return node;
    const std::vector<Size> children = children_of(p);
    node.children.clear();
    for (const Size child : children) node.children.push_back(this->node(child));
    weigh(p, node, children);
    return node;
  }

  void choose(const Part& part, Criterion& node) const {
    const Criterion& after = *part.after;
    if (node.is_leaf() != after.is_leaf()) {
      if (is_made(part, Kind::aggregation)) {
        node = after;
        node.weight = {};
      }
      return;
    }
    if (is_made(part, Kind::renamed)) node.code = after.code;
    if (is_made(part, Kind::role)) node.role = after.role;
    if (is_made(part, Kind::cap)) node.cap = after.cap;
    if (is_made(part, Kind::measure)) node.measure = after.measure;
    if (is_made(part, Kind::rule) || is_made(part, Kind::anchor)) node.rule = after.rule;
    if (is_made(part, Kind::polarity)) node.polarity = after.polarity;
    if (is_made(part, Kind::not_applicable)) node.not_applicable = after.not_applicable;
    if (is_made(part, Kind::aggregation)) node.aggregation = after.aggregation;
    if (is_made(part, Kind::missing)) {
      node.missing = after.missing;
      node.at_least = after.at_least;
    }
    // A maximum that is no change of its own follows from what is below.
    const bool follows = part.changes[static_cast<std::size_t>(Kind::maximum)] < 0;
    const bool complete = std::all_of(part.below.begin(), part.below.end(),
                                      [this](Size change) { return is_made(change); });
    if (follows ? complete : is_made(part, Kind::maximum)) node.maximum = after.maximum;
  }

  // ---- Weights

  [[nodiscard]] double number(const Dated<double>& weight, const std::string& code) const {
    if (weight.empty()) return 1.0;
    if (const double* value = weight.find({})) return *value;
    if (const double* value = blend_.method_ ? weight.find(*blend_.method_) : nullptr) {
      return *value;
    }
    throw SpecError("the weight depends on the period, and siblings are to make room for others",
                    code);
  }

  /// The weights of a part's children: as they were, as they are, or something between.
  void weigh(Size p, Criterion& node, const std::vector<Size>& children) const {
    const Part& part = parts()[at(p)];
    const bool both = part.before != nullptr && part.after != nullptr;
    const bool tied = both && ties_weights(part.before->aggregation, part.after->aggregation);
    const bool anew =
        part.before == nullptr || (both && is_made(part, tied ? Kind::aggregation : Kind::weights));
    const bool has_change =
        both && (tied || part.changes[static_cast<std::size_t>(Kind::weights)] >= 0);
    const auto same_set = [&children](const std::vector<Size>& other) {
      return std::is_permutation(children.begin(), children.end(), other.begin(), other.end());
    };
    const auto take = [&](bool after) {
      for (std::size_t k = 0; k < children.size(); ++k) {
        const Part& child = parts()[at(children[k])];
        const Criterion* from = after ? child.after : child.before;
        if (from == nullptr) from = after ? child.before : child.after;
        node.children[k].weight = from->weight;
      }
    };
    if (part.before != nullptr && same_set(part.children_before) && !anew) {
      // Nothing came, nothing went; or only the order did.
      take(false);
    } else if (part.after != nullptr && same_set(part.children_after) && (anew || !has_change)) {
      take(true);
    } else if (!has_shares(node.aggregation.method)) {
      for (std::size_t k = 0; k < children.size(); ++k) {
        const bool in_before = contains(part.children_before, children[k]);
        const bool in_after = contains(part.children_after, children[k]);
        const Part& child = parts()[at(children[k])];
        const bool after = !in_before || (in_after && anew);
        const bool has_weights = node.aggregation.method == Method::sum;
        node.children[k].weight = !has_weights ? Dated<double>()
                                  : after      ? child.after->weight
                                               : child.before->weight;
      }
    } else {
      share_out(part, node, children, anew);
    }
  }

  /// Those that only one definition has here keep their share, and the others what they leave.
  void share_out(const Part& part, Criterion& node, const std::vector<Size>& children,
                 bool anew) const {
    const auto weight_of = [&](Size child, bool after) {
      const Criterion& from = after ? *parts()[at(child)].after : *parts()[at(child)].before;
      return number(from.weight, from.code);
    };
    double sum_before = 0.0;
    double sum_after = 0.0;
    for (const Size child : part.children_before) sum_before += weight_of(child, false);
    for (const Size child : part.children_after) sum_after += weight_of(child, true);
    std::vector<double> weights;
    std::vector<char> fixed;
    double taken = 0.0;
    double others = 0.0;
    for (const Size child : children) {
      const bool in_before = contains(part.children_before, child);
      const bool in_after = contains(part.children_after, child);
      const bool after = !in_before || (in_after && anew);
      weights.push_back(weight_of(child, after) / (after ? sum_after : sum_before));
      fixed.push_back(in_before != in_after ? 1 : 0);
      (in_before != in_after ? taken : others) += weights.back();
    }
    // Without others they fill the whole; without room there is no such definition.
    if (others > 0.0 && taken >= 1.0) {
      throw SpecError("no weight is left for the other children", node.code);
    }
    const double of_fixed = others > 0.0 ? 1.0 : 1.0 / taken;
    const double of_others = (1.0 - taken) / others;
    const double whole =
        node.aggregation.weights == Aggregation::Weights::shares && adds_up(sum_before, 100.0)
            ? 100.0
            : 1.0;
    for (std::size_t k = 0; k < children.size(); ++k) {
      node.children[k].weight = weights[k] * (fixed[k] != 0 ? of_fixed : of_others) * whole;
    }
  }

  // ---- Maxima

  static void in_order(Criterion& node, std::vector<Criterion*>& nodes) {
    nodes.push_back(&node);
    for (Criterion& child : node.children) in_order(child, nodes);
  }

  /// Leaves out what sums state and their parts do not add up to, from below.
  void let_maxima_follow(Criterion& root) const {
    std::optional<Period> day = blend_.method_;
    if (blend_.resolved_) day.reset();
    std::vector<Criterion*> nodes;  // As a tree numbers them.
    in_order(root, nodes);
    Maxima most = maxima(Tree(root), day);
    for (std::size_t i = nodes.size(); i-- > 0;) {
      Criterion& node = *nodes[i];
      if (node.is_leaf() || node.aggregation.method != Method::sum || node.maximum.empty()) {
        continue;
      }
      const double* declared = node.maximum.find(day);
      const double parts = most.parts[i];
      if (declared == nullptr || !most.parts_known[i]) continue;
      const bool cut = node.cap && parts > *node.cap && !node.aggregation.scale_to;
      if (adds_up(*declared, parts) || (cut && adds_up(*declared, *node.cap))) continue;
      node.maximum = {};
      most = maxima(Tree(root), day);
    }
  }

  // ---- The head

  void head(IndexDefinition& definition) const {
    const IndexDefinition& after = blend_.after_;
    for (std::size_t c = 0; c < blend_.difference_.changes.size(); ++c) {
      if (made_[c] == 0) continue;
      switch (blend_.difference_.changes[c].kind) {
        case Kind::groups:
          definition.groups = after.groups;
          break;
        case Kind::display:
          definition.decimals = after.decimals;
          definition.rank_on_displayed = after.rank_on_displayed;
          break;
        case Kind::periods:
          definition.periods = after.periods;
          break;
        default:
          break;
      }
    }
  }

  void variables(IndexDefinition& definition) const {
    const auto to_set = [](const std::vector<std::string>& list) {
      return std::unordered_set<std::string>(list.begin(), list.end());
    };
    const auto read = to_set(variables_read(definition.tree));
    const auto read_before = to_set(variables_read(blend_.before_.tree));
    const auto read_after = to_set(variables_read(blend_.after_.tree));
    std::unordered_map<std::string, Size> change_of;
    const auto& changes = blend_.difference_.changes;
    for (Size c = 0; c < std::ssize(changes); ++c) {
      if (changes[at(c)].kind == Kind::variable) change_of.emplace(changes[at(c)].node, c);
    }
    definition.variables.clear();
    std::unordered_set<std::string> done;
    for (const auto* list : {&blend_.before_.variables, &blend_.after_.variables}) {
      const bool of_before = list == &blend_.before_.variables;
      for (const Variable& variable : *list) {
        const std::string& code = variable.code;
        // One that nobody reads stays where it is declared.
        const bool idle = of_before && !read_before.contains(code);
        if ((!read.contains(code) && !idle) || !done.insert(code).second) continue;
        const auto change = change_of.find(code);
        const bool after = change != change_of.end()
                               ? is_made(change->second)
                               : !read_before.contains(code) && read_after.contains(code);
        const IndexDefinition& from = after ? blend_.after_ : blend_.before_;
        if (is_declared(from, code)) definition.variables.push_back(declared(from, code));
      }
    }
  }

  /// A change of a parameter that only one has makes it come or go.
  void parameters(IndexDefinition& definition) const {
    const auto& changes = blend_.difference_.changes;
    for (Size c = 0; c < std::ssize(changes); ++c) {
      if (changes[at(c)].kind != Kind::parameter || !is_made(c)) continue;
      const auto is_it = [&](const Parameter& each) { return each.code == changes[at(c)].node; };
      std::vector<Parameter>& list = definition.parameters;
      const auto& after = blend_.after_.parameters;
      const auto next = std::find_if(after.begin(), after.end(), is_it);
      const auto place = std::find_if(list.begin(), list.end(), is_it);
      if (next == after.end()) {
        list.erase(place);
      } else if (place == list.end()) {
        list.push_back(*next);
      } else {
        place->value = next->value;
      }
    }
  }

  const Blend& blend_;
  std::span<const char> made_;
  std::vector<Size> parent_;
  std::vector<char> present_;
  Size built_ = 0;
};

IndexDefinition Blend::with(std::span<const char> made) const {
  return Builder(*this, made).build();
}

}  // namespace chiso
