#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/period.hpp"
#include "chiso/io/limits.hpp"
#include "chiso/model/provenance.hpp"

/// Which definitions there are, and which of them is in force.
namespace chiso {

/// A folder of definitions: every file *.yaml in it and below, each an edition of an index.
class Catalogue {
 public:
  struct Entry {
    std::string name;     ///< "pci-2013".
    std::string index;    ///< "pci".
    std::string edition;  ///< "2013".
    Title title;
    PeriodRange periods;  ///< In force.
    std::optional<Status> status;
    std::filesystem::path path;
  };

  /// Reads the heads of the definitions, not their trees.
  /// @throws NotFoundError if there is no such folder; SpecError if a head is wrong or two
  ///         definitions have one name, Error if a file cannot be read.
  explicit Catalogue(const std::filesystem::path& folder, const InputLimits& limits = {});

  /// What ships with the library: `indices` in shipped_folder().
  [[nodiscard]] static Catalogue shipped();

  /// By index, then by the first period in force, then by edition.
  [[nodiscard]] std::span<const Entry> entries() const noexcept { return entries_; }

  /// The edition named "pci-2013"; or of an index named "pci" the one that is in force in `period`,
  /// which may be left out if there is only one.
  ///
  /// @throws NotFoundError with the nearest name; if no edition, or more than one, is in force (the
  ///         message lists the editions with their periods); if the edition named is not in force
  ///         in `period`.
  [[nodiscard]] const Entry& find(std::string_view name,
                                  const std::optional<Period>& period = {}) const;

 private:
  std::vector<Entry> entries_;
};

/// Where the definition is that somebody means: a path, if there is such a file or if it looks like
/// one (ends with .yaml or .yml, or has a slash); otherwise what the shipped catalogue finds.
/// @throws what Catalogue::find throws. Whether a path is a definition in force in `period` is not
/// looked
///         at.
[[nodiscard]] std::filesystem::path find_definition(std::string_view name_or_path,
                                                    const std::optional<Period>& period = {});

}  // namespace chiso
