#pragma once

#include "chiso/io/limits.hpp"
#include "chiso/snapshot/study.hpp"
#include "serialization/types.hpp"

namespace chiso {

/// What is stored of a study: its values, each once and behind those that it is made from. Arrays
/// are those of the study, which must outlive the record.
[[nodiscard]] StudyRecord record_of(const Study& study);

/// @throws ArchiveError, with the value's kind and position, for what cannot be.
[[nodiscard]] Study study_of(StudyRecord record, const InputLimits& limits);

}  // namespace chiso
