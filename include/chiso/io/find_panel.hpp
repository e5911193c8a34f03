#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "chiso/check/cases.hpp"
#include "chiso/io/limits.hpp"
#include "chiso/model/panel.hpp"

/// Data by the names that check files and commands give them.
namespace chiso {

/// Where a table is that somebody means: a file, by a path from `folder`, if there is one or if the
/// name looks like one (ends with .csv, or has a slash); otherwise a table of `data` in `share`.
/// @param share what ships with the library; empty: shipped_folder()
/// @throws NotFoundError with the nearest name.
[[nodiscard]] std::filesystem::path find_table(std::string_view name_or_path,
                                               const std::filesystem::path& folder = {},
                                               const std::filesystem::path& share = {});

/// Panels that were read once are not read again. Safe to use from many threads.
class PanelShelf {
 public:
  /// @param share as for find_table()
  explicit PanelShelf(std::filesystem::path share = {}, const InputLimits& limits = {});

  /// The data of a table that find_table() finds.
  /// @param version which one, of a table that holds several; empty: it holds one
  /// @param units a name list, found likewise: units come out under their official names; may be
  ///        empty
  /// @throws NotFoundError for a table or version that is not there, with the nearest; DataError as
  ///         read_panel()
  [[nodiscard]] Panel find(const std::string& name, const std::string& version,
                           const std::filesystem::path& folder, const std::string& units) const;

  /// The panels of a check file in `folder`. @param units as for find(); the shelf must outlive it.
  [[nodiscard]] PanelSource source(std::filesystem::path folder, std::string units) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace chiso
