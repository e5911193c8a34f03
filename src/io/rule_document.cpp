#include "io/rule_document.hpp"

#include <fmt/core.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "chiso/base/interval.hpp"
#include "io/dated_fields.hpp"
#include "io/fields.hpp"
#include "io/forms.hpp"

namespace chiso {

namespace {

using Norm = Normaliser::Method;

constexpr std::array<Word<Normaliser::Ties>, 2> kTies{
    {{"lowest", Normaliser::Ties::lowest}, {"average", Normaliser::Ties::average}}};
constexpr std::array<Word<Anchor::Source>, 2> kSources{
    {{"period", Anchor::Source::period}, {"pooled", Anchor::Source::pooled}}};

Node two_numbers(double first, double second) {
  return Node::sequence({Node::number(first), Node::number(second)});
}

// ---- Anchors -----------------------------------------------------------------------------------

const std::vector<Field<Anchor>>& anchor_fields() {
  static const std::vector<Field<Anchor>> fields{field<&Anchor::reached>("pooled", true)};
  return fields;
}

void read_anchor(Reader& reader, const Node& node, Anchor& anchor) {
  anchor = {};
  if (node.is_mapping()) {
    anchor.source = Anchor::Source::pooled;
    read_fields(reader, node, "a pooled anchor", all(anchor_fields()), anchor);
    return;
  }
  double number = 0.0;
  const bool is_number = node.is_scalar() && !node.quoted && parse_number(node.text, number);
  if (is_number || node.is_sequence()) {
    anchor.source = Anchor::Source::fixed;
    read_dated(reader, node, anchor.value);
    return;
  }
  for (const auto& each : kSources) {
    if (node.is_scalar() && node.text == each.text) {
      anchor.source = each.value;
      return;
    }
  }
  const std::array<std::string, 4> known{"a number", "period", "pooled", "{pooled: a number}"};
  reader.unknown_word(node, known);
}

Node write_anchor(const Anchor& anchor) {
  if (anchor.source == Anchor::Source::fixed) return write_dated(anchor.value);
  if (anchor.reached) return write_fields(all(anchor_fields()), anchor);
  return word(anchor.source, kSources);
}

Node write_anchor_unless_of_period(const Anchor& anchor) {
  return anchor == Anchor{} ? Node() : write_anchor(anchor);
}

// ---- Rules -------------------------------------------------------------------------------------

const std::vector<Field<Steps::Step>>& step_fields() {
  using Step = Steps::Step;
  static const std::vector<Field<Step>> fields{
      {"when", [](Reader& r, const Node& n, Step& s) { assign(s.when, r.interval(n)); },
       [](const Step& s) { return write_interval(s.when); }, true},
      field<&Step::points>("points", true),
  };
  return fields;
}

const std::vector<Field<Proportional>>& proportional_fields() {
  using Rule = Proportional;
  static const std::vector<Field<Rule>> fields{
      field<&Rule::full_at>("full_at", true),
      {"threshold", [](Reader& r, const Node& n, Rule& x) { assign(x.threshold, r.number(n)); },
       [](const Rule& x) { return number_unless(x.threshold, 0.0); }},
  };
  return fields;
}

const std::vector<Field<PerUnit>>& per_unit_fields() {
  using Rule = PerUnit;
  static const std::vector<Field<Rule>> fields{
      field<&Rule::points>("points", true),
      field<&Rule::cap>("cap"),
  };
  return fields;
}

const std::vector<Field<Increments>>& increments_fields() {
  using Rule = Increments;
  static const std::vector<Field<Rule>> fields{
      field<&Rule::start>("start", true), field<&Rule::points>("points", true),
      field<&Rule::from>("from", true),   field<&Rule::every>("every", true),
      field<&Rule::add>("add", true),     field<&Rule::cap>("cap"),
  };
  return fields;
}

// A rule as it is read, before there is a formula.
struct FormulaFields {
  std::optional<FormulaRule> rule;
  std::vector<std::string> rises_with;
  std::vector<std::string> falls_with;
};

void read_formula(Reader& reader, const Node& node, FormulaFields& fields) {
  if (!node.is_scalar()) {
    reader.unexpected(node, "a formula", "write it in quotes: {formula: \"min(rate, maximum)\"}");
    return;
  }
  try {
    fields.rule.emplace(
        FormulaRule{Formula(node.text, reader.formula_limits()), {}, {}, reader.text_place(node)});
  } catch (const SpecError& error) {
    for (const Problem& problem : error.problems()) {
      reader.fault(node, problem.location, problem.message, problem.remedy);
    }
  }
}

const std::vector<Field<FormulaFields>>& formula_fields() {
  using Rule = FormulaFields;
  static const std::vector<Field<Rule>> fields{
      {"formula", [](Reader& r, const Node& n, Rule& x) { read_formula(r, n, x); },
       [](const Rule& x) { return x.rule ? Node::text_of(to_string(x.rule->formula)) : Node(); },
       true},
      names_field<&Rule::rises_with>("rises_with"),
      names_field<&Rule::falls_with>("falls_with"),
  };
  return fields;
}

const std::vector<Field<Deduct>>& deduct_fields() {
  using Rule = Deduct;
  static const std::vector<Field<Rule>> fields{
      field<&Rule::points>("points", true),
      field<&Rule::per>("per", true),
  };
  return fields;
}

// What several normalisers have.
using NormField = Field<Normaliser>;

template <Anchor Normaliser::*end>
NormField end_field(std::string_view key, bool required = false) {
  return {key, [](Reader& r, const Node& n, Normaliser& x) { read_anchor(r, n, x.*end); },
          [](const Normaliser& x) { return write_anchor_unless_of_period(x.*end); }, required};
}

NormField onto_field() {
  return {"onto",
          [](Reader& r, const Node& n, Normaliser& x) {
            if (const auto ends = r.two_numbers(n)) {
              x.onto_low = ends->first;
              x.onto_high = ends->second;
            }
          },
          [](const Normaliser& x) {
            return x.onto_low == 0.0 && x.onto_high == 100.0 ? Node()
                                                             : two_numbers(x.onto_low, x.onto_high);
          }};
}

// Where the ends that data fix come from.
template <bool low, bool high>
NormField over_field() {
  return {"over",
          [](Reader& r, const Node& n, Normaliser& x) {
            const auto source = read_word(r, n, kSources);
            if (!source) return;
            if (low) x.low.source = *source;
            if (high) x.high.source = *source;
          },
          [](const Normaliser& x) {
            const Anchor& end = low ? x.low : x.high;
            return word_unless(end.source, Anchor::Source::period, kSources);
          }};
}

NormField cut_field(std::string_view key) {
  return {key, [](Reader& r, const Node& n, Normaliser& x) { assign(x.cut, r.truth(n)); },
          [](const Normaliser& x) {
            const bool usual = x.method == Norm::goalposts;
            return x.cut == usual ? Node() : Node::word(x.cut ? "true" : "false");
          }};
}

NormField ties_field() {
  return {"ties",
          [](Reader& r, const Node& n, Normaliser& x) { assign(x.ties, read_word(r, n, kTies)); },
          [](const Normaliser& x) { return word_unless(x.ties, Normaliser::Ties::lowest, kTies); }};
}

// A normaliser as it is before its keys are read: what the scale is where `onto` is not given.
Normaliser usual(Norm method) {
  Normaliser rule;
  rule.method = method;
  switch (method) {
    case Norm::goalposts:
      rule.cut = true;
      break;
    case Norm::z_score:
    case Norm::distance_to_maximum:
    case Norm::distance_to_reference:
    case Norm::distance_to_target:
    case Norm::fraction_of_maximum:
      rule.onto_high = 1.0;
      break;
    case Norm::adjusted_goalposts:
      rule.onto_low = 70.0;
      rule.onto_high = 130.0;
      break;
    default:
      break;
  }
  return rule;
}

template <double Normaliser::*number>
NormField number_field(std::string_view key) {
  return {key, [](Reader& r, const Node& n, Normaliser& x) { assign(x.*number, r.number(n)); },
          [](const Normaliser& x) { return number_unless(x.*number, usual(x.method).*number); }};
}

constexpr auto kLow = &Normaliser::low;
constexpr auto kHigh = &Normaliser::high;

std::span<const NormField> normaliser_fields(Norm method) {
  static const std::vector<NormField> min_max{onto_field(), end_field<kLow>("min"),
                                              end_field<kHigh>("max")};
  static const std::vector<NormField> goalposts{end_field<kLow>("low", true),
                                                end_field<kHigh>("high", true), onto_field(),
                                                cut_field("clamp")};
  static const std::vector<NormField> z_score{number_field<&Normaliser::onto_low>("mean"),
                                              number_field<&Normaliser::onto_high>("deviation"),
                                              over_field<true, true>()};
  static const std::vector<NormField> scaled{end_field<kLow>("from", true),
                                             end_field<kHigh>("to", true),
                                             number_field<&Normaliser::onto_high>("factor")};
  static const std::vector<NormField> distance_to_maximum{over_field<true, true>()};
  static const std::vector<NormField> distance_to_reference{
      field<&Normaliser::reference_unit>("unit", true), cut_field("cap"),
      over_field<true, false>()};
  static const std::vector<NormField> distance_to_target{
      end_field<kHigh>("target", true), cut_field("cap"), over_field<true, false>()};
  static const std::vector<NormField> fraction_of_maximum{over_field<false, true>()};
  static const std::vector<NormField> adjusted_goalposts{end_field<kLow>("reference", true),
                                                         over_field<false, true>()};
  static const std::vector<NormField> ranks{ties_field()};
  switch (method) {
    case Norm::min_max:
      return min_max;
    case Norm::goalposts:
      return goalposts;
    case Norm::z_score:
      return z_score;
    case Norm::scaled:
      return scaled;
    case Norm::distance_to_maximum:
      return distance_to_maximum;
    case Norm::distance_to_reference:
      return distance_to_reference;
    case Norm::distance_to_target:
      return distance_to_target;
    case Norm::fraction_of_maximum:
      return fraction_of_maximum;
    case Norm::adjusted_goalposts:
      return adjusted_goalposts;
    case Norm::rank:
    case Norm::borda:
    case Norm::percentile_rank:
      return ranks;
  }
  return {};
}

template <Norm method>
void read_normaliser(Reader& reader, const Node& node, Rule& rule) {
  Normaliser normaliser = usual(method);
  if (!node.is_null()) {
    read_fields(reader, node, fmt::format("`{}`", name(method)), normaliser_fields(method),
                normaliser);
  }
  rule = std::move(normaliser);
}

/// A rule by its name: `name`, or `{name: parameters}`.
struct RuleForm {
  std::string_view name;
  bool bare;                                             ///< May stand without parameters.
  bool parameters;                                       ///< May have them.
  void (*read)(Reader&, const Node& parameters, Rule&);  ///< Nothing (null) where bare.
};

template <class R, const std::vector<Field<R>>& (*fields)()>
void read_points_rule(Reader& reader, const Node& node, Rule& rule) {
  R read;
  read_fields(reader, node, "the rule", all(fields()), read);
  rule = std::move(read);
}

template <bool percent>
void read_categories(Reader& reader, const Node& node, Rule& rule) {
  CategoryRule read;
  read.percent = percent;
  if (!node.is_mapping()) {
    reader.unexpected(node, "the points of every category (`category: points`)");
    return;
  }
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    if (const auto points = reader.number(node.items[i])) {
      read.points.emplace_back(node.keys[i].text, *points);
    }
  }
  rule = std::move(read);
}

void read_steps(Reader& reader, const Node& node, Rule& rule) {
  Steps read;
  if (!node.is_sequence()) {
    reader.unexpected(node, "a list of steps ({when: \"> 90\", points: 2})");
    return;
  }
  for (const auto& item : node.items) {
    read_fields(reader, item, "a step", all(step_fields()), read.steps.emplace_back());
  }
  rule = std::move(read);
}

// Its one parameter stands behind its name, what else is said of it beside.
void read_formula_rule(Reader& reader, const Node& node, Rule& rule) {
  FormulaFields read;
  read_fields(reader, node, "the rule", all(formula_fields()), read);
  if (!read.rule) return;
  read.rule->rises_with = std::move(read.rises_with);
  read.rule->falls_with = std::move(read.falls_with);
  rule = *std::move(read.rule);
}

constexpr std::array<RuleForm, 23> kRules{{
    {"identity", true, false, [](Reader&, const Node&, Rule& rule) { rule = Identity{}; }},
    {"fixed", false, true,
     [](Reader& r, const Node& n, Rule& rule) {
       if (const auto points = r.number(n)) rule = FixedPoints{*points};
     }},
    {"given", true, false, [](Reader&, const Node&, Rule& rule) { rule = GivenPoints{}; }},
    {"steps", false, true, read_steps},
    {"proportional", false, true, read_points_rule<Proportional, proportional_fields>},
    {"per_unit", false, true, read_points_rule<PerUnit, per_unit_fields>},
    {"increments", false, true, read_points_rule<Increments, increments_fields>},
    {"deduct", false, true, read_points_rule<Deduct, deduct_fields>},
    {"categories", false, true, read_categories<false>},
    {"grades", false, true, read_categories<true>},
    {"formula", false, true, [](Reader&, const Node&, Rule&) {}},  // See read_rule().
    {"min_max", true, true, read_normaliser<Norm::min_max>},
    {"goalposts", false, true, read_normaliser<Norm::goalposts>},
    {"z_score", true, true, read_normaliser<Norm::z_score>},
    {"scaled", false, true, read_normaliser<Norm::scaled>},
    {"distance_to_maximum", true, true, read_normaliser<Norm::distance_to_maximum>},
    {"distance_to_reference", false, true, read_normaliser<Norm::distance_to_reference>},
    {"distance_to_target", false, true, read_normaliser<Norm::distance_to_target>},
    {"fraction_of_maximum", true, true, read_normaliser<Norm::fraction_of_maximum>},
    {"adjusted_goalposts", false, true, read_normaliser<Norm::adjusted_goalposts>},
    {"rank", true, true, read_normaliser<Norm::rank>},
    {"borda", true, true, read_normaliser<Norm::borda>},
    {"percentile_rank", true, true, read_normaliser<Norm::percentile_rank>},
}};

struct WriteRule {
  Node operator()(const Identity&) const { return Node::word("identity"); }
  Node operator()(const GivenPoints&) const { return Node::word("given"); }
  Node operator()(const FixedPoints& rule) const {
    return with_parameters("fixed", Node::number(rule.points));
  }
  Node operator()(const Steps& rule) const {
    Node list = Node::sequence();
    for (const auto& step : rule.steps)
      list.items.push_back(write_fields(all(step_fields()), step));
    return with_parameters("steps", std::move(list));
  }
  Node operator()(const Proportional& rule) const {
    return with_parameters("proportional", write_fields(all(proportional_fields()), rule));
  }
  Node operator()(const PerUnit& rule) const {
    return with_parameters("per_unit", write_fields(all(per_unit_fields()), rule));
  }
  Node operator()(const Increments& rule) const {
    return with_parameters("increments", write_fields(all(increments_fields()), rule));
  }
  Node operator()(const Deduct& rule) const {
    return with_parameters("deduct", write_fields(all(deduct_fields()), rule));
  }
  Node operator()(const CategoryRule& rule) const {
    Node points = Node::mapping();
    for (const auto& [category, value] : rule.points) points.set(category, Node::number(value));
    return with_parameters(rule.percent ? "grades" : "categories", std::move(points));
  }
  Node operator()(const FormulaRule& rule) const {
    return write_fields(all(formula_fields()),
                        FormulaFields{rule, rule.rises_with, rule.falls_with});
  }
  Node operator()(const Normaliser& rule) const {
    Node parameters = write_fields(normaliser_fields(rule.method), rule);
    return parameters.items.empty() ? Node::word(std::string(name(rule.method)))
                                    : with_parameters(name(rule.method), std::move(parameters));
  }
};

}  // namespace

void read_rule(Reader& reader, const Node& node, Rule& rule) {
  if (node.is_mapping() && node.find("formula") != nullptr) {
    read_formula_rule(reader, node, rule);
    return;
  }
  if (node.is_scalar() && node.text.find_first_of("=<>+*/(") != std::string::npos) {
    reader.unexpected(node, "a rule, by its name or as {name: parameters}",
                      "a formula is written {formula: \"...\"}");
    return;
  }
  const auto [form, parameters] = choose(reader, node, "a rule", kRules);
  if (form != nullptr) form->read(reader, *parameters, rule);
}

Node write_rule(const Rule& rule) { return std::visit(WriteRule{}, rule); }

std::vector<DefinitionKeys> rule_keys() {
  std::vector<DefinitionKeys> keys{
      keys_of("pooled", all(anchor_fields())),
      keys_of("step", all(step_fields())),
      keys_of("proportional", all(proportional_fields())),
      keys_of("per_unit", all(per_unit_fields())),
      keys_of("increments", all(increments_fields())),
      keys_of("deduct", all(deduct_fields())),
      keys_of("formula", all(formula_fields())),
  };
  for (const Norm method :
       {Norm::min_max, Norm::goalposts, Norm::z_score, Norm::scaled, Norm::distance_to_maximum,
        Norm::distance_to_reference, Norm::distance_to_target, Norm::fraction_of_maximum,
        Norm::adjusted_goalposts}) {
    keys.push_back(keys_of(name(method), normaliser_fields(method)));
  }
  keys.push_back(keys_of("ranks", normaliser_fields(Norm::rank)));
  DefinitionKeys rules{"rule", {}};
  for (const auto& form : kRules) rules.keys.push_back(form.name);
  keys.push_back(std::move(rules));
  return keys;
}

}  // namespace chiso
