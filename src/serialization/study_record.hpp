#pragma once

#include <span>

#include "chiso/io/limits.hpp"
#include "chiso/snapshot/study.hpp"
#include "serialization/types.hpp"

namespace chiso {

/// What is stored of a study: its values, each once and behind those that it is made from. Arrays
/// are those of the study, which must outlive the record.
///
/// @param known values that the reader has: they are referred to by -1, -2 ...
[[nodiscard]] StudyRecord record_of(const Study& study, std::span<const StudyValue> known = {});

/// @throws ArchiveError, with the value's kind and position, for what cannot be.
[[nodiscard]] Study study_of(StudyRecord record, const InputLimits& limits,
                             std::span<const StudyValue> known = {});

}  // namespace chiso
