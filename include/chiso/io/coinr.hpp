#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chiso/base/period.hpp"
#include "chiso/io/table.hpp"
#include "chiso/model/index.hpp"
#include "chiso/model/panel.hpp"

/// Indices and data in the two tables of the R package COINr (Becker et al., 2022): iMeta and
/// iData.
namespace chiso {

struct CoinrOptions {
  std::string index = "coinr";
  std::string edition = "imported";
  Title title = {};
  PeriodRange periods = {};

  /// Of every indicator; its polarity is iMeta's Direction. A distance to target takes its target
  /// from iMeta's Target.
  Normaliser normaliser = {};

  /// By level: the first makes level 2 of iMeta from level 1 (the indicators); the last serves all
  /// levels above too. Weights are iMeta's, in proportion, where the method has any.
  std::vector<Aggregation> aggregations = {Aggregation{}};
  MissingPolicy missing = MissingPolicy::renormalise;  ///< As COINr does.
  std::vector<double> at_least = {};  ///< By level as above: COINr's data threshold; empty: none.

  /// Divide the indicators that iMeta gives a Denominator by it.
  bool denominate = false;
};

/// The definition in an iMeta table: columns iCode, Type, Level, Parent, Weight, Direction and,
/// where used, iName, Unit, Target, Denominator.
///
/// Rows of type Indicator become leaves and variables, Aggregate inner nodes, Denominator
/// variables; Group and Other are left out.
/// @throws SpecError with every problem, by line: columns that are missing, codes that are empty,
///         stand twice or have characters that codes do not have (with the code to use), unknown
///         parents (with the nearest), parents that are not one level above, no or several roots,
///         a Direction other than 1 and -1, weights that are no numbers, unknown denominators,
///         missing targets, aggregates of nothing.
[[nodiscard]] IndexDefinition definition_from_coinr(const Table& i_meta,
                                                    const CoinrOptions& options = {});

struct CoinrDataOptions {
  /// Of data without a column Time.
  std::optional<Period> period = {};
  bool units_by_name = false;  ///< Units are called by uName instead of uCode.
  bool keep_text = false;      ///< Keep columns of text (COINr's groups) as categories.
};

/// The data in an iData table: columns uCode and, where used, uName and Time; every other column is
/// a variable. Columns of text are left out unless wanted. An empty cell and NA are missing.
/// @throws DataError as panel_from_table.
[[nodiscard]] Panel panel_from_coinr(const Table& i_data, const CoinrDataOptions& options = {});

}  // namespace chiso
