#include "io/action_document.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "chiso/base/interval.hpp"
#include "chiso/io/load_actions.hpp"
#include "io/cells.hpp"
#include "io/fields.hpp"

namespace chiso {
namespace {

using Kind = TaskEffect::Kind;
using Choice = Action::Choice;

constexpr std::array<Word<Choice>, 3> choices{
    {{"free", Choice::free}, {"must", Choice::must}, {"never", Choice::never}}};

std::string text_of(const Node& node, std::string_view key) {
  const Node* value = node.find(key);
  return value == nullptr ? std::string() : value->text;
}

/// A part of a text, where the text stands.
Node part_of(const Node& node, std::string_view text) {
  Node part = Node::word(std::string(text));
  part.line = node.line;
  part.column = node.column;
  return part;
}

/// Calls `read` with each part of a text between semicolons, or with each item of a list.
template <class Read>
void read_parts(Reader& reader, const Node& node, const Read& read) {
  if (!node.is_scalar()) {
    read_each(reader, node, read);
    return;
  }
  std::string_view rest = node.text;
  while (true) {
    const auto end = rest.find(';');
    const std::string_view part = without_blanks(rest.substr(0, end));
    if (!part.empty()) read(part_of(node, part));
    if (end == std::string_view::npos) return;
    rest.remove_prefix(end + 1);
  }
}

// ---- Amounts of agencies ------------------------------------------------------------------------

/// "agency = 3", or the agency alone for 1.
template <class T>
void read_amount(Reader& reader, const Node& node, std::vector<T>& amounts) {
  if (!node.is_scalar()) {
    reader.unexpected(node, "an agency with its amount, such as 'so-tc = 3'");
    return;
  }
  const std::string_view text = node.text;
  const auto sign = text.rfind('=');
  double amount = 1.0;
  if (sign != std::string_view::npos) {
    const auto number = reader.number(part_of(node, without_blanks(text.substr(sign + 1))));
    if (!number) return;
    amount = *number;
  }
  T& made = amounts.emplace_back();
  made.agency = without_blanks(text.substr(0, sign));
  made.amount = amount;
  if constexpr (requires { made.location; }) made.location = reader.location(node);
}

/// A mapping of agencies to amounts; or texts.
template <class T>
void read_amounts(Reader& reader, const Node& node, std::vector<T>& amounts) {
  if (!node.is_mapping()) {
    read_parts(reader, node, [&](const Node& item) { read_amount(reader, item, amounts); });
    return;
  }
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    T& made = amounts.emplace_back();
    made.agency = node.keys[i].text;
    assign(made.amount, reader.number(node.items[i]));
    if constexpr (requires { made.location; }) made.location = reader.location(node.keys[i]);
  }
}

template <class T>
Node write_amounts(const std::vector<T>& amounts) {
  if (amounts.empty()) return {};
  Node node = Node::mapping();
  for (const auto& each : amounts) node.set(each.agency, Node::number(each.amount));
  return node;
}

// ---- Effects ------------------------------------------------------------------------------------

/// "key:code", or the code alone. What is wrong with a code is for the validator to say.
CriterionRef indicator(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return {{}, std::string(text)};
  return {std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
}

std::string indicator_text(const CriterionRef& ref) {
  return ref.index.empty() ? ref.code : ref.index + ':' + ref.code;
}

bool take_end(std::string_view& text, std::string_view word) {
  if (!text.ends_with(word)) return false;
  const std::string_view before = text.substr(0, text.size() - word.size());
  if (without_blanks(before).size() == before.size()) return false;  // Part of a longer word.
  text = without_blanks(before);
  return true;
}

constexpr std::string_view effect_form =
    "an effect such as 'entry + 0.5 points', 'entry = 8 points', 'days - 3' or 'days = 5'";

/// "code + 0.5 points": a sign between blanks, and whether it is points.
void read_effect_text(Reader& reader, const Node& node, TaskEffect& effect) {
  std::string_view text = without_blanks(node.text);
  const bool is_points =
      take_end(text, "points") || take_end(text, "point") || take_end(text, "\u0111i\u1ec3m");
  const auto blank = text.find_first_of(" \t");
  if (blank == std::string_view::npos) {
    reader.unexpected(node, effect_form);
    return;
  }
  const std::string_view rest = without_blanks(text.substr(blank));
  const char sign = rest.front();
  if (sign != '+' && sign != '-' && sign != '=') {
    reader.unexpected(node, effect_form);
    return;
  }
  const auto amount = reader.number(part_of(node, without_blanks(rest.substr(1))));
  if (!amount) return;
  effect.criterion = indicator(text.substr(0, blank));
  effect.amount = sign == '-' ? -*amount : *amount;
  effect.kind = sign == '=' ? (is_points ? Kind::set_points : Kind::set_value)
                            : (is_points ? Kind::add_points : Kind::add_value);
}

std::string effect_text(const TaskEffect& effect) {
  const bool sets = effect.kind == Kind::set_value || effect.kind == Kind::set_points;
  const bool is_points = effect.kind == Kind::add_points || effect.kind == Kind::set_points;
  const bool less = !sets && effect.amount < 0.0;
  return fmt::format("{} {} {}{}", indicator_text(effect.criterion),
                     sets   ? '='
                     : less ? '-'
                            : '+',
                     to_string(less ? -effect.amount : effect.amount), is_points ? " points" : "");
}

template <Kind kind>
Field<TaskEffect> amount_field(std::string_view key) {
  return {key,
          [](Reader& r, const Node& n, TaskEffect& e) {
            e.kind = kind;
            read_value(r, n, e.amount);
          },
          [](const TaskEffect& e) { return e.kind == kind ? Node::number(e.amount) : Node(); }};
}

/// The keys that an effect has in a plan.
const std::vector<Field<TaskEffect>>& effect_fields() {
  static const std::vector<Field<TaskEffect>> fields{
      {"of",
       [](Reader& r, const Node& n, TaskEffect& e) {
         if (const auto text = r.text(n)) e.criterion = indicator(*text);
       },
       [](const TaskEffect& e) { return Node::text_of(indicator_text(e.criterion)); }, true},
      amount_field<Kind::add_value>("add"),
      amount_field<Kind::set_value>("to"),
      amount_field<Kind::add_points>("add_points"),
      amount_field<Kind::set_points>("to_points")};
  return fields;
}

void read_effect(Reader& reader, const Node& node, TaskEffect& effect) {
  if (node.is_scalar()) {
    read_effect_text(reader, node, effect);
    return;
  }
  read_fields(reader, node, "an effect", all(effect_fields()), effect);
  expect_one_of(reader, node, all(effect_fields()), {"add", "to", "add_points", "to_points"});
}

Node write_effects(const std::vector<TaskEffect>& effects) {
  std::vector<Node> items;
  for (const auto& effect : effects) items.push_back(Node::text_of(effect_text(effect)));
  return one_or_list(std::move(items));
}

// ---- Actions ------------------------------------------------------------------------------------

/// Codes: a list, or the one; in a text with commas or semicolons between them.
void read_codes(Reader& reader, const Node& node, std::vector<std::string>& codes) {
  Node parts = node;
  if (node.is_scalar()) std::replace(parts.text.begin(), parts.text.end(), ',', ';');
  read_parts(reader, parts, [&](const Node& item) {
    if (auto code = reader.text(item)) codes.push_back(*std::move(code));
  });
}

template <auto member>
Field<Action> codes_field(std::string_view key) {
  return {key, [](Reader& r, const Node& n, Action& a) { read_codes(r, n, a.*member); },
          [](const Action& a) { return write_names(a.*member); }};
}

const std::vector<Field<Action>>& action_fields() {
  using A = Action;
  static const std::vector<Field<A>> fields{
      field<&A::code>("code", true),
      field<&A::title>("title"),
      {"cost", [](Reader& r, const Node& n, A& a) { read_value(r, n, a.cost); },
       [](const A& a) { return number_unless(a.cost, 0.0); }},
      {"effects",
       [](Reader& r, const Node& n, A& a) {
         // A single mapping is one effect.
         read_parts(r, n,
                    [&](const Node& item) { read_effect(r, item, a.effects.emplace_back()); });
       },
       [](const A& a) { return write_effects(a.effects); }},
      {"uses", [](Reader& r, const Node& n, A& a) { read_amounts(r, n, a.uses); },
       [](const A& a) { return write_amounts(a.uses); }},
      {"duration", [](Reader& r, const Node& n, A& a) { read_value(r, n, a.duration); },
       [](const A& a) { return number_unless(a.duration, 0.0); }},
      codes_field<&A::needs>("needs"),
      codes_field<&A::excludes>("excludes"),
      {"choice", [](Reader& r, const Node& n, A& a) { assign(a.choice, read_word(r, n, choices)); },
       [](const A& a) { return word_unless(a.choice, Choice::free, choices); }},
  };
  return fields;
}

void read_action(Reader& reader, const Node& node, Action& action) {
  action.location = reader.location(node);
  const Reader::Place place(reader, text_of(node, "code"), action.location);
  read_fields(reader, node, "an action", all(action_fields()), action);
}

const std::vector<Field<ActionDefinition>>& head_fields() {
  using D = ActionDefinition;
  static const std::vector<Field<D>> fields = joined(
      joined<D>({format_field<D>(), field<&D::name>("name"), field<&D::title>("title")},
                provenance_fields<D>()),
      {field<&D::currency>("currency"),
       field<&D::time_unit>("time_unit"),
       field<&D::work_unit>("work_unit"),
       {"capacities", [](Reader& r, const Node& n, D& d) { read_amounts(r, n, d.capacities); },
        [](const D& d) { return write_amounts(d.capacities); }},
       {"actions",
        [](Reader& r, const Node& n, D& d) {
          if (!n.is_sequence()) {
            r.unexpected(n, "a list of actions (`- code: ...`)");
            return;
          }
          d.actions.reserve(n.items.size());
          for (const auto& item : n.items) read_action(r, item, d.actions.emplace_back());
        },
        [](const D& d) {
          Node list = Node::sequence();
          list.block = true;
          for (const Action& action : d.actions) {
            list.items.push_back(write_action(action));
            list.items.back().block = true;
          }
          return list;
        },
        true}});
  return fields;
}

/// The place of the key that a message begins with, in the action where the problem is.
Location place_of(const Problem& problem, const Reader& reader, const Node& root) {
  const Node* actions = root.find("actions");
  const std::string_view message = problem.message;
  if (actions == nullptr || !message.starts_with('`')) return problem.location;
  const std::string_view key = message.substr(1, message.find('`', 1) - 1);
  for (const Node& action : actions->items) {
    if (reader.location(action) != problem.location) continue;
    for (const Node& each : action.keys) {
      if (each.text == key) return reader.location(each);
    }
  }
  return problem.location;
}

}  // namespace

std::string amount_text(const std::string& agency, double amount) {
  const bool alone = amount == 1.0 && agency.find('=') == std::string::npos;
  return alone ? agency : fmt::format("{} = {}", agency, to_string(amount));
}

const std::vector<std::string_view>& action_head_texts() {
  static const std::vector<std::string_view> keys{"name",      "status",    "source",
                                                  "reference", "checked",   "note",
                                                  "currency",  "time_unit", "work_unit"};
  return keys;
}

ActionSet actions_from(const Node& root, const std::string& file, Problems problems) {
  Reader reader(file, problems);
  ActionDefinition definition;
  definition.location = reader.location(root);
  read_fields<true>(reader, root, "a set of actions", all(head_fields()), definition);
  const bool readable = problems.empty();
  // A code that could not be read may be the one that others name.
  const bool has_codes = root.find("actions") != nullptr &&
                         std::none_of(definition.actions.begin(), definition.actions.end(),
                                      [](const Action& action) { return action.code.empty(); });
  if (readable || has_codes) {
    try {
      ActionSet actions(std::move(definition));
      if (readable) return actions;
    } catch (const SpecError& error) {
      for (Problem problem : error.problems()) {
        if (reader.is_doubtful(problem.location)) continue;  // It may follow from what was noted.
        problem.location = place_of(problem, reader, root);
        problems.add(std::move(problem));
      }
    }
  }
  problems.raise<SpecError>();
  throw SpecError("the actions cannot be read");  // Not reached: there is a problem.
}

void read_actions_head(Reader& reader, const Node& root, ActionDefinition& actions) {
  const auto fields = without_reading(head_fields(), {"capacities", "actions"});
  read_fields<true>(reader, root, "a set of actions", all(fields), actions);
}

Node write_actions(const ActionDefinition& actions) {
  Node node = write_fields(all(head_fields()), actions);
  node.block = true;
  return node;
}

Node write_action(const Action& action) { return write_fields(all(action_fields()), action); }

std::vector<DefinitionKeys> action_keys() {
  return {keys_of("actions", all(head_fields())), keys_of("title", all(title_fields())),
          keys_of("action", all(action_fields())), keys_of("effect", all(effect_fields()))};
}

}  // namespace chiso
