// error: ignoring return value
#include "chiso/evaluate/ranking.hpp"

double place(const chiso::Ranking& ranking) {
#ifdef SHOULD_NOT_COMPILE
  ranking.rank_of("Hue");
#endif
  return ranking.rank_of("Hue");
}
