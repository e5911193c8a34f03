#pragma once

#include <limits>
#include <map>
#include <string>
#include <vector>

#include "chiso/base/interval.hpp"
#include "chiso/formula/analysis.hpp"

/// Symbols in few words, for tests of the analysis.
namespace chiso::testing_formula {

inline constexpr double infinity = std::numeric_limits<double>::infinity();

inline Interval percent() { return Interval::closed(0.0, 100.0); }
inline Interval flag() { return Interval::closed(0.0, 1.0); }
inline Interval from_zero() { return Interval::closed(0.0, infinity); }
inline Interval to(double highest) { return Interval::closed(0.0, highest); }

struct Symbols {
  FormulaSymbols symbols;

  explicit Symbols(double maximum) { symbols.maximum = maximum; }

  Symbols& variable(const std::string& name, const Interval& range) {
    symbols.names[name].range = range;
    return *this;
  }
  Symbols& categories(const std::string& name, std::vector<std::string> worst_to_best) {
    symbols.names[name].categories = std::move(worst_to_best);
    return *this;
  }
  Symbols& parameter(const std::string& name, double value) {
    symbols.names[name].value = value;
    return *this;
  }
};

}  // namespace chiso::testing_formula
