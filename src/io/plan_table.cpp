#include "chiso/io/plan_table.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/join.hpp"
#include "chiso/base/error.hpp"
#include "chiso/io/document.hpp"
#include "io/cells.hpp"
#include "io/plan_columns.hpp"
#include "io/plan_document.hpp"
#include "io/table_nodes.hpp"
#include "io/when_text.hpp"

namespace chiso {

namespace {

std::size_t index_of(Size i) noexcept { return static_cast<std::size_t>(i); }

// One text, or those of a list: both are written for one.
std::vector<std::string> texts_of(const Node& node) {
  if (node.is_scalar()) return {node.text};
  std::vector<std::string> texts;
  for (const Node& item : node.items) texts.push_back(item.text);
  return texts;
}

class PlanTableWriter {
 public:
  PlanTableWriter(const Plan& plan, Language language)
      : plan_(plan), is_vietnamese_(language == Language::vi) {}

  Table write() {
    for (const Task& task : plan_.definition().tasks) tasks_.push_back(write_task(task));
    choose_columns();
    std::vector<std::string> heading;
    for (const PlanColumn* column : columns_) {
      heading.emplace_back(is_vietnamese_ ? column->vi : column->en);
    }
    rows_.push_back(std::move(heading));
    head();
    for (std::size_t i = 0; i < tasks_.size(); ++i) task(static_cast<Size>(i));
    return Table(plan_.name(), rows_);
  }

 private:
  void choose_columns() {
    const PlanColumn* other_title = nullptr;
    for (const PlanColumn& column : plan_columns()) {
      if (column.cell == PlanCell::title) {
        if (column.key == language()) {
          columns_.push_back(&column);
        } else {
          other_title = &column;
        }
      } else if (column.cell == PlanCell::code || column.cell == PlanCell::area ||
                 (!column.key.empty() && is_used(column.key))) {
        columns_.push_back(&column);
      }
    }
    const auto title = std::find_if(columns_.begin(), columns_.end(), [](const auto* column) {
      return column->cell == PlanCell::title;
    });
    value_ = title - columns_.begin();
    const Title& of_plan = plan_.definition().title;
    const bool is_other_used =
        !(is_vietnamese_ ? of_plan.en : of_plan.vi).empty() ||
        std::any_of(plan_.definition().tasks.begin(), plan_.definition().tasks.end(),
                    [this](const Task& task) {
                      return !(is_vietnamese_ ? task.title.en : task.title.vi).empty();
                    });
    if (is_other_used) columns_.insert(title + 1, other_title);
  }

  [[nodiscard]] std::string_view language() const noexcept { return is_vietnamese_ ? "vi" : "en"; }

  [[nodiscard]] bool is_used(std::string_view key) const {
    return std::any_of(tasks_.begin(), tasks_.end(),
                       [key](const Node& task) { return task.find(key) != nullptr; });
  }

  // ---- Head

  void head_row(std::string key, std::string value) {
    std::vector<std::string> row(columns_.size());
    row[1] = std::move(key);
    row[index_of(value_)] = std::move(value);
    rows_.push_back(std::move(row));
  }

  void head() {
    const Node root = write_plan(plan_.definition());
    for (const std::string_view key : plan_head_keys()) {
      const Node* value = root.find(key);
      if (value == nullptr) continue;
      if (key == "title") {
        title();
      } else if (is_plan_section(key)) {
        section(std::string(key), *value);
      } else if (is_plan_list(key) && value->is_sequence()) {
        for (const Node& item : value->items) head_row(std::string(key), to_flow(item));
      } else {
        head_row(std::string(key), is_plan_text(key) ? text_cell(value->text) : to_flow(*value));
      }
    }
  }

  void title() {
    std::vector<std::string> row(columns_.size());
    row[1] = "title";
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i]->cell == PlanCell::title) {
        row[i] = text_cell(title_in(plan_.definition().title, columns_[i]->key));
      }
    }
    rows_.push_back(std::move(row));
  }

  static const std::string& title_in(const Title& title, std::string_view language) {
    return language == "vi" ? title.vi : title.en;
  }

  void section(const std::string& key, const Node& parts) {
    const bool is_plain = std::all_of(parts.keys.begin(), parts.keys.end(), [](const Node& name) {
      return text_cell(name.text) == name.text;
    });
    if (!is_plain) {
      head_row(key, to_flow(parts));
      return;
    }
    for (std::size_t i = 0; i < parts.keys.size(); ++i) {
      head_row(fmt::format("{}.{}", key, parts.keys[i].text), to_flow(parts.items[i]));
    }
  }

  // ---- Tasks

  void task(Size i) {
    const Task& task = plan_.task(i);
    std::vector<std::string> row;
    for (const PlanColumn* column : columns_) {
      if (column->cell == PlanCell::title) {
        row.push_back(text_cell(title_in(task.title, column->key)));
        continue;
      }
      const Node* value = tasks_[index_of(i)].find(column->key);
      row.push_back(value == nullptr ? "" : cell(*column, *value, task));
    }
    rows_.push_back(std::move(row));
  }

  std::string cell(const PlanColumn& column, const Node& value, const Task& task) {
    switch (column.cell) {
      case PlanCell::criteria:
        return join(texts_of(value), "; ");
      case PlanCell::agencies: {
        std::string names;
        for (const std::string& code : texts_of(value)) {
          if (!names.empty()) names += "; ";
          names += name_of(code);
        }
        return names;
      }
      case PlanCell::recurrence:
        return std::string(recurrence_words(*task.recurrence, is_vietnamese_));
      case PlanCell::flow:
        return to_flow(value);
      default:
        return value.is_scalar() ? text_cell(value.text) : to_flow(value);
    }
  }

  // The title, if it is one that means this agency and no other.
  const std::string& name_of(const std::string& code) {
    const auto [known, is_new] = names_.emplace(code, code);
    if (is_new) {
      const Size agency = plan_.agencies().at(code);
      const Title& title = plan_.agency(agency).title;
      for (const std::string* name :
           {is_vietnamese_ ? &title.vi : &title.en, is_vietnamese_ ? &title.en : &title.vi}) {
        if (!name->empty() && means(*name, agency)) {
          known->second = *name;
          break;
        }
      }
    }
    return known->second;
  }

  [[nodiscard]] bool means(const std::string& name, Size agency) const {
    if (text_cell(name) != name || name.find_first_of(";\n\r") != std::string::npos) return false;
    try {
      return plan_.find_agency(name) == agency;
    } catch (const Error&) {
      return false;
    }
  }

  const Plan& plan_;
  bool is_vietnamese_;
  std::vector<Node> tasks_;
  std::vector<const PlanColumn*> columns_;
  Size value_ = 0;
  std::vector<std::vector<std::string>> rows_;
  std::unordered_map<std::string, std::string> names_;  // By code.
};

}  // namespace

Table table_from_plan(const Plan& plan, Language language) {
  return PlanTableWriter(plan, language).write();
}

}  // namespace chiso
