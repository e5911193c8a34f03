#pragma once

#include <string>
#include <vector>

#include "chiso/snapshot/study.hpp"

namespace chiso {

/// One thing that two studies have not in common.
struct StudyChange {
  std::string part;    ///< Its name; empty: the provenance.
  std::string place;   ///< Where in it: "Thanh Hoa, labor, 2019", a node, a key; may be empty.
  std::string what;    ///< "value", "score", "rank", "rule", "added", "removed" ...
  std::string before;  ///< Empty: not there.
  std::string after;
  double change = 0.0;  ///< Of numbers: after less before; else NaN.
};

/// Everything that differs, part by part in the order of the first study, then those that only the
/// second has. Parts are the same if they have the same name; numbers if they have the same bits
/// (all NaN are one).
///
/// @param most changes of one part that are listed; a last one counts the others.
[[nodiscard]] std::vector<StudyChange> difference(const Study& before, const Study& after,
                                                  Size most = 1'000);

}  // namespace chiso
