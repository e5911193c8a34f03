#pragma once

#include <boost/serialization/nvp.hpp>
#include <boost/serialization/split_free.hpp>
#include <boost/serialization/string.hpp>
#include <concepts>
#include <string>
#include <variant>

#include "chiso/serialization/snapshot.hpp"

/// For programs that have archives of their own (Boost.Serialization): whatever a study can hold
/// goes into any of them as the text of a snapshot, so that all checks of a snapshot are made there
/// too. Nothing but this header needs Boost, and link Boost.Serialization only if you use its
/// archives.
namespace chiso {

template <class T, class Variant>
inline constexpr bool is_alternative = false;
template <class T, class... Types>
inline constexpr bool is_alternative<T, std::variant<Types...>> = (std::same_as<T, Types> || ...);

/// What a study can hold.
template <class T>
concept Storable = is_alternative<T, StudyValue>;

template <class Archive, Storable T>
void save(Archive& archive, const T& value, const unsigned /*version*/) {
  // The readable form: strings in an XML archive may not be any bytes.
  const std::string snapshot = to_bytes(value, SnapshotForm::xml);
  archive << boost::serialization::make_nvp("snapshot", snapshot);
}

/// @throws ArchiveError if the snapshot is not one of a T.
template <class Archive, Storable T>
void load(Archive& archive, T& value, const unsigned /*version*/) {
  std::string snapshot;
  archive >> boost::serialization::make_nvp("snapshot", snapshot);
  value = from_bytes<T>(snapshot);
}

template <class Archive, Storable T>
void serialize(Archive& archive, T& value, const unsigned version) {
  boost::serialization::split_free(archive, value, version);
}

}  // namespace chiso
