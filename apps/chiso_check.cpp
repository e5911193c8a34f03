/// chiso-check: what `chiso check` does, for projects without Python.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "chiso/check/report.hpp"
#include "chiso/io/check_paths.hpp"
#include "chiso/io/file.hpp"
#include "chiso/io/write_report.hpp"
#include "chiso/version.hpp"

namespace {

constexpr int cannot_run = 2;

struct Arguments {
  std::vector<std::filesystem::path> paths;
  std::string format = "text";
  std::string output;
  std::vector<std::string> only;
  bool mutation = false;
  bool fail_on_warning = false;
  bool verbose = false;
  std::string color = "auto";
  chiso::CheckOptions options;
};

void add_options(CLI::App& app, Arguments& arguments) {
  app.set_version_flag("-V,--version", std::string(chiso::version()));
  app.add_option("PATH", arguments.paths, "Files and folders")->required();
  app.add_option("-f,--format", arguments.format, "What is written")
      ->check(CLI::IsMember({"text", "junit", "json", "github", "gitlab"}))
      ->capture_default_str();
  app.add_option("-o,--output", arguments.output,
                 "Write to this file, all or nothing; the text for people is then printed");
  app.add_option("--only", arguments.only, "Check this alone; may be given several times")
      ->check(CLI::IsMember({"lint", "case", "baseline", "coverage", "property", "mutation"}))
      ->allow_extra_args(false);
  app.add_option("-k,--select", arguments.options.select,
                 "Only checks in whose name this stands: pci-2013::case::all of 2019");
  arguments.options.threads = 0;
  app.add_option("-j,--jobs", arguments.options.threads, "Threads, over files (0: all processors)")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  app.add_flag("--mutation", arguments.mutation, "Change definitions bit by bit: who notices?");
  app.add_flag("--update", arguments.options.update,
               "Lock baselines anew instead of comparing with them");
  app.add_flag("--fail-on-warning", arguments.fail_on_warning, "Warnings fail a check");
  app.add_flag("-v,--verbose", arguments.verbose, "Show passed checks and notes too");
  app.add_option("--color", arguments.color, "Colours: auto (at a terminal), always, never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
}

int run(Arguments& arguments) {
  for (const std::string& kind : arguments.only) {
    arguments.options.only.push_back(chiso::check_kind(kind));
  }
  arguments.options.mutation = arguments.mutation;
  const chiso::ReportFormat format = chiso::report_format(arguments.format);
  const bool is_text = format == chiso::ReportFormat::text;
  const bool shows_text = is_text ? arguments.output.empty() : !arguments.output.empty();
  const bool color =
      arguments.color == "always" || (arguments.color == "auto" && isatty(STDOUT_FILENO) != 0);
  const chiso::ReportStyle style{color, arguments.verbose};

  chiso::CheckProgress progress;
  if (shows_text) {
    progress = [&style](const chiso::CheckTarget& target) {
      std::cout << to_text(target, style) << std::flush;
    };
  }
  const chiso::CheckReport report =
      chiso::check_paths(arguments.paths, arguments.options, progress);
  if (shows_text) std::cout << to_text(report.totals(), style);
  if (!arguments.output.empty()) {
    chiso::write_file_atomically(arguments.output,
                                 written(report, format, {false, arguments.verbose}));
  } else if (!is_text) {
    std::cout << written(report, format);
  }
  std::cout.flush();
  if (!std::cout) {
    std::cerr << "chiso-check: the report cannot be written\n";
    return cannot_run;
  }
  return report.exit_code(arguments.fail_on_warning ? chiso::Severity::warning
                                                    : chiso::Severity::error);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Checks definitions of composite indices, plans, scenarios and sets of actions.\n"
      "A definition NAME.yaml is checked by itself and by what NAME.check.yaml and "
      "NAME.check.csv beside it say.\n"
      "Exit codes: 0; 1 if a check fails; 2 if something cannot be run.",
      "chiso-check");
  try {
    Arguments arguments;
    add_options(app, arguments);
    try {
      app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return app.exit(error) == 0 ? 0 : cannot_run;
    }
    return run(arguments);
  } catch (const std::exception& error) {
    std::cerr << "chiso-check: " << error.what() << '\n';
    return cannot_run;
  }
}
