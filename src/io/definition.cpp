#include "io/definition.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <set>

#include "chiso/base/interval.hpp"
#include "chiso/io/load_index.hpp"
#include "io/dated_fields.hpp"
#include "io/fields.hpp"
#include "io/forms.hpp"
#include "io/rule_document.hpp"

namespace chiso {

namespace {

using Method = Aggregation::Method;

// ---- Words -------------------------------------------------------------------------------------

constexpr std::array<Word<Role>, 3> kRoles{
    {{"part", Role::part}, {"bonus", Role::bonus}, {"penalty", Role::penalty}}};
constexpr std::array<Word<MissingPolicy>, 4> kPolicies{
    {{"error", MissingPolicy::error},
     {"no_score", MissingPolicy::no_score},
     {"renormalise", MissingPolicy::renormalise},
     {"reduce_maximum", MissingPolicy::reduce_maximum}}};
constexpr std::array<Word<NotApplicable>, 3> kNotApplicable{
    {{"missing", NotApplicable::missing},
     {"full_points", NotApplicable::full_points},
     {"exclude", NotApplicable::exclude}}};
constexpr std::array<Word<Polarity>, 2> kPolarities{
    {{"positive", Polarity::positive}, {"negative", Polarity::negative}}};
constexpr std::array<Word<Aggregation::Weights>, 2> kWeights{
    {{"shares", Aggregation::Weights::shares}, {"relative", Aggregation::Weights::relative}}};
constexpr std::array<Word<bool>, 2> kRankOn{{{"unrounded", false}, {"displayed", true}}};
constexpr std::array<Word<bool>, 2> kPenalties{{{"downward", false}, {"upward", true}}};

// ---- Aggregations ------------------------------------------------------------------------------

const std::vector<Field<Aggregation>>& penalty_fields() {
  static const std::vector<Field<Aggregation>> fields{
      {"penalty",
       [](Reader& r, const Node& n, Aggregation& a) {
         assign(a.upward_penalty, read_word(r, n, kPenalties));
       },
       [](const Aggregation& a) { return word(a.upward_penalty, kPenalties); }}};
  return fields;
}

struct AggregationForm {
  std::string_view name;
  bool bare;
  bool parameters;
  Method method;
};

constexpr std::array<AggregationForm, 11> kAggregations{{
    {"sum", true, false, Method::sum},
    {"arithmetic_mean", true, false, Method::arithmetic_mean},
    {"geometric_mean", true, false, Method::geometric_mean},
    {"harmonic_mean", true, false, Method::harmonic_mean},
    {"power_mean", false, true, Method::power_mean},
    {"median", true, false, Method::median},
    {"minimum", true, false, Method::minimum},
    {"maximum", true, false, Method::maximum},
    {"mazziotta_pareto", true, true, Method::mazziotta_pareto},
    {"adjusted_mazziotta_pareto", true, true, Method::adjusted_mazziotta_pareto},
    {"copeland", true, false, Method::copeland},
}};

Node write_aggregation(const Aggregation& aggregation) {
  const std::string_view method = name(aggregation.method);
  if (aggregation.method == Method::power_mean) {
    return with_parameters(method, Node::number(aggregation.power));
  }
  if (aggregation.upward_penalty) {
    return with_parameters(method, write_fields(all(penalty_fields()), aggregation));
  }
  return Node::word(std::string(method));
}

// ---- Measures ----------------------------------------------------------------------------------

std::optional<std::vector<Measure::Term>> read_terms(Reader& reader, const Node& node,
                                                     bool coefficients) {
  std::vector<Measure::Term> terms;
  if (node.is_sequence()) {
    const auto variables = reader.texts(node);
    if (!variables) return {};
    for (const auto& variable : *variables) terms.push_back({variable, 1.0});
    return terms;
  }
  if (!node.is_mapping() || !coefficients) {
    reader.unexpected(node, coefficients ? "a list of variables, or {variable: coefficient}"
                                         : "a list of variables");
    return {};
  }
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const auto coefficient = reader.number(node.items[i]);
    if (!coefficient) return {};
    terms.push_back({node.keys[i].text, *coefficient});
  }
  return terms;
}

Node write_terms(const std::vector<Measure::Term>& terms) {
  const bool plain = std::all_of(terms.begin(), terms.end(),
                                 [](const auto& term) { return term.coefficient == 1.0; });
  Node node = plain ? Node::sequence() : Node::mapping();
  for (const auto& term : terms) {
    if (plain) {
      node.items.push_back(Node::text_of(term.variable));
    } else {
      node.set(term.variable, Node::number(term.coefficient));
    }
  }
  return node;
}

const std::vector<Field<Measure>>& ratio_fields() {
  static const std::vector<Field<Measure>> fields{
      {"numerator",
       [](Reader& r, const Node& n, Measure& m) { assign(m.terms, read_terms(r, n, true)); },
       [](const Measure& m) { return write_terms(m.terms); }, true},
      {"denominator",
       [](Reader& r, const Node& n, Measure& m) { assign(m.denominator, read_terms(r, n, true)); },
       [](const Measure& m) { return write_terms(m.denominator); }, true},
  };
  return fields;
}

template <Measure::Kind kind, bool coefficients>
Field<Measure> terms_field(std::string_view key) {
  return {key,
          [](Reader& r, const Node& n, Measure& m) {
            m.kind = kind;
            assign(m.terms, read_terms(r, n, coefficients));
          },
          [](const Measure& m) { return m.kind == kind ? write_terms(m.terms) : Node(); }};
}

const std::vector<Field<Measure>>& measure_fields() {
  using Kind = Measure::Kind;
  static const std::vector<Field<Measure>> fields{
      {"ratio",
       [](Reader& r, const Node& n, Measure& m) {
         m.kind = Kind::ratio;
         read_fields(r, n, "a ratio", all(ratio_fields()), m);
       },
       [](const Measure& m) {
         return m.kind == Kind::ratio ? write_fields(all(ratio_fields()), m) : Node();
       }},
      terms_field<Kind::sum, true>("sum"),
      terms_field<Kind::mean, false>("mean"),
      terms_field<Kind::all_of, false>("all_of"),
      terms_field<Kind::any_of, false>("any_of"),
      {"times", [](Reader& r, const Node& n, Measure& m) { assign(m.times, r.number(n)); },
       [](const Measure& m) { return number_unless(m.times, 1.0); }},
  };
  return fields;
}

void read_measure(Reader& reader, const Node& node, Measure& measure) {
  if (node.is_scalar()) {
    reader.unexpected(node, "a measure of several variables ({ratio: ...}, {sum: ...} ...)",
                      fmt::format("`variable: {}` reads one variable", node.text));
    return;
  }
  read_fields(reader, node, "a measure", all(measure_fields()), measure);
  expect_one_of(reader, node, all(measure_fields()), {"ratio", "sum", "mean", "all_of", "any_of"});
}

// ---- Variables ---------------------------------------------------------------------------------

constexpr double kInfinity = std::numeric_limits<double>::infinity();

void read_range(Reader& reader, const Node& node, Interval& range) {
  if (node.is_scalar()) {
    assign(range, reader.interval(node, "or write a list: [1, 10], [0, null]"));
    return;
  }
  if (!node.is_sequence() || node.items.size() != 2) {
    reader.unexpected(node, "a range as a list of two numbers, either may be null");
    return;
  }
  std::array<double, 2> ends{-kInfinity, kInfinity};
  for (std::size_t i = 0; i < 2; ++i) {
    if (node.items[i].is_null()) continue;
    const auto end = reader.number(node.items[i]);
    if (!end) return;
    ends[i] = *end;
  }
  range = Interval::closed(ends[0], ends[1]);
}

Node write_range(const Interval& range) {
  if (range == Interval{}) return {};
  if (range != Interval::closed(range.lower, range.upper)) {
    return write_interval(range);
  }
  const auto end = [](double x) { return std::isinf(x) ? Node() : Node::number(x); };
  return Node::sequence({end(range.lower), end(range.upper)});
}

const std::vector<Field<Variable>>& variable_fields() {
  static const std::vector<Field<Variable>> fields = joined<Variable>(
      {
          field<&Variable::title>("title"),
          field<&Variable::unit>("unit"),
          {"range", [](Reader& r, const Node& n, Variable& v) { read_range(r, n, v.range); },
           [](const Variable& v) { return write_range(v.range); }},
          {"zero_is_missing",
           [](Reader& r, const Node& n, Variable& v) { assign(v.zero_is_missing, r.truth(n)); },
           [](const Variable& v) { return v.zero_is_missing ? Node::word("true") : Node(); }},
          {"categories",
           [](Reader& r, const Node& n, Variable& v) {
             assign(v.categories, r.texts(n));
             if (n.is_sequence() && n.items.empty()) r.unexpected(n, "at least two categories");
           },
           [](const Variable& v) { return write_value(v.categories); }},
      },
      provenance_fields<Variable>());
  return fields;
}

void read_variables(Reader& reader, const Node& node, std::vector<Variable>& variables) {
  if (!node.is_mapping()) {
    reader.unexpected(node, "the variables as a mapping (`code: {unit: ..., range: ...}`)");
    return;
  }
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    Variable& variable = variables.emplace_back();
    variable.code = node.keys[i].text;
    variable.location = reader.location(node.keys[i]);
    const Reader::Place place(reader, variable.code);
    if (node.items[i].is_null()) continue;
    read_fields(reader, node.items[i], "a variable", all(variable_fields()), variable);
  }
}

Node write_variables(const std::vector<Variable>& variables) {
  if (variables.empty()) return {};
  Node node = Node::mapping();
  node.block = true;
  for (const auto& variable : variables) {
    node.set(variable.code, write_fields(all(variable_fields()), variable));
  }
  return node;
}

// ---- Parameters --------------------------------------------------------------------------------

const std::vector<Field<Parameter>>& parameter_fields() {
  static const std::vector<Field<Parameter>> fields = joined<Parameter>(
      {
          {"value", [](Reader& r, const Node& n, Parameter& p) { read_dated(r, n, p.value); },
           [](const Parameter& p) { return write_dated(p.value); }, true},
          field<&Parameter::title>("title"),
          field<&Parameter::unit>("unit"),
      },
      provenance_fields<Parameter>());
  return fields;
}

void read_parameters(Reader& reader, const Node& node, std::vector<Parameter>& parameters) {
  if (!node.is_mapping()) {
    reader.unexpected(node, "the parameters as a mapping (`threshold: 80`)");
    return;
  }
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    Parameter& parameter = parameters.emplace_back();
    parameter.code = node.keys[i].text;
    parameter.location = reader.location(node.keys[i]);
    const Reader::Place place(reader, parameter.code);
    if (node.items[i].is_mapping()) {
      read_fields(reader, node.items[i], "a parameter", all(parameter_fields()), parameter);
    } else {
      read_dated(reader, node.items[i], parameter.value);
    }
  }
}

Node write_parameters(const std::vector<Parameter>& parameters) {
  if (parameters.empty()) return {};
  Node node = Node::mapping();
  node.block = true;
  for (const auto& parameter : parameters) {
    Parameter plain;
    plain.code = parameter.code;
    plain.value = parameter.value;
    node.set(parameter.code, plain == parameter ? write_dated(parameter.value)
                                                : write_fields(all(parameter_fields()), parameter));
  }
  return node;
}

// ---- Groups ------------------------------------------------------------------------------------

template <Grouping::Kind kind>
Field<Grouping> group_names_field(std::string_view key) {
  return {key,
          [](Reader& r, const Node& n, Grouping& g) {
            g.kind = kind;
            assign(g.names, r.texts(n));
          },
          [](const Grouping& g) { return g.kind == kind ? write_value(g.names) : Node(); }};
}

const std::vector<Field<Grouping>>& grouping_fields() {
  using Kind = Grouping::Kind;
  static const std::vector<Field<Grouping>> fields{
      {"limits",
       [](Reader& r, const Node& n, Grouping& g) {
         g.kind = Kind::limits;
         if (!n.is_mapping()) {
           r.unexpected(n, "the lower limit of every group ({A: 90, B: 80})");
           return;
         }
         for (std::size_t i = 0; i < n.keys.size(); ++i) {
           const auto limit = r.number(n.items[i]);
           if (!limit) continue;
           g.names.push_back(n.keys[i].text);
           g.limits.push_back(*limit);
         }
       },
       [](const Grouping& g) {
         if (g.kind != Kind::limits) return Node();
         Node node = Node::mapping();
         for (std::size_t i = 0; i < std::min(g.names.size(), g.limits.size()); ++i) {
           node.set(g.names[i], Node::number(g.limits[i]));
         }
         return node;
       }},
      field<&Grouping::below>("below"),
      group_names_field<Kind::quantiles>("quantiles"),
      group_names_field<Kind::natural_breaks>("natural_breaks"),
  };
  return fields;
}

void read_groups(Reader& reader, const Node& node, Grouping& groups) {
  read_fields(reader, node, "`groups`", all(grouping_fields()), groups);
  if (!node.is_mapping()) return;
  expect_one_of(reader, node, all(grouping_fields()), {"limits", "quantiles", "natural_breaks"});
  if (node.find("below") != nullptr && node.find("limits") == nullptr) {
    reader.fault(node, "`below` is the group under the last of the `limits`, and there are none");
  }
}

Node write_groups(const Grouping& groups) {
  return groups.kind == Grouping::Kind::none ? Node()
                                             : write_fields(all(grouping_fields()), groups);
}

// ---- Nodes -------------------------------------------------------------------------------------

const std::vector<Field<Published>>& published_fields() {
  static const std::vector<Field<Published>> fields{
      field<&Published::variable>("variable", true),
      {"tolerance",
       [](Reader& r, const Node& n, Published& p) { assign(p.tolerance, r.number(n)); },
       [](const Published& p) { return number_unless(p.tolerance, 0.0); }},
  };
  return fields;
}

// Whether a leaf reads the variable of its own code, which then need not be said.
bool reads_its_code(const Criterion& c) { return c.measure == Measure::of(c.code); }

const std::vector<Field<Criterion>>& any_node_fields() {
  static const std::vector<Field<Criterion>> fields = joined(
      joined<Criterion>({field<&Criterion::code>("code", true), field<&Criterion::title>("title")},
                        provenance_fields<Criterion>()),
      {
          {"weight", [](Reader& r, const Node& n, Criterion& c) { read_dated(r, n, c.weight); },
           [](const Criterion& c) { return write_dated(c.weight); }},
          {"maximum", [](Reader& r, const Node& n, Criterion& c) { read_dated(r, n, c.maximum); },
           [](const Criterion& c) { return write_dated(c.maximum); }},
          {"role",
           [](Reader& r, const Node& n, Criterion& c) { assign(c.role, read_word(r, n, kRoles)); },
           [](const Criterion& c) { return word_unless(c.role, Role::part, kRoles); }},
          field<&Criterion::cap>("cap"),
          {"published",
           [](Reader& r, const Node& n, Criterion& c) {
             read_fields(r, n, "`published`", all(published_fields()), c.published.emplace());
           },
           [](const Criterion& c) {
             return c.published ? write_fields(all(published_fields()), *c.published) : Node();
           }},
      });
  return fields;
}

const std::vector<Field<Criterion>>& inner_fields() {
  static const std::vector<Field<Criterion>> fields{
      {"aggregation",
       [](Reader& r, const Node& n, Criterion& c) { read_aggregation(r, n, c.aggregation); },
       [](const Criterion& c) { return c.is_leaf() ? Node() : write_aggregation(c.aggregation); }},
      {"weights",
       [](Reader& r, const Node& n, Criterion& c) {
         assign(c.aggregation.weights, read_word(r, n, kWeights));
       },
       [](const Criterion& c) {
         return word_unless(c.aggregation.weights, Aggregation::Weights::shares, kWeights);
       }},
      {"times",
       [](Reader& r, const Node& n, Criterion& c) { assign(c.aggregation.times, r.number(n)); },
       [](const Criterion& c) { return number_unless(c.aggregation.times, 1.0); }},
      {"scale_to",
       [](Reader& r, const Node& n, Criterion& c) { assign(c.aggregation.scale_to, r.number(n)); },
       [](const Criterion& c) { return write_value(c.aggregation.scale_to); }},
      {"missing",
       [](Reader& r, const Node& n, Criterion& c) {
         assign(c.missing, read_word(r, n, kPolicies));
       },
       [](const Criterion& c) {
         return word_unless(c.missing, MissingPolicy::no_score, kPolicies);
       }},
      field<&Criterion::at_least>("at_least"),
      {"children",
       [](Reader& r, const Node& n, Criterion& c) {
         if (!n.is_sequence()) {
           r.unexpected(n, "a list of nodes (`- code: ...`)");
           return;
         }
         if (n.items.empty()) r.fault(n, "expected at least one child, found an empty list");
         for (const auto& item : n.items) read_node(r, item, c.children.emplace_back());
       },
       [](const Criterion& c) {
         if (c.is_leaf()) return Node();
         Node list = Node::sequence();
         list.block = true;
         for (const auto& child : c.children) list.items.push_back(write_tree(child));
         return list;
       }},
  };
  return fields;
}

const std::vector<Field<Criterion>>& leaf_fields() {
  static const std::vector<Field<Criterion>> fields{
      {"variable",
       [](Reader& r, const Node& n, Criterion& c) {
         if (const auto variable = r.text(n)) c.measure = Measure::of(*variable);
       },
       [](const Criterion& c) {
         return c.measure.kind == Measure::Kind::variable && c.measure.terms.size() == 1 &&
                        !reads_its_code(c)
                    ? Node::text_of(c.measure.terms[0].variable)
                    : Node();
       }},
      {"measure", [](Reader& r, const Node& n, Criterion& c) { read_measure(r, n, c.measure); },
       [](const Criterion& c) {
         return c.measure.kind == Measure::Kind::variable
                    ? Node()
                    : write_fields(all(measure_fields()), c.measure);
       }},
      {"polarity",
       [](Reader& r, const Node& n, Criterion& c) {
         assign(c.polarity, read_word(r, n, kPolarities));
       },
       [](const Criterion& c) { return word_unless(c.polarity, Polarity::positive, kPolarities); }},
      {"not_applicable",
       [](Reader& r, const Node& n, Criterion& c) {
         assign(c.not_applicable, read_word(r, n, kNotApplicable));
       },
       [](const Criterion& c) {
         return word_unless(c.not_applicable, NotApplicable::missing, kNotApplicable);
       }},
      {"rule", [](Reader& r, const Node& n, Criterion& c) { read_dated(r, n, c.rule); },
       [](const Criterion& c) { return c.is_leaf() ? write_dated(c.rule) : Node(); }},
  };
  return fields;
}

const std::vector<Field<Criterion>>& node_fields() {
  static const std::vector<Field<Criterion>> fields =
      joined(joined(any_node_fields(), leaf_fields()), inner_fields());
  return fields;
}

bool has_key(const std::vector<Field<Criterion>>& fields, std::string_view key) {
  return std::any_of(fields.begin(), fields.end(),
                     [&](const auto& field) { return field.key == key; });
}

// ---- Head --------------------------------------------------------------------------------------

const std::vector<Field<IndexDefinition>>& head_fields() {
  using D = IndexDefinition;
  static const std::vector<Field<D>> fields = joined(
      joined<D>({format_field<D>(), field<&D::index>("index", true),
                 field<&D::edition>("edition", true), field<&D::title>("title"),
                 field<&D::publisher>("publisher"), field<&D::periods>("periods")},
                provenance_fields<D>()),
      {
          field<&D::units>("units"),
          {"decimals",
           [](Reader& r, const Node& n, D& d) { assign(d.decimals, r.whole_number(n, 0, 15)); },
           [](const D& d) { return d.decimals ? Node::number(*d.decimals) : Node(); }},
          {"rank_on",
           [](Reader& r, const Node& n, D& d) {
             assign(d.rank_on_displayed, read_word(r, n, kRankOn));
           },
           [](const D& d) { return word_unless(d.rank_on_displayed, false, kRankOn); }},
          {"groups", [](Reader& r, const Node& n, D& d) { read_groups(r, n, d.groups); },
           [](const D& d) { return write_groups(d.groups); }},
          {"variables", [](Reader& r, const Node& n, D& d) { read_variables(r, n, d.variables); },
           [](const D& d) { return write_variables(d.variables); }},
          {"parameters",
           [](Reader& r, const Node& n, D& d) { read_parameters(r, n, d.parameters); },
           [](const D& d) { return write_parameters(d.parameters); }},
          {"tree", [](Reader& r, const Node& n, D& d) { read_node(r, n, d.tree); },
           [](const D& d) { return write_tree(d.tree); }, true},
      });
  return fields;
}

void doubt_readers_of_doubtful_variables(Reader& reader, const Criterion& node) {
  for (const auto* terms : {&node.measure.terms, &node.measure.denominator}) {
    for (const auto& term : *terms) {
      if (reader.is_doubtful(term.variable)) reader.doubt(node.code);
    }
  }
  for (const auto& entry : node.rule.entries()) {
    const auto* rule = std::get_if<FormulaRule>(&entry.value);
    if (rule == nullptr) continue;
    for (const auto& name : rule->formula.names()) {
      if (reader.is_doubtful(name)) reader.doubt(node.code);
    }
  }
  for (const auto& child : node.children) doubt_readers_of_doubtful_variables(reader, child);
}

void for_names(const Criterion& node, const std::function<void(const std::string&)>& look) {
  for (const auto& entry : node.rule.entries()) {
    const auto* rule = std::get_if<FormulaRule>(&entry.value);
    if (rule == nullptr) continue;
    for (const auto& name : rule->formula.names()) look(name);
  }
  for (const auto& child : node.children) for_names(child, look);
}

// A formula that could not be read may have used the parameters that no other does.
void doubt_unused_parameters(Reader& reader, const IndexDefinition& definition) {
  std::set<std::string, std::less<>> used;
  for_names(definition.tree, [&used](const std::string& name) { used.insert(name); });
  for (const auto& parameter : definition.parameters) {
    if (!used.contains(parameter.code)) reader.doubt(parameter.code);
  }
}

}  // namespace

// ---- What others call --------------------------------------------------------------------------

void read_node(Reader& reader, const Node& node, Criterion& criterion) {
  const Node* code = node.find("code");
  const Reader::Place place(reader, code != nullptr ? code->text : std::string());
  criterion.location = reader.location(node);
  read_fields(reader, node, "a node", all(node_fields()), criterion);
  if (!node.is_mapping()) return;

  const bool is_inner = node.find("children") != nullptr;
  for (const auto& key : node.keys) {
    if (is_inner && has_key(leaf_fields(), key.text)) {
      reader.fault(key, fmt::format("`{}` is for indicators, and this node has children", key.text),
                   "leave it out, or give it to a child");
    } else if (!is_inner && has_key(inner_fields(), key.text)) {
      reader.fault(key,
                   fmt::format("`{}` is for nodes with children, and this one has none", key.text),
                   "leave it out, or give the node `children`");
    }
  }
  if (is_inner) {
    if (node.find("aggregation") == nullptr) {
      reader.fault(node, "`aggregation` is missing: how do the children become the score?");
    }
    criterion.measure = {};
    return;
  }
  if (node.find("rule") == nullptr) {
    reader.fault(node, "`rule` is missing: how does the value become the score?",
                 "`rule: identity` takes it as it is");
  }
  const auto& rules = criterion.rule.entries();
  const bool is_formula =
      !rules.empty() && std::all_of(rules.begin(), rules.end(), [](auto& entry) {
        return std::holds_alternative<FormulaRule>(entry.value);
      });
  for (const char* key : {"variable", "measure"}) {
    if (is_formula && node.find(key) != nullptr) {
      reader.fault(*node.find(key),
                   fmt::format("a formula says itself what it reads, and `{}` says it too", key),
                   "leave it out");
    }
  }
  if (is_formula) {
    criterion.measure = {};
    return;
  }
  const bool has_variable = node.find("variable") != nullptr;
  const bool has_measure = node.find("measure") != nullptr;
  if (has_variable && has_measure) {
    reader.fault(node, "`variable` and `measure` say both what is read", "leave one out");
  }
  if (!has_variable && !has_measure) criterion.measure = Measure::of(criterion.code);
}

Node write_tree(const Criterion& criterion) {
  Node node = write_fields(all(node_fields()), criterion);
  node.block = true;
  return node;
}

void read_aggregation(Reader& reader, const Node& node, Aggregation& aggregation) {
  const auto [form, parameters] = choose(reader, node, "an aggregation", kAggregations);
  if (form == nullptr) return;
  aggregation.method = form->method;
  if (form->method == Method::power_mean) {
    assign(aggregation.power, reader.number(*parameters));
  } else if (!parameters->is_null()) {
    read_fields(reader, *parameters, fmt::format("`{}`", form->name), all(penalty_fields()),
                aggregation);
  }
}

void read_value(Reader& reader, const Node& node, std::optional<Method>& value) {
  std::vector<Word<Method>> methods;
  for (const auto& form : kAggregations) methods.push_back({form.name, form.method});
  assign(value, reader.word<Method>(node, methods));
}

void read_value(Reader& reader, const Node& node, std::optional<MissingPolicy>& value) {
  assign(value, read_word(reader, node, kPolicies));
}

Node write_value(const std::optional<Method>& value) {
  return value ? Node::word(std::string(name(*value))) : Node();
}

Node write_value(const std::optional<MissingPolicy>& value) {
  return value ? word(*value, kPolicies) : Node();
}

void read_definition(Reader& reader, const Node& root, IndexDefinition& definition) {
  definition.location = reader.location(root);
  read_fields<true>(reader, root, "a definition", all(head_fields()), definition);
}

void read_head(Reader& reader, const Node& root, IndexDefinition& definition) {
  const auto fields = without_reading(head_fields(), {"variables", "parameters", "tree"});
  definition.location = reader.location(root);
  read_fields<true>(reader, root, "a definition", all(fields), definition);
}

Index index_from(const Node& root, const std::string& file, const InputLimits& limits) {
  Problems problems;
  Reader reader(file, problems, limits.formula());
  IndexDefinition definition;
  read_definition(reader, root, definition);
  const bool readable = problems.empty();

  // What follows from a problem that was noted already would only bury it.
  for (const char* key : {"index", "edition"}) {
    if (root.find(key) == nullptr) reader.doubt(key);
  }
  if (readable || (root.find("tree") != nullptr && !reader.is_doubtful("periods"))) {
    if (!readable) {
      doubt_readers_of_doubtful_variables(reader, definition.tree);
      doubt_unused_parameters(reader, definition);
    }
    try {
      Index index(std::move(definition));
      if (readable) return index;
    } catch (const SpecError& error) {
      for (const Problem& problem : error.problems()) {
        if (!reader.is_doubtful(problem.place)) problems.add(at_its_key(problem, reader, root));
      }
    }
  }
  problems.raise<SpecError>();
  throw SpecError("the definition cannot be read");  // Not reached: there is a problem.
}

Node write_definition(const IndexDefinition& definition) {
  Node node = write_fields(all(head_fields()), definition);
  node.block = true;
  return node;
}

Node write_node(const Criterion& node) {
  Node fields = write_fields(all(node_fields()), node);
  if (!fields.keys.empty() && fields.keys.back().text == "children") {
    fields.keys.pop_back();
    fields.items.pop_back();
  }
  return fields;
}

std::vector<std::string_view> head_keys() {
  std::vector<std::string_view> keys = keys_of("definition", all(head_fields())).keys;
  std::erase(keys, "variables");
  std::erase(keys, "parameters");
  std::erase(keys, "tree");
  return keys;
}

std::vector<std::string_view> node_keys() {
  std::vector<std::string_view> keys = keys_of("node", all(node_fields())).keys;
  std::erase(keys, "children");
  return keys;
}

std::vector<DefinitionKeys> definition_keys() {
  std::vector<DefinitionKeys> keys{
      keys_of("definition", all(head_fields())),
      keys_of("node", all(node_fields())),
      keys_of("title", all(title_fields())),
      keys_of("periods", all(period_fields())),
      keys_of("groups", all(grouping_fields())),
      keys_of("variable", all(variable_fields())),
      keys_of("parameter", all(parameter_fields())),
      keys_of("published", all(published_fields())),
      keys_of("dated_number", all(entry_fields<double>())),
      keys_of("dated_rule", all(entry_fields<Rule>())),
      keys_of("measure", all(measure_fields())),
      keys_of("ratio", all(ratio_fields())),
      keys_of("mazziotta_pareto", all(penalty_fields())),
  };
  for (DefinitionKeys& rule : rule_keys()) keys.push_back(std::move(rule));
  DefinitionKeys aggregations{"aggregation", {}};
  for (const auto& form : kAggregations) aggregations.keys.push_back(form.name);
  keys.push_back(std::move(aggregations));
  return keys;
}

}  // namespace chiso
