#include "chiso/io/load_baseline.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "../scenario/random_scenario.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/text.hpp"
#include "chiso/io/file.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/io/read_panel.hpp"

namespace chiso {
namespace {

using testing::AllOf;
using testing::HasSubstr;

LockedResults pci() {
  const Panel panel = read_panel("share/data/pci_scores.csv");
  BaselineCheck what;
  what.panel = "pci_scores";
  what.periods = {Period(2017), Period(2019)};
  return lock(load_index("share/indices/pci/2013.yaml"), panel, what);
}

/// The message with which a text is refused.
std::string refusal(const std::string& text) {
  try {
    static_cast<void>(parse_baseline(text, "pci.lock"));
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

int line_of(const std::string& text, const std::string& what) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(text.find(what));
  return static_cast<int>(std::count(text.begin(), end, '\n')) + 1;
}

TEST(BaselineTextTest, HoldsOneReadableLineAUnitAndPeriod) {
  const std::string text = to_text(pci());

  // The ten sub-indices as VCCI published them, and 10 times their weighted mean: by the weights
  // 5 5 20 5 10 5 5 20 20 5, 65.636...
  EXPECT_THAT(text, HasSubstr("\n2019,Thanh Hóa,24,,65.63"));
  EXPECT_THAT(text, HasSubstr("\nperiod,unit,rank,group,pci,entry,land,transparency,"));
  EXPECT_THAT(text, HasSubstr("\nentry,2017,1,,,1,1.0000000000000002\n"));
  EXPECT_THAT(text, HasSubstr("\nindex: pci\n"));
}

TEST(BaselineTextTest, ReadsBackWhatWasWritten) {
  const LockedResults baseline = pci();
  const std::string text = to_text(baseline);
  const LockedResults read = parse_baseline(text);

  EXPECT_EQ(read.index, baseline.index);
  EXPECT_EQ(read.panel, "pci_scores");
  ASSERT_EQ(read.periods.size(), 2U);
  EXPECT_EQ(read.periods[1].scores, baseline.periods[1].scores);
  EXPECT_EQ(read.periods[1].ranks, baseline.periods[1].ranks);
  EXPECT_EQ(read.periods[1].units, baseline.periods[1].units);
  EXPECT_EQ(to_text(read), text);
}

TEST(BaselineTextTest, RandomBaselinesReadBack) {
  int locked = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    const auto base = random_scenario::make_base(seed);
    BaselineCheck what;
    what.version = seed % 2 == 0 ? "round 2" : "";
    try {
      const std::string text = to_text(lock(Index(base.definition), base.panel, what));
      EXPECT_EQ(to_text(parse_baseline(text)), text) << "seed " << seed;
      ++locked;
    } catch (const DataError&) {  // Nothing to lock: no spread, a missing value that is an error.
    }
  }
  EXPECT_GT(locked, 100);
}

TEST(BaselineTextTest, NamesOfUnitsMayHaveAnything) {
  const Index index =
      small::index(small::inner("root", Aggregation::Method::arithmetic_mean, {small::leaf("x")}));
  Panel::Builder builder;
  for (const char* name :
       {"a, b", "\"c\"", " d ", "# e", "[results] 5 lines", "Đắk Lắk", "two\nlines"}) {
    builder.set(builder.unit(name), builder.number_variable("x"), builder.period(Period(2020)), 1);
  }
  const LockedResults baseline = lock(index, builder.build());

  EXPECT_EQ(parse_baseline(to_text(baseline)).periods[0].units, baseline.periods[0].units);
}

TEST(BaselineTextTest, EndsOfLinesOfWindowsAreTheSame) {
  const std::string text = to_text(pci());
  std::string windows = "\xef\xbb\xbf";
  for (const char c : text) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);

  EXPECT_EQ(to_text(parse_baseline(windows)), text);
}

TEST(BaselineTextTest, AFileThatIsCutOffIsRefused) {
  const std::string text = to_text(pci());
  const int last = line_of(text, "\n2019,Thanh Hóa");
  const std::string cut = text.substr(0, text.find("\n2019,Thanh Hóa") + 1);

  EXPECT_THAT(refusal(cut), AllOf(HasSubstr("pci.lock:" + std::to_string(last)),
                                  HasSubstr("the file ends here"), HasSubstr("'results'")));
  EXPECT_THAT(refusal(text.substr(0, text.find("[bounds]"))),
              HasSubstr("ends before its section 'bounds'"));
  EXPECT_THAT(refusal(""), HasSubstr("expected a baseline"));
  // Wherever it is cut, and never with a crash. The last line without its end is the whole file.
  for (std::size_t size = 0; size + 1 < text.size(); size += 37) {
    EXPECT_NE(refusal(text.substr(0, size)), "accepted") << size;
  }
}

TEST(BaselineTextTest, AFileThatWasEditedIsRefused) {
  const std::string text = to_text(pci());
  const int line = line_of(text, "[results]");

  EXPECT_THAT(refusal(replaced(text, "\n2019,Thanh Hóa,24", "\n2019,Thanh Hóa,23")),
              AllOf(HasSubstr("pci.lock:" + std::to_string(line + 1)),
                    HasSubstr("not as they were written"), HasSubstr("chiso lock --update")));
  EXPECT_THAT(refusal(replaced(text, "weight: 20", "weight: 25")), HasSubstr("weights"));
  EXPECT_THAT(refusal(replaced(text, "panel: pci_scores", "panel: other")),
              HasSubstr("'baseline'"));
}

TEST(BaselineTextTest, WhatCannotBeReadIsRefusedWithItsLine) {
  const std::string text = to_text(pci());
  const auto at = [&](const std::string& what) {
    return "pci.lock:" + std::to_string(line_of(text, what) + 1);
  };

  EXPECT_THAT(refusal(replaced(text, "\n2019,Thanh Hóa,24", "\n2019,Thanh Hóa,x")),
              AllOf(HasSubstr(at("\n2019,Thanh Hóa")), HasSubstr("'x'")));
  EXPECT_THAT(refusal(replaced(text, "\n2019,Thanh Hóa", "\n2018,Thanh Hóa")),
              AllOf(HasSubstr(at("\n2019,Thanh Hóa")), HasSubstr("no period '2018'")));
  EXPECT_THAT(refusal(replaced(text, "\nentry,2017,1,", "\nentri,2017,1,")),
              AllOf(HasSubstr(at("\nentry,2017,1,")), HasSubstr("no indicator 'entri'")));
  EXPECT_THAT(refusal(replaced(text, "[data]", "<<<<<<< mine\n[data]")),
              AllOf(HasSubstr("pci.lock:" + std::to_string(line_of(text, "[data]"))),
                    HasSubstr("<<<<<<<")));
  EXPECT_THAT(refusal(text + "more\n"), HasSubstr("expected the end"));
  EXPECT_THAT(refusal(std::string("\0\1", 2)), HasSubstr("control character"));
  EXPECT_THAT(refusal("chiso: 1\nindex: pci\n"), HasSubstr("expected '[baseline]"));
}

TEST(BaselineTextTest, ALineIsShownInWholeLetters) {
  std::string line;
  for (int i = 0; i < 40; ++i) line += "\u1ec7";
  EXPECT_EQ(first_invalid_utf8(refusal("x" + line + "\n")), -1);
  EXPECT_EQ(first_invalid_utf8(refusal(to_text(pci()) + "xx" + line + "\n")), -1);
}

TEST(BaselineTextTest, ANewerFormatIsRefused) {
  EXPECT_THAT(refusal(replaced(to_text(pci()), "format: 1", "format: 2")),
              HasSubstr("a newer chiso reads it"));
}

TEST(BaselineFileTest, IsWrittenAndRead) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("chiso-baseline-" + std::to_string(getpid()) + ".lock");
  const LockedResults baseline = pci();

  save_baseline(baseline, path);

  EXPECT_EQ(read_file(path, 1 << 20), to_text(baseline));
  EXPECT_EQ(to_text(load_baseline(path)), to_text(baseline));
  std::filesystem::remove(path);
  EXPECT_THROW(static_cast<void>(load_baseline(path)), NotFoundError);
}

}  // namespace
}  // namespace chiso
