#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "bindings.hpp"
#include "chiso/io/catalogue.hpp"
#include "chiso/io/coinr.hpp"
#include "chiso/io/file.hpp"
#include "chiso/io/formula_guard.hpp"
#include "chiso/io/index_table.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/io/load_plan.hpp"
#include "chiso/io/load_scenarios.hpp"
#include "chiso/io/names.hpp"
#include "chiso/io/plan_table.hpp"
#include "chiso/io/read_panel.hpp"
#include "chiso/io/read_standings.hpp"
#include "chiso/io/save_index.hpp"
#include "chiso/io/scoring_form.hpp"
#include "chiso/io/table.hpp"

namespace chiso::python {

namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows rows_of(const Table& table) {
  Rows rows(static_cast<std::size_t>(table.rows()));
  for (Size r = 0; r < table.rows(); ++r) {
    for (Size c = 0; c < table.columns(); ++c) {
      rows[static_cast<std::size_t>(r)].emplace_back(table(r, c));
    }
  }
  return rows;
}

PanelOptions panel_options(const NameList* names, bool strict, char decimal,
                           std::optional<Period> period) {
  return {names, strict ? UnknownUnits::error : UnknownUnits::keep, decimal, std::move(period)};
}

void bind_tables(py::module_& m) {
  py::class_<Table>(m, "Table", "A table of texts, each cell with its place.")
      .def(py::init([](std::string source, const Rows& rows, Size first_row, Size first_column,
                       const InputLimits& limits) {
             return Table(std::move(source), rows, first_row, first_column, limits);
           }),
           "source"_a, "rows"_a, "first_row"_a = 1, "first_column"_a = 1,
           "limits"_a = InputLimits{},
           "A part of a spreadsheet; its first cell stands in this row and column, from 1.")
      .def_property_readonly(
          "heading",
          [](const Table& self) {
            std::vector<std::string> cells;
            for (Size c = 0; self.rows() > 0 && c < self.columns(); ++c) {
              cells.emplace_back(self(0, c));
            }
            return cells;
          },
          "The cells of the first row.")
      .def_property_readonly("rows", &rows_of)
      .def_property_readonly("source", &Table::source);

  m.def(
      "read_csv",
      [](const std::filesystem::path& path, const InputLimits& limits) {
        const py::gil_scoped_release release;
        return read_csv(path, {.limits = limits});
      },
      "path"_a, "limits"_a = InputLimits{},
      "A CSV file as texts. Raises DataError, NotFoundError.");
  m.def(
      "parse_csv",
      [](std::string text, std::string source, const InputLimits& limits) {
        const py::gil_scoped_release release;
        return parse_csv(std::move(text), std::move(source), {.limits = limits});
      },
      "text"_a, "source"_a = "", "limits"_a = InputLimits{},
      "The same from a text. Raises DataError.");
  m.def(
      "to_csv", [](const Table& table) { return to_csv(table); }, "table"_a);
  m.def(
      "write_file",
      [](const std::filesystem::path& path, const std::string& content) {
        const py::gil_scoped_release release;
        write_file_atomically(path, content);
      },
      "path"_a, "content"_a, "Writes all of it or nothing. Raises Error.");
  m.def(
      "read_file",
      [](const std::filesystem::path& path, Size most_bytes, std::string_view limit) {
        return py::bytes([&] {
          const py::gil_scoped_release release;
          return read_file(path, most_bytes, limit);
        }());
      },
      "path"_a, "most_bytes"_a, "limit"_a = "", "All of a file. Raises NotFoundError, Error.");
  m.def("existing_path", &existing_path, "path"_a,
        "The path, or the one that reads the same and is there.");
  m.def("is_file", &is_file, "path"_a, "Whether there is something to read; no folder.");
  m.def("looks_like_formula", &looks_like_formula, "text"_a,
        "Whether a spreadsheet could take the text for a formula.");
  m.def(
      "csv_cell",
      [](std::string_view text) {
        CsvWriter writer;
        writer.cell(text);
        return std::move(writer).text();
      },
      "text"_a, "The text as a cell of a CSV file has it: quoted and guarded where needed.");

  py::class_<AtomicFile>(m, "AtomicFile", "A file that is there whole, once it is committed.")
      .def(py::init<const std::filesystem::path&>(), "path"_a)
      .def(
          "write",
          [](AtomicFile& self, std::string_view content) {
            const py::gil_scoped_release release;
            self.write(content);
          },
          "content"_a)
      .def("commit", &AtomicFile::commit, py::call_guard<py::gil_scoped_release>())
      .def("discard", &AtomicFile::discard, "An exception may keep the object alive.");
}

void set_rules(Criterion& node, const Rule& rule) {
  if (node.is_leaf()) node.rule = Dated<Rule>(rule);
  for (Criterion& child : node.children) set_rules(child, rule);
}

/// COINr normalises everything; a rule that is no normaliser takes the indicators' values
/// otherwise.
Index index_from_coinr(const Table& i_meta, CoinrOptions options, const std::string& rule_text,
                       const std::vector<std::string>& aggregations) {
  const Rule rule = parse_rule(rule_text);
  const auto* normaliser = std::get_if<Normaliser>(&rule);
  if (normaliser != nullptr) options.normaliser = *normaliser;
  options.aggregations.clear();
  for (const auto& text : aggregations) options.aggregations.push_back(parse_aggregation(text));
  IndexDefinition definition = definition_from_coinr(i_meta, options);
  if (normaliser == nullptr) set_rules(definition.tree, rule);
  return Index(std::move(definition));
}

void bind_catalogue(py::module_& m) {
  using Entry = Catalogue::Entry;
  py::class_<Entry>(m, "CatalogueEntry", "What the head of a definition says.")
      .def_readonly("name", &Entry::name)
      .def_readonly("family", &Entry::index)
      .def_readonly("edition", &Entry::edition)
      .def_readonly("title", &Entry::title)
      .def_property_readonly(
          "periods",
          [](const Entry& self) { return std::pair(self.periods.from, self.periods.to); },
          "First and last period in force; None: open.")
      .def_readonly("status", &Entry::status)
      .def_readonly("path", &Entry::path);

  py::class_<Catalogue>(m, "Catalogue", "A folder of definitions. Raises NotFoundError, SpecError.")
      .def(py::init<const std::filesystem::path&, const InputLimits&>(), "folder"_a,
           "limits"_a = InputLimits{})
      .def_property_readonly("entries",
                             [](const Catalogue& self) { return to_vector(self.entries()); })
      .def(
          "find",
          [](const Catalogue& self, const std::string& name, const std::optional<Period>& period) {
            return self.find(name, period);
          },
          "name"_a, "period"_a, "The edition of this name, or of a family the one in force.");
}

void bind_definitions(py::module_& m) {
  m.def(
      "load_index",
      [](const std::filesystem::path& path, const InputLimits& limits) {
        const py::gil_scoped_release release;
        return load_index(path, limits);
      },
      "path"_a, "limits"_a = InputLimits{},
      "A definition in a YAML file. Raises SpecError with every problem.");
  m.def(
      "parse_index",
      [](const std::string& yaml, const std::string& file, const InputLimits& limits) {
        const py::gil_scoped_release release;
        return parse_index(yaml, file, limits);
      },
      "yaml"_a, "file"_a = "", "limits"_a = InputLimits{}, "The same from a text.");
  m.def(
      "to_yaml", [](const Index& index) { return to_yaml(index); }, "index"_a);
  m.def("table_from_index", &table_from_index, "index"_a,
        "The definition as a table, one row a node.");
  m.def(
      "index_from_table",
      [](const Table& table) {
        const py::gil_scoped_release release;
        return index_from_table(table);
      },
      "table"_a, "A definition from a table. Raises SpecError with every problem.");
  m.def(
      "index_from_coinr",
      [](const Table& i_meta, const std::string& index, const std::string& edition,
         const std::string& title, const std::string& normaliser,
         const std::vector<std::string>& aggregations, MissingPolicy missing,
         std::vector<double> at_least, bool denominate) {
        CoinrOptions options;
        options.index = index;
        options.edition = edition;
        options.title.en = title;
        options.missing = missing;
        options.at_least = std::move(at_least);
        options.denominate = denominate;
        return index_from_coinr(i_meta, std::move(options), normaliser, aggregations);
      },
      "i_meta"_a, "index"_a, "edition"_a, "title"_a, "normaliser"_a, "aggregations"_a, "missing"_a,
      "at_least"_a, "denominate"_a, "The definition in an iMeta table. Raises SpecError.");
  m.def(
      "panel_from_coinr",
      [](const Table& i_data, std::optional<Period> period, bool units_by_name, bool keep_text) {
        return panel_from_coinr(i_data, {std::move(period), units_by_name, keep_text});
      },
      "i_data"_a, "period"_a = py::none(), "units_by_name"_a = false, "keep_text"_a = false,
      "The data in an iData table. Raises DataError.");
}

void bind_scoring_form(py::module_& m) {
  py::class_<ScoringForm>(m, "ScoringForm", "What was read from a scoring table.")
      .def_property_readonly("index",
                             [](const ScoringForm& self) { return Index(self.definition); })
      .def_readonly("versions", &ScoringForm::versions)
      .def_property_readonly("findings",
                             [](const ScoringForm& self) { return to_problems(self.findings); });

  m.def(
      "read_scoring_form",
      [](const Table& table, const std::string& unit, const Period& period,
         const std::string& index, const std::string& edition) {
        ScoringFormOptions options;
        options.index = index;
        options.edition = edition;
        options.unit = unit;
        options.period = period;
        return read_scoring_form(table, options);
      },
      "table"_a, "unit"_a, "period"_a, "index"_a, "edition"_a,
      "An official scoring table. Raises DataError with every problem.");
}

void bind_plans(py::module_& m) {
  py::class_<PlanEntry>(m, "PlanEntry", "What the head of a plan says.")
      .def_readonly("name", &PlanEntry::name)
      .def_readonly("title", &PlanEntry::title)
      .def_readonly("unit", &PlanEntry::unit)
      .def_readonly("path", &PlanEntry::path);

  m.def("plans_in", &plans_in, "folder"_a, "limits"_a = plan_limits,
        "The plans in a folder. Raises SpecError.");
  m.def(
      "load_plan",
      [](const std::filesystem::path& path, const InputLimits& limits) {
        const py::gil_scoped_release release;
        return load_plan(path, limits);
      },
      "path"_a, "limits"_a = plan_limits,
      "A plan in a YAML file. Raises SpecError with every problem.");
  m.def(
      "parse_plan",
      [](const std::string& yaml, const std::string& file, const InputLimits& limits) {
        const py::gil_scoped_release release;
        return parse_plan(yaml, file, limits);
      },
      "yaml"_a, "file"_a = "", "limits"_a = plan_limits, "The same from a text.");
  m.def(
      "plan_to_yaml",
      [](const Plan& plan) {
        const py::gil_scoped_release release;
        return to_yaml(plan);
      },
      "plan"_a);
  m.def(
      "table_from_plan",
      [](const Plan& plan, bool vi) {
        const py::gil_scoped_release release;
        return table_from_plan(plan, vi ? Language::vi : Language::en);
      },
      "plan"_a, "vi"_a, "The plan as a table, one row a task.");
  m.def(
      "plan_from_table",
      [](const Table& table, const std::string& plan, const std::string& unit,
         const py::object& issued, std::vector<std::string> ignored) {
        AnnexOptions options{plan, unit, std::nullopt, std::move(ignored)};
        if (!issued.is_none()) options.issued = from_date(issued);
        const py::gil_scoped_release release;
        return plan_from_table(table, options);
      },
      "table"_a, "plan"_a, "unit"_a, "issued"_a = py::none(),
      "ignored"_a = std::vector<std::string>{},
      "A plan from a table or an annex. Raises SpecError with every problem.");
  m.def(
      "standings_from_table",
      [](const Table& table, const NameList* names) {
        const py::gil_scoped_release release;
        return standings_from_table(table, names);
      },
      "table"_a, "names"_a = py::none(), "Raises DataError with every problem.");
}

/// `catalogue` is the folder of the definitions that edits may name.
void bind_scenario_files(py::module_& m) {
  using std::filesystem::path;
  m.def(
      "load_scenarios",
      [](const path& file, const path& catalogue, const InputLimits& limits) {
        const py::gil_scoped_release release;
        return load_scenarios(file, limits, catalogue);
      },
      "path"_a, "catalogue"_a, "limits"_a = InputLimits{},
      "Scenarios in a YAML file. Raises SpecError with every problem.");
  m.def(
      "parse_scenarios",
      [](const std::string& yaml, const path& catalogue, const InputLimits& limits) {
        const py::gil_scoped_release release;
        return parse_scenarios(yaml, "text", limits, catalogue);
      },
      "yaml"_a, "catalogue"_a, "limits"_a = InputLimits{}, "The same from a text.");
  m.def(
      "scenarios_to_yaml",
      [](const std::vector<Scenario>& scenarios, const path& catalogue) {
        return to_yaml(scenarios, catalogue);
      },
      "scenarios"_a, "catalogue"_a);
  m.def(
      "scenarios_from_table",
      [](const Table& table, const path& catalogue) {
        return scenarios_from_table(table, catalogue);
      },
      "table"_a, "catalogue"_a, "One row an edit. Raises SpecError with every problem.");
  m.def(
      "table_from_scenarios",
      [](const std::vector<Scenario>& scenarios, bool vi, const path& catalogue) {
        return table_from_scenarios(scenarios, vi ? Language::vi : Language::en, catalogue);
      },
      "scenarios"_a, "vi"_a, "catalogue"_a, "Raises SpecError if two have one name.");
}

}  // namespace

void bind_io(py::module_& m) {
  bind_tables(m);
  bind_definitions(m);
  bind_plans(m);
  bind_scenario_files(m);
  bind_catalogue(m);
  bind_scoring_form(m);

  m.def("names_from_table", &names_from_table, "table"_a,
        "Official names from the columns `name` and `aliases`. Raises DataError.");
  m.def(
      "panel_from_table",
      [](const Table& table, const NameList* names, bool strict, char decimal,
         std::optional<Period> period) {
        const py::gil_scoped_release release;
        return panel_from_table(table, panel_options(names, strict, decimal, std::move(period)));
      },
      "table"_a, "names"_a = py::none(), "strict"_a = false, "decimal"_a = '.',
      "period"_a = py::none(), "Data, wide or long. Raises DataError with every problem.");
  m.def(
      "panels_from_table",
      [](const Table& table, const NameList* names, bool strict, char decimal,
         std::optional<Period> period) {
        const py::gil_scoped_release release;
        return panels_from_table(table, panel_options(names, strict, decimal, std::move(period)));
      },
      "table"_a, "names"_a = py::none(), "strict"_a = false, "decimal"_a = '.',
      "period"_a = py::none(), "Versions and their data. Raises DataError with every problem.");
}

}  // namespace chiso::python
