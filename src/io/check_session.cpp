#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <system_error>
#include <utility>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "chiso/check/baseline_comparison.hpp"
#include "chiso/check/cases.hpp"
#include "chiso/check/coverage.hpp"
#include "chiso/check/lint.hpp"
#include "chiso/check/mutation.hpp"
#include "chiso/check/properties.hpp"
#include "chiso/io/check_paths.hpp"
#include "chiso/io/document.hpp"
#include "chiso/io/file.hpp"
#include "chiso/io/load_actions.hpp"
#include "chiso/io/load_baseline.hpp"
#include "chiso/io/load_checks.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/io/load_plan.hpp"
#include "chiso/io/load_scenarios.hpp"
#include "chiso/io/lock_files.hpp"
#include "chiso/responsibility/clarity.hpp"
#include "io/file_kind.hpp"

namespace chiso {

namespace fs = std::filesystem;

struct CheckSession::State {
  State(const CheckOptions& of, const PanelShelf& from) : options(of), shelf(from) {}

  const CheckOptions& options;
  const PanelShelf& shelf;
  std::string file;
  std::string name;
  std::vector<Entry> entries;
  std::vector<std::function<CheckItem()>> runs;  // One an entry.
  std::optional<Index> index;
  CheckFile checks;

  // ---- Entries ---------------------------------------------------------------------------------

  [[nodiscard]] bool is_wanted(CheckKind kind) const {
    return is_asked_for(kind) || (options.only.empty() && kind != CheckKind::mutation);
  }

  [[nodiscard]] bool is_asked_for(CheckKind kind) const {
    return (kind == CheckKind::mutation && options.mutation) ||
           std::find(options.only.begin(), options.only.end(), kind) != options.only.end();
  }

  void add(CheckKind kind, std::string item, Location location, std::function<CheckItem()> run) {
    const std::string key = fmt::format("{}::{}::{}", name, chiso::name(kind), item);
    if (!is_wanted(kind) || key.find(options.select) == std::string::npos) return;
    entries.push_back({kind, std::move(item), std::move(location)});
    runs.push_back(std::move(run));
  }

  /// An item whose outcome is known.
  void add(CheckItem item) {
    const CheckKind kind = item.kind;
    std::string title = item.name;
    Location location = item.location;
    add(kind, std::move(title), std::move(location), [item = std::move(item)] { return item; });
  }

  /// What cannot be read at all stops a run, whatever is selected.
  void add_failure(CheckKind kind, std::string item_name, const Error& error,
                   std::string_view rule) {
    CheckItem item;
    item.kind = kind;
    item.name = std::move(item_name);
    item.location.file = file;
    item.stop(error, rule);
    entries.push_back({kind, item.name, item.location});
    runs.emplace_back([item = std::move(item)] { return item; });
  }

  [[nodiscard]] fs::path catalogue() const {
    return options.share.empty() ? fs::path() : options.share / "indices";
  }

  [[nodiscard]] InputLimits limits(const InputLimits& otherwise = {}) const {
    return options.limits.value_or(otherwise);
  }

  // ---- Reading ---------------------------------------------------------------------------------

  void open(const fs::path& path) {
    file = path.string();
    name = path.stem().string();
    if (is_check_file(path)) {
      const fs::path definition = definition_beside(path);
      if (definition == path) {
        open_checks(path);
      } else {
        open_definition(definition);
      }
      return;
    }
    try {
      const InputLimits most = limits(plan_limits);
      const Node root =
          parse_document(read_file(path, most.definition_bytes, "definition_bytes"), file, most);
      open(path, root);
    } catch (const SpecError& error) {  // Not YAML.
      add_lint("file", error);
    } catch (const Error& error) {
      add_failure(CheckKind::lint, "file", error, "file");
    }
  }

  void open(const fs::path& path, const Node& root) {
    const FileKind kind = kind_of(root);
    const auto take_name = [&](std::string_view key) {
      const Node* found = root.find(key);
      if (found != nullptr && found->is_scalar() && !found->text.empty()) name = found->text;
    };
    switch (kind) {
      case FileKind::definition:
        open_definition(path);
        return;
      case FileKind::plan:
        take_name("plan");
        add_lint(kind, [this, path](CheckItem& item) {
          add_clarity(item, load_plan(path, limits(plan_limits)));
        });
        return;
      case FileKind::scenarios:
        take_name("name");
        add_lint(kind, [path, catalogue = catalogue(), limits = limits()](CheckItem&) {
          static_cast<void>(load_scenarios(path, limits, catalogue));
        });
        return;
      case FileKind::actions:
        take_name("name");
        add_lint(kind, [limits = limits(), path](CheckItem&) {
          static_cast<void>(load_actions(path, limits));
        });
        return;
      case FileKind::checks:
        open_checks(path);
        return;
      case FileKind::unknown:
        break;
    }
    add_failure(CheckKind::lint, "file",
                Error({Problem{{file, 1, 1},
                               "",
                               "the file is no definition, plan, scenario, set of actions or check "
                               "file: none of their keys stands in its head",
                               "name a file of chiso; `index`, `plan`, `edits`, `actions` and "
                               "`cases` tell them apart"}}),
                "file");
  }

  template <class Read>
  void add_lint(FileKind kind, const Read& read) {
    add(CheckKind::lint, in_words(kind), {file, 0, 0}, [this, kind, read] {
      CheckItem item;
      item.kind = CheckKind::lint;
      item.name = in_words(kind);
      item.location = {file, 0, 0};
      try {
        read(item);
      } catch (const SpecError& error) {
        add_problems(item, error, in_words(kind));
      }
      return item;
    });
  }

  /// A lint item whose findings are what is wrong.
  void add_lint(const std::string& title, const SpecError& error) {
    CheckItem item;
    item.kind = CheckKind::lint;
    item.name = title;
    item.location = {file, 0, 0};
    add_problems(item, error, title);
    add(std::move(item));
  }

  /// What is not clear in a plan. Plans are decided by others than those who write them down, so it
  /// fails nothing.
  static void add_clarity(CheckItem& item, Plan plan) {
    for (const PlanFinding& finding : clarity(PlannedScores(std::move(plan), {})).findings) {
      if (finding.kind == PlanFinding::Kind::index_without_scores) continue;
      item.add({Severity::note,
                std::string(chiso::name(finding.kind)),
                finding.place,
                Problem{finding.location, finding.place, finding.message, finding.remedy},
                {}});
    }
  }

  static void add_problems(CheckItem& item, const Error& error, std::string_view rule) {
    for (const Problem& problem : error.problems()) {
      item.add({Severity::error, std::string(rule), problem.place, problem, {}});
    }
  }

  void open_definition(const fs::path& path) {
    file = path.string();
    name = path.stem().string();
    try {
      index = load_index(path, limits());
      name = index->name();
      add(CheckKind::lint, "definition", {file, 0, 0}, [this] {
        CheckItem item;
        item.kind = CheckKind::lint;
        item.name = "definition";
        item.location = {file, 0, 0};
        for (CheckFinding& finding : lint(*index)) item.add(std::move(finding));
        return item;
      });
    } catch (const SpecError& error) {
      add_lint("definition", error);
    } catch (const Error& error) {
      add_failure(CheckKind::lint, "definition", error, "file");
    }
    std::error_code ignored;
    for (const std::string ending : {".yaml", ".yml"}) {
      const fs::path beside = checks_beside(path, ending);
      if (!fs::exists(existing_path(beside), ignored)) continue;
      if (!checks.file.empty()) {
        add_failure(CheckKind::example, "check file",
                    SpecError({Problem{{beside.string(), 0, 0},
                                       "",
                                       fmt::format("'{}' stands beside it, and is the check file "
                                                   "too",
                                                   fs::path(checks.file).filename().string()),
                                       "put the cases into one file"}}),
                    "check-file");
        break;
      }
      if (read_checks(beside) && !checks.definition.empty() &&
          !fs::equivalent(existing_path(path.parent_path() / checks.definition),
                          existing_path(path), ignored)) {
        add_failure(CheckKind::example, "check file",
                    SpecError({Problem{{beside.string(), 0, 0},
                                       "definition",
                                       fmt::format("the file stands beside '{}' and says that it "
                                                   "checks '{}'",
                                                   path.filename().string(), checks.definition),
                                       "leave `definition` out, or rename the file"}}),
                    "check-file");
      }
    }
    const fs::path table = checks_beside(path, ".csv");
    if (fs::exists(existing_path(table), ignored)) read_case_table(table);
    add_checks();
  }

  void open_checks(const fs::path& path) {
    if (path.extension() == ".csv") {
      if (!read_case_table(path)) return;
    } else if (!read_checks(path)) {
      return;
    } else {
      std::error_code ignored;
      const fs::path table = fs::path(path).replace_extension(".csv");
      if (fs::exists(existing_path(table), ignored)) read_case_table(table);
    }
    const fs::path definition = checks.definition.empty() ? definition_beside(path)
                                                          : path.parent_path() / checks.definition;
    file = path.string();
    if (definition == path) {
      add_failure(CheckKind::example, "check file",
                  NotFoundError({Problem{{file, 0, 0},
                                         "",
                                         "there is no definition beside the check file",
                                         "name it: `definition: path/to/it.yaml`"}}),
                  "check-file");
      return;
    }
    try {
      index = load_index(definition, limits());
      name = index->name();
    } catch (const Error& error) {
      add_failure(CheckKind::example, "definition", error, "definition");
    }
    add_checks();
  }

  bool read_checks(const fs::path& path) {
    try {
      checks = load_checks(path, limits(check_limits));
      return true;
    } catch (const Error& error) {
      add_failure(CheckKind::example, "check file", error, "check-file");
      return false;
    }
  }

  bool read_case_table(const fs::path& path) {
    try {
      for (Case& each :
           cases_from_table(read_csv(path, {.pad_short_rows = true, .limits = limits()}))) {
        checks.cases.push_back(std::move(each));
      }
      if (checks.file.empty()) checks.file = path.string();
      return true;
    } catch (const Error& error) {
      add_failure(CheckKind::example, path.filename().string(), error, "check-file");
      return false;
    }
  }

  // ---- Checks ----------------------------------------------------------------------------------

  /// What moved was accepted: it is said, and fails nothing.
  [[nodiscard]] CheckItem locked_anew(const fs::path& file_of_checks) const {
    LockResult result =
        lock_file({.path = file_of_checks, .update = true, .limits = options.limits}, shelf);
    CheckItem item;
    item.add({Severity::note,
              "locked",
              "",
              Problem{{result.file.string(), 0, 0},
                      "",
                      fmt::format("the baseline was {}", chiso::name(result.state)),
                      {}},
              {}});
    for (CheckFinding& finding : result.findings) {
      finding.severity = Severity::note;
      item.add(std::move(finding));
    }
    return item;
  }

  void add_baseline(const BaselineCheck& what) {
    add(CheckKind::baseline, what.panel, what.location, [this, what] {
      const fs::path file_of_checks(checks.file);
      if (options.update) return locked_anew(file_of_checks);
      const Panel panel = shelf.find(what.panel, what.version, file_of_checks.parent_path(),
                                     index->definition().units);
      const fs::path locked = lock_beside(file_of_checks);
      std::error_code error;
      if (!fs::exists(existing_path(locked), error)) {
        throw NotFoundError(
            {Problem{what.location, locked.string(), "no results are locked yet",
                     fmt::format("`chiso lock {}`, or `--update`, does it", file)}});
      }
      return check_baseline(load_baseline(locked, limits()), *index, panel, checks.tolerances);
    });
  }

  void add_checks() {
    if (!index) {
      for (const Case& each : checks.cases) {
        CheckItem item;
        item.kind = CheckKind::example;
        item.name = each.name;
        item.location = each.location;
        item.outcome = CheckOutcome::skipped;
        item.add({Severity::note,
                  "skipped",
                  "",
                  Problem{each.location, "", "the definition cannot be read", {}},
                  {}});
        add(std::move(item));
      }
      return;
    }
    if (checks.file.empty()) return;
    if (checks.baseline) add_baseline(*checks.baseline);
    const auto demands = [this](CheckKind kind, bool stated) {
      return is_wanted(kind) && (stated || is_asked_for(kind));
    };
    if (demands(CheckKind::property, checks.properties.has_value())) {
      const PropertyCheck demanded = checks.properties.value_or(PropertyCheck{});
      add(CheckKind::property, "properties", demanded.location,
          [this, demanded] { return check_properties(*index, demanded); });
    }
    const bool covers = demands(CheckKind::coverage, checks.coverage.has_value());
    const bool mutates = demands(CheckKind::mutation, checks.mutation.has_value());
    if (!is_wanted(CheckKind::example) && !covers && !mutates) return;
    const fs::path folder = fs::path(checks.file).parent_path();
    const auto runner = std::make_shared<CaseRunner>(
        *index, checks.cases, checks.tolerances, shelf.source(folder, index->definition().units));
    for (Size i = 0; i < std::ssize(runner->cases()); ++i) {
      const Case& each = runner->cases()[at(i)];
      add(CheckKind::example, each.name, each.location, [runner, i] { return runner->run(i); });
    }
    if (covers) {
      // Asked for, and nothing demanded: what is not touched is said in notes.
      CoverageCheck nothing_demanded;
      nothing_demanded.at_least = 0.0;
      nothing_demanded.location = {checks.file, 0, 0};
      CoverageCheck demanded = checks.coverage.value_or(nothing_demanded);
      const Location location = demanded.location;
      add(CheckKind::coverage, "coverage", location, [runner, demanded = std::move(demanded)] {
        return check_coverage(runner->coverage(), demanded);
      });
    }
    if (mutates) {
      MutationCheck nothing_demanded;
      nothing_demanded.at_least = 0.0;
      nothing_demanded.location = {checks.file, 0, 0};
      MutationCheck demanded = checks.mutation.value_or(nothing_demanded);
      const Location location = demanded.location;
      add(CheckKind::mutation, "mutation", location,
          [this, runner, demanded = std::move(demanded)] {
            const Noticed noticed = [&runner](const Index& changed, const Mutant& mutant) {
              const auto by = runner->noticed_by(changed, mutant.node);
              return by ? std::optional(runner->cases()[at(*by)].name) : std::nullopt;
            };
            return check_mutation(run_mutation(*index, noticed, {options.threads, {}}), demanded);
          });
    }
  }
};

CheckSession::CheckSession(const fs::path& file, const CheckOptions& options,
                           const PanelShelf& shelf)
    : state_(std::make_unique<State>(options, shelf)) {
  state_->open(file);
}
CheckSession::~CheckSession() = default;
CheckSession::CheckSession(CheckSession&&) noexcept = default;
CheckSession& CheckSession::operator=(CheckSession&&) noexcept = default;

const std::string& CheckSession::file() const noexcept { return state_->file; }
const std::string& CheckSession::name() const noexcept { return state_->name; }

std::span<const CheckSession::Entry> CheckSession::entries() const noexcept {
  return state_->entries;
}

CheckItem CheckSession::run(Size position) const {
  const auto begin = std::chrono::steady_clock::now();
  const Entry& entry = state_->entries[at(position)];
  CheckItem item;
  try {
    item = state_->runs[at(position)]();
  } catch (const Error& error) {
    item.stop(error, chiso::name(entry.kind));
  } catch (const std::exception& error) {  // No memory, no disk: one check cannot be run.
    item.stop(Error(error.what()), chiso::name(entry.kind));
  }
  item.kind = entry.kind;
  item.name = entry.name;
  if (item.location == Location{}) item.location = entry.location;
  item.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return item;
}

}  // namespace chiso
