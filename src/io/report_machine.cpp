#include <fmt/core.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/shown.hpp"
#include "chiso/base/text.hpp"
#include "chiso/io/write_report.hpp"
#include "chiso/version.hpp"

namespace chiso {
namespace {

namespace fs = std::filesystem;

using Json = nlohmann::ordered_json;

/// Where a finding is: what is not known of it is what is known of its check or its file.
Location place_of(const CheckFinding& finding, const CheckItem& item, const CheckTarget& target) {
  Location location = finding.problem.location;
  if (location.file.empty()) location = item.location;
  if (location.file.empty()) location.file = target.file;
  return location;
}

/// A path as services show it: from the working folder, if it is below.
std::string from_here(const std::string& file) {
  const fs::path path(file);
  if (!path.is_absolute()) return path.lexically_normal().generic_string();
  std::error_code error;
  const fs::path here = fs::current_path(error);
  const fs::path relative = path.lexically_relative(here);
  const bool is_below = !error && !relative.empty() && *relative.begin() != "..";
  return (is_below ? relative : path).generic_string();
}

std::string message_of(const Problem& problem) {
  std::string text = problem.place.empty() ? "" : problem.place + ": ";
  text += problem.message;
  if (!problem.remedy.empty()) text += "; " + problem.remedy;
  return text;
}

std::string lines_of(const CheckFinding& finding) {
  std::string text = message_of(finding.problem);
  for (const std::string& line : finding.details) text += "\n" + line;
  return text;
}

/// U+FFFE and U+FFFF are no characters of XML.
std::string characters(std::string text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> none{
      {{"\uFFFE", "\\ufffe"}, {"\uFFFF", "\\uffff"}}};
  for (const auto& [code, in_words] : none) {
    for (auto at = text.find(code); at != std::string::npos; at = text.find(code, at)) {
      text.replace(at, code.size(), in_words);
    }
  }
  return text;
}

/// A text as XML may hold it: line breaks stay; other control characters, and bytes of file names
/// that are not UTF-8, are shown as "\x1b".
std::string plain(std::string_view text) {
  std::string found;
  for (Size bad = first_invalid_utf8(text); bad >= 0; bad = first_invalid_utf8(text)) {
    const auto at = static_cast<std::size_t>(bad);
    found +=
        plain(text.substr(0, at)) + fmt::format("\\x{:02x}", static_cast<unsigned char>(text[at]));
    text.remove_prefix(at + 1);
  }
  std::size_t begin = 0;
  while (true) {
    const auto end = text.find('\n', begin);
    found += characters(shown(text.substr(begin, end - begin)));
    if (end == std::string_view::npos) return found;
    found += '\n';
    begin = end + 1;
  }
}

// ---- JUnit -------------------------------------------------------------------------------------

class StringWriter : public pugi::xml_writer {
 public:
  void write(const void* data, std::size_t size) override {
    text_.append(static_cast<const char*>(data), size);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

double seconds_of(const CheckTarget& target) {
  double seconds = 0.0;
  for (const CheckItem& item : target.items) seconds += item.seconds;
  return seconds;
}

void set_counts(pugi::xml_node node, const CheckTotals& totals, double seconds) {
  node.append_attribute("tests") = static_cast<long long>(totals.items());
  node.append_attribute("failures") = static_cast<long long>(totals.failed);
  node.append_attribute("errors") = static_cast<long long>(totals.errors);
  node.append_attribute("time") = fmt::format("{:.3f}", seconds).c_str();
}

/// One element with every finding of the severities that it stands for.
void append_outcome(pugi::xml_node test, const char* element, const CheckItem& item,
                    const CheckTarget& target) {
  std::string text;
  std::string first;
  std::string rule;
  for (const CheckFinding& finding : item.findings) {
    if (finding.severity != Severity::error && item.outcome != CheckOutcome::skipped) continue;
    if (first.empty()) {
      first = message_of(finding.problem);
      rule = finding.rule;
    }
    const std::string place = place_of(finding, item, target).to_string();
    text += fmt::format("{}{}\n", place.empty() ? "" : place + ": ", lines_of(finding));
  }
  pugi::xml_node node = test.append_child(element);
  node.append_attribute("type") = plain(rule).c_str();
  node.append_attribute("message") = plain(first).c_str();
  node.text() = plain(text).c_str();
}

void append_test(pugi::xml_node suite, const CheckItem& item, const CheckTarget& target) {
  pugi::xml_node test = suite.append_child("testcase");
  test.append_attribute("classname") =
      plain(fmt::format("{}.{}", target.name, name(item.kind))).c_str();
  test.append_attribute("name") = plain(item.name).c_str();
  test.append_attribute("time") = fmt::format("{:.6f}", item.seconds).c_str();
  switch (item.outcome) {
    case CheckOutcome::passed:
      break;
    case CheckOutcome::failed:
      append_outcome(test, "failure", item, target);
      break;
    case CheckOutcome::error:
      append_outcome(test, "error", item, target);
      break;
    case CheckOutcome::skipped:
      append_outcome(test, "skipped", item, target);
      break;
  }
  std::string remarks;
  for (const CheckFinding& finding : item.findings) {
    if (finding.severity == Severity::error || item.outcome == CheckOutcome::skipped) continue;
    const std::string place = place_of(finding, item, target).to_string();
    remarks += fmt::format("{}: {}{}\n", name(finding.severity), place.empty() ? "" : place + ": ",
                           lines_of(finding));
  }
  if (!remarks.empty()) test.append_child("system-out").text() = plain(remarks).c_str();
}

// ---- JSON --------------------------------------------------------------------------------------

/// Bytes of a file name that are not UTF-8 are replaced.
std::string dumped(const Json& json) {
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json to_json(const CheckFinding& finding, const CheckItem& item, const CheckTarget& target) {
  const Location location = place_of(finding, item, target);
  Json json;
  json["severity"] = name(finding.severity);
  json["rule"] = finding.rule;
  json["subject"] = finding.subject;
  json["file"] = location.file;
  json["line"] = location.line > 0 ? Json(location.line) : Json(nullptr);
  json["column"] = location.column > 0 ? Json(location.column) : Json(nullptr);
  json["place"] = finding.problem.place;
  json["message"] = finding.problem.message;
  json["remedy"] = finding.problem.remedy;
  json["details"] = finding.details;
  return json;
}

Json to_json(const CheckItem& item, const CheckTarget& target) {
  Json json;
  json["kind"] = name(item.kind);
  json["name"] = item.name;
  json["outcome"] = name(item.outcome);
  json["file"] = item.location.file.empty() ? target.file : item.location.file;
  json["line"] = item.location.line > 0 ? Json(item.location.line) : Json(nullptr);
  json["seconds"] = item.seconds;
  json["findings"] = Json::array();
  for (const CheckFinding& finding : item.findings) {
    json["findings"].push_back(to_json(finding, item, target));
  }
  return json;
}

// ---- Annotations -------------------------------------------------------------------------------

/// Source: GitHub Docs, "Workflow commands for GitHub Actions"; the escapes are those of its
/// toolkit (actions/toolkit, core/src/command.ts).
std::string escaped(std::string_view text, bool is_property) {
  std::string found;
  for (const char c : text) {
    if (c == '%') {
      found += "%25";
    } else if (c == '\r') {
      found += "%0D";
    } else if (c == '\n') {
      found += "%0A";
    } else if (is_property && c == ':') {
      found += "%3A";
    } else if (is_property && c == ',') {
      found += "%2C";
    } else {
      found += c;
    }
  }
  return found;
}

std::string title_of(const CheckItem& item, const CheckTarget& target) {
  return fmt::format("{}, {}: {}", target.name, name(item.kind), item.name);
}

/// FNV-1a, by which a service knows a finding again.
std::string fingerprint(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3U;
  }
  return fmt::format("{:016x}", hash);
}

}  // namespace

std::string to_junit(const CheckReport& report) {
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  pugi::xml_node suites = document.append_child("testsuites");
  double seconds = 0.0;
  for (const CheckTarget& target : report.targets) seconds += seconds_of(target);
  suites.append_attribute("name") = "chiso";
  set_counts(suites, report.totals(), seconds);
  for (const CheckTarget& target : report.targets) {
    pugi::xml_node suite = suites.append_child("testsuite");
    suite.append_attribute("name") = plain(target.name).c_str();
    const CheckTotals totals = CheckReport{{target}}.totals();
    set_counts(suite, totals, seconds_of(target));
    suite.append_attribute("skipped") = static_cast<long long>(totals.skipped);
    suite.append_attribute("file") = plain(from_here(target.file)).c_str();
    for (const CheckItem& item : target.items) append_test(suite, item, target);
  }
  StringWriter writer;
  document.save(writer, " ");
  return writer.take();
}

std::string to_json(const CheckReport& report) {
  const CheckTotals totals = report.totals();
  Json json;
  json["chiso"] = version();
  json["exit_code"] = report.exit_code();
  json["totals"] = {{"passed", totals.passed},
                    {"failed", totals.failed},
                    {"errors", totals.errors},
                    {"skipped", totals.skipped},
                    {"warnings", totals.warnings}};
  json["targets"] = Json::array();
  for (const CheckTarget& target : report.targets) {
    Json each;
    each["name"] = target.name;
    each["file"] = target.file;
    each["items"] = Json::array();
    for (const CheckItem& item : target.items) each["items"].push_back(to_json(item, target));
    json["targets"].push_back(std::move(each));
  }
  return dumped(json);
}

std::string to_github(const CheckReport& report) {
  std::string text;
  for (const CheckTarget& target : report.targets) {
    for (const CheckItem& item : target.items) {
      for (const CheckFinding& finding : item.findings) {
        if (finding.severity == Severity::note) continue;
        const Location location = place_of(finding, item, target);
        text += fmt::format("::{} file={}", name(finding.severity),
                            escaped(from_here(location.file), true));
        if (location.line > 0) text += fmt::format(",line={}", location.line);
        if (location.column > 0) text += fmt::format(",col={}", location.column);
        text += fmt::format(",title={}::{}\n", escaped(plain(title_of(item, target)), true),
                            escaped(plain(lines_of(finding)), false));
      }
    }
  }
  return text;
}

std::string to_gitlab(const CheckReport& report) {
  Json json = Json::array();
  std::map<std::string, int> seen;
  for (const CheckTarget& target : report.targets) {
    for (const CheckItem& item : target.items) {
      for (const CheckFinding& finding : item.findings) {
        if (finding.severity == Severity::note) continue;
        const Location location = place_of(finding, item, target);
        const std::string file = from_here(location.file);
        // Lines move; of findings that are alike the service would show one.
        std::string known_by =
            fmt::format("{}\n{}\n{}\n{}\n{}", file, title_of(item, target), finding.rule,
                        finding.subject, message_of(finding.problem));
        if (const int before = seen[known_by]++; before > 0) {
          known_by += fmt::format("\n{}", before + 1);
        }
        Json each;
        each["description"] =
            fmt::format("{}: {}", title_of(item, target), message_of(finding.problem));
        each["check_name"] = fmt::format("{}.{}", name(item.kind), finding.rule);
        each["fingerprint"] = fingerprint(known_by);
        each["severity"] = finding.severity == Severity::error ? "major" : "minor";
        each["location"] = {{"path", file},
                            {"lines", {{"begin", location.line > 0 ? location.line : 1}}}};
        json.push_back(std::move(each));
      }
    }
  }
  return dumped(json);
}

}  // namespace chiso
