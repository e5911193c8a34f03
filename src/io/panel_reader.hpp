#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chiso/io/read_panel.hpp"

namespace chiso {

/// How a table names what its rows are of, where it is not chiso's own form.
struct PanelLayout {
  std::string_view unit = "unit";
  std::string_view period = "period";
  std::string_view version = "version";
  std::span<const std::string_view> ignored = {};  ///< Columns that are no variables.
  bool may_be_long = true;
  bool keep_words = true;  ///< Otherwise columns of words are passed over.
};

/// panels_from_table of a table with another layout.
[[nodiscard]] std::vector<std::pair<std::string, Panel>> panels_from_table(
    const Table& table, const PanelOptions& options, const PanelLayout& layout);

}  // namespace chiso
