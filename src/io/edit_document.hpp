#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "chiso/io/document.hpp"
#include "chiso/io/limits.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/scenario/edit.hpp"
#include "io/reader.hpp"

/// The format of edits: for every kind one table of its keys, by which it is both read and written.
namespace chiso {

/// Where definitions are that edits name, and how much of them is read.
struct Definitions {
  std::filesystem::path folder;     ///< Where paths begin.
  std::filesystem::path catalogue;  ///< Of names; empty: what ships with the library.
  InputLimits limits = {};
  bool alone = false;  ///< Definitions stand in the text itself; one that is named is refused.
};

/// Reads edits one by one. Definitions that they name are read once.
class EditReader {
 public:
  EditReader(Reader& reader, Definitions definitions)
      : reader_(reader), definitions_(std::move(definitions)) {}

  /// Appends the edit that a mapping says; nothing after a problem with its kind or its index.
  void read(const Node& node, std::vector<Edit>& edits);

 private:
  void read_index(const Node& node, Edit edit, std::vector<Edit>& edits);
  [[nodiscard]] const Index& named(const std::string& name);

  Reader& reader_;
  Definitions definitions_;
  std::map<std::string, Index, std::less<>> indices_;  // By name or path.
};

/// An edit as a mapping. The first key is that of its kind.
/// @param catalogue its definitions are named, others stand in the text; nullptr: all stand in it.
[[nodiscard]] Node write_edit(const Edit& edit, const std::filesystem::path* catalogue);

/// Every kind with its keys, under the name of the first.
[[nodiscard]] std::vector<DefinitionKeys> edit_keys();

}  // namespace chiso
