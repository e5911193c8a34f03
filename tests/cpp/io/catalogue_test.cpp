#include "chiso/io/catalogue.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "chiso/base/error.hpp"
#include "chiso/io/file.hpp"
#include "chiso/io/load_index.hpp"

namespace chiso {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

/// A folder of small definitions that is there as long as its test runs.
class CatalogueTest : public testing::Test {
 protected:
  CatalogueTest() {
    folder_ =
        fs::temp_directory_path() / ("chiso_catalogue_test_" + std::to_string(::getpid()) + "_" +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_ / "a");
    add("a/2010.yaml", "a", "2010", "{from: 2010, to: 2014}");
    add("a/2015.yaml", "a", "2015", "{from: 2015}");
    add("b.yaml", "b", "2018", "{from: 2018}");
  }
  ~CatalogueTest() override { fs::remove_all(folder_); }

  void add(const std::string& file, const std::string& index, const std::string& edition,
           const std::string& periods) {
    write_file_atomically(folder_ / file, "chiso: 1\nindex: " + index + "\nedition: \"" + edition +
                                              "\"\nperiods: " + periods +
                                              "\ntree: {code: x, rule: identity}\n");
  }

  template <class ErrorType>
  std::string message_of(std::string_view name, const std::optional<Period>& period = {}) {
    try {
      static_cast<void>(Catalogue(folder_).find(name, period));
    } catch (const ErrorType& error) {
      return error.what();
    }
    return "no error of this type";
  }

  fs::path folder_;
};

TEST_F(CatalogueTest, ListsEditionsByIndexAndPeriod) {
  const Catalogue catalogue(folder_);

  ASSERT_EQ(catalogue.entries().size(), 3u);
  EXPECT_EQ(catalogue.entries()[0].name, "a-2010");
  EXPECT_EQ(catalogue.entries()[1].name, "a-2015");
  EXPECT_EQ(catalogue.entries()[2].name, "b-2018");
  EXPECT_EQ(catalogue.entries()[0].path, folder_ / "a/2010.yaml");
}

TEST_F(CatalogueTest, FindsTheEditionNamedOrInForce) {
  const Catalogue catalogue(folder_);

  EXPECT_EQ(catalogue.find("a-2010").edition, "2010");
  EXPECT_EQ(catalogue.find("a", Period(2014)).edition, "2010");
  EXPECT_EQ(catalogue.find("a", Period(2015)).edition, "2015");
  EXPECT_EQ(catalogue.find("a", Period("2014-Q2")).edition, "2010");
  EXPECT_EQ(catalogue.find("b").edition, "2018");
}

TEST_F(CatalogueTest, NoEditionOrTwoIsAnErrorThatListsThem) {
  EXPECT_EQ(
      message_of<NotFoundError>("a", Period(2009)),
      "a: no edition of 'a' is in force in 2009; there are: a-2010 (2010 to 2014), a-2015 (from "
      "2015)");
  EXPECT_THAT(message_of<NotFoundError>("a"),
              HasSubstr("which edition of 'a'? There are: a-2010 (2010 to 2014), a-2015"));
  add("a/2016.yaml", "a", "2016", "{from: 2016}");
  EXPECT_THAT(message_of<NotFoundError>("a", Period(2016)),
              HasSubstr("2 editions of 'a' are in force in 2016: a-2015 (from 2015), a-2016"));
}

TEST_F(CatalogueTest, AnotherYearsMethodIsNeverAnAccident) {
  EXPECT_THAT(message_of<NotFoundError>("a-2010", Period(2016)),
              HasSubstr("'a-2010' is in force 2010 to 2014, not in 2016"));
}

TEST_F(CatalogueTest, AMisspeltNameComesWithTheNearest) {
  EXPECT_THAT(message_of<NotFoundError>("a-2001"),
              HasSubstr("there is no index 'a-2001' (did you mean"));
  EXPECT_THAT(message_of<NotFoundError>("world-bank"), HasSubstr("there are: a, b"));
}

TEST_F(CatalogueTest, TwoDefinitionsOfOneNameAreAnError) {
  add("c.yaml", "a", "2015", "{from: 2015}");

  EXPECT_THAT(message_of<SpecError>("b"),
              AllOf(HasSubstr("c.yaml: a-2015: the same name as"), HasSubstr("a/2015.yaml")));
}

TEST_F(CatalogueTest, AHeadThatIsWrongIsAnErrorThatNamesTheFile) {
  add("d.yaml", "d", "1", "{since: 2015}");

  EXPECT_THAT(message_of<SpecError>("b"), HasSubstr("d.yaml:4:11: periods: unknown key 'since'"));
}

TEST_F(CatalogueTest, NeedsAFolder) { EXPECT_THROW(Catalogue(folder_ / "none"), NotFoundError); }

TEST_F(CatalogueTest, PathsAreTakenAsTheyAre) {
  EXPECT_EQ(find_definition((folder_ / "b.yaml").string()), folder_ / "b.yaml");
  EXPECT_EQ(find_definition("not/there.yaml"), fs::path("not/there.yaml"));
}

TEST(ShippedCatalogueTest, HoldsSoundDefinitionsInTheirPlaces) {
  const Catalogue catalogue = Catalogue::shipped();

  EXPECT_GE(catalogue.entries().size(), 20u);
  for (const auto& entry : catalogue.entries()) {
    EXPECT_EQ(entry.path.stem(), entry.edition);
    EXPECT_EQ(entry.path.parent_path().filename(), entry.index);
    EXPECT_EQ(load_index(entry.path).name(), entry.name);
  }
}

TEST(ShippedCatalogueTest, OneEditionOfPciIsInForceInEveryPublishedYear) {
  const Catalogue catalogue = Catalogue::shipped();

  EXPECT_EQ(catalogue.find("pci", Period(2005)).name, "pci-2005");
  EXPECT_EQ(catalogue.find("pci", Period(2008)).name, "pci-2006");
  EXPECT_EQ(catalogue.find("pci", Period(2012)).name, "pci-2009");
  EXPECT_EQ(catalogue.find("pci", Period(2019)).name, "pci-2013");
  EXPECT_EQ(find_definition("pci", Period(2024)), catalogue.find("pci-2022").path);
  EXPECT_THROW(static_cast<void>(catalogue.find("pci", Period(2004))), NotFoundError);
}

}  // namespace
}  // namespace chiso
