#include "chiso/io/coinr.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/join.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/text.hpp"
#include "io/cells.hpp"
#include "io/panel_reader.hpp"

namespace chiso {

namespace {

using Method = Aggregation::Method;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr int kMostLevels = 100;
constexpr std::array<std::string_view, 6> kNeeded{"iCode",  "Type",   "Level",
                                                  "Parent", "Weight", "Direction"};

bool is_code_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

bool has_weights(Method method) noexcept {
  return method == Method::arithmetic_mean || method == Method::geometric_mean ||
         method == Method::harmonic_mean || method == Method::power_mean ||
         method == Method::copeland;
}

// The last of a list serves all levels above.
template <class Value>
const Value& at_level(const std::vector<Value>& values, Size level) {
  const Size position = std::clamp<Size>(level - 2, 0, std::ssize(values) - 1);
  return values[static_cast<std::size_t>(position)];
}

class MetaReader {
 public:
  MetaReader(const Table& table, const CoinrOptions& options)
      : table_(table), cells_(table), options_(options), problems_(table) {}

  IndexDefinition read() {
    columns();
    problems_.raise<SpecError>();
    for (Size row = 1; row < table_.rows(); ++row) {
      if (!is_empty_row(table_, row)) read_row(row);
    }
    links();
    problems_.raise<SpecError>();
    return definition();
  }

 private:
  enum class Type { indicator, aggregate, denominator, other };

  struct Row {
    Size row = 0;
    Type type = Type::other;
    std::string code;
    std::string parent;
    std::string denominator;
    double level = 0.0;
    double weight = 1.0;
    double direction = 1.0;
    double target = 0.0;
    std::vector<std::size_t> children;
  };

  [[nodiscard]] bool is_node(const Row& row) const noexcept {
    return row.type == Type::indicator || row.type == Type::aggregate;
  }

  void columns() {
    if (options_.aggregations.empty()) {
      problems_.add("aggregations", "expected at least one aggregation, got none");
    }
    if (table_.rows() == 0) {
      problems_.add({}, "expected a heading and rows, found nothing");
      return;
    }
    const Headings headings(table_);
    for (const std::string_view name : kNeeded) {
      if (headings.find(name) >= 0) continue;
      problems_.add(
          std::string(name),
          fmt::format("expected a column '{}', found {}", name, quoted_list(headings.names())),
          fmt::format("an iMeta table has the columns {}{}", join(kNeeded, ", "),
                      suggestion(name, headings.names())));
    }
    for (const std::string_view name : {"iCode", "Type", "Level", "Parent", "Weight", "Direction",
                                        "iName", "Unit", "Target", "Denominator"}) {
      columns_.emplace(name, headings.find(name));
    }
  }

  [[nodiscard]] Size column(std::string_view name) const { return columns_.at(name); }

  // The text of a cell; empty where R wrote NA or where there is no such column.
  [[nodiscard]] std::string_view text(Size row, std::string_view name) const {
    if (column(name) < 0) return {};
    const std::string_view cell = without_blanks(cells_(row, column(name)));
    return cell == "NA" ? std::string_view() : cell;
  }

  void fault(std::string_view kind, const Row& row, std::string_view name, std::string message,
             std::string remedy = {}) {
    problems_.add(kind, row.row, std::max<Size>(column(name), 0), row.code, std::move(message),
                  std::move(remedy));
  }

  // A number that must be there.
  double number(const Row& row, std::string_view name) {
    double value = 0.0;
    const std::string_view cell = text(row.row, name);
    const CellKind kind = read_cell(cell, '.', value);
    if (kind == CellKind::missing) {
      fault("numbers that are missing", row, name,
            fmt::format("expected a number in the column '{}', found nothing", name));
    } else if (kind != CellKind::number) {
      fault("numbers that cannot be read", row, name, not_a_number(cell, kind, '.').message);
    }
    return value;
  }

  void read_row(Size number_of_row) {
    Row row;
    row.row = number_of_row;
    row.code = text(number_of_row, "iCode");
    row.type = type(row);
    if (row.type == Type::other) return;
    check_code(row);
    if (is_node(row)) {
      row.parent = text(number_of_row, "Parent");
      row.denominator = text(number_of_row, "Denominator");
      row.level = number(row, "Level");
      if (!std::isnan(row.level) &&
          (row.level < 1.0 || row.level > kMostLevels || row.level != std::floor(row.level))) {
        fault("levels", row, "Level",
              fmt::format("expected a whole number from 1 to {}, found {}", kMostLevels,
                          text(number_of_row, "Level")));
        row.level = kUnknown;
      }
      if (!row.parent.empty()) row.weight = number(row, "Weight");
      if (row.weight < 0.0) {
        fault("weights", row, "Weight",
              fmt::format("expected a weight that is not negative, found {}",
                          text(number_of_row, "Weight")));
      }
    }
    if (row.type == Type::indicator) {
      indicator(row);
    } else if (row.level == 1.0) {
      fault("levels", row, "Level", "level 1 is for indicators, and this row is of type Aggregate",
            "correct its Level or its Type");
    }
    rows_.push_back(std::move(row));
  }

  Type type(const Row& row) {
    const std::vector<std::string> names{"Indicator", "Aggregate", "Denominator", "Group", "Other"};
    const std::string_view cell = text(row.row, "Type");
    const std::string key = match_key(cell);
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (key == match_key(names[i])) return static_cast<Type>(std::min<std::size_t>(i, 3));
    }
    fault("types", row, "Type",
          fmt::format("expected one of {}, found '{}'{}", join(names, ", "), cell,
                      suggestion(cell, names)));
    return Type::other;
  }

  void check_code(const Row& row) {
    if (row.code.empty()) {
      fault("codes", row, "iCode", "expected a code, found nothing");
      return;
    }
    std::string code = row.code;
    std::replace_if(
        code.begin(), code.end(), [](char c) { return !is_code_character(c); }, '_');
    if (code != row.code) {
      fault(
          "codes", row, "iCode",
          fmt::format("expected letters, digits, '.', '_' and '-' in a code, found '{}'", row.code),
          fmt::format("write '{}', in iMeta and iData", code));
    }
    const auto [known, is_new] = position_.emplace(row.code, rows_.size());
    if (!is_new) {
      fault("codes", row, "iCode",
            fmt::format("the code '{}' stands twice, first in line {}", row.code,
                        table_.location(rows_[known->second].row).line),
            "give every row a code of its own");
    }
    codes_.push_back(row.code);
  }

  void indicator(Row& row) {
    if (row.level != 1.0 && !std::isnan(row.level)) {
      fault("levels", row, "Level",
            fmt::format("expected level 1 for an indicator, found {}", text(row.row, "Level")),
            "correct its Level or its Type");
    }
    row.direction = number(row, "Direction");
    if (!std::isnan(row.direction) && row.direction != 1.0 && row.direction != -1.0) {
      fault("directions", row, "Direction",
            fmt::format("expected 1 or -1, found {}", text(row.row, "Direction")),
            "1 where more is better, -1 where more is worse");
    }
    if (options_.normaliser.method == Normaliser::Method::distance_to_target) {
      row.target = number(row, "Target");
    }
  }

  // ---- From rows to a tree
  // -----------------------------------------------------------------------

  /// What to suggest for a code that is none.
  std::string near(const std::string& code) {
    constexpr int most_suggestions = 100;  // Each takes a look at all codes.
    return ++suggestions_ <= most_suggestions ? suggestion(code, codes_) : std::string();
  }

  void links() {
    std::vector<std::size_t> roots;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      Row& row = rows_[i];
      if (!is_node(row)) continue;
      if (!row.denominator.empty() && !position_.contains(row.denominator)) {
        fault("denominators", row, "Denominator",
              fmt::format("there is no code '{}'{}", row.denominator, near(row.denominator)),
              "add a row of type Denominator");
      }
      if (row.parent.empty()) {
        roots.push_back(i);
        continue;
      }
      const auto found = position_.find(row.parent);
      if (found == position_.end() || !is_node(rows_[found->second])) {
        fault("parents", row, "Parent",
              found == position_.end()
                  ? fmt::format("there is no parent '{}'{}", row.parent, near(row.parent))
                  : fmt::format("the parent '{}' is not of type Aggregate", row.parent),
              "add a row of type Aggregate with this code, or correct the name");
        continue;
      }
      Row& parent = rows_[found->second];
      if (parent.type == Type::indicator) {
        fault("parents", row, "Parent",
              fmt::format("the parent '{}' is an indicator, which has no parts", row.parent));
        continue;
      }
      if (!std::isnan(row.level) && !std::isnan(parent.level) && parent.level != row.level + 1.0) {
        fault(
            "levels", row, "Parent",
            fmt::format("expected a parent one level above, found '{}' of level {} above level {}",
                        row.parent, text(parent.row, "Level"), text(row.row, "Level")),
            "correct Level or Parent");
        continue;
      }
      parent.children.push_back(i);
    }
    check_roots(roots);
    for (const Row& row : rows_) {
      if (row.type == Type::aggregate && row.children.empty() && problems_.empty()) {
        fault("aggregates of nothing", row, "iCode",
              fmt::format("no row has the parent '{}'", row.code),
              "remove the row, or add its parts");
      }
    }
  }

  void check_roots(const std::vector<std::size_t>& roots) {
    if (roots.size() == 1 && rows_[roots[0]].type == Type::aggregate) {
      root_ = roots[0];
      return;
    }
    if (roots.empty()) {
      problems_.add("Parent", "expected one row of type Aggregate without a Parent, found none",
                    "the index itself has an empty Parent");
      return;
    }
    for (const std::size_t i : roots) {
      if (roots.size() > 1 || rows_[i].type != Type::aggregate) {
        fault("rows without parent", rows_[i], "Parent",
              roots.size() > 1
                  ? fmt::format("{} rows have no Parent, and only the index itself has none",
                                roots.size())
                  : std::string("the only row without a Parent is an indicator"),
              "name its Parent");
      }
    }
  }

  IndexDefinition definition() {
    IndexDefinition definition;
    definition.index = options_.index;
    definition.edition = options_.edition;
    definition.title = options_.title;
    definition.periods = options_.periods;
    definition.provenance.source = table_.source();
    definition.location = {table_.source(), 0, 0};
    for (const Row& row : rows_) {
      const bool is_read =
          row.type == Type::indicator || (options_.denominate && row.type == Type::denominator);
      if (!is_read) continue;
      Variable variable;
      variable.code = row.code;
      variable.title.en = text(row.row, "iName");
      variable.unit = text(row.row, "Unit");
      variable.location = table_.location(row.row);
      definition.variables.push_back(std::move(variable));
    }
    definition.tree = criterion(rows_[root_], false);
    return definition;
  }

  Criterion criterion(const Row& row, bool has_weight) {
    Criterion node;
    node.code = row.code;
    node.title.en = text(row.row, "iName");
    node.location = table_.location(row.row);
    if (has_weight) node.weight = Dated<double>(row.weight);
    if (row.type == Type::indicator) {
      leaf(row, node);
      return node;
    }
    const auto level = static_cast<Size>(row.level);
    node.aggregation = at_level(options_.aggregations, level);
    const bool are_weighted = has_weights(node.aggregation.method);
    if (are_weighted) node.aggregation.weights = Aggregation::Weights::relative;
    node.missing = options_.missing;
    if (!options_.at_least.empty() && node.missing == MissingPolicy::renormalise) {
      const double share = at_level(options_.at_least, level);
      if (share > 0.0) node.at_least = share;
    }
    for (const std::size_t child : row.children) {
      node.children.push_back(criterion(rows_[child], are_weighted));
    }
    return node;
  }

  void leaf(const Row& row, Criterion& node) const {
    node.measure = Measure::of(row.code);
    if (options_.denominate && !row.denominator.empty()) {
      node.measure.kind = Measure::Kind::ratio;
      node.measure.denominator = {{row.denominator, 1.0}};
    }
    node.polarity = row.direction < 0.0 ? Polarity::negative : Polarity::positive;
    Normaliser normaliser = options_.normaliser;
    if (normaliser.method == Normaliser::Method::distance_to_target) {
      normaliser.high = Anchor::fixed(row.target);
    }
    node.rule = Dated<Rule>(Rule(std::move(normaliser)));
  }

  const Table& table_;
  ComposedCells cells_;
  const CoinrOptions& options_;
  CellProblems problems_;
  std::unordered_map<std::string_view, Size> columns_;
  std::vector<Row> rows_;
  std::unordered_map<std::string, std::size_t> position_;
  std::vector<std::string> codes_;
  int suggestions_ = 0;
  std::size_t root_ = 0;
};

}  // namespace

IndexDefinition definition_from_coinr(const Table& i_meta, const CoinrOptions& options) {
  return MetaReader(i_meta, options).read();
}

Panel panel_from_coinr(const Table& i_data, const CoinrDataOptions& options) {
  const std::array<std::string_view, 1> other_name{options.units_by_name ? "uCode" : "uName"};
  PanelLayout layout;
  layout.unit = options.units_by_name ? "uName" : "uCode";
  layout.period = "Time";
  layout.version = {};
  layout.ignored = other_name;
  layout.may_be_long = false;
  layout.keep_words = options.keep_text;
  PanelOptions panel_options;
  panel_options.period = options.period;
  return std::move(panels_from_table(i_data, panel_options, layout).front().second);
}

}  // namespace chiso
