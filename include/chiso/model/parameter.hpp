#pragma once

#include <string>

#include "chiso/base/error.hpp"
#include "chiso/model/dated.hpp"
#include "chiso/model/provenance.hpp"

namespace chiso {

/// A named number that formulas use: a threshold, a rate. May depend on the period.
struct Parameter {
  std::string code;
  Title title;
  std::string unit;  ///< Unit of measurement, for people.
  Dated<double> value;
  Provenance provenance;
  Location location;

  /// Where it was written is not part of the value.
  friend bool operator==(const Parameter& a, const Parameter& b) {
    return a.code == b.code && a.title == b.title && a.unit == b.unit && a.value == b.value &&
           a.provenance == b.provenance;
  }
};

}  // namespace chiso
