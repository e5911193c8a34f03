#include "chiso/plan/agency.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace chiso {
namespace {

Agency full() {
  Agency agency;
  agency.code = "so-noi-vu";
  agency.title = {"Home Affairs", "Sở Nội vụ"};
  agency.aliases = {"SNV"};
  agency.head = "Giám đốc";
  agency.parent = "ubnd";
  agency.is_group = true;
  agency.members = {"x"};
  agency.provenance.source = "here";
  agency.location = {"plan.yaml", 3, 5};
  return agency;
}

TEST(AgencyTest, WhereItStandsIsNoPartOfIt) {
  Agency other = full();
  other.location = {"annex.csv", 9, 1};
  EXPECT_EQ(full(), other);
}

TEST(AgencyTest, EverythingElseIs) {
  const std::vector<std::function<void(Agency&)>> changes{
      [](Agency& a) { a.code = "b"; },           [](Agency& a) { a.title.vi = "b"; },
      [](Agency& a) { a.aliases.clear(); },      [](Agency& a) { a.head = "b"; },
      [](Agency& a) { a.parent = "b"; },         [](Agency& a) { a.is_group = false; },
      [](Agency& a) { a.members = {"x", "y"}; }, [](Agency& a) { a.provenance.note = "b"; },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Agency other = full();
    changes[i](other);
    EXPECT_FALSE(full() == other) << "change " << i;
  }
}

}  // namespace
}  // namespace chiso
