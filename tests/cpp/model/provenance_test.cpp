#include "chiso/model/provenance.hpp"

#include <gtest/gtest.h>

namespace chiso {
namespace {

TEST(ProvenanceTest, TakesWhatItLeavesOpenFromItsParentExceptTheNote) {
  const Provenance parent{Status::derived, "report", "link", Date{2026, 11, 23}, "note"};

  EXPECT_EQ(Provenance().inherit(parent),
            (Provenance{Status::derived, "report", "link", Date{2026, 11, 23}, ""}));
  const Provenance own{Status::official, "annex", "decision", Date{2020, 1, 1}, "own"};
  EXPECT_EQ(own.inherit(parent), own);
}

TEST(TitleTest, IsReadInEnglishElseInVietnamese) {
  const std::string code = "code";
  EXPECT_EQ((Title{"en", "vi"}.text(code)), "en");
  EXPECT_EQ((Title{"", "vi"}.text(code)), "vi");
  EXPECT_EQ((Title{}.text(code)), "code");
}

}  // namespace
}  // namespace chiso
