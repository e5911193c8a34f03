#include "uncertainty/share_order.hpp"

#include <algorithm>
#include <map>

#include "base/at.hpp"

namespace chiso {

std::vector<Size> ShareOrder::close() {
  const std::vector<char> stated = above_;
  for (Size middle = 0; middle < count_; ++middle) {
    for (Size heavy = 0; heavy < count_; ++heavy) {
      if (!is_above(heavy, middle)) continue;
      for (Size light = 0; light < count_; ++light) {
        if (is_above(middle, light)) add(heavy, light);
      }
    }
  }
  for (Size start = 0; start < count_; ++start) {
    if (!is_above(start, start)) continue;
    // From any share of a circle some stated step stays in it.
    std::vector<Size> circle{start};
    for (;;) {
      for (Size next = 0; next < count_; ++next) {
        if (stated[position(circle.back(), next)] == 0 ||
            (next != start && !is_above(next, start))) {
          continue;
        }
        const auto seen = std::find(circle.begin(), circle.end(), next);
        if (seen != circle.end()) return {seen, circle.end()};
        circle.push_back(next);
        break;
      }
    }
  }
  return {};
}

std::vector<std::pair<Size, Size>> ShareOrder::covers() const {
  std::vector<std::pair<Size, Size>> pairs;
  for (Size heavy = 0; heavy < count_; ++heavy) {
    for (Size light = 0; light < count_; ++light) {
      if (!is_above(heavy, light)) continue;
      bool between = false;
      for (Size middle = 0; middle < count_ && !between; ++middle) {
        between = is_above(heavy, middle) && is_above(middle, light);
      }
      if (!between) pairs.emplace_back(heavy, light);
    }
  }
  return pairs;
}

ShareOrder ShareOrder::among(const std::vector<Size>& shares) const {
  ShareOrder part(std::ssize(shares));
  for (Size a = 0; a < part.size(); ++a) {
    for (Size b = 0; b < part.size(); ++b) {
      if (is_above(shares[at(a)], shares[at(b)])) part.add(a, b);
    }
  }
  return part;
}

bool ShareOrder::rankings(std::vector<Ranking>& out) const {
  out.clear();
  std::vector<char> done(at(count_), 0);
  for (Size first = 0; first < count_; ++first) {
    if (done[at(first)] != 0) continue;
    // All that compare with it, with those that compare with them ...
    std::vector<Size> together{first};
    done[at(first)] = 1;
    for (std::size_t next = 0; next < together.size(); ++next) {
      for (Size other = 0; other < count_; ++other) {
        const bool compares = is_above(together[next], other) || is_above(other, together[next]);
        if (!compares || done[at(other)] != 0) continue;
        done[at(other)] = 1;
        together.push_back(other);
      }
    }
    if (together.size() == 1) continue;
    std::map<Size, std::vector<Size>> by_heavier;
    Size pairs = 0;
    for (const Size share : together) {
      const Size heavier = std::count_if(together.begin(), together.end(),
                                         [&](Size other) { return is_above(other, share); });
      by_heavier[heavier].push_back(share);
      pairs += heavier;
    }
    // In a ranking all shares of heavier levels, and no others, are above a share.
    Size ranked = 0;
    Size before = 0;
    Ranking ranking;
    for (auto& [heavier, level] : by_heavier) {
      ranked += before * std::ssize(level);
      before += std::ssize(level);
      std::sort(level.begin(), level.end());
      ranking.levels.push_back(std::move(level));
    }
    if (pairs != ranked) return false;
    out.push_back(std::move(ranking));
  }
  return true;
}

}  // namespace chiso
