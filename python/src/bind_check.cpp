#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bindings.hpp"
#include "chiso/check/report.hpp"
#include "chiso/io/check_paths.hpp"
#include "chiso/io/limits.hpp"
#include "chiso/io/write_report.hpp"

namespace chiso::python {

namespace {

namespace fs = std::filesystem;

py::object problem_of(const Problem& problem) { return to_problems({problem})[0]; }

CheckOptions options_of(const std::vector<std::string>& only, std::string select, int threads,
                        fs::path share, std::optional<InputLimits> limits) {
  CheckOptions options;
  for (const std::string& kind : only) options.only.push_back(check_kind(kind));
  options.select = std::move(select);
  options.threads = threads;
  options.share = std::move(share);
  options.limits = std::move(limits);
  return options;
}

/// A session with what it needs for as long as it lives.
struct Session {
  Session(const fs::path& file, CheckOptions of)
      : options(std::move(of)),
        shelf(options.share, options.limits.value_or(InputLimits{})),
        session(file, options, shelf) {}

  CheckOptions options;
  PanelShelf shelf;
  CheckSession session;
};

void bind_report(py::module_& m) {
  py::class_<CheckFinding>(m, "CheckFinding", "One thing that a check found.")
      .def_property_readonly("severity",
                             [](const CheckFinding& self) { return name(self.severity); })
      .def_readonly("rule", &CheckFinding::rule)
      .def_readonly("subject", &CheckFinding::subject)
      .def_property_readonly("problem",
                             [](const CheckFinding& self) { return problem_of(self.problem); })
      .def_readonly("details", &CheckFinding::details);
  py::class_<CheckItem>(m, "CheckItem", "One check that was run.")
      .def_property_readonly("kind", [](const CheckItem& self) { return name(self.kind); })
      .def_readonly("name", &CheckItem::name)
      .def_property_readonly("outcome", [](const CheckItem& self) { return name(self.outcome); })
      .def_readonly("findings", &CheckItem::findings)
      .def_property_readonly("file", [](const CheckItem& self) { return self.location.file; })
      .def_property_readonly("line", [](const CheckItem& self) { return self.location.line; })
      .def_readonly("seconds", &CheckItem::seconds);
  py::class_<CheckTarget>(m, "CheckTarget", "One file with all that was checked of it.")
      .def_readonly("file", &CheckTarget::file)
      .def_readonly("name", &CheckTarget::name)
      .def_readonly("items", &CheckTarget::items)
      .def(
          "to_text",
          [](const CheckTarget& self, bool color, bool verbose) {
            return to_text(self, {color, verbose});
          },
          py::kw_only(), "color"_a = false, "verbose"_a = false);
  py::class_<CheckTotals>(m, "CheckTotals", "How many checks passed, failed ...")
      .def_readonly("passed", &CheckTotals::passed)
      .def_readonly("failed", &CheckTotals::failed)
      .def_readonly("errors", &CheckTotals::errors)
      .def_readonly("skipped", &CheckTotals::skipped)
      .def_readonly("warnings", &CheckTotals::warnings)
      .def(
          "to_text",
          [](const CheckTotals& self, bool color) {
            return to_text(self, {color, false});
          },
          py::kw_only(), "color"_a = false);
  py::class_<CheckReport>(m, "CheckReport", "What was checked, and what came of it.")
      .def_readonly("targets", &CheckReport::targets)
      .def("totals", &CheckReport::totals)
      .def(
          "exit_code",
          [](const CheckReport& self, bool warnings) {
            return self.exit_code(warnings ? Severity::warning : Severity::error);
          },
          "warnings"_a = false, "0, 1 (a check failed) or 2 (a check could not be run).")
      .def(
          "to_text",
          [](const CheckReport& self, bool color, bool verbose) {
            return to_text(self, {color, verbose});
          },
          py::kw_only(), "color"_a = false, "verbose"_a = false)
      .def(
          "written",
          [](const CheckReport& self, const std::string& format, bool verbose) {
            return written(self, report_format(format), {false, verbose});
          },
          "form"_a, py::kw_only(), "verbose"_a = false, "As text, junit, json, github or gitlab.");
}

void bind_running(py::module_& m) {
  py::class_<Session>(m, "CheckSession", "The checks of one file, to be run one by one.")
      .def(py::init([](const fs::path& file, const std::vector<std::string>& only,
                       std::string select, fs::path share, std::optional<InputLimits> limits) {
             CheckOptions options =
                 options_of(only, std::move(select), 1, std::move(share), std::move(limits));
             const py::gil_scoped_release release;
             return std::make_unique<Session>(file, std::move(options));
           }),
           "file"_a, py::kw_only(), "only"_a, "select"_a, "share"_a, "limits"_a = py::none())
      .def_property_readonly("file", [](const Session& self) { return self.session.file(); })
      .def_property_readonly("name", [](const Session& self) { return self.session.name(); })
      .def(
          "entries",
          [](const Session& self) {
            py::list list;
            for (const auto& entry : self.session.entries()) {
              list.append(py::make_tuple(name(entry.kind), entry.name, entry.location.file,
                                         entry.location.line));
            }
            return list;
          },
          "Kind, name, file and line of each.")
      .def(
          "run",
          [](const Session& self, Size position) {
            if (position < 0 || position >= std::ssize(self.session.entries())) {
              throw py::index_error();
            }
            return self.session.run(position);
          },
          "position"_a, py::call_guard<py::gil_scoped_release>());

  m.def(
      "check_paths",
      [](const std::vector<fs::path>& paths, const std::vector<std::string>& only, bool mutation,
         bool update, std::string select, int threads, fs::path share, const py::object& progress,
         std::optional<InputLimits> limits) {
        CheckOptions options =
            options_of(only, std::move(select), threads, std::move(share), std::move(limits));
        options.mutation = mutation;
        options.update = update;
        // What the caller's function throws, and an interruption, end what it shows, and then all.
        std::unique_ptr<py::error_already_set> thrown;
        CheckProgress report;
        if (!progress.is_none()) {
          report = [&](const CheckTarget& target) {
            const py::gil_scoped_acquire acquire;
            if (thrown) return;
            try {
              progress(target);
              if (PyErr_CheckSignals() != 0) throw py::error_already_set();
            } catch (py::error_already_set& error) {
              thrown = std::make_unique<py::error_already_set>(std::move(error));
            }
          };
        }
        CheckReport found = [&] {
          const py::gil_scoped_release release;
          return check_paths(paths, options, report);
        }();
        if (thrown) throw py::error_already_set(std::move(*thrown));
        return found;
      },
      "paths"_a, py::kw_only(), "only"_a, "mutation"_a, "update"_a, "select"_a, "threads"_a,
      "share"_a, "progress"_a = py::none(), "limits"_a = py::none());
}

}  // namespace

void bind_check(py::module_& m) {
  bind_report(m);
  bind_running(m);
}

}  // namespace chiso::python
