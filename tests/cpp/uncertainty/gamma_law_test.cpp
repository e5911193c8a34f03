#include "uncertainty/gamma_law.hpp"

#include <gtest/gtest.h>

#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/trigamma.hpp>
#include <cmath>

#include "samples.hpp"

namespace chiso {
namespace {

samples::Sample log_gammas(double shape, std::uint64_t purpose) {
  samples::Sample x = samples::uniforms(20'000);
  const LogGamma law(shape);
  for (double& each : x) each = law(each, purpose);
  return x;
}

TEST(GammaLawTest, FollowsTheLawDownToTinyShapes) {
  for (const double shape : {0.001, 0.01, 0.3, 1.0, 1.7, 5.0, 300.0}) {
    const auto x = log_gammas(shape, 3);
    const auto law = [shape](double log_x) {
      // Below the least double: the first term of the series is all of it.
      if (log_x < -600.0) return std::exp(shape * log_x - std::lgamma(shape + 1.0));
      return boost::math::gamma_p(shape, std::exp(log_x));
    };
    EXPECT_LT(samples::distance(x, law), samples::farthest) << shape;
    // Of logarithms: digamma and trigamma.
    const auto n = static_cast<double>(x.size());
    const double deviation = std::sqrt(boost::math::trigamma(shape));
    EXPECT_NEAR(samples::mean(x), boost::math::digamma(shape), 4.0 * deviation / std::sqrt(n))
        << shape;
  }
}

TEST(GammaLawTest, ADrawDependsOnItsOwnNumberAlone) {
  const LogGamma law(0.4);
  EXPECT_EQ(law(0.123, 7), law(0.123, 7));
  EXPECT_NE(law(0.123, 7), law(0.123, 8));
}

}  // namespace
}  // namespace chiso
