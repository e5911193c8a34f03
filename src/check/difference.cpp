#include "chiso/check/difference.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "base/at.hpp"
#include "base/blanks.hpp"
#include "check/blend.hpp"
#include "check/change_words.hpp"
#include "check/match_nodes.hpp"
#include "check/move_words.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "model/maxima.hpp"
#include "model/names.hpp"
#include "model/shares.hpp"
#include "model/tree.hpp"

namespace chiso {

namespace {

using Kind = DefinitionChange::Kind;
using Method = Aggregation::Method;

std::string arrow(const std::string& before, const std::string& after) {
  return fmt::format("{} -> {}", before.empty() ? "none" : before, after.empty() ? "none" : after);
}

std::string text_of(const std::optional<double>& value) { return value ? to_string(*value) : ""; }

void append(std::string& text, std::string_view item, std::string_view between = ", ") {
  if (item.empty()) return;
  if (!text.empty()) text += between;
  text += item;
}

std::string missing_words(const Criterion& node) {
  std::string text = with_blanks(name(node.missing));
  if (node.at_least) text += fmt::format(", at least {} there", to_string(*node.at_least));
  return text;
}

std::string display_words(const IndexDefinition& definition) {
  std::string text = definition.decimals ? how_many(*definition.decimals, "decimal") : "";
  append(text, definition.rank_on_displayed ? "ranked as displayed" : "");
  return text.empty() ? "unrounded" : text;
}

std::string periods_words(const PeriodRange& periods) {
  return periods == PeriodRange{} ? std::string("all periods") : periods.to_string();
}

class Differ {
 public:
  Differ(const Index& before, const Index& after)
      : found_{before, after, match_nodes(before, after), {}, {}},
        part_of_before_(at(before.size()), -1),
        part_of_after_(at(after.size()), -1) {
    for (Size p = 0; p < std::ssize(found_.pairs); ++p) {
      const NodePair& pair = found_.pairs[at(p)];
      if (pair.before >= 0) part_of_before_[at(pair.before)] = p;
      if (pair.after >= 0) part_of_after_[at(pair.after)] = p;
    }
  }

  DefinitionDifference compare() {
    for (pair_ = 0; pair_ < std::ssize(found_.pairs); ++pair_) {
      const auto [before, after] = found_.pairs[at(pair_)];
      if (before < 0) {
        come(after);
      } else if (after < 0) {
        gone(before);
      } else {
        compare(before, after);
      }
    }
    maxima();
    std::stable_sort(found_.changes.begin(), found_.changes.end(),
                     [](const auto& a, const auto& b) {
                       return std::pair(a.pair, a.kind) < std::pair(b.pair, b.kind);
                     });
    pair_ = -1;
    variables();
    parameters();
    head();
    return std::move(found_);
  }

 private:
  [[nodiscard]] const Index& before() const noexcept { return found_.before; }
  [[nodiscard]] const Index& after() const noexcept { return found_.after; }

  void add(Kind kind, std::string node, std::string was, std::string is, std::string text) {
    auto& list = kind == Kind::documentation ? found_.documentation : found_.changes;
    list.push_back({kind, std::move(node), std::move(was), std::move(is), std::move(text), pair_});
  }

  /// Of a number or a word: "cap 3 -> 4".
  void change(Kind kind, const std::string& node, std::string_view what, std::string was,
              std::string is) {
    std::string text = fmt::format("{} {}", what, arrow(was, is));
    add(kind, node, std::move(was), std::move(is), std::move(text));
  }

  // ---- Nodes of one definition only

  static std::string content(const Index& index, Size node) {
    const Criterion& of = index.node(node);
    std::string text;
    if (of.is_leaf()) {
      text = fmt::format("{}: {}", in_words(of.measure), in_words(of.rule));
    } else {
      Size leaves = 0;
      for (const Size leaf : index.leaves()) {
        Size up = leaf;
        while (up > node) up = index.parent(up);
        leaves += up == node ? 1 : 0;
      }
      text = fmt::format("{} of {} indicators", in_words(of.aggregation), leaves);
    }
    if (!of.weight.empty()) text = fmt::format("weight {}, {}", in_words(of.weight), text);
    if (of.role != Role::part) text = fmt::format("{}, {}", name(of.role), text);
    return text;
  }

  void come(Size node) {
    const Size parent = after().parent(node);
    if (found_.pairs[at(part_of_after_[at(parent)])].before < 0) return;  // Comes with it.
    std::string is = content(after(), node);
    std::string text = fmt::format("added to {} ({})", after().node(parent).code, is);
    add(Kind::added, after().node(node).code, "", std::move(is), std::move(text));
  }

  void gone(Size node) {
    const Size parent = before().parent(node);
    if (found_.pairs[at(part_of_before_[at(parent)])].after < 0) return;
    std::string was = content(before(), node);
    std::string text = fmt::format("removed from {} ({})", before().node(parent).code, was);
    add(Kind::removed, before().node(node).code, std::move(was), "", std::move(text));
  }

  // ---- Nodes of both

  void compare(Size old_node, Size new_node) {
    const Criterion& b = before().node(old_node);
    const Criterion& a = after().node(new_node);
    const std::string& code = a.code;
    if (b.code != a.code) {
      add(Kind::renamed, code, b.code, a.code, fmt::format("renamed from {}", b.code));
    }
    if (old_node != Index::root()) {
      const Size from = before().parent(old_node);
      const Size to = after().parent(new_node);
      if (part_of_before_[at(from)] != part_of_after_[at(to)]) {
        const std::string& was = before().node(from).code;
        const std::string& is = after().node(to).code;
        add(Kind::moved, code, was, is, fmt::format("moved from {} to {}", was, is));
      }
    }
    if (b.is_leaf() != a.is_leaf()) {
      const auto words = [](const Criterion& node) {
        return node.is_leaf() ? "an indicator" : "a criterion";
      };
      add(Kind::aggregation, code, words(b), words(a),
          fmt::format("{} before, {} now", words(b), words(a)));
      documentation(b, a);
      return;
    }
    if (b.role != a.role) {
      change(Kind::role, code, "role", std::string(name(b.role)), std::string(name(a.role)));
    }
    if (b.cap != a.cap) change(Kind::cap, code, "cap", text_of(b.cap), text_of(a.cap));
    if (b.is_leaf()) {
      leaf(b, a);
    } else {
      inner(old_node, new_node);
    }
    documentation(b, a);
  }

  void leaf(const Criterion& b, const Criterion& a) {
    const std::string& code = a.code;
    if (!same_values(b.maximum, a.maximum)) {
      change(Kind::maximum, code, "maximum", in_words(b.maximum), in_words(a.maximum));
    }
    if (!(b.measure == a.measure)) {
      change(Kind::measure, code, "reads", in_words(b.measure), in_words(a.measure));
    }
    if (!same_rules(b.rule, a.rule)) {
      add(differ_in_anchors(b.rule, a.rule) ? Kind::anchor : Kind::rule, code, in_words(b.rule),
          in_words(a.rule), change_in_words(b.rule, a.rule));
    }
    if (b.polarity != a.polarity) {
      const auto words = [](Polarity polarity) {
        return polarity == Polarity::positive ? "more is better" : "less is better";
      };
      change(Kind::polarity, code, "polarity:", words(b.polarity), words(a.polarity));
    }
    if (b.not_applicable != a.not_applicable) {
      change(Kind::not_applicable, code, "not applicable:", with_blanks(name(b.not_applicable)),
             with_blanks(name(a.not_applicable)));
    }
  }

  void inner(Size old_node, Size new_node) {
    const Criterion& b = before().node(old_node);
    const Criterion& a = after().node(new_node);
    weights(old_node, new_node);
    if (!(b.aggregation == a.aggregation)) {
      change(Kind::aggregation, a.code, "aggregation:", in_words(b.aggregation),
             in_words(a.aggregation));
    }
    if (b.missing != a.missing || b.at_least != a.at_least) {
      change(Kind::missing, a.code, "missing children:", missing_words(b), missing_words(a));
    }
  }

  /// Children that two nodes have in common, as nodes of the first and of the second, in the order
  /// of the second.
  [[nodiscard]] std::vector<std::pair<const Criterion*, const Criterion*>> common(
      Size old_node, Size new_node) const {
    std::vector<std::pair<const Criterion*, const Criterion*>> found;
    for (const Size child : after().children(new_node)) {
      const Size was = found_.pairs[at(part_of_after_[at(child)])].before;
      if (was < 0 || before().parent(was) != old_node) continue;
      found.emplace_back(&before().node(was), &after().node(child));
    }
    return found;
  }

  void weights(Size old_node, Size new_node) {
    const Criterion& b = before().node(old_node);
    const Criterion& a = after().node(new_node);
    const auto both = common(old_node, new_node);
    order(b, a, both);
    if (ties_weights(b.aggregation, a.aggregation)) return;
    const bool is_sum = a.aggregation.method == Method::sum;
    if (!is_sum && !has_shares(a.aggregation.method)) return;
    const bool others = both.size() != b.children.size() || both.size() != a.children.size();
    if (others && !is_sum && keep_proportions(both)) return;
    std::string was;
    std::string is;
    std::string text;
    for (const auto& [old_child, new_child] : both) {
      if (same_weight(old_child->weight, new_child->weight, is_sum)) continue;
      const auto words = [](const Dated<double>& weight) {
        return weight.empty() ? std::string("none") : in_words(weight);
      };
      append(was, fmt::format("{} {}", old_child->code, words(old_child->weight)));
      append(is, fmt::format("{} {}", new_child->code, words(new_child->weight)));
      append(text, fmt::format("{} {}", new_child->code,
                               arrow(in_words(old_child->weight), in_words(new_child->weight))));
    }
    if (text.empty()) return;
    add(Kind::weights, a.code, std::move(was), std::move(is), "weights: " + text);
  }

  /// In a sum no weight is 1.
  static bool same_weight(const Dated<double>& b, const Dated<double>& a, bool is_sum) {
    if (is_sum && b.empty()) return same_weight(1.0, a.empty() ? 1.0 : a, false);
    if (is_sum && a.empty()) return same_weight(b, 1.0, false);
    return same_values(b, a);
  }

  /// Whether children weigh the same against each other: then what came or went explains their
  /// weights.
  static bool keep_proportions(
      const std::vector<std::pair<const Criterion*, const Criterion*>>& both) {
    double sum_before = 0.0;
    double sum_after = 0.0;
    std::vector<std::pair<double, double>> weights;
    for (const auto& [b, a] : both) {
      if (b->weight.is_dated() || a->weight.is_dated()) {
        if (!same_values(b->weight, a->weight)) return false;
      }
      const auto number = [](const Dated<double>& weight) {
        return weight.empty() ? 1.0 : weight.entries()[0].value;
      };
      weights.emplace_back(number(b->weight), number(a->weight));
      sum_before += weights.back().first;
      sum_after += weights.back().second;
    }
    return std::all_of(weights.begin(), weights.end(), [&](const auto& pair) {
      return std::fabs(pair.first * sum_after - pair.second * sum_before) <=
             1e-9 * sum_before * sum_after;
    });
  }

  void order(const Criterion& b, const Criterion& a,
             const std::vector<std::pair<const Criterion*, const Criterion*>>& both) {
    const bool same =
        std::is_sorted(both.begin(), both.end(), [](const auto& one, const auto& other) {
          return one.first < other.first;  // Siblings lie one behind the other.
        });
    if (same) return;
    const auto codes = [](const Criterion& node) {
      std::string text;
      for (const Criterion& child : node.children) append(text, child.code);
      return text;
    };
    add(Kind::order, a.code, codes(b), codes(a), "its children in another order: " + codes(a));
  }

  // ---- Maxima of criteria

  /// Those that follow from other changes are no changes of their own.
  void maxima() {
    const auto known = [](const IndexDefinition& definition) {
      const auto& [from, to] = definition.periods;
      return chiso::maxima(Tree(definition.tree), from ? from : to).parts_known;
    };
    const auto known_before = known(before().definition());
    const auto known_after = known(after().definition());
    for (pair_ = 0; pair_ < std::ssize(found_.pairs); ++pair_) {
      const auto [old_node, new_node] = found_.pairs[at(pair_)];
      if (old_node < 0 || new_node < 0) continue;
      const Criterion& b = before().node(old_node);
      const Criterion& a = after().node(new_node);
      if (b.is_leaf() || a.is_leaf() || same_values(b.maximum, a.maximum)) continue;
      const bool follows = known_before[at(old_node)] && known_after[at(new_node)] &&
                           changed_below(old_node, new_node);
      if (follows) continue;
      change(Kind::maximum, a.code, "maximum", in_words(b.maximum), in_words(a.maximum));
    }
  }

  [[nodiscard]] bool changed_below(Size old_node, Size new_node) const {
    return std::any_of(found_.changes.begin(), found_.changes.end(),
                       [&](const DefinitionChange& change) {
                         if (change.kind == Kind::renamed || change.kind == Kind::order)
                           return false;
                         const auto [b, a] = found_.pairs[at(change.pair)];
                         Size up = a;
                         while (up > new_node) up = after().parent(up);
                         if (a >= 0 && up == new_node) return true;
                         up = b;
                         while (up > old_node) up = before().parent(up);
                         return b >= 0 && up == old_node;
                       });
  }

  // ---- Variables and the head

  void variables() {
    const auto find = [](const Index& index, const std::string& code) -> const Variable* {
      const auto found = index.variable_codes().find(code);
      return found ? &index.variables()[at(*found)] : nullptr;
    };
    for (const Variable& is : after().variables()) {
      const Variable* was = find(before(), is.code);
      if (was == nullptr) continue;
      if (was->range != is.range || was->zero_is_missing != is.zero_is_missing ||
          was->categories != is.categories) {
        change(Kind::variable, is.code, "data:", in_words(*was), in_words(is));
      }
      std::string text = titles(was->title, is.title);
      if (was->unit != is.unit)
        append(text, fmt::format("unit {}", arrow(was->unit, is.unit)), "; ");
      sources(was->provenance, is.provenance, text);
      if (!text.empty()) add(Kind::documentation, is.code, "", "", text);
    }
  }

  void parameters() {
    const auto find = [](const Index& index, const std::string& code) -> const Parameter* {
      const auto list = index.parameters();
      const auto found = std::find_if(list.begin(), list.end(),
                                      [&](const Parameter& each) { return each.code == code; });
      return found == list.end() ? nullptr : &*found;
    };
    for (const Parameter& is : after().parameters()) {
      const Parameter* was = find(before(), is.code);
      if (was == nullptr || !same_values(was->value, is.value)) {
        change(Kind::parameter, is.code, "parameter",
               was == nullptr ? std::string() : in_words(was->value), in_words(is.value));
      }
      if (was == nullptr) continue;
      std::string text = titles(was->title, is.title);
      if (was->unit != is.unit)
        append(text, fmt::format("unit {}", arrow(was->unit, is.unit)), "; ");
      sources(was->provenance, is.provenance, text);
      if (stated_otherwise(was->value, is.value)) append(text, "another source of its value", "; ");
      if (!text.empty()) add(Kind::documentation, is.code, "", "", text);
    }
    for (const Parameter& was : before().parameters()) {
      if (find(after(), was.code) != nullptr) continue;
      change(Kind::parameter, was.code, "parameter", in_words(was.value), "");
    }
  }

  void head() {
    const IndexDefinition& b = before().definition();
    const IndexDefinition& a = after().definition();
    if (!(b.groups == a.groups))
      change(Kind::groups, "", "groups:", in_words(b.groups), in_words(a.groups));
    if (b.decimals != a.decimals || b.rank_on_displayed != a.rank_on_displayed) {
      change(Kind::display, "", "display:", display_words(b), display_words(a));
    }
    if (!(b.periods == a.periods)) {
      change(Kind::periods, "", "in force:", periods_words(b.periods), periods_words(a.periods));
    }
    std::string text;
    if (before().name() != after().name()) {
      append(text, fmt::format("name {}", arrow(before().name(), after().name())), "; ");
    }
    append(text, titles(b.title, a.title), "; ");
    if (b.publisher != a.publisher) {
      append(text, fmt::format("publisher {}", arrow(b.publisher, a.publisher)), "; ");
    }
    if (b.units != a.units) append(text, fmt::format("units {}", arrow(b.units, a.units)), "; ");
    sources(b.provenance, a.provenance, text);
    if (!text.empty()) add(Kind::documentation, "", "", "", text);
  }

  // ---- Documentation

  static std::string titles(const Title& b, const Title& a) {
    std::string text;
    if (b.en != a.en) append(text, fmt::format("title {}", arrow(b.en, a.en)), "; ");
    if (b.vi != a.vi) append(text, fmt::format("title_vi {}", arrow(b.vi, a.vi)), "; ");
    return text;
  }

  /// Which parts of a provenance are others; their texts are long.
  static void sources(const Provenance& b, const Provenance& a, std::string& text) {
    std::string parts;
    if (b.status != a.status) append(parts, "status");
    if (b.source != a.source) append(parts, "source");
    if (b.reference != a.reference) append(parts, "reference");
    if (b.checked != a.checked) append(parts, "checked");
    if (b.note != a.note) append(parts, "note");
    if (!parts.empty()) append(text, "another " + parts, "; ");
  }

  /// Whether values are the same, and who states them is not.
  template <class T>
  static bool stated_otherwise(const Dated<T>& b, const Dated<T>& a) {
    return same_values(b, a) && !(b == a);
  }

  void documentation(const Criterion& b, const Criterion& a) {
    std::string text = titles(b.title, a.title);
    sources(b.provenance, a.provenance, text);
    if (!(b.published == a.published)) append(text, "another published figure", "; ");
    std::string stated;
    if (stated_otherwise(b.weight, a.weight)) append(stated, "weight");
    if (stated_otherwise(b.maximum, a.maximum)) append(stated, "maximum");
    if (same_rules(b.rule, a.rule) && !(b.rule == a.rule)) append(stated, "rule");
    if (!stated.empty()) append(text, "another source of its " + stated, "; ");
    if (!text.empty()) add(Kind::documentation, a.code, "", "", text);
  }

  DefinitionDifference found_;
  std::vector<Size> part_of_before_;
  std::vector<Size> part_of_after_;
  Size pair_ = -1;
};

}  // namespace

DefinitionDifference difference(const Index& before, const Index& after) {
  return Differ(before, after).compare();
}

Index with_changes(const DefinitionDifference& difference, std::span<const Size> changes,
                   const std::optional<Period>& method) {
  std::vector<char> made(difference.changes.size(), 0);
  for (const Size change : changes) {
    if (change < 0 || change >= std::ssize(made)) {
      throw NotFoundError(fmt::format("expected the position of a change from 0 to {}, got {}",
                                      std::ssize(made) - 1, change));
    }
    made[at(change)] = 1;
  }
  return Index(Blend(difference, method, method).with(made));
}

std::string_view name(DefinitionChange::Kind kind) noexcept {
  switch (kind) {
    case Kind::added:
      return "added";
    case Kind::removed:
      return "removed";
    case Kind::moved:
      return "moved";
    case Kind::renamed:
      return "renamed";
    case Kind::order:
      return "order";
    case Kind::weights:
      return "weights";
    case Kind::role:
      return "role";
    case Kind::maximum:
      return "maximum";
    case Kind::cap:
      return "cap";
    case Kind::measure:
      return "measure";
    case Kind::rule:
      return "rule";
    case Kind::anchor:
      return "anchor";
    case Kind::polarity:
      return "polarity";
    case Kind::not_applicable:
      return "not applicable";
    case Kind::aggregation:
      return "aggregation";
    case Kind::missing:
      return "missing";
    case Kind::variable:
      return "variable";
    case Kind::parameter:
      return "parameter";
    case Kind::groups:
      return "groups";
    case Kind::display:
      return "display";
    case Kind::periods:
      return "periods";
    case Kind::documentation:
      return "documentation";
  }
  return "";
}

}  // namespace chiso
