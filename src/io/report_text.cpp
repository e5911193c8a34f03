#include <fmt/core.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/join.hpp"
#include "base/nearest.hpp"
#include "base/shown.hpp"
#include "chiso/base/error.hpp"
#include "chiso/io/write_report.hpp"

namespace chiso {
namespace {

enum class Ink { plain, good, bad, warn, faint, strong };

class Writer {
 public:
  explicit Writer(const ReportStyle& style) : style_(style) {}

  void target(const CheckTarget& target) {
    CheckReport one;
    one.targets.push_back(target);
    const CheckTotals totals = one.totals();
    text_ += inked(Ink::strong, target.name);
    if (target.file != target.name) text_ += "  " + inked(Ink::faint, target.file);
    text_ += "  " + counts(totals) + "\n";
    for (const CheckItem& item : target.items) this->item(item);
  }

  [[nodiscard]] std::string counts(const CheckTotals& totals) const {
    std::vector<std::string> parts;
    const auto add = [&](Size count, Ink ink, std::string_view one, std::string_view many) {
      if (count > 0)
        parts.push_back(inked(ink, fmt::format("{} {}", count, count == 1 ? one : many)));
    };
    add(totals.failed, Ink::bad, "failed", "failed");
    add(totals.errors, Ink::bad, "could not be run", "could not be run");
    add(totals.skipped, Ink::warn, "skipped", "skipped");
    add(totals.passed, Ink::good, "passed", "passed");
    add(totals.warnings, Ink::warn, "warning", "warnings");
    return parts.empty() ? "nothing was checked" : join(parts, ", ");
  }

  std::string take() { return std::move(text_); }

 private:
  void item(const CheckItem& item) {
    bool is_shown = style_.verbose || item.outcome == CheckOutcome::failed ||
                    item.outcome == CheckOutcome::error;
    for (const CheckFinding& finding : item.findings) {
      is_shown = is_shown || finding.severity != Severity::note;
    }
    // How much is covered is worth a line even if it is enough; so is that a baseline was written.
    const bool is_measured = !item.findings.empty() &&
                             (item.kind == CheckKind::coverage ||
                              item.kind == CheckKind::mutation || item.kind == CheckKind::baseline);
    if (!is_shown && !is_measured) return;
    const std::string title = item.name == name(item.kind) ? "" : ": " + shown(item.name);
    text_ += fmt::format("  {} {}{}", outcome(item.outcome), name(item.kind), title);
    if (!is_shown) {
      text_ += ": " + item.findings.front().problem.message + "\n";
      return;
    }
    text_ += '\n';
    for (const CheckFinding& each : item.findings) {
      if (each.severity == Severity::note && !style_.verbose &&
          item.outcome == CheckOutcome::passed) {
        continue;
      }
      finding(each);
    }
  }

  void finding(const CheckFinding& finding) {
    const Ink ink = finding.severity == Severity::error     ? Ink::bad
                    : finding.severity == Severity::warning ? Ink::warn
                                                            : Ink::faint;
    const Problem& problem = finding.problem;
    std::string place = problem.location.to_string();
    if (!place.empty()) text_ += "    " + inked(Ink::faint, place) + "\n";
    text_ += fmt::format(
        "    {}: {}{}{}\n", inked(ink, std::string(name(finding.severity))),
        problem.place.empty() ? "" : inked(Ink::strong, shown(problem.place)) + ": ",
        shown(problem.message), problem.remedy.empty() ? "" : "; " + shown(problem.remedy));
    for (const std::string& line : finding.details) text_ += "      " + shown(line) + "\n";
  }

  [[nodiscard]] std::string outcome(CheckOutcome outcome) const {
    switch (outcome) {
      case CheckOutcome::passed:
        return inked(Ink::good, "passed ");
      case CheckOutcome::failed:
        return inked(Ink::bad, "FAILED ");
      case CheckOutcome::error:
        return inked(Ink::bad, "ERROR  ");
      case CheckOutcome::skipped:
        return inked(Ink::warn, "skipped");
    }
    return {};
  }

  [[nodiscard]] std::string inked(Ink ink, const std::string& text) const {
    if (!style_.color || ink == Ink::plain) return text;
    constexpr std::array<std::string_view, 6> codes{"0", "32", "1;31", "33", "2", "1"};
    return fmt::format("\x1b[{}m{}\x1b[0m", codes[static_cast<std::size_t>(ink)], text);
  }

  const ReportStyle& style_;
  std::string text_;
};

}  // namespace

std::string to_text(const CheckTarget& target, const ReportStyle& style) {
  Writer writer(style);
  writer.target(target);
  return writer.take();
}

std::string to_text(const CheckTotals& totals, const ReportStyle& style) {
  return Writer(style).counts(totals) + "\n";
}

ReportFormat report_format(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, ReportFormat>, 5> formats{
      {{"text", ReportFormat::text},
       {"junit", ReportFormat::junit},
       {"json", ReportFormat::json},
       {"github", ReportFormat::github},
       {"gitlab", ReportFormat::gitlab}}};
  std::vector<std::string> names;
  for (const auto& [each, format] : formats) {
    if (each == name) return format;
    names.emplace_back(each);
  }
  throw NotFoundError(fmt::format("there is no format '{}'{}", name, nearest_or_all(name, names)));
}

std::string written(const CheckReport& report, ReportFormat format, const ReportStyle& style) {
  switch (format) {
    case ReportFormat::text:
      return to_text(report, style);
    case ReportFormat::junit:
      return to_junit(report);
    case ReportFormat::json:
      return to_json(report);
    case ReportFormat::github:
      return to_github(report);
    case ReportFormat::gitlab:
      return to_gitlab(report);
  }
  return {};
}

std::string to_text(const CheckReport& report, const ReportStyle& style) {
  std::string text;
  for (const CheckTarget& target : report.targets) text += to_text(target, style);
  return text + to_text(report.totals(), style);
}

}  // namespace chiso
