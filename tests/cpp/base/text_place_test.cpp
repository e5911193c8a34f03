#include "chiso/base/text_place.hpp"

#include <gtest/gtest.h>

namespace chiso {
namespace {

TEST(TextPlaceTest, LettersStandSideBySideFromTheBeginning) {
  const TextPlace place(Location{"a.yaml", 4, 10});
  EXPECT_EQ(place.begin().to_string(), "a.yaml:4:10");
  EXPECT_EQ(place.of({"", 1, 7}).to_string(), "a.yaml:4:16");
}

TEST(TextPlaceTest, RunsSayWhereTheyGoOn) {
  // Two lines of a file that are one line of the text, and another line of it.
  const TextPlace place("a.yaml", {{1, 1, 4, 10}, {1, 6, 5, 3}, {2, 1, 6, 3}});
  EXPECT_EQ(place.of({"", 1, 5}).to_string(), "a.yaml:4:14");
  EXPECT_EQ(place.of({"", 1, 6}).to_string(), "a.yaml:5:3");
  EXPECT_EQ(place.of({"", 1, 9}).to_string(), "a.yaml:5:6");
  EXPECT_EQ(place.of({"", 2, 2}).to_string(), "a.yaml:6:4");
}

TEST(TextPlaceTest, ACellHasNoPlacesForItsLetters) {
  EXPECT_EQ(TextPlace::whole({"a.csv", 4, 2}).of({"", 1, 9}).to_string(), "a.csv:4:2");
}

TEST(TextPlaceTest, WhatIsNotKnownIsNotGuessed) {
  EXPECT_EQ(TextPlace().begin(), Location{});
  EXPECT_EQ(TextPlace("a.yaml", {}).of({"", 1, 3}).to_string(), "a.yaml");
  EXPECT_EQ(TextPlace(Location{"a.yaml", 4, 10}).of({}).line, 0);
}

}  // namespace
}  // namespace chiso
