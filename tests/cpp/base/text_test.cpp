#include "chiso/base/text.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace chiso {
namespace {

TEST(Utf8Test, FindsTheFirstInvalidByte) {
  EXPECT_EQ(first_invalid_utf8(""), -1);
  EXPECT_EQ(first_invalid_utf8("Thanh Hóa"), -1);
  EXPECT_EQ(first_invalid_utf8("ab\xff"), 2);
  EXPECT_EQ(first_invalid_utf8("\xc3"), 0);               // cut short
  EXPECT_EQ(first_invalid_utf8("a\xc0\xaf"), 1);          // overlong '/'
  EXPECT_EQ(first_invalid_utf8("a\xed\xa0\x80"), 1);      // half of a surrogate pair
  EXPECT_EQ(first_invalid_utf8("a\xf4\x90\x80\x80"), 1);  // beyond U+10FFFF
}

TEST(NfcTest, ComposesLetters) {
  EXPECT_EQ(nfc("Tha\u0301i"), "Th\u00e1i");
  EXPECT_EQ(nfc("Thái"), "Thái");
  EXPECT_EQ(nfc("\xff"), "\xff");
}

// Marks out of order are put in order one by one: 64 KB of them took three seconds.
TEST(NfcTest, LeavesMarksThatAreNoWritingAsTheyAre) {
  std::string piled = "a";
  for (int i = 0; i < 100'000; ++i) piled += "\u0301\u0323";
  EXPECT_EQ(nfc(piled), piled);
  EXPECT_EQ(match_key(piled), piled);
  EXPECT_EQ(plain_key(piled), "");
  std::string few;
  for (int i = 0; i < 1000; ++i) few += "a\u0301";
  EXPECT_EQ(nfc(few).size(), 2000U);
}

TEST(MatchKeyTest, PutsAsideCaseCompositionSpacesAndPunctuation) {
  EXPECT_EQ(match_key("Thanh Hóa"), match_key("THANH  HÓA"));
  EXPECT_EQ(match_key("Tha\u0301i Bi\u0300nh"), match_key("Thái Bình"));
  EXPECT_EQ(match_key("Bà Rịa - Vũng Tàu"), match_key("Bà Rịa–Vũng Tàu"));
  EXPECT_EQ(match_key("TP. Hồ Chí Minh"), match_key("TP Hồ Chí Minh"));
  EXPECT_EQ(match_key("ĐẮK LẮK"), match_key("Đắk Lắk"));
}

TEST(MatchKeyTest, PutsAsideThePlaceOfTheToneMarkInItsSyllable) {
  EXPECT_EQ(match_key("Hòa Bình"), match_key("Hoà Bình"));
  EXPECT_EQ(match_key("Khánh Hoà"), match_key("Khánh Hòa"));
  EXPECT_EQ(match_key("Thừa Thiên Huế"), match_key("thừa thiên huế"));
  EXPECT_EQ(match_key("thuỷ"), match_key("thủy"));
}

TEST(MatchKeyTest, KeepsWhatTellsNamesApart) {
  EXPECT_NE(match_key("Hòa"), match_key("Hóa"));
  EXPECT_NE(match_key("Hoa"), match_key("Hòa"));
  EXPECT_NE(match_key("Đa"), match_key("Da"));
  EXPECT_NE(match_key("Tan"), match_key("Tân"));
  EXPECT_NE(match_key("Hà Nôi"), match_key("Ha Nội"));
  EXPECT_NE(match_key("Quận 1"), match_key("Quận 11"));
  EXPECT_NE(match_key("A+"), match_key("A"));
  EXPECT_NE(match_key("A-"), match_key("A"));
  EXPECT_NE(match_key("< 5"), match_key("> 5"));
  EXPECT_NE(match_key("%"), match_key("--"));
}

TEST(PlainKeyTest, LeavesLettersAndDigitsOnly) {
  EXPECT_EQ(plain_key("Bà Rịa - Vũng Tàu"), "bariavungtau");
  EXPECT_EQ(plain_key("ĐẮK NÔNG"), "daknong");
  EXPECT_EQ(plain_key("1.2.3. Điểm tự chấm"), "123diemtucham");
  EXPECT_EQ(plain_key("\xff"), "");
}

TEST(LacksOnlyMarksTest, TellsALeftOutMarkFromAnother) {
  EXPECT_TRUE(lacks_only_marks("Thanh Hoa", "Thanh Hóa"));
  EXPECT_TRUE(lacks_only_marks("Ba Rịa Vung Tàu", "Bà Rịa - Vũng Tàu"));
  EXPECT_TRUE(lacks_only_marks("Dak Lak", "Đắk Lắk"));
  EXPECT_TRUE(lacks_only_marks("Đăk Lăk", "Đắk Lắk"));
  EXPECT_FALSE(lacks_only_marks("Thạnh Hóa", "Thanh Hóa"));
  EXPECT_FALSE(lacks_only_marks("Thanh Hòa", "Thanh Hóa"));
  EXPECT_FALSE(lacks_only_marks("Đa", "Da"));
  EXPECT_FALSE(lacks_only_marks("Thanh Ho", "Thanh Hóa"));
}

TEST(DisplayWidthTest, CountsColumnsOfATerminal) {
  EXPECT_EQ(display_width("abc"), 3);
  EXPECT_EQ(display_width("Thái"), 4);
  EXPECT_EQ(display_width("Tha\u0301i"), 4);
  EXPECT_EQ(display_width("\u6f22\u5b57"), 4);
  EXPECT_EQ(display_width("a\xff"), 2);
}

TEST(ClosestTest, FindsSlipsOfThePen) {
  const std::vector<std::string> keys{"arithmetic_mean", "geometric_mean", "weight", "maximum"};

  EXPECT_EQ(closest("weigth", keys), "weight");
  EXPECT_EQ(closest("arithmetc_mean", keys), "arithmetic_mean");
  EXPECT_EQ(closest("MAXIMUM", keys), "maximum");
  EXPECT_EQ(closest("polarity", keys), "");
  EXPECT_EQ(closest("", keys), "");
}

TEST(ClosestTest, ASwapCountsOneAndTiesGoToTheFirst) {
  EXPECT_EQ(closest("abdc", std::vector<std::string>{"abcd"}), "abcd");
  EXPECT_EQ(closest("abc", std::vector<std::string>{"abd", "abe"}), "abd");
  EXPECT_EQ(closest("abcdef", std::vector<std::string>{"abcdxy", "abcdex"}), "abcdex");
}

TEST(ClosestTest, OneLetterIsLikeNoOther) {
  EXPECT_EQ(closest("a", std::vector<std::string>{"b"}), "");
  EXPECT_EQ(closest("a", std::vector<std::string>{"A"}), "A");
}

TEST(ClosestTest, DoesNotWorkOnLongTexts) {
  const std::string text(1'000'000, 'a');

  EXPECT_EQ(closest(text, std::vector<std::string>{text}), "");
  EXPECT_EQ(closest("aaa", std::vector<std::string>{text}), "");
}

TEST(SuggestionTest, IsASentenceOrNothing) {
  EXPECT_EQ(suggestion("weigth", std::vector<std::string>{"weight"}), " (did you mean 'weight'?)");
  EXPECT_EQ(suggestion("zzz", std::vector<std::string>{"weight"}), "");
}

}  // namespace
}  // namespace chiso
