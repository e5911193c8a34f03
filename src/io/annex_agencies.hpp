#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chiso/io/document.hpp"
#include "chiso/io/table.hpp"
#include "io/cells.hpp"

/// Agencies of a table: cells with several names, and what is made of names alone.
namespace chiso {

/// The names in a cell, separated by semicolons or line breaks.
[[nodiscard]] std::vector<std::string_view> names_in(std::string_view cell);

/// A text without the dash of a list before it and the full stop behind it.
[[nodiscard]] std::string_view without_bullet(std::string_view text);

[[nodiscard]] bool begins_with_bullet(std::string_view text);

/// The agencies of an annex that declares none: those that it names.
class AnnexAgencies {
 public:
  explicit AnnexAgencies(const Table& table) : table_(table) {}

  /// Takes the names of a cell down.
  void add(Size row, Size column, std::string_view cell, bool is_vietnamese);

  /// Makes one agency of the spellings of a name and gives it a code. Notes names that could be two
  /// and cells that seem to be several names joined by commas.
  void finish(CellProblems& problems);

  /// The code of the agency that a name means.
  [[nodiscard]] std::string code(std::string_view name) const;

  /// The mapping of all agencies, as in YAML.
  [[nodiscard]] Node node() const;

 private:
  struct Named {
    std::string name;
    Size row = 0;
    Size column = 0;
    bool is_vietnamese = true;
    std::size_t same_as = 0;  // Of which it is a spelling: itself, most often.
    std::vector<std::string> aliases;
    std::string code;
  };

  void join_spellings(CellProblems& problems);
  void refuse_commas(const Named& agency, CellProblems& problems) const;
  [[nodiscard]] Node node_of(const Named& agency) const;

  const Table& table_;
  std::vector<Named> all_;
  std::unordered_map<std::string, std::size_t> positions_;  // By match key.
};

}  // namespace chiso
