// Any text is either refused or a check file: its cases, and what it demands of coverage and
// properties, are checked of a small definition, and reported in every format.

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "chiso/check/cases.hpp"
#include "chiso/check/coverage.hpp"
#include "chiso/check/properties.hpp"
#include "chiso/io/load_checks.hpp"
#include "chiso/io/write_report.hpp"
#include "fuzz.hpp"
#include "small_data.hpp"

namespace {

using chiso::fuzz::accepted;
using chiso::fuzz::must;

chiso::Panel panel_named(const std::string& name, const std::string& version) {
  if (name == "small" && version.empty()) return chiso::fuzz::small_scores().panel();
  throw chiso::NotFoundError("there is no such panel");
}

chiso::CheckTarget run(const chiso::CheckFile& file) {
  const chiso::Index& index = chiso::fuzz::small_index();
  const chiso::CaseRunner runner(index, file.cases, file.tolerances, panel_named);
  chiso::CheckTarget target{"demo.yaml", index.name(), {}};
  for (chiso::Size i = 0; i < std::ssize(runner.cases()); ++i) {
    target.items.push_back(runner.run(i));
    (void)runner.evidence(i);
  }
  must(!runner.noticed_by(index), "the definition itself is noticed as a mutant");
  const chiso::Coverage coverage = runner.coverage();
  must(coverage.touched() <= coverage.size(), "more is touched than there is");
  if (file.coverage) target.items.push_back(chiso::check_coverage(coverage, *file.coverage));
  if (file.properties) {
    chiso::PropertyCheck demanded = *file.properties;
    demanded.tries = std::min<chiso::Size>(demanded.tries.value_or(8), 8);
    const auto item = accepted([&] { return chiso::check_properties(index, demanded); });
    if (item) target.items.push_back(*item);
  }
  return target;
}

void report(chiso::CheckTarget target) {
  chiso::CheckReport all;
  all.targets.push_back(std::move(target));
  using Format = chiso::ReportFormat;
  for (const auto format :
       {Format::text, Format::junit, Format::json, Format::github, Format::gitlab}) {
    const std::string text = chiso::written(all, format, {.color = true, .verbose = true});
    must(chiso::first_invalid_utf8(text) < 0, "a report that is not UTF-8");
  }
  const int code = all.exit_code();
  must(code >= 0 && code <= 2, "an exit code that is none");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = chiso::fuzz::text_of(data, size);
  const auto file = accepted([&] { return chiso::parse_checks(text, "demo.check.yaml"); });
  if (file) report(run(*file));
  return 0;
}
