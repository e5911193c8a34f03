#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/check/check_file.hpp"
#include "chiso/check/report.hpp"
#include "chiso/model/index.hpp"

/// What must hold of every definition whatever the data, tried on random and boundary inputs.
namespace chiso {

enum class Property {
  range,             ///< Scores stay within what the definition allows: rule, maximum, cap.
  monotone,          ///< A better value never makes a score worse.
  continuous,        ///< No jump, of the nodes for which that is declared.
  missing,           ///< A missing value becomes what the policies say, never a lower number.
  unit_order,        ///< The order of the units changes nothing.
  equal_units,       ///< Units with equal values have equal scores and ranks.
  measurement,       ///< Another unit of measurement changes nothing where data fix the anchors.
  relative_weights,  ///< Relative weights can all be multiplied by the same number.
};

/// An input for which a property does not hold, in its simplest form.
struct PropertyFailure {
  Property property = Property::range;
  Size node = 0;        ///< The lowest at which it fails.
  std::string message;  ///< "12 is above its maximum 10".
  /// Ready to be pasted into a check file: what is given, and what comes of it now. Of several
  /// units that depend on each other a table of their values.
  std::vector<std::string> example;
};

/// How one property was tried.
struct PropertyRun {
  Property property = Property::range;
  Size inputs = 0;   ///< That were scored.
  Size refused = 0;  ///< That scoring refuses, as it may: nothing can be said about them.
  std::vector<PropertyFailure> failures;  ///< At most one a node, in the order of the nodes.
};

struct PropertyOptions {
  std::uint64_t seed = 1;  ///< The same seed, the same inputs.
  Size tries = 500;        ///< Inputs for each property, if the check file does not say.
};

/// Tries all properties.
/// @throws NotFoundError if a name or pattern of `demanded` meets no node or variable
[[nodiscard]] std::vector<PropertyRun> try_properties(const Index& index,
                                                      const PropertyCheck& demanded,
                                                      const PropertyOptions& options = {});

/// The same as an item that fails if a property does not hold.
[[nodiscard]] CheckItem check_properties(const Index& index, const PropertyCheck& demanded,
                                         const PropertyOptions& options = {});

[[nodiscard]] std::string_view name(Property property) noexcept;

}  // namespace chiso
