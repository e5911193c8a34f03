// Any table is either refused or, as the first letter says, the scoring form of an office or the
// annex of a plan: what it comes to is printed, read again, and scored.

#include <string>

#include "cells.hpp"
#include "chiso/io/load_plan.hpp"
#include "chiso/io/plan_table.hpp"
#include "chiso/io/save_index.hpp"
#include "chiso/io/scoring_form.hpp"
#include "chiso/responsibility/clarity.hpp"
#include "fuzz.hpp"
#include "small_data.hpp"

namespace {

using chiso::Table;
using chiso::fuzz::accepted;
using chiso::fuzz::must;

void read_form(const Table& table) {
  chiso::ScoringFormOptions options;
  options.unit = "S\u1edf A";
  options.period = chiso::Period(2024);
  const auto form = accepted([&] { return chiso::read_scoring_form(table, options); });
  if (!form) return;
  for (const chiso::Problem& finding : form->findings) {
    must(chiso::first_invalid_utf8(finding.to_string()) < 0, "a finding that is not UTF-8");
  }
  const auto index = accepted([&] { return chiso::Index(form->definition); });
  if (!index) return;
  must(chiso::parse_index(chiso::to_yaml(*index)) == *index, "printed and read, it is another");
  for (const auto& version : form->versions) {
    must(version.second.units().size() == 1, "a form of several offices");
    (void)accepted([&] { return chiso::Evaluator(*index).score(version.second); });
  }
}

void read_annex(const Table& table, const chiso::AnnexOptions& options) {
  const auto plan = accepted([&] { return chiso::plan_from_table(table, options); });
  if (!plan) return;
  must(chiso::parse_plan(chiso::to_yaml(*plan)) == *plan, "printed and read, it is another");
  must(chiso::plan_from_table(chiso::table_from_plan(*plan)) == *plan, "as a table, it is another");
  (void)chiso::clarity(chiso::PlannedScores(*plan, {}));
}

void read_as(char letter, const Table& table) {
  switch (letter) {
    case 'f':
      return read_form(table);
    case 'p':
      return read_annex(table, {});
    case 'a':
      return read_annex(table, {"annex", "An", chiso::Date{2022, 8, 26}, {"Note"}});
    default:
      return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const chiso::fuzz::Choice choice(chiso::fuzz::text_of(data, size));
  const auto table = accepted([&] {
    return chiso::parse_csv(std::string(choice.rest), "table.csv", {.pad_short_rows = true});
  });
  if (table) read_as(choice.letter, choice.sheet ? chiso::fuzz::as_sheet(*table) : *table);
  return 0;
}
