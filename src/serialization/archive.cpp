#include "serialization/archive.hpp"

#include <fmt/core.h>

#include "base/join.hpp"
#include "base/shown.hpp"
#include "chiso/base/text.hpp"
#include "chiso/io/load_scenarios.hpp"
#include "io/how_to_raise.hpp"

namespace chiso {

std::string stored_text(const Period& period) { return period.text(); }

std::string stored_text(const Scenario& scenario) { return to_whole_yaml({scenario}); }

void read_stored(const std::string& text, const InputLimits& /*limits*/, Period& period) {
  // The period that was never set has no text.
  period = text.empty() ? Period() : Period(text);
}

void read_stored(const std::string& text, const InputLimits& limits, Scenario& scenario) {
  std::vector<Scenario> scenarios = parse_whole_scenarios(text, "scenario", limits);
  if (scenarios.size() != 1) {
    throw ArchiveError(fmt::format("expected one scenario, got {}", scenarios.size()));
  }
  scenario = std::move(scenarios.front());
}

std::string LoadingArchive::place() const {
  std::string place;
  for (const Step& step : path_) {
    if (step.field == nullptr) {
      place += fmt::format("[{}]", step.item);
    } else {
      place += (place.empty() ? "" : ".") + std::string(step.field);
    }
  }
  return place;
}

void SavingArchive::expect_text(const std::string& text) {
  const Size bad = first_invalid_utf8(text);
  if (bad < 0) return;
  throw DataError(fmt::format("a text cannot be stored: its byte {} is not UTF-8", bad + 1),
                  shown(text.substr(0, static_cast<std::size_t>(bad))));
}

void LoadingArchive::expect_text(const std::string& text) {
  if (first_invalid_utf8(text) >= 0) throw ArchiveError("a text is not UTF-8");
}

void LoadingArchive::refuse_many(Size count) const {
  throw ArchiveError({Problem{
      {},
      {},
      fmt::format("it has {} values, and no more than {} are read", count, limits_.snapshot_values),
      how_to_raise("snapshot_values")}});
}

void LoadingArchive::refuse_number(std::int64_t found) {
  throw ArchiveError(fmt::format("the number {} is out of range", found));
}

void LoadingArchive::refuse_word(const std::string& found,
                                 std::span<const std::string_view> known) {
  constexpr std::size_t longest = 40;
  const bool can_be_shown = found.size() <= longest && first_invalid_utf8(found) < 0;
  throw ArchiveError(fmt::format("{} is none of {}",
                                 can_be_shown ? "'" + shown(found) + "'" : "what stands there",
                                 join(known, ", ")));
}

void LoadingArchive::refuse_version(unsigned version, unsigned known) {
  throw ArchiveError(
      {Problem{{},
               {},
               fmt::format("stored as version {}, and this library reads up to {}", version, known),
               "update chiso"}});
}

}  // namespace chiso
