#include "io/plan_document.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "chiso/io/load_plan.hpp"
#include "io/fields.hpp"

namespace chiso {

namespace {

using Quantity = Target::Quantity;
using Against = Target::Against;

constexpr std::array<Word<Recurrence>, 6> kRecurrences{{{"once", Recurrence::once},
                                                        {"year", Recurrence::yearly},
                                                        {"half_year", Recurrence::half_yearly},
                                                        {"quarter", Recurrence::quarterly},
                                                        {"month", Recurrence::monthly},
                                                        {"always", Recurrence::continuous}}};
constexpr std::array<Word<TaskStatus>, 4> kStatuses{{{"not_started", TaskStatus::not_started},
                                                     {"in_progress", TaskStatus::in_progress},
                                                     {"done", TaskStatus::done},
                                                     {"cancelled", TaskStatus::cancelled}}};
constexpr std::array<Word<Against>, 2> kAgainst{
    {{"baseline", Against::baseline}, {"previous", Against::previous}}};

constexpr std::string_view kKeep = "keep";
constexpr std::string_view kRaise = "raise";

std::string text_of(const Node& node, std::string_view key) {
  const Node* value = node.find(key);
  return value == nullptr ? std::string() : value->text;
}

// ---- Parts: lists of mappings, or mappings by code ---------------------------------------------

template <class T>
using ReadPart = void (*)(Reader&, const Node&, T&);

template <class T>
void read_list(Reader& reader, const Node& node, std::string_view expected, ReadPart<T> read,
               std::vector<T>& parts) {
  if (!node.is_sequence()) {
    reader.unexpected(node, expected);
    return;
  }
  parts.reserve(node.items.size());
  for (const auto& item : node.items) read(reader, item, parts.emplace_back());
}

template <class T>
void read_by_code(Reader& reader, const Node& node, std::string_view expected, std::string T::*code,
                  ReadPart<T> read, std::vector<T>& parts) {
  if (!node.is_mapping()) {
    reader.unexpected(node, expected);
    return;
  }
  parts.reserve(node.items.size());
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    T& part = parts.emplace_back();
    part.*code = node.keys[i].text;
    part.location = reader.location(node.keys[i]);
    const Reader::Place place(reader, part.*code, part.location);
    if (!node.items[i].is_null()) read(reader, node.items[i], part);
  }
}

enum class Layout { lines, as_it_fits };

template <class T>
Node write_list(const std::vector<T>& parts, Node (*write)(const T&), Layout layout) {
  if (parts.empty()) return {};
  Node list = Node::sequence();
  list.block = layout == Layout::lines;
  for (const T& part : parts) list.items.push_back(write(part));
  return list;
}

template <class T>
Node write_by_code(const std::vector<T>& parts, std::string T::*code, Node (*write)(const T&)) {
  if (parts.empty()) return {};
  Node mapping = Node::mapping();
  mapping.block = true;
  for (const T& part : parts) mapping.set(part.*code, write(part));
  return mapping;
}

// ---- Indices and regions -----------------------------------------------------------------------

void read_index(Reader& reader, const Node& node, PlanIndex& index) {
  read_value(reader, node, index.definition);
}

Node write_index(const PlanIndex& index) { return Node::text_of(index.definition); }

void read_region(Reader& reader, const Node& node, PlanRegion& region) {
  read_names(reader, node, region.units);
}

Node write_region(const PlanRegion& region) { return write_names(region.units); }

// ---- Agencies ----------------------------------------------------------------------------------

const std::vector<Field<Agency>>& agency_fields() {
  static const std::vector<Field<Agency>> fields = joined<Agency>(
      {field<&Agency::title>("title"),
       names_field<&Agency::aliases>("aliases"),
       field<&Agency::head>("head"),
       field<&Agency::parent>("parent"),
       {"group", [](Reader& r, const Node& n, Agency& a) { assign(a.is_group, r.truth(n)); },
        [](const Agency& a) {
          return a.is_group && a.members.empty() ? Node::word("true") : Node();
        }},
       names_field<&Agency::members>("members")},
      provenance_fields<Agency>());
  return fields;
}

void read_agency(Reader& reader, const Node& node, Agency& agency) {
  read_fields(reader, node, "an agency", all(agency_fields()), agency);
  if (node.find("members") != nullptr && node.find("group") == nullptr) agency.is_group = true;
}

Node write_agency(const Agency& agency) { return write_fields(all(agency_fields()), agency); }

// ---- Areas -------------------------------------------------------------------------------------

const std::vector<Field<PlanArea>>& area_fields() {
  static const std::vector<Field<PlanArea>> fields{field<&PlanArea::title>("title"),
                                                   field<&PlanArea::criteria>("of")};
  return fields;
}

void read_area(Reader& reader, const Node& node, PlanArea& area) {
  read_fields(reader, node, "an area", all(area_fields()), area);
}

Node write_area(const PlanArea& area) { return write_fields(all(area_fields()), area); }

// ---- Baseline ----------------------------------------------------------------------------------

const std::vector<Field<Baseline>>& baseline_fields() {
  using B = Baseline;
  static const std::vector<Field<B>> fields =
      joined<B>({field<&B::criterion>("of", true), field<&B::period>("period", true),
                 field<&B::score>("score"), field<&B::rank>("rank")},
                provenance_fields<B>());
  return fields;
}

void read_baseline(Reader& reader, const Node& node, Baseline& baseline) {
  baseline.location = reader.location(node);
  const Reader::Place place(reader, text_of(node, "of"), baseline.location);
  read_fields(reader, node, "a baseline", all(baseline_fields()), baseline);
}

Node write_baseline(const Baseline& baseline) {
  return write_fields(all(baseline_fields()), baseline);
}

// ---- Targets -----------------------------------------------------------------------------------

// The word for what a target promises; none if it takes a range.
std::string_view word_of(const Target& target) {
  if (target.against != Against::baseline) return {};
  return target.range == kept(target.quantity)     ? kKeep
         : target.range == raised(target.quantity) ? kRaise
                                                   : std::string_view();
}

void read_promise(Reader& reader, const Node& node, Target& target) {
  if (node.is_scalar() && (node.text == kKeep || node.text == kRaise)) {
    target.range = node.text == kKeep ? kept(target.quantity) : raised(target.quantity);
    if (target.against == Against::nothing) target.against = Against::baseline;
  } else if (node.is_scalar() && node.text.find_first_of("0123456789") == std::string::npos) {
    const std::array<std::string, 3> known{"a range such as '<= 10'", std::string(kKeep),
                                           std::string(kRaise)};
    reader.unknown_word(node, known);
  } else {
    assign(target.range, reader.interval(node));
  }
}

template <Quantity quantity>
Field<Target> promise_field() {
  return {name(quantity),
          [](Reader& r, const Node& n, Target& t) {
            t.quantity = quantity;
            read_promise(r, n, t);
          },
          [](const Target& t) {
            if (t.quantity != quantity) return Node();
            const std::string_view word = word_of(t);
            return word.empty() ? write_interval(t.range) : Node::word(std::string(word));
          }};
}

const std::vector<Field<Target>>& target_fields() {
  using T = Target;
  static const std::vector<Field<T>> fields = joined<T>(
      {field<&T::code>("code"),
       field<&T::title>("title"),
       field<&T::criterion>("of", true),
       promise_field<Quantity::score>(),
       promise_field<Quantity::percent>(),
       promise_field<Quantity::rank>(),
       {"against",
        [](Reader& r, const Node& n, T& t) { assign(t.against, read_word(r, n, kAgainst)); },
        [](const T& t) { return word_of(t).empty() ? word(t.against, kAgainst) : Node(); }},
       field<&T::region>("region"),
       field<&T::by>("by")},
      provenance_fields<T>());
  return fields;
}

void read_target(Reader& reader, const Node& node, Target& target) {
  target.location = reader.location(node);
  const std::string code = text_of(node, "code");
  const Reader::Place place(reader, code.empty() ? text_of(node, "of") : code, target.location);
  read_fields(reader, node, "a target", all(target_fields()), target);
  expect_one_of(reader, node, all(target_fields()), {"score", "percent", "rank"});
}

Node write_target(const Target& target) { return write_fields(all(target_fields()), target); }

// ---- Tasks -------------------------------------------------------------------------------------

template <TaskEffect::Kind kind>
Field<TaskEffect> amount_field(std::string_view key) {
  return {key,
          [](Reader& r, const Node& n, TaskEffect& e) {
            e.kind = kind;
            read_value(r, n, e.amount);
          },
          [](const TaskEffect& e) { return e.kind == kind ? Node::number(e.amount) : Node(); }};
}

const std::vector<Field<TaskEffect>>& effect_fields() {
  using Kind = TaskEffect::Kind;
  static const std::vector<Field<TaskEffect>> fields{
      field<&TaskEffect::criterion>("of", true), amount_field<Kind::add_value>("add"),
      amount_field<Kind::set_value>("to"), amount_field<Kind::add_points>("add_points"),
      amount_field<Kind::set_points>("to_points")};
  return fields;
}

void read_effect(Reader& reader, const Node& node, TaskEffect& effect) {
  read_fields(reader, node, "an effect", all(effect_fields()), effect);
  expect_one_of(reader, node, all(effect_fields()), {"add", "to", "add_points", "to_points"});
}

Node write_effect(const TaskEffect& effect) { return write_fields(all(effect_fields()), effect); }

const std::vector<Field<TaskNews>>& news_fields() {
  using N = TaskNews;
  static const std::vector<Field<N>> fields{
      field<&N::date>("date", true),
      {"status",
       [](Reader& r, const Node& n, N& news) { assign(news.status, read_word(r, n, kStatuses)); },
       [](const N& news) { return word(news.status, kStatuses); }, true},
      field<&N::percent>("percent"),
      field<&N::evidence>("evidence"),
      field<&N::note>("note")};
  return fields;
}

void read_news(Reader& reader, const Node& node, TaskNews& news) {
  read_fields(reader, node, "news", all(news_fields()), news);
}

Node write_news(const TaskNews& news) { return write_fields(all(news_fields()), news); }

template <TaskRole role>
Field<Task> role_field() {
  return {name(role),
          [](Reader& r, const Node& n, Task& t) {
            std::vector<std::string> agencies;
            read_names(r, n, agencies);
            for (auto& agency : agencies) t.assignments.push_back({role, std::move(agency)});
          },
          [](const Task& t) {
            std::vector<std::string> agencies;
            for (const auto& each : t.assignments) {
              if (each.role == role) agencies.push_back(each.agency);
            }
            return write_names(agencies);
          }};
}

template <std::size_t... role>
std::vector<Field<Task>> role_fields(std::index_sequence<role...> /*all of them*/) {
  return {role_field<static_cast<TaskRole>(role)>()...};
}

const std::vector<Field<Task>>& task_fields() {
  using T = Task;
  static const std::vector<Field<T>> fields = joined(
      joined(
          joined<T>({field<&T::code>("code", true), field<&T::title>("title"),
                     field<&T::paragraph>("paragraph"), field<&T::area>("area"),
                     field<&T::criteria>("of")},
                    role_fields(std::make_index_sequence<task_role_count>())),
          {names_field<&T::addressees>("to"),
           field<&T::due>("due"),
           {"every",
            [](Reader& r, const Node& n, T& t) {
              assign(t.recurrence, read_word(r, n, kRecurrences));
            },
            [](const T& t) { return t.recurrence ? word(*t.recurrence, kRecurrences) : Node(); }},
           field<&T::product>("product"),
           field<&T::evidence>("evidence"),
           field<&T::cost>("cost"),
           {"effects",
            [](Reader& r, const Node& n, T& t) {
              read_list(r, n, "a list of effects (`- {of: ..., add_points: ...}`)", read_effect,
                        t.effects);
            },
            [](const T& t) { return write_list(t.effects, write_effect, Layout::as_it_fits); }},
           {"news",
            [](Reader& r, const Node& n, T& t) {
              read_list(r, n, "a list of news (`- {date: ..., status: ...}`)", read_news, t.news);
            },
            [](const T& t) { return write_list(t.news, write_news, Layout::as_it_fits); }}}),
      provenance_fields<T>());
  return fields;
}

void read_task(Reader& reader, const Node& node, Task& task) {
  task.location = reader.location(node);
  const Reader::Place place(reader, text_of(node, "code"), task.location);
  read_fields(reader, node, "a task", all(task_fields()), task);
}

Node write_task_in_lines(const Task& task) {
  Node node = write_task(task);
  node.block = true;
  return node;
}

// ---- The plan ----------------------------------------------------------------------------------

const std::vector<Field<PlanDefinition>>& plan_fields() {
  using D = PlanDefinition;
  static const std::vector<Field<D>> fields = joined(
      joined<D>({format_field<D>(), field<&D::plan>("plan", true), field<&D::title>("title"),
                 field<&D::unit>("unit"), field<&D::authority>("authority"),
                 field<&D::issued>("issued"), field<&D::period>("period")},
                provenance_fields<D>()),
      {
          field<&D::currency>("currency"),
          {"indices",
           [](Reader& r, const Node& n, D& d) {
             read_by_code(r, n, "the indices as a mapping (`key: name of a definition`)",
                          &PlanIndex::key, read_index, d.indices);
           },
           [](const D& d) { return write_by_code(d.indices, &PlanIndex::key, write_index); }},
          {"regions",
           [](Reader& r, const Node& n, D& d) {
             read_by_code(r, n, "the regions as a mapping (`name: [unit, unit]`)",
                          &PlanRegion::name, read_region, d.regions);
           },
           [](const D& d) { return write_by_code(d.regions, &PlanRegion::name, write_region); }},
          {"agencies",
           [](Reader& r, const Node& n, D& d) {
             read_by_code(r, n, "the agencies as a mapping (`code: {title: ..., head: ...}`)",
                          &Agency::code, read_agency, d.agencies);
           },
           [](const D& d) { return write_by_code(d.agencies, &Agency::code, write_agency); }},
          {"areas",
           [](Reader& r, const Node& n, D& d) {
             read_by_code(r, n, "the areas as a mapping (`code: {title: ..., of: ...}`)",
                          &PlanArea::code, read_area, d.areas);
           },
           [](const D& d) { return write_by_code(d.areas, &PlanArea::code, write_area); }},
          {"baseline",
           [](Reader& r, const Node& n, D& d) {
             read_list(r, n, "a list (`- {of: ..., period: ..., rank: ...}`)", read_baseline,
                       d.baseline);
           },
           [](const D& d) { return write_list(d.baseline, write_baseline, Layout::lines); }},
          {"targets",
           [](Reader& r, const Node& n, D& d) {
             read_list(r, n, "a list of targets (`- {of: ..., rank: <= 10}`)", read_target,
                       d.targets);
           },
           [](const D& d) { return write_list(d.targets, write_target, Layout::lines); }},
          {"tasks",
           [](Reader& r, const Node& n, D& d) {
             read_list(r, n, "a list of tasks (`- code: ...`)", read_task, d.tasks);
           },
           [](const D& d) { return write_list(d.tasks, write_task_in_lines, Layout::lines); }},
      });
  return fields;
}

// Whether nothing can be said about names that should be declared under a key.
bool is_lost(const Node& root, std::string_view key, Node::Kind kind) {
  if (const Node* declared = root.find(key)) return declared->kind != kind;
  const auto is_unknown = [](const Node& each) {
    return std::none_of(plan_fields().begin(), plan_fields().end(),
                        [&](const auto& field) { return field.key == each.text; });
  };
  return std::any_of(root.keys.begin(), root.keys.end(), is_unknown);
}

bool can_be_judged(const Node& root) {
  constexpr std::array<std::string_view, 4> declarations{"indices", "regions", "agencies", "areas"};
  return root.is_mapping() &&
         std::none_of(declarations.begin(), declarations.end(), [&](std::string_view key) {
           return is_lost(root, key, Node::Kind::mapping);
         });
}

// What a validator says about a part begins with the key that it is about, if it is about one:
// "`lead`: there is no agency ...".
class PartsOfText {
 public:
  PartsOfText(const Node& root, const std::vector<Problem>& noted) {
    for (const Node& list : root.items) {
      for (std::size_t i = 0; i < list.items.size(); ++i) {
        const Node& begin = list.is_mapping() ? list.keys[i] : list.items[i];
        parts_.emplace(std::pair(begin.line, begin.column), &list.items[i]);
      }
    }
    for (const auto& problem : noted) {
      noted_.emplace(problem.location.line, problem.location.column);
    }
  }

  struct Entry {
    const Node* key = nullptr;
    const Node* value = nullptr;
  };

  // The key that a problem is about, in the text of its part; nothing if it is about none.
  [[nodiscard]] Entry entry(const Problem& problem) const {
    const std::string_view message = problem.message;
    const auto part = parts_.find({problem.location.line, problem.location.column});
    if (part == parts_.end() || !message.starts_with('`')) return {};
    const std::string_view key = message.substr(1, message.find('`', 1) - 1);
    const Node& mapping = *part->second;
    for (std::size_t i = 0; i < mapping.keys.size(); ++i) {
      if (mapping.keys[i].text == key) return {&mapping.keys[i], &mapping.items[i]};
    }
    return {};
  }

  [[nodiscard]] bool has_noted(const Node& node) const {
    return noted_.contains({node.line, node.column}) ||
           std::any_of(node.keys.begin(), node.keys.end(),
                       [this](const Node& key) { return has_noted(key); }) ||
           std::any_of(node.items.begin(), node.items.end(),
                       [this](const Node& item) { return has_noted(item); });
  }

 private:
  std::map<std::pair<int, int>, const Node*> parts_;
  std::set<std::pair<int, int>> noted_;
};

// Adds what a validator says, each where it belongs; but not what follows from what was noted.
void add_what_is_new(const std::vector<Problem>& said, const Reader& reader, const Node& root,
                     Problems& problems) {
  const PartsOfText parts(root, problems.list());
  for (const Problem& problem : said) {
    if (problem.location == reader.location(root)) {
      if (!reader.is_doubtful(problem.place)) problems.add(at_its_key(problem, reader, root));
      continue;
    }
    const auto [key, value] = parts.entry(problem);
    const bool follows = reader.is_doubtful(problem.location) &&
                         (key == nullptr || parts.has_noted(*key) || parts.has_noted(*value));
    if (follows) continue;
    Problem placed = problem;
    if (key != nullptr) placed.location = reader.location(*key);
    problems.add(std::move(placed));
  }
}

}  // namespace

// ---- What others call --------------------------------------------------------------------------

void read_value(Reader& reader, const Node& node, CriterionRef& value) {
  const auto text = reader.text(node);
  if (!text) return;
  try {
    value = parse_criterion_ref(*text);
  } catch (const SpecError& error) {
    reader.fault(node, error.problems().front().message);
  }
}

void read_value(Reader& reader, const Node& node, std::vector<CriterionRef>& value) {
  read_each(reader, node,
            [&](const Node& item) { read_value(reader, item, value.emplace_back()); });
}

Node write_value(const CriterionRef& value) { return Node::text_of(to_string(value)); }

Node write_value(const std::vector<CriterionRef>& value) {
  std::vector<Node> items;
  for (const auto& each : value) items.push_back(write_value(each));
  return one_or_list(std::move(items));
}

void read_plan_head(Reader& reader, const Node& root, PlanDefinition& plan) {
  const auto fields = without_reading(
      plan_fields(), {"indices", "regions", "agencies", "areas", "baseline", "targets", "tasks"});
  plan.location = reader.location(root);
  read_fields<true>(reader, root, "a plan", all(fields), plan);
}

Plan plan_from(const Node& root, const std::string& file) {
  Problems problems;
  Reader reader(file, problems);
  PlanDefinition definition;
  definition.location = reader.location(root);
  read_fields<true>(reader, root, "a plan", all(plan_fields()), definition);
  const bool readable = problems.empty();

  // What follows from a problem that was noted already would only bury it.
  if (root.find("plan") == nullptr) reader.doubt("plan");
  if (reader.is_doubtful("baseline") || is_lost(root, "baseline", Node::Kind::sequence)) {
    for (const auto& target : definition.targets) reader.doubt(target.location);
  }
  if (readable || can_be_judged(root)) {
    try {
      Plan plan(std::move(definition));
      if (readable) return plan;
    } catch (const SpecError& error) {
      add_what_is_new(error.problems(), reader, root, problems);
    }
  }
  problems.raise<SpecError>();
  throw SpecError("the plan cannot be read");  // Not reached: there is a problem.
}

Node write_plan(const PlanDefinition& plan) {
  Node node = write_fields(all(plan_fields()), plan);
  node.block = true;
  return node;
}

Node write_task(const Task& task) { return write_fields(all(task_fields()), task); }

std::vector<std::string_view> plan_head_keys() {
  std::vector<std::string_view> keys = keys_of("plan", all(plan_fields())).keys;
  std::erase(keys, "tasks");
  return keys;
}

std::vector<std::string_view> task_keys() { return keys_of("task", all(task_fields())).keys; }

std::vector<DefinitionKeys> plan_keys() {
  return {keys_of("plan", all(plan_fields())),      keys_of("title", all(title_fields())),
          keys_of("periods", all(period_fields())), keys_of("agency", all(agency_fields())),
          keys_of("area", all(area_fields())),      keys_of("baseline", all(baseline_fields())),
          keys_of("target", all(target_fields())),  keys_of("task", all(task_fields())),
          keys_of("effect", all(effect_fields())),  keys_of("news", all(news_fields()))};
}

}  // namespace chiso
