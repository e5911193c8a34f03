#include "uncertainty/level_walk.hpp"

#include <cmath>

namespace chiso {

LevelWalk::LevelWalk(const RelativeScores& relative, bool drifts)
    : drifts_(drifts),
      last_(relative.level.back()),
      when_(relative.when.back()),
      span_(relative.when.back() - relative.when.front()) {
  if (drifts_) drift_ = (relative.level.back() - relative.level.front()) / span_;
  double squares = 0.0;
  for (std::size_t p = 1; p < relative.level.size(); ++p) {
    const double gap = relative.when[p] - relative.when[p - 1];
    const double left = relative.level[p] - relative.level[p - 1] - drift_ * gap;
    squares += left * left / gap;
  }
  freedom_ = static_cast<double>(relative.level.size() - 1) - (drifts_ ? 1.0 : 0.0);
  variance_ = squares / freedom_;
}

void LevelWalk::draw(RandomStream& random, const std::vector<double>& later,
                     std::vector<double>& out) const {
  const double deviation = std::sqrt(variance_ * freedom_ / random.chi_square(freedom_));
  double drift = drift_;
  if (drifts_) drift += deviation / std::sqrt(span_) * random.normal();
  double level = last_;
  double when = when_;
  out.clear();
  for (const double next : later) {
    const double gap = next - when;
    level += drift * gap + deviation * std::sqrt(gap) * random.normal();
    when = next;
    out.push_back(level);
  }
}

void LevelWalk::describe(LearnedModel& learned) const {
  learned.level_step = std::sqrt(variance_);
  learned.level_drift = drift_;
}

}  // namespace chiso
