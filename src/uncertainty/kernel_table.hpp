#pragma once

#include "uncertainty/kernel_levels.hpp"
#include "uncertainty/kernel_numbers.hpp"
#include "uncertainty/kernel_products.hpp"
#include "uncertainty/kernel_ranks.hpp"
#include "uncertainty/kernel_wins.hpp"

namespace chiso {
namespace {

/// The kernels as they are compiled here.
constexpr Kernels kernel_table(std::string_view level) noexcept {
  return {level, uniforms, to_shares, weighted_sums, ranks, wins};
}

}  // namespace
}  // namespace chiso
