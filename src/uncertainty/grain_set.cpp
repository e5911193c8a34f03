#include "uncertainty/grain_set.hpp"

#include <algorithm>
#include <iterator>

namespace chiso {

void GrainSet::append(std::int64_t grain) {
  if (!runs_.empty() && runs_.back().end == grain) {
    ++runs_.back().end;
  } else {
    runs_.push_back({grain, grain + 1});
  }
  ++count_;
}

bool GrainSet::unite(const GrainSet& other) {
  std::vector<Run> all;
  all.reserve(runs_.size() + other.runs_.size());
  std::merge(runs_.begin(), runs_.end(), other.runs_.begin(), other.runs_.end(),
             std::back_inserter(all), [](const Run& a, const Run& b) { return a.first < b.first; });
  std::vector<Run> joined;
  for (const Run& run : all) {
    if (joined.empty() || run.first > joined.back().end) {
      joined.push_back(run);
    } else if (run.first == joined.back().end) {
      joined.back().end = run.end;
    } else {
      return false;
    }
  }
  runs_ = std::move(joined);
  count_ += other.count_;
  return true;
}

bool GrainSet::assign(std::span<const Run> runs, std::int64_t end) {
  std::int64_t count = 0;
  std::int64_t before = -1;
  for (const Run& run : runs) {
    if (run.first <= before || run.end <= run.first || run.end > end) return false;
    count += run.end - run.first;
    before = run.end;
  }
  runs_.assign(runs.begin(), runs.end());
  count_ = count;
  return true;
}

}  // namespace chiso
