#include "uncertainty/share_rows.hpp"

#include "base/multiversion.hpp"

namespace chiso {
namespace {

CHISO_MULTIVERSION void add(const double* row, Size draws, double* sums) {
  CHISO_INDEPENDENT
  for (Size j = 0; j < draws; ++j) sums[j] += row[j];
}

CHISO_MULTIVERSION void scale(double* row, Size draws, const double* factors, double lowest) {
  CHISO_INDEPENDENT
  for (Size j = 0; j < draws; ++j) row[j] = lowest + row[j] * factors[j];
}

}  // namespace

void to_shares(std::span<double* const> rows, Size draws, std::span<const double> lowest,
               double room) {
  double factors[draws_a_piece] = {};
  for (const double* row : rows) add(row, draws, factors);
  for (Size j = 0; j < draws; ++j) factors[j] = room / factors[j];
  for (std::size_t k = 0; k < rows.size(); ++k) scale(rows[k], draws, factors, lowest[k]);
}

}  // namespace chiso
