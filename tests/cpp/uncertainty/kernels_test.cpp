#include "uncertainty/kernels.hpp"

#include <Random123/threefry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <limits>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "chiso/rank/rank.hpp"
#include "uncertainty/draw_table.hpp"

namespace chiso {
namespace {

using testing::HasSubstr;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

class KernelsTest : public testing::TestWithParam<const Kernels*> {
 protected:
  const Kernels& kernels_ = *GetParam();
};

std::string level_name(const testing::TestParamInfo<const Kernels*>& info) {
  std::string name;
  for (const char c : info.param->level) name += std::isalnum(c) != 0 ? c : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Levels, KernelsTest,
                         testing::ValuesIn(available_kernels().begin(), available_kernels().end()),
                         level_name);

/// A value for each cell.
template <class Value>
void fill(DrawTable& table, const Value& value) {
  for (Size r = 0; r < table.rows(); ++r) {
    for (Size j = 0; j < table.draws(); ++j) table.row(r)[j] = value(r, j);
  }
}

std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }

// ---- random numbers --------------------------------------------------------------------------

/// Threefry2x64 by the library of its authors.
r123::Threefry2x64::ctr_type threefry(std::uint64_t counter_0, std::uint64_t counter_1,
                                      std::uint64_t key_0, std::uint64_t key_1) {
  const r123::Threefry2x64::ctr_type counter = {{counter_0, counter_1}};
  const r123::Threefry2x64::key_type key = {{key_0, key_1}};
  return r123::Threefry2x64()(counter, key);
}

TEST(ThreefryTest, GivesTheKnownAnswers) {
  // Random123, tests/kat_vectors: threefry2x64, 20 rounds.
  const auto zeros = threefry(0, 0, 0, 0);
  EXPECT_EQ(zeros[0], 0xc2b6e3a8c2c69865);
  EXPECT_EQ(zeros[1], 0x6f81ed42f350084d);
  const std::uint64_t all = ~std::uint64_t{0};
  const auto ones = threefry(all, all, all, all);
  EXPECT_EQ(ones[0], 0xe02cb7c4d95d277a);
  EXPECT_EQ(ones[1], 0xd06633d0893b8b68);
  const auto pi =
      threefry(0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89);
  EXPECT_EQ(pi[0], 0x263c7d30bb0f0af1);
  EXPECT_EQ(pi[1], 0x56be8361d3311526);
}

/// (The upper 52 bits + 1/2) 2^-52.
double unit_interval(std::uint64_t random) {
  return std::ldexp(static_cast<double>(random >> 12) + 0.5, -52);
}

TEST_P(KernelsTest, UniformsStartWithTheKnownAnswer) {
  DrawTable out(2, 1);

  kernels_.uniforms(0, 0, 0, 2, 1, out.stride(), out.row(0));

  EXPECT_EQ(out.row(0)[0], unit_interval(0xc2b6e3a8c2c69865));
  EXPECT_EQ(out.row(1)[0], unit_interval(0x6f81ed42f350084d));
}

TEST_P(KernelsTest, UniformsAreThreefryOfSeedStreamAndDraw) {
  std::mt19937_64 random(1);
  for (const Size rows : {1, 2, 5, 16, 35}) {
    for (const Size draws : {1, 7, 8, 33}) {
      const std::uint64_t seed = random();
      const std::uint64_t stream = random();
      // Some of the counters go on after 2^64 - 1 with 0.
      const std::uint64_t first = rows == 5 ? ~std::uint64_t{0} - 5 : random();
      DrawTable out(rows, draws);

      kernels_.uniforms(seed, stream, first, rows, draws, out.stride(), out.row(0));

      for (Size r = 0; r < rows; ++r) {
        for (Size j = 0; j < draws; ++j) {
          const auto word = threefry(first + static_cast<std::uint64_t>(j),
                                     static_cast<std::uint64_t>(r / 2), seed, stream);
          ASSERT_EQ(out.row(r)[j], unit_interval(word[at(r % 2)])) << r << " " << j;
        }
      }
    }
  }
}

TEST_P(KernelsTest, UniformsWriteNothingBesideTheirRows) {
  DrawTable out(4, 8);
  fill(out, [](Size, Size) { return 7.0; });

  kernels_.uniforms(1, 2, 3, 3, 8, out.stride(), out.row(0));

  for (Size j = 0; j < 8; ++j) EXPECT_EQ(out.row(3)[j], 7.0);
}

// ---- shares ----------------------------------------------------------------------------------

/// Pointers to the rows.
std::vector<double*> rows_of(DrawTable& table) {
  std::vector<double*> rows;
  for (Size r = 0; r < table.rows(); ++r) rows.push_back(table.row(r));
  return rows;
}

/// Of all sizes, those that kernels of random numbers give at the ends among them.
double any_uniform(std::mt19937_64& random) {
  switch (random() % 8) {
    case 0:
      return 0x1p-53;
    case 1:
      return 1.0 - 0x1p-53;
    case 2:
      return std::nextafter(std::sqrt(0.5), random() % 2 == 0 ? 0.0 : 1.0);
    case 3:
      return 1.0 - std::ldexp(1.0 + 2.0 * static_cast<double>(random() % 1'000), -40);
    default:
      return std::ldexp(std::uniform_real_distribution<>(0.5, 1.0)(random),
                        -static_cast<int>(random() % 52));
  }
}

TEST_P(KernelsTest, SharesAreNumbersOverTheirSum) {
  std::mt19937_64 random(2);
  for (const Size count : {1, 2, 5, 100}) {
    for (const Size draws : {1, 7, 8, 9, 33, 64}) {
      DrawTable table(count, draws);
      fill(table, [&](Size, Size) { return std::uniform_real_distribution<>(0.1, 9.0)(random); });
      const DrawTable numbers = table;
      std::vector<double> lowest(at(count));
      for (double& low : lowest) low = std::uniform_real_distribution<>(0.0, 0.001)(random);

      kernels_.to_shares(rows_of(table).data(), count, draws, lowest.data(), 0.75, false);

      for (Size j = 0; j < draws; ++j) {
        double sum = 0.0;
        for (Size k = 0; k < count; ++k) sum += numbers.row(k)[j];
        for (Size k = 0; k < count; ++k) {
          ASSERT_EQ(bits(table.row(k)[j]), bits(lowest[at(k)] + numbers.row(k)[j] * (0.75 / sum)))
              << count << " " << draws;
        }
      }
    }
  }
}

TEST_P(KernelsTest, SharesOfUniformNumbersAreThoseOfTheirExponentials) {
  std::mt19937_64 random(5);
  const double e = std::exp(-1.0);
  const std::vector<double> lowest(2, 0.0);
  DrawTable table(2, 100'000);
  fill(table, [&](Size row, Size) { return row == 0 ? any_uniform(random) : e; });
  DrawTable uniforms = table;
  DrawTable portable = table;

  kernels_.to_shares(rows_of(table).data(), 2, table.draws(), lowest.data(), 1.0, true);
  available_kernels().back()->to_shares(rows_of(portable).data(), 2, table.draws(), lowest.data(),
                                        1.0, true);

  for (Size j = 0; j < table.draws(); ++j) {
    const long double exponential = -std::log(static_cast<long double>(uniforms.row(0)[j]));
    // The logarithm of 1/e is 1 by a rounding of its own; two products and 1/e have theirs.
    const auto ratio = static_cast<double>(exponential / -std::log(static_cast<long double>(e)));
    ASSERT_NEAR(table.row(0)[j] / table.row(1)[j], ratio, 1.5e-15 * ratio) << uniforms.row(0)[j];
    ASSERT_EQ(bits(table.row(0)[j]), bits(portable.row(0)[j])) << uniforms.row(0)[j];
    ASSERT_EQ(bits(table.row(1)[j]), bits(portable.row(1)[j])) << uniforms.row(0)[j];
  }
}

TEST_P(KernelsTest, SharesWriteNothingBesideTheirDraws) {
  DrawTable table(3, 16);
  fill(table, [](Size, Size j) { return j < 8 ? 0.5 : 7.0; });
  const std::vector<double> lowest(3, 0.0);

  kernels_.to_shares(rows_of(table).data(), 2, 8, lowest.data(), 1.0, true);

  for (Size j = 0; j < 8; ++j) EXPECT_EQ(table.row(2)[j], 0.5);
  for (Size r = 0; r < 3; ++r) EXPECT_EQ(table.row(r)[8], 7.0);
}

// ---- products --------------------------------------------------------------------------------

TEST_P(KernelsTest, WeightedSumsAreThoseOfAPlainLoop) {
  std::mt19937_64 random(3);
  std::normal_distribution<> normal;
  for (const Size units : {1, 2, 5, 6, 7, 12, 15, 16, 17, 31, 63, 64}) {
    for (const Size terms : {0, 1, 2, 17, 127, 128, 129, 300}) {
      for (const Size draws : {1, 8, 40, 77}) {
        std::vector<double> values(at(units * terms));
        for (double& x : values) x = normal(random);
        DrawTable weights(terms, draws);
        fill(weights, [&](Size, Size) { return normal(random); });
        DrawTable out(units, draws);

        kernels_.weighted_sums(values.data(), units, terms, weights.row(0), draws, out.stride(),
                               out.row(0));

        for (Size u = 0; u < units; ++u) {
          for (Size j = 0; j < draws; ++j) {
            double sum = 0.0;
            for (Size k = 0; k < terms; ++k) sum += values[at(u * terms + k)] * weights.row(k)[j];
            ASSERT_EQ(bits(out.row(u)[j]), bits(sum)) << units << " " << terms << " " << draws;
          }
        }
      }
    }
  }
}

TEST_P(KernelsTest, WeightedSumsKeepMissingAndInfiniteValues) {
  const std::vector<double> values = {1.0, nan, 2.0, 3.0, infinity, 1.0};
  DrawTable weights(2, 3);
  fill(weights, [](Size, Size j) { return static_cast<double>(j); });
  DrawTable out(3, 3);

  kernels_.weighted_sums(values.data(), 3, 2, weights.row(0), 3, out.stride(), out.row(0));

  EXPECT_TRUE(std::isnan(out.row(0)[1]));
  EXPECT_EQ(out.row(1)[1], 5.0);
  EXPECT_EQ(out.row(1)[2], 10.0);
  EXPECT_TRUE(std::isnan(out.row(2)[0]));  // Infinity times 0.
  EXPECT_EQ(out.row(2)[1], infinity);
}

// ---- ranks -----------------------------------------------------------------------------------

std::vector<std::uint16_t> ranks(const Kernels& kernels, const DrawTable& scores) {
  std::vector<std::uint16_t> out(at(scores.rows() * scores.stride()));
  kernels.ranks(scores.row(0), scores.rows(), scores.draws(), scores.stride(), out.data());
  return out;
}

void expect_ranks_of_the_library(const Kernels& kernels, const DrawTable& scores,
                                 const std::string& what) {
  const std::vector<std::uint16_t> got = ranks(kernels, scores);
  std::vector<double> column(at(scores.rows()));
  std::vector<std::int32_t> expected(column.size());
  for (Size j = 0; j < scores.draws(); ++j) {
    for (Size u = 0; u < scores.rows(); ++u) column[at(u)] = scores.row(u)[j];
    rank(column, Ties::competition, std::span<std::int32_t>(expected));
    for (Size u = 0; u < scores.rows(); ++u) {
      ASSERT_EQ(got[at(u * scores.stride() + j)], expected[at(u)])
          << what << ", " << scores.rows() << " units, draw " << j << ", unit " << u << ", score "
          << column[at(u)];
    }
  }
}

using Random = std::mt19937_64;

struct Kind {
  const char* name;
  std::function<double(Size unit, Random&)> score;
};

double uniform(double low, double high, Random& random) {
  return std::uniform_real_distribution<>(low, high)(random);
}

int whole(int low, int high, Random& random) {
  return std::uniform_int_distribution<>(low, high)(random);
}

/// The number so many doubles after x.
double doubles_after(double x, int steps) {
  return std::bit_cast<double>(bits(x) + static_cast<std::uint64_t>(steps));
}

std::vector<Kind> kinds_of_scores() {
  return {
      {"all different", [](Size, Random& r) { return uniform(0.0, 100.0, r); }},
      {"of both signs", [](Size, Random& r) { return uniform(-1.0, 1.0, r); }},
      {"many ties", [](Size, Random& r) { return 0.25 * whole(-5, 5, r); }},
      {"zeros of both signs",
       [](Size, Random& r) { return whole(0, 1, r) == 0 ? -0.0 : 0.0 * whole(0, 1, r); }},
      {"some ulps apart", [](Size, Random& r) { return doubles_after(50.0, whole(0, 20, r)); }},
      {"many ulps apart", [](Size, Random& r) { return doubles_after(-8.0, whole(0, 2000, r)); }},
      {"around zero",
       [](Size, Random& r) { return std::ldexp(whole(-3, 3, r), -1'074 + whole(0, 1, r)); }},
      {"around what is added",
       [](Size, Random& r) { return std::ldexp(whole(-3, 3, r), -1'001 + whole(0, 1, r)); }},
      {"of all sizes",
       [](Size, Random& r) { return std::ldexp(uniform(-1.0, 1.0, r), whole(-1'074, 1'024, r)); }},
      {"infinite and greatest",
       [](Size, Random& r) {
         const double most = std::numeric_limits<double>::max();
         const double choices[] = {infinity, most, doubles_after(most, -1), doubles_after(most, -9),
                                   1.0};
         return choices[whole(0, 4, r)] * (whole(0, 1, r) == 0 ? -1.0 : 1.0);
       }},
      {"missing here and there",
       [](Size, Random& r) { return whole(0, 3, r) == 0 ? nan : 0.5 * whole(0, 40, r); }},
      {"missing, infinite and tied",
       [](Size, Random& r) {
         const double choices[] = {nan, -infinity, infinity, 1.0, doubles_after(1.0, 1), -nan};
         return choices[whole(0, 5, r)];
       }},
      {"all missing", [](Size, Random&) { return nan; }},
      {"all equal", [](Size, Random&) { return 3.0; }},
      {"some units always equal or missing",
       [](Size unit, Random& r) {
         if (unit % 5 == 0) return nan;
         return unit % 5 == 1 ? 40.0 : uniform(0.0, 100.0, r);
       }},
  };
}

TEST_P(KernelsTest, RanksAreThoseOfTheLibrary) {
  Random random(4);
  for (const Kind& kind : kinds_of_scores()) {
    for (const Size units : {1,  2,   3,   15,  16,  17,  32,  33,  47,  48,  63,  64,   65,
                             80, 127, 128, 129, 150, 200, 255, 256, 257, 300, 520, 1'000}) {
      DrawTable scores(units, units > 200 ? 9 : 21);
      fill(scores, [&](Size u, Size) { return kind.score(u, random); });
      expect_ranks_of_the_library(kernels_, scores, kind.name);
    }
  }
}

TEST_P(KernelsTest, ThousandsOfUnitsHaveRanks) {
  Random random(5);
  for (const Size units : {3'000, 4'097}) {
    for (const Kind& kind : kinds_of_scores()) {
      DrawTable scores(units, 2);
      fill(scores, [&](Size u, Size) { return kind.score(u, random); });
      expect_ranks_of_the_library(kernels_, scores, kind.name);
    }
  }
}

TEST_P(KernelsTest, RanksOfAsManyUnitsAsTheyCanNumber) {
  DrawTable scores(65'535, 1);
  fill(scores, [](Size u, Size) { return static_cast<double>(u); });

  const std::vector<std::uint16_t> got = ranks(kernels_, scores);

  for (Size u = 0; u < scores.rows(); ++u) {
    ASSERT_EQ(got[at(u * scores.stride())], scores.rows() - u);
  }
}

// ---- wins ------------------------------------------------------------------------------------

TEST_P(KernelsTest, WinsAreComparisonsOfScores) {
  Random random(6);
  for (const Kind& kind : kinds_of_scores()) {
    for (const Size draws : {1, 7, 8, 255, 256, 300}) {
      const Size units = 9;
      DrawTable scores(units, draws);
      fill(scores, [&](Size u, Size) { return kind.score(u, random); });
      std::vector<std::int64_t> wins(at(units * units), 1'000);

      kernels_.wins(ranks(kernels_, scores).data(), units, draws, scores.stride(), wins.data());

      for (Size a = 0; a < units; ++a) {
        for (Size b = 0; b < units; ++b) {
          std::int64_t more = 1'000;
          for (Size j = 0; j < draws; ++j) more += scores.row(a)[j] > scores.row(b)[j] ? 1 : 0;
          ASSERT_EQ(wins[at(a * units + b)], more) << kind.name << " " << draws;
        }
      }
    }
  }
}

TEST_P(KernelsTest, WinsOfThousandsOfUnits) {
  const Size units = 2'000;
  DrawTable scores(units, 3);
  fill(scores, [](Size u, Size j) { return static_cast<double>(j == 2 ? -u : u); });
  std::vector<std::int64_t> wins(at(units * units));

  kernels_.wins(ranks(kernels_, scores).data(), units, 3, scores.stride(), wins.data());

  for (Size a = 0; a < units; ++a) {
    for (Size b = 0; b < units; ++b) {
      ASSERT_EQ(wins[at(a * units + b)], a > b ? 2 : (a < b ? 1 : 0));
    }
  }
}

// ---- levels ----------------------------------------------------------------------------------

/// Weights on the simplex, scores, ranks and wins, one after the other.
struct Chain {
  DrawTable weights{100, 203};
  DrawTable scores{63, 203};
  std::vector<std::uint16_t> ranks;
  std::vector<std::int64_t> wins;

  explicit Chain(const Kernels& kernels) {
    Random random(7);
    std::vector<double> values(63 * 100);
    for (double& x : values) x = uniform(1.0, 10.0, random);
    const Size stride = weights.stride();
    kernels.uniforms(11, 12, 13, 100, 203, stride, weights.row(0));
    const std::vector<double> lowest(100, 0.0);
    kernels.to_shares(rows_of(weights).data(), 100, 203, lowest.data(), 1.0, true);
    kernels.weighted_sums(values.data(), 63, 100, weights.row(0), 203, stride, scores.row(0));
    ranks = chiso::ranks(kernels, scores);
    wins.resize(63 * 63);
    kernels.wins(ranks.data(), 63, 203, stride, wins.data());
  }
};

TEST_P(KernelsTest, AllLevelsGiveTheSameBits) {
  const Chain portable(*available_kernels().back());
  const Chain here(kernels_);

  for (Size j = 0; j < 203; ++j) {
    for (Size k = 0; k < 100; ++k) {
      ASSERT_EQ(bits(here.weights.row(k)[j]), bits(portable.weights.row(k)[j]));
    }
    for (Size u = 0; u < 63; ++u) {
      ASSERT_EQ(bits(here.scores.row(u)[j]), bits(portable.scores.row(u)[j]));
      ASSERT_EQ(here.ranks[at(u * here.scores.stride() + j)],
                portable.ranks[at(u * here.scores.stride() + j)]);
    }
  }
  EXPECT_EQ(here.wins, portable.wins);
}

/// Sets an environment variable while it lives.
class Setting {
 public:
  explicit Setting(const std::string& value) {
    if (const char* old = std::getenv(name)) old_ = old;
    setenv(name, value.c_str(), 1);
  }
  ~Setting() { setenv(name, old_.c_str(), 1); }
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;

 private:
  static constexpr const char* name = "CHISO_KERNELS";
  std::string old_;
};

TEST(BestKernelsTest, AreTheFastestUnlessOthersAreNamed) {
  const Setting none("");

  EXPECT_EQ(&best_kernels(), available_kernels().front());
  EXPECT_EQ(available_kernels().back()->level, "portable");
  for (const Kernels* one : available_kernels()) {
    const Setting named{std::string(one->level)};
    EXPECT_EQ(&best_kernels(), one);
  }
}

TEST(BestKernelsTest, RefuseWhatIsNotThere) {
  const Setting wrong("avx9");

  try {
    static_cast<void>(best_kernels());
    FAIL();
  } catch (const SpecError& error) {
    EXPECT_THAT(error.what(), HasSubstr("portable"));
    EXPECT_THAT(error.what(), HasSubstr("CHISO_KERNELS"));
    EXPECT_THAT(error.what(), HasSubstr("got 'avx9'"));
  }
}

}  // namespace
}  // namespace chiso
