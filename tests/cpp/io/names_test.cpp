#include "chiso/io/names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

NameList names(std::string text) { return names_from_table(parse_csv(std::move(text), "n.csv")); }

TEST(NamesTest, ReadsNamesAndAliases) {
  const NameList list = names("name,aliases\nHà Nội,TP Hà Nội| Thủ đô \nHuế,\n");
  ASSERT_EQ(list.entries().size(), 2U);
  EXPECT_EQ(list.find("thủ đô"), "Hà Nội");
  EXPECT_EQ(list.find("tp. hà nội"), "Hà Nội");
  EXPECT_EQ(list.find("Huế"), "Huế");
}

TEST(NamesTest, AliasesAreOptionalAndOtherColumnsIgnored) {
  EXPECT_EQ(names("code,Name\n1,Huế\n").find("Huế"), "Huế");
}

TEST(NamesTest, TheShippedProvincesAreRead) {
  const NameList provinces = read_names("share/data/provinces.csv");
  EXPECT_EQ(provinces.entries().size(), 64U);  // 63 and Hà Tây.
  EXPECT_EQ(provinces.at("thanh hoa"), "Thanh Hóa");
  EXPECT_EQ(provinces.at("Thanh Hoá"), "Thanh Hóa");
}

TEST(NamesTest, ATableWithoutNamesIsRefused) {
  EXPECT_THAT([] { (void)names("nmae,aliases\nx,y\n"); },
              ThrowsMessage<DataError>(AllOf(HasSubstr("expected a column 'name'"),
                                             HasSubstr("found 'nmae', 'aliases'"))));
}

TEST(NamesTest, NamesEverySpellingOfTwoNamesWithItsLine) {
  EXPECT_THAT([] { (void)names("name,aliases\nA,x\nB,X\n,z\na,\n"); },
              ThrowsMessage<DataError>(
                  AllOf(HasSubstr("n.csv:3:3: B: 'X' already belongs to 'A' in line 2"),
                        HasSubstr("n.csv:4:1: expected a name, found nothing"),
                        HasSubstr("n.csv:5:1: a: 'a' already belongs to 'A' in line 2"))));
}

}  // namespace
}  // namespace chiso
