#pragma once

#include <string>
#include <vector>

#include "chiso/snapshot/study.hpp"

namespace chiso {

/// How one part of a study stands up to being computed anew.
struct StudyFinding {
  std::string part;
  bool computed = false;  ///< False: it is no result, and there is nothing to compute.
  bool holds = true;
  std::string text;  ///< What was computed and came out the same, or what differs most.
};

/// Computes every result of a study anew, from the definitions, data and seeds that it holds:
/// scores and ranks, draws, Sobol indices, locked results (if the study has the panel that they are
/// of). The same version of the library gives the same bits; another may have mended a fault.
///
/// @param threads of draws; 0: as many as the machine has.
[[nodiscard]] std::vector<StudyFinding> verify(const Study& study, int threads = 0);

}  // namespace chiso
