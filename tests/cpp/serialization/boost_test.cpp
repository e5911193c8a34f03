#include "chiso/serialization/boost.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/archive/binary_iarchive.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/archive/text_iarchive.hpp>
#include <boost/archive/text_oarchive.hpp>
#include <boost/archive/xml_iarchive.hpp>
#include <boost/archive/xml_oarchive.hpp>
#include <sstream>
#include <string>

#include "chiso/base/error.hpp"
#include "studies.hpp"

namespace chiso {
namespace {

/// Something of a stranger's that has values of ours among its members.
struct Report {
  std::string title;
  Scores scores = small::uncertain();
  Panel panel = scores.panel();
  int page = 0;

  template <class Archive>
  void serialize(Archive& archive, const unsigned /*version*/) {
    archive& BOOST_SERIALIZATION_NVP(title);
    archive& BOOST_SERIALIZATION_NVP(scores);
    archive& BOOST_SERIALIZATION_NVP(panel);
    archive& BOOST_SERIALIZATION_NVP(page);
  }
};

template <class Out, class In>
void expect_round_trip() {
  Report report;
  report.title = "of 2020";
  report.panel = test::awkward_panel();
  report.page = 7;
  std::stringstream stream;
  {
    Out out(stream);
    const Report& saved = report;
    out << boost::serialization::make_nvp("report", saved);
  }
  Report read;
  {
    In in(stream);
    in >> boost::serialization::make_nvp("report", read);
  }
  EXPECT_EQ(read.title, report.title);
  EXPECT_EQ(read.panel, report.panel);
  EXPECT_EQ(read.page, 7);
  EXPECT_EQ(to_bytes(read.scores), to_bytes(report.scores));
}

TEST(BoostArchiveTest, ValuesGoIntoAnArchiveOfOnesOwn) {
  expect_round_trip<boost::archive::text_oarchive, boost::archive::text_iarchive>();
  expect_round_trip<boost::archive::xml_oarchive, boost::archive::xml_iarchive>();
  expect_round_trip<boost::archive::binary_oarchive, boost::archive::binary_iarchive>();
}

TEST(BoostArchiveTest, WhatWasChangedThereIsNoticed) {
  std::stringstream stream;
  {
    boost::archive::text_oarchive out(stream);
    const Panel panel = test::awkward_panel();
    out << panel;
  }
  std::string text = stream.str();
  text.replace(text.find("Thanh"), 5, "Khanh");
  std::stringstream changed(text);
  boost::archive::text_iarchive in(changed);
  Panel panel = test::awkward_panel();
  EXPECT_THROW(in >> panel, ArchiveError);
  EXPECT_EQ(panel, test::awkward_panel());
}

}  // namespace
}  // namespace chiso
