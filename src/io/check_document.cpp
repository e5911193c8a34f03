#include "io/check_document.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "chiso/base/interval.hpp"
#include "chiso/base/text.hpp"
#include "chiso/io/load_checks.hpp"
#include "io/check_values.hpp"
#include "io/fields.hpp"

namespace chiso {

namespace fs = std::filesystem;

namespace {

using What = Expectation::What;

// ---- Small parts -------------------------------------------------------------------------------

struct ToleranceText {
  std::optional<double> absolute;
  std::optional<double> relative;
};

const std::vector<Field<ToleranceText>>& tolerance_fields() {
  static const std::vector<Field<ToleranceText>> fields{
      field<&ToleranceText::absolute>("absolute"), field<&ToleranceText::relative>("relative")};
  return fields;
}

void expect_not_negative(Reader& reader, const Node& node, double value) {
  if (!(value >= 0.0)) {
    reader.fault(node,
                 fmt::format("expected a tolerance of 0 or more, found {}", to_string(value)));
  }
}

/// A mapping whose keys are codes: calls `read(key, code, value)`.
template <class Read>
void read_by_code(Reader& reader, const Node& node, std::string_view what, const Read& read) {
  if (!node.is_mapping()) {
    reader.unexpected(node, what);
    return;
  }
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const Reader::Place place(reader, node.keys[i].text);
    if (node.items[i].is_null()) {
      reader.fault(node.keys[i], "nothing stands behind the colon",
                   "give a value, or leave the key out");
      continue;
    }
    read(node.keys[i], node.keys[i].text, node.items[i]);
  }
}

void read_case_values(Reader& reader, const Node& node, std::vector<CaseValue>& values) {
  read_by_code(reader, node, "values by variable (`{entry: 7.5}`)",
               [&](const Node&, const std::string& code, const Node& item) {
                 if (!item.is_scalar()) {
                   reader.unexpected(item, "a number, a word, `missing` or `not applicable`");
                   return;
                 }
                 try {
                   CaseValue value = case_value(code, item.text, reader.location(item));
                   // A word of people may look like a number, or be "missing".
                   if (item.quoted &&
                       (value.kind == CaseValue::Kind::missing ||
                        (value.kind == CaseValue::Kind::number && !neighbour_of(item.text)))) {
                     value.kind = CaseValue::Kind::category;
                     value.category = item.text;
                     value.number = 0.0;
                   }
                   values.push_back(std::move(value));
                 } catch (const SpecError& error) {
                   reader.fault(item, error.problems().front().message,
                                error.problems().front().remedy);
                 }
               });
}

void read_case_scores(Reader& reader, const Node& node, std::vector<CaseScore>& scores) {
  read_by_code(reader, node, "scores by node (`{code: 2}`)",
               [&](const Node&, const std::string& code, const Node& item) {
                 if (const auto score = reader.number(item)) {
                   scores.push_back({code, *score, reader.location(item)});
                 }
               });
}

void read_case_anchors(Reader& reader, const Node& node, std::vector<CaseAnchor>& anchors) {
  read_by_code(reader, node, "anchors by node (`{code: [low, high]}`)",
               [&](const Node&, const std::string& code, const Node& item) {
                 if (const auto ends = reader.two_numbers(item)) {
                   anchors.push_back({code, ends->first, ends->second, reader.location(item)});
                 }
               });
}

// ---- What is expected --------------------------------------------------------------------------

struct ExpectText {
  std::vector<Expectation> found;
  std::optional<Tolerance> tolerance;
  std::vector<std::string> except;
};

void expect(Reader& reader, const Node& node, ExpectText& text, What what, double number = 0.0,
            std::string word = {}) {
  Expectation each;
  each.what = what;
  each.number = number;
  each.text = std::move(word);
  each.location = reader.location(node);
  text.found.push_back(std::move(each));
}

void read_expected_score(Reader& reader, const Node& node, ExpectText& text) {
  if (node.is_scalar() && !node.quoted && node.text == "missing") {
    expect(reader, node, text, What::missing);
  } else if (const auto number = reader.number(node)) {
    expect(reader, node, text, What::score, *number);
  }
}

const std::vector<Field<ExpectText>>& expect_fields() {
  using E = ExpectText;
  static const std::vector<Field<E>> fields{
      {"score", [](Reader& r, const Node& n, E& e) { read_expected_score(r, n, e); }, nullptr},
      {"rank",
       [](Reader& r, const Node& n, E& e) {
         if (const auto rank = r.number(n)) expect(r, n, e, What::rank, *rank);
       },
       nullptr},
      {"group",
       [](Reader& r, const Node& n, E& e) {
         if (n.is_scalar() && !n.quoted && n.text == "missing") {
           expect(r, n, e, What::group);
         } else if (auto group = r.text(n)) {
           expect(r, n, e, What::group, 0.0, *std::move(group));
         }
       },
       nullptr},
      {"published",
       [](Reader& r, const Node& n, E& e) {
         const auto wanted = r.truth(n);
         if (!wanted) return;
         if (*wanted) {
           expect(r, n, e, What::published);
         } else {
           r.fault(n, "`published: false` expects nothing", "leave it out");
         }
       },
       nullptr},
      {"tolerance", [](Reader& r, const Node& n, E& e) { read_value(r, n, e.tolerance); }, nullptr},
      {"except", [](Reader& r, const Node& n, E& e) { read_names(r, n, e.except); }, nullptr},
  };
  return fields;
}

void read_expectation(Reader& reader, const std::string& code, const Node& node,
                      std::vector<Expectation>& found) {
  ExpectText text;
  if (node.is_mapping()) {
    read_fields(reader, node, "what is expected of a node", all(expect_fields()), text);
    const bool published = node.find("published") != nullptr;
    if (!text.except.empty() && !published) {
      reader.fault(*node.find("except"), "`except` belongs to `published: true`", "leave it out");
    }
  } else if (node.is_scalar() && !node.quoted && node.text == "published") {
    expect(reader, node, text, What::published);
  } else if (node.is_scalar() && !node.quoted && node.text == "missing") {
    expect(reader, node, text, What::missing);
  } else {
    double value = 0.0;
    if (node.is_scalar() && !node.quoted && !parse_number(node.text, value)) {
      const std::vector<std::string> words{"missing", "published"};
      if (const auto near = suggestion(node.text, words); !near.empty()) {
        reader.fault(node, fmt::format("expected a score, `missing` or `published`, found {}{}",
                                       describe(node), near));
        return;
      }
    }
    if (const auto number = reader.number(node)) expect(reader, node, text, What::score, *number);
  }
  for (Expectation& each : text.found) {
    each.node = code;
    each.tolerance = text.tolerance;
    if (each.what == What::published) each.except = text.except;
    found.push_back(std::move(each));
  }
}

void read_expectations(Reader& reader, const Node& node, std::vector<Expectation>& found) {
  if (node.is_scalar()) {
    read_expectation(reader, "", node, found);
    return;
  }
  read_by_code(reader, node, "a score, or what is expected by node (`{code: 2}`)",
               [&](const Node&, const std::string& code, const Node& item) {
                 read_expectation(reader, code, item, found);
               });
}

// ---- Cases -------------------------------------------------------------------------------------

/// What is under the keys of a case; one of several periods is several cases.
struct CaseText {
  Case of;
  std::vector<Period> periods;
  std::string table;
};

const std::vector<Field<CaseText>>& case_fields() {
  using C = CaseText;
  static const std::vector<Field<C>> fields{
      {"name", [](Reader& r, const Node& n, C& c) { read_value(r, n, c.of.name); }, nullptr},
      {"source", [](Reader& r, const Node& n, C& c) { read_value(r, n, c.of.source); }, nullptr},
      {"reference", [](Reader& r, const Node& n, C& c) { read_value(r, n, c.of.reference); },
       nullptr},
      {"note", [](Reader& r, const Node& n, C& c) { read_value(r, n, c.of.note); }, nullptr},
      {"period",
       [](Reader& r, const Node& n, C& c) {
         read_each(r, n, [&](const Node& item) {
           if (auto period = r.period(item)) c.periods.push_back(*std::move(period));
         });
       },
       nullptr},
      {"method", [](Reader& r, const Node& n, C& c) { read_value(r, n, c.of.method); }, nullptr},
      {"panel", [](Reader& r, const Node& n, C& c) { read_value(r, n, c.of.panel); }, nullptr},
      {"version", [](Reader& r, const Node& n, C& c) { read_value(r, n, c.of.version); }, nullptr},
      {"unit", [](Reader& r, const Node& n, C& c) { read_value(r, n, c.of.unit); }, nullptr},
      {"given", [](Reader& r, const Node& n, C& c) { read_case_values(r, n, c.of.given); },
       nullptr},
      {"previous", [](Reader& r, const Node& n, C& c) { read_case_values(r, n, c.of.previous); },
       nullptr},
      {"scores", [](Reader& r, const Node& n, C& c) { read_case_scores(r, n, c.of.scores); },
       nullptr},
      {"anchors", [](Reader& r, const Node& n, C& c) { read_case_anchors(r, n, c.of.anchors); },
       nullptr},
      {"expect", [](Reader& r, const Node& n, C& c) { read_expectations(r, n, c.of.expect); },
       nullptr},
      {"error", [](Reader& r, const Node& n, C& c) { read_value(r, n, c.of.error); }, nullptr},
      {"tolerance", [](Reader& r, const Node& n, C& c) { read_value(r, n, c.of.tolerance); },
       nullptr},
  };
  return fields;
}

const std::vector<Field<CaseText>>& case_table_fields() {
  static const std::vector<Field<CaseText>> fields = [] {
    std::vector<Field<CaseText>> found{
        {"table", [](Reader& r, const Node& n, CaseText& c) { read_value(r, n, c.table); }, nullptr,
         true}};
    for (const auto& each : case_fields()) {
      for (const std::string_view key : {"source", "reference", "note", "period", "method", "panel",
                                         "version", "unit", "tolerance"}) {
        if (each.key == key) found.push_back(each);
      }
    }
    return found;
  }();
  return fields;
}

class CasesReader {
 public:
  CasesReader(Reader& reader, fs::path folder, const InputLimits& limits)
      : reader_(reader), folder_(std::move(folder)), limits_(limits) {}

  void read(const Node& node, std::vector<Case>& cases) {
    if (node.is_scalar()) {
      if (const auto table = reader_.text(node)) read_table(node, *table, {}, cases);
      return;
    }
    if (!node.is_sequence()) {
      reader_.unexpected(node, "a list of cases (`- {name: ..., given: ..., expect: ...}`)");
      return;
    }
    for (const Node& item : node.items) read_item(item, cases);
  }

 private:
  void read_item(const Node& item, std::vector<Case>& cases) {
    CaseText text;
    if (item.find("table") != nullptr) {
      read_fields(reader_, item, "a table of cases", all(case_table_fields()), text);
      if (text.periods.size() > 1) {
        reader_.fault(*item.find("period"), "a table of cases has one period",
                      "give it a column `period`");
      } else if (!text.periods.empty()) {
        text.of.period = text.periods.front();
      }
      if (!text.table.empty()) read_table(*item.find("table"), text.table, text.of, cases);
      return;
    }
    const Node* name = item.find("name");
    const Reader::Place place(reader_, name != nullptr ? name->text : std::string());
    read_fields(reader_, item, "a case", all(case_fields()), text);
    if (!item.is_mapping()) return;
    if (name == nullptr) reader_.fault(item, "`name` is missing from a case");
    text.of.location = reader_.location(item);
    if (text.periods.size() > 1) {
      for (const Period& period : text.periods) {
        Case each = text.of;
        each.name += ", " + period.text();
        each.period = period;
        cases.push_back(std::move(each));
      }
      return;
    }
    if (!text.periods.empty()) text.of.period = text.periods.front();
    cases.push_back(std::move(text.of));
  }

  void read_table(const Node& node, const std::string& name, const Case& common,
                  std::vector<Case>& cases) {
    try {
      for (Case& each : cases_from_table(
               read_csv(folder_ / name, {.pad_short_rows = true, .limits = limits_}), common))
        cases.push_back(std::move(each));
    } catch (const NotFoundError& error) {
      reader_.fault(node, error.problems().front().message,
                    "tables of cases are looked for in the folder of the check file");
    } catch (const Error& error) {
      reader_.adopt(error);
    }
  }

  Reader& reader_;
  fs::path folder_;
  InputLimits limits_;
};

// ---- Sections ----------------------------------------------------------------------------------

void read_share(Reader& reader, const Node& node, double& share) {
  const auto percent = reader.number(node);
  if (!percent) return;
  if (*percent >= 0.0 && *percent <= 100.0) {
    share = *percent / 100.0;
  } else {
    reader.unexpected(node, "a percentage from 0 to 100");
  }
}

const std::vector<Field<Accepted>>& untouched_fields() {
  static const std::vector<Field<Accepted>> fields{field<&Accepted::what>("part", true),
                                                   field<&Accepted::why>("why", true)};
  return fields;
}

const std::vector<Field<Accepted>>& survivor_fields() {
  static const std::vector<Field<Accepted>> fields{field<&Accepted::what>("mutant", true),
                                                   field<&Accepted::why>("why", true)};
  return fields;
}

void read_accepted(Reader& reader, const Node& node, std::string_view what,
                   std::span<const Field<Accepted>> fields, std::vector<Accepted>& list) {
  if (!node.is_sequence()) {
    reader.unexpected(node, fmt::format("a list (`- {{{}: ..., why: ...}}`)", fields[0].key));
    return;
  }
  for (const Node& item : node.items) {
    Accepted accepted;
    accepted.location = reader.location(item);
    read_fields(reader, item, what, fields, accepted);
    list.push_back(std::move(accepted));
  }
}

void read_periods(Reader& reader, const Node& node, std::vector<Period>& periods) {
  read_each(reader, node, [&](const Node& item) {
    if (auto period = reader.period(item)) periods.push_back(*std::move(period));
  });
}

const std::vector<Field<BaselineCheck>>& baseline_fields() {
  using B = BaselineCheck;
  static const std::vector<Field<B>> fields{
      field<&B::panel>("panel", true),
      field<&B::version>("version"),
      {"period", [](Reader& r, const Node& n, B& b) { read_periods(r, n, b.periods); }, nullptr},
      field<&B::method>("method")};
  return fields;
}

const std::vector<Field<CoverageCheck>>& coverage_fields() {
  using C = CoverageCheck;
  static const std::vector<Field<C>> fields{
      {"at_least", [](Reader& r, const Node& n, C& c) { read_share(r, n, c.at_least); }, nullptr},
      {"untouched",
       [](Reader& r, const Node& n, C& c) {
         read_accepted(r, n, "a part that no case touches", all(untouched_fields()), c.untouched);
       },
       nullptr}};
  return fields;
}

const std::vector<Field<MutationCheck>>& mutation_fields() {
  using M = MutationCheck;
  static const std::vector<Field<M>> fields{
      {"at_least", [](Reader& r, const Node& n, M& m) { read_share(r, n, m.at_least); }, nullptr},
      {"survivors",
       [](Reader& r, const Node& n, M& m) {
         read_accepted(r, n, "a mutant that no case notices", all(survivor_fields()), m.survivors);
       },
       nullptr}};
  return fields;
}

void read_pairs(Reader& reader, const Node& node,
                std::vector<std::pair<std::string, std::string>>& pairs) {
  read_by_code(reader, node, "variables by node (`{code: [rate]}`)",
               [&](const Node&, const std::string& code, const Node& item) {
                 std::vector<std::string> names;
                 read_names(reader, item, names);
                 for (std::string& name : names) pairs.emplace_back(code, std::move(name));
               });
}

const std::vector<Field<PropertyCheck>>& property_fields() {
  using P = PropertyCheck;
  static const std::vector<Field<P>> fields{
      names_field<&P::continuous>("continuous"),
      {"rises_with", [](Reader& r, const Node& n, P& p) { read_pairs(r, n, p.rises_with); },
       nullptr},
      {"falls_with", [](Reader& r, const Node& n, P& p) { read_pairs(r, n, p.falls_with); },
       nullptr},
      {"tries",
       [](Reader& r, const Node& n, P& p) {
         if (const auto tries = r.whole_number(n, 1, 100'000'000)) p.tries = *tries;
       },
       nullptr}};
  return fields;
}

template <class Section>
void read_section(Reader& reader, const Node& node, std::string_view what,
                  std::span<const Field<Section>> fields, std::optional<Section>& section) {
  section.emplace();
  section->location = reader.location(node);
  read_fields(reader, node, what, fields, *section);
}

// ---- The whole ---------------------------------------------------------------------------------

struct FileText {
  CheckFile of;
  const Node* cases = nullptr;
};

const std::vector<Field<FileText>>& file_fields() {
  using F = FileText;
  static const std::vector<Field<F>> fields{
      {"chiso", [](Reader& r, const Node& n, F&) { read_format(r, n); }, nullptr, true},
      {"definition", [](Reader& r, const Node& n, F& f) { read_value(r, n, f.of.definition); },
       nullptr},
      {"tolerances",
       [](Reader& r, const Node& n, F& f) {
         read_by_code(r, n, "tolerances by node (`{code: 0.01}`)",
                      [&](const Node&, const std::string& code, const Node& item) {
                        std::optional<Tolerance> tolerance;
                        read_value(r, item, tolerance);
                        if (tolerance) f.of.tolerances.emplace_back(code, *tolerance);
                      });
       },
       nullptr},
      {"cases", [](Reader&, const Node& n, F& f) { f.cases = &n; }, nullptr},
      {"baseline",
       [](Reader& r, const Node& n, F& f) {
         read_section(r, n, "`baseline`", all(baseline_fields()), f.of.baseline);
       },
       nullptr},
      {"coverage",
       [](Reader& r, const Node& n, F& f) {
         read_section(r, n, "`coverage`", all(coverage_fields()), f.of.coverage);
       },
       nullptr},
      {"mutation",
       [](Reader& r, const Node& n, F& f) {
         read_section(r, n, "`mutation`", all(mutation_fields()), f.of.mutation);
       },
       nullptr},
      {"properties",
       [](Reader& r, const Node& n, F& f) {
         read_section(r, n, "`properties`", all(property_fields()), f.of.properties);
       },
       nullptr},
  };
  return fields;
}

}  // namespace

// ---- What others call --------------------------------------------------------------------------

void read_value(Reader& reader, const Node& node, std::optional<Tolerance>& value) {
  if (node.is_mapping()) {
    ToleranceText text;
    read_fields(reader, node, "a tolerance", all(tolerance_fields()), text);
    expect_not_negative(reader, node, text.absolute.value_or(0.0));
    expect_not_negative(reader, node, text.relative.value_or(0.0));
    value = Tolerance{text.absolute.value_or(0.0), text.relative.value_or(0.0)};
  } else if (const auto number = reader.number(node)) {
    expect_not_negative(reader, node, *number);
    value = *number == 0.0 ? Tolerance{0.0, 0.0} : Tolerance{*number, Tolerance{}.relative};
  }
}

CheckFile checks_from(const Node& root, const std::string& file, const fs::path& folder,
                      const InputLimits& limits) {
  Problems problems;
  Reader reader(file, problems);
  FileText text;
  read_fields(reader, root, "a check file", all(file_fields()), text);
  if (text.cases != nullptr) CasesReader(reader, folder, limits).read(*text.cases, text.of.cases);
  problems.raise<SpecError>();
  text.of.file = file;
  return std::move(text.of);
}

std::vector<DefinitionKeys> check_keys() {
  return {keys_of("file", all(file_fields())),
          keys_of("case", all(case_fields())),
          keys_of("case_table", all(case_table_fields())),
          keys_of("expectation", all(expect_fields())),
          keys_of("tolerance", all(tolerance_fields())),
          keys_of("baseline", all(baseline_fields())),
          keys_of("coverage", all(coverage_fields())),
          keys_of("untouched", all(untouched_fields())),
          keys_of("mutation", all(mutation_fields())),
          keys_of("survivor", all(survivor_fields())),
          keys_of("properties", all(property_fields()))};
}

}  // namespace chiso
