#include "chiso/version.hpp"

#include <gmock/gmock.h>

namespace {

TEST(VersionTest, OfTheLibraryIsThatOfItsHeaders) {
  EXPECT_EQ(chiso::version(), chiso::header_version);
}

TEST(VersionTest, HasThreeNumbers) {
  EXPECT_THAT(std::string(chiso::version()), testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
}

}  // namespace
