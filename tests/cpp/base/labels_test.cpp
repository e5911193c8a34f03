#include "chiso/base/labels.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using testing::HasSubstr;

template <class ErrorType, class Call>
std::string message_of(const Call& call) {
  try {
    static_cast<void>(call());
  } catch (const ErrorType& error) {
    return error.what();
  }
  return "no error of this type";
}

TEST(LabelsTest, KeepsNamesAsTheyWere) {
  const Labels units({"Thanh Ho\u0301a", "An Giang"}, "unit");

  EXPECT_EQ(units.size(), 2);
  EXPECT_EQ(units[0], "Thanh Ho\u0301a");
  EXPECT_EQ(units.find("An Giang"), 1);
  EXPECT_EQ(units.find("an giang"), std::nullopt);
  EXPECT_EQ(units.at("An Giang"), 1);
}

TEST(LabelsTest, FindsANameHoweverItsLettersAreComposed) {
  const Labels units({"Thanh Ho\u0301a", "Hu\u1ebf"}, "unit");

  EXPECT_EQ(units.find("Thanh H\u00f3a"), 0);
  EXPECT_EQ(units.find("Hue\u0302\u0301"), 1);
  EXPECT_EQ(units.find("Hue"), std::nullopt);
}

TEST(LabelsTest, ListsEveryEmptyAndRepeatedName) {
  const auto message = message_of<DataError>([] {
    return Labels({"a", "", "b", "a", "b"}, "unit");
  });

  EXPECT_THAT(message, HasSubstr("unit 2 has no name"));
  EXPECT_THAT(message, HasSubstr("the unit 'a' stands twice (positions 1 and 4)"));
  EXPECT_THAT(message, HasSubstr("the unit 'b' stands twice (positions 3 and 5)"));
}

TEST(LabelsTest, SuggestsTheNearestName) {
  const Labels units({"Thanh Hóa", "An Giang"}, "unit");

  EXPECT_THAT(message_of<NotFoundError>([&] { return units.at("Than Hoa"); }),
              HasSubstr("there is no unit 'Than Hoa' (did you mean 'Thanh Hóa'?)"));
  EXPECT_THAT(message_of<NotFoundError>([&] { return units.at("Paris"); }),
              HasSubstr("there is no unit 'Paris'; there are: Thanh Hóa, An Giang"));
}

TEST(LabelsTest, NoNamesAreAlsoASet) {
  const Labels none({}, "unit");

  EXPECT_EQ(none.size(), 0);
  EXPECT_THAT(message_of<NotFoundError>([&] { return none.at("x"); }), HasSubstr("no unit 'x'"));
}

NameList provinces() {
  return NameList({{"Thanh Hóa", {}},
                   {"Hồ Chí Minh", {"TP. HCM", "Sài Gòn"}},
                   {"Hòa Bình", {}},
                   {"Đắk Lắk", {"Daklak"}}});
}

TEST(NameListTest, FindsNamesByAnySpelling) {
  const NameList names = provinces();

  EXPECT_EQ(names.find("Thanh Hóa"), "Thanh Hóa");
  EXPECT_EQ(names.find("Hoà Bình"), "Hòa Bình");
  EXPECT_EQ(names.find("HOÀ BÌNH"), "Hòa Bình");
  EXPECT_EQ(names.find("tp hcm"), "Hồ Chí Minh");
  EXPECT_EQ(names.find("Sai Gon"), "Hồ Chí Minh");
  EXPECT_EQ(names.find("DakLak"), "Đắk Lắk");
  EXPECT_EQ(names.find("Dak Lak"), "Đắk Lắk");
  EXPECT_EQ(names.find("Thanh Hoa"), "Thanh Hóa");
}

TEST(NameListTest, AnotherDiacriticIsAnotherName) {
  EXPECT_EQ(provinces().find("Thạnh Hóa"), std::nullopt);
  EXPECT_EQ(provinces().find("Thanh Hòa"), std::nullopt);
}

TEST(NameListTest, SuggestsTheNearestName) {
  EXPECT_THAT(message_of<NotFoundError>([] { return provinces().at("Thạnh Hóa"); }),
              HasSubstr("there is no name 'Thạnh Hóa' (did you mean 'Thanh Hóa'?)"));
}

TEST(NameListTest, ASpellingThatMatchesTwoNamesIsAnError) {
  const NameList names({{"Hóa", {}}, {"Hòa", {}}});

  EXPECT_EQ(names.find("Hoà"), "Hòa");
  EXPECT_THAT(message_of<DataError>([&] { return names.find("Hoa"); }),
              HasSubstr("'Hoa' matches 2 names: Hóa, Hòa; write it with its diacritics"));
}

TEST(NameListTest, RefusesASpellingThatBelongsToTwoNames) {
  const auto message = message_of<SpecError>([] {
    return NameList(
        {{"Hòa Bình", {}}, {"Hoà Bình", {}}, {"Lào Cai", {"Yên Bái", ""}}, {"Yên Bái", {}}});
  });

  EXPECT_THAT(message, HasSubstr("belongs to two names: 'Hòa Bình' and 'Hoà Bình'"));
  EXPECT_THAT(message, HasSubstr("'Yên Bái' belongs to two names: 'Lào Cai' and 'Yên Bái'"));
  EXPECT_THAT(message, HasSubstr("name 3 of the list is empty"));
}

TEST(NameListTest, ANameMayBeItsOwnAlias) {
  EXPECT_EQ(NameList({{"Huế", {"HUẾ", "Hue"}}}).find("hue"), "Huế");
}

}  // namespace
}  // namespace chiso
