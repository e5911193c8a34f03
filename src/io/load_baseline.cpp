#include "chiso/io/load_baseline.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/fingerprint.hpp"
#include "base/nearest.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/io/document.hpp"
#include "chiso/io/file.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/io/save_index.hpp"
#include "chiso/io/table.hpp"
#include "io/bad_text.hpp"
#include "io/cells.hpp"
#include "io/fields.hpp"
#include "io/reader.hpp"

namespace chiso {

namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::string_view kLockAgain =
    "restore the file as it was, or lock again with `chiso lock --update`";

enum class Part { baseline, definition, data, anchors, nodes, bounds, results };
constexpr std::array<std::string_view, 7> kParts{"baseline", "definition", "data",   "anchors",
                                                 "nodes",    "bounds",     "results"};

/// What is locked, before its numbers.
struct Head {
  double format = 0.0;
  std::string panel;
  std::string version;
};

const std::vector<Field<Head>>& head_fields() {
  static const std::vector<Field<Head>> fields{
      {"format",
       [](Reader& r, const Node& n, Head& h) {
         assign(h.format, r.number(n));
         read_format(r, n);
       },
       [](const Head&) { return Node::number(format_version); }, true},
      field<&Head::panel>("panel"),
      field<&Head::version>("version"),
  };
  return fields;
}

// ---- Writing -----------------------------------------------------------------------------------

std::string fingerprint_of(std::string_view text) {
  Fingerprint print;
  print.add(text);
  return print.text();
}

void append(std::string& text, Part part, const std::string& lines) {
  text += fmt::format("\n[{}] {} lines, {}\n{}", kParts[static_cast<std::size_t>(part)],
                      std::count(lines.begin(), lines.end(), '\n'), fingerprint_of(lines), lines);
}

CsvWriter& add(CsvWriter& writer, std::initializer_list<std::string_view> cells) {
  for (const auto cell : cells) writer.cell(cell);
  return writer;
}

/// Infinite: an empty cell.
double finite(double number) { return std::isinf(number) ? kMissing : number; }

std::string data_lines(const LockedResults& baseline) {
  CsvWriter csv;
  add(csv, {"period", "method", "units", "fingerprint"}).end_row();
  for (const LockedPeriod& each : baseline.periods) {
    add(csv, {each.period.text(), each.method.text(), std::to_string(each.units.size()), each.data})
        .end_row();
  }
  return std::move(csv).text();
}

std::string anchor_lines(const LockedResults& baseline) {
  CsvWriter csv;
  add(csv, {"period", "node", "low", "high"}).end_row();
  for (const LockedPeriod& each : baseline.periods) {
    for (const LockedAnchor& anchor : each.anchors) {
      add(csv, {each.period.text(), baseline.index.node(anchor.node).code});
      csv.cell(anchor.low).cell(anchor.high).end_row();
    }
  }
  return std::move(csv).text();
}

std::string node_lines(const LockedResults& baseline) {
  CsvWriter csv;
  add(csv, {"node", "method", "weight", "maximum", "lowest", "highest"}).end_row();
  for (const LockedNode& each : baseline.nodes) {
    add(csv, {baseline.index.node(each.node).code, each.method.text()});
    csv.cell(each.weight).cell(each.maximum).cell(finite(each.lowest)).cell(finite(each.highest));
    csv.end_row();
  }
  return std::move(csv).text();
}

std::string bound_lines(const LockedResults& baseline) {
  CsvWriter csv;
  add(csv, {"node", "method", "bound", "word", "below", "score", "above"}).end_row();
  for (const LockedBound& each : baseline.bounds) {
    add(csv, {baseline.index.node(each.node).code, each.method.text()});
    csv.cell(each.at).cell(each.word).cell(each.below).cell(each.score).cell(each.above).end_row();
  }
  return std::move(csv).text();
}

std::string result_lines(const LockedResults& baseline) {
  CsvWriter csv;
  add(csv, {"period", "unit", "rank", "group"});
  for (const std::string& code : baseline.index.codes().names()) csv.cell(code);
  csv.end_row();
  for (const LockedPeriod& each : baseline.periods) {
    for (std::size_t u = 0; u < each.units.size(); ++u) {
      add(csv, {each.period.text(), each.units[u]}).cell(each.ranks[u]).cell(each.groups[u]);
      for (Size n = 0; n < baseline.index.size(); ++n) {
        csv.cell(each.score(static_cast<Size>(u), n));
      }
      csv.end_row();
    }
  }
  return std::move(csv).text();
}

// ---- Reading -----------------------------------------------------------------------------------

/// One section: its lines, and where they stand.
struct Section {
  int line = 0;      ///< Of the heading.
  std::string text;  ///< As many empty lines as stand before, then its own.
  bool intact = true;
  Size lines = 0;
};

[[noreturn]] void refuse(std::string_view file, int line, std::string message, std::string remedy) {
  throw DataError(
      {Problem{{std::string(file), line, 1}, {}, std::move(message), std::move(remedy)}});
}

/// So much of a line as a message shows, no letter in halves.
std::string_view beginning_of(std::string_view line) {
  std::size_t end = std::min<std::size_t>(line.size(), 60);
  while (end > 0 && end < line.size() && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) {
    --end;
  }
  return line.substr(0, end);
}

/// "[results] 567 lines, 0123456789abcdef".
bool parse_heading(std::string_view line, std::string_view name, Size& lines, std::string& print) {
  const std::string begin = fmt::format("[{}] ", name);
  if (!line.starts_with(begin)) return false;
  line.remove_prefix(begin.size());
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), lines);
  if (error != std::errc() || lines < 0) return false;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  constexpr std::string_view between = " lines, ";
  if (!line.starts_with(between)) return false;
  print = line.substr(between.size());
  return print.size() == 16;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    // Some version control turns the ends of lines into those of Windows.
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::array<Section, kParts.size()> sections_of(std::string_view text, std::string_view file) {
  if (auto bad = find_bad_text(text, file)) throw DataError({*std::move(bad)});
  const auto lines = lines_of(text);
  std::array<Section, kParts.size()> sections;
  std::size_t next = 0;
  const auto is_between = [&lines](std::size_t i) {
    return lines[i].empty() || lines[i].starts_with('#');
  };
  for (std::size_t p = 0; p < kParts.size(); ++p) {
    while (next < lines.size() && is_between(next)) ++next;
    const int here = static_cast<int>(std::min(next, lines.size() - 1)) + 1;
    if (next == lines.size()) {
      refuse(file, here,
             p == 0 ? "expected a baseline, found none"
                    : fmt::format("the file ends before its section '{}'", kParts[p]),
             std::string(kLockAgain));
    }
    Section& section = sections[p];
    section.line = here;
    std::string print;
    if (!parse_heading(lines[next], kParts[p], section.lines, print)) {
      refuse(file, here,
             fmt::format("expected '[{}] ... lines, ...', found '{}'", kParts[p],
                         beginning_of(lines[next])),
             p == 0 ? "a baseline is a file that `chiso lock` wrote" : std::string(kLockAgain));
    }
    ++next;
    if (section.lines > std::ssize(lines) - static_cast<Size>(next)) {
      refuse(file, static_cast<int>(lines.size()),
             fmt::format("the file ends here, with {} of the {} lines of its section '{}'",
                         lines.size() - next, section.lines, kParts[p]),
             std::string(kLockAgain));
    }
    std::string own;
    for (Size i = 0; i < section.lines; ++i) own.append(lines[next++]).push_back('\n');
    section.intact = fingerprint_of(own) == print;
    section.text.assign(static_cast<std::size_t>(here), '\n');
    section.text += own;
  }
  while (next < lines.size() && is_between(next)) ++next;
  if (next < lines.size()) {
    refuse(file, static_cast<int>(next) + 1,
           fmt::format("expected the end of the baseline, found '{}'", beginning_of(lines[next])),
           std::string(kLockAgain));
  }
  return sections;
}

class BaselineReader {
 public:
  BaselineReader(std::string_view text, std::string_view file, const InputLimits& limits)
      : file_(file), limits_(limits), sections_(sections_of(text, file)) {}

  LockedResults read() {
    const Head head = read_head();
    Index index = parse_index(section(Part::definition).text, file_, limits_);
    check_intact(Part::definition);
    LockedResults baseline{std::move(index), head.panel, head.version, {}, {}, {}};
    read_data(baseline);
    read_anchors(baseline);
    read_nodes(baseline);
    read_bounds(baseline);
    read_results(baseline);
    return baseline;
  }

 private:
  [[nodiscard]] const Section& section(Part part) const {
    return sections_[static_cast<std::size_t>(part)];
  }

  void check_intact(Part part) const {
    const Section& of = section(part);
    if (of.intact) return;
    refuse(
        file_, of.line + 1,
        fmt::format("lines {} to {} (the section '{}') are not as they were written", of.line + 1,
                    of.line + static_cast<int>(of.lines), kParts[static_cast<std::size_t>(part)]),
        std::string(kLockAgain));
  }

  Head read_head() {
    Head head;
    Problems problems;
    Reader reader(file_, problems);
    const std::string& text = section(Part::baseline).text;
    read_fields(reader, parse_document(text, file_, limits_), "the head of a baseline",
                all(head_fields()), head);
    problems.raise<DataError>();
    check_intact(Part::baseline);
    return head;
  }

  /// Calls `row(table, problems, row)` for every row below the heading.
  template <class Row>
  void each_row(Part part, std::span<const std::string> heading, const Row& row) {
    CsvOptions options;
    options.delimiter = ',';
    options.limits = limits_;
    const Table table = parse_csv(section(part).text, file_, options);
    CellProblems problems(table);
    bool same = table.columns() == std::ssize(heading);
    for (Size c = 0; same && c < table.columns(); ++c) {
      same = table(0, c) == heading[static_cast<std::size_t>(c)];
    }
    if (!same) {
      problems.add("headings", 0, 0, {}, fmt::format("expected the columns {}", listed(heading)),
                   std::string(kLockAgain));
    } else {
      for (Size r = 1; r < table.rows(); ++r) row(table, problems, r);
    }
    problems.raise<DataError>();
    check_intact(part);
  }

  static double number(const Table& table, CellProblems& problems, Size row, Size column) {
    const std::string_view text = table(row, column);
    double value = kMissing;
    if (text.empty()) return kMissing;
    if (text == "inf") return kInfinity;
    if (text == "-inf") return -kInfinity;
    if (!parse_number(text, value)) {
      problems.add("numbers", row, column, table(0, column),
                   fmt::format("expected a number or nothing, found '{}'", text),
                   std::string(kLockAgain));
      return kMissing;
    }
    return value;
  }

  static Period period(const Table& table, CellProblems& problems, Size row, Size column) {
    try {
      return Period(table(row, column));
    } catch (const SpecError& error) {
      problems.add("periods", row, column, table(0, column), error.problems().front().message,
                   std::string(kLockAgain));
      return {};
    }
  }

  /// -1, and a problem, if there is none.
  static Size node(const Index& index, const Table& table, CellProblems& problems, Size row,
                   Size column, bool leaf) {
    const std::string code(table(row, column));
    const auto found = index.codes().find(code);
    if (found && (!leaf || index.is_leaf(*found))) return *found;
    problems.add(
        "nodes", row, column, code,
        fmt::format("the definition above has no {} '{}'", leaf ? "indicator" : "criterion", code),
        std::string(kLockAgain));
    return -1;
  }

  /// The period that a row names; nullptr, and a problem, if its results are not locked.
  static LockedPeriod* locked(LockedResults& baseline, const Table& table, CellProblems& problems,
                              Size row) {
    for (LockedPeriod& each : baseline.periods) {
      if (each.period.text() == table(row, 0)) return &each;
    }
    problems.add("periods", row, 0, "period",
                 fmt::format("the section 'data' has no period '{}'", table(row, 0)),
                 std::string(kLockAgain));
    return nullptr;
  }

  void read_data(LockedResults& baseline) {
    const std::vector<std::string> heading{"period", "method", "units", "fingerprint"};
    each_row(Part::data, heading, [&](const Table& table, CellProblems& problems, Size row) {
      LockedPeriod each;
      each.period = period(table, problems, row, 0);
      each.method = period(table, problems, row, 1);
      each.data = table(row, 3);
      units_.push_back(number(table, problems, row, 2));
      if (!baseline.periods.empty() && !(baseline.periods.back().period < each.period)) {
        problems.add("order", row, 0, "period", "expected periods in ascending order",
                     std::string(kLockAgain));
      }
      baseline.periods.push_back(std::move(each));
    });
  }

  void read_anchors(LockedResults& baseline) {
    const std::vector<std::string> heading{"period", "node", "low", "high"};
    each_row(Part::anchors, heading, [&](const Table& table, CellProblems& problems, Size row) {
      LockedPeriod* const into = locked(baseline, table, problems, row);
      const Size leaf = node(baseline.index, table, problems, row, 1, true);
      const double low = number(table, problems, row, 2);
      const double high = number(table, problems, row, 3);
      if (into != nullptr && leaf >= 0) into->anchors.push_back({leaf, low, high});
    });
  }

  void read_nodes(LockedResults& baseline) {
    const std::vector<std::string> heading{"node",    "method", "weight",
                                           "maximum", "lowest", "highest"};
    const auto limit = [](double value, double otherwise) {
      return std::isnan(value) ? otherwise : value;
    };
    each_row(Part::nodes, heading, [&](const Table& table, CellProblems& problems, Size row) {
      LockedNode each;
      each.node = node(baseline.index, table, problems, row, 0, false);
      each.method = period(table, problems, row, 1);
      each.weight = number(table, problems, row, 2);
      each.maximum = number(table, problems, row, 3);
      each.lowest = limit(number(table, problems, row, 4), -kInfinity);
      each.highest = limit(number(table, problems, row, 5), kInfinity);
      baseline.nodes.push_back(std::move(each));
    });
  }

  void read_bounds(LockedResults& baseline) {
    const std::vector<std::string> heading{"node",  "method", "bound", "word",
                                           "below", "score",  "above"};
    each_row(Part::bounds, heading, [&](const Table& table, CellProblems& problems, Size row) {
      LockedBound each;
      each.node = node(baseline.index, table, problems, row, 0, true);
      each.method = period(table, problems, row, 1);
      each.at = number(table, problems, row, 2);
      each.word = table(row, 3);
      each.below = number(table, problems, row, 4);
      each.score = number(table, problems, row, 5);
      each.above = number(table, problems, row, 6);
      if (std::isnan(each.at) == each.word.empty()) {
        problems.add("bounds", row, 2, "bound", "expected a number or a word",
                     std::string(kLockAgain));
      }
      baseline.bounds.push_back(std::move(each));
    });
  }

  void read_results(LockedResults& baseline) {
    std::vector<std::string> heading{"period", "unit", "rank", "group"};
    const auto codes = baseline.index.codes().names();
    heading.insert(heading.end(), codes.begin(), codes.end());
    std::unordered_set<std::string> seen;
    const LockedPeriod* last = nullptr;
    each_row(Part::results, heading, [&](const Table& table, CellProblems& problems, Size row) {
      LockedPeriod* const into = locked(baseline, table, problems, row);
      if (into == nullptr) return;
      if (into != last) seen.clear();
      last = into;
      std::string unit(table(row, 1));
      if (unit.empty() || !seen.insert(unit).second) {
        problems.add("units", row, 1, "unit",
                     unit.empty() ? "expected the name of a unit, found nothing"
                                  : fmt::format("'{}' stands twice in {}", unit, table(row, 0)),
                     std::string(kLockAgain));
      }
      into->units.push_back(std::move(unit));
      into->ranks.push_back(number(table, problems, row, 2));
      into->groups.emplace_back(table(row, 3));
      for (Size c = 4; c < table.columns(); ++c) {
        into->scores.push_back(number(table, problems, row, c));
      }
    });
    for (std::size_t i = 0; i < baseline.periods.size(); ++i) {
      const LockedPeriod& each = baseline.periods[i];
      if (static_cast<double>(each.units.size()) == units_[i] && !each.units.empty()) continue;
      refuse(file_, section(Part::results).line,
             fmt::format("expected {} units in {}, found {}", to_string(units_[i]),
                         each.period.text(), each.units.size()),
             std::string(kLockAgain));
    }
  }

  std::string file_;
  const InputLimits& limits_;
  std::array<Section, kParts.size()> sections_;
  std::vector<double> units_;  ///< By period, as the section 'data' says.
};

}  // namespace

std::string to_text(const LockedResults& baseline) {
  const std::string& name = baseline.index.name();
  std::string text = fmt::format(
      "# What {} gave{}. `chiso check` compares with it.\n"
      "# `chiso lock` wrote it. Look at what changed in it, but do not edit it: it would be "
      "refused.\n",
      name, baseline.panel.empty() ? "" : " on " + baseline.panel);
  append(text, Part::baseline,
         to_block(write_fields(all(head_fields()), Head{0.0, baseline.panel, baseline.version})));
  append(text, Part::definition, to_yaml(baseline.index));
  append(text, Part::data, data_lines(baseline));
  append(text, Part::anchors, anchor_lines(baseline));
  append(text, Part::nodes, node_lines(baseline));
  append(text, Part::bounds, bound_lines(baseline));
  append(text, Part::results, result_lines(baseline));
  return text;
}

LockedResults parse_baseline(std::string_view text, std::string_view file,
                             const InputLimits& limits) {
  return BaselineReader(text, file, limits).read();
}

LockedResults load_baseline(const std::filesystem::path& path, const InputLimits& limits) {
  return parse_baseline(read_file(path, limits.table_bytes, "table_bytes"), path.string(), limits);
}

void save_baseline(const LockedResults& baseline, const std::filesystem::path& path) {
  write_file_atomically(path, to_text(baseline));
}

}  // namespace chiso
