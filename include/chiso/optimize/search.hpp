#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace chiso {

/// How far a search is.
struct SearchProgress {
  double seconds = 0.0;
  double incumbent = 0.0;  ///< Objective of the best answer so far; NaN: none yet.
  double bound = 0.0;      ///< No answer is better than this; NaN: not known yet.
};

struct SearchLimits {
  double seconds = 60.0;  ///< Then the best answer so far is given, with its gap.
  double gap = 0.0;  ///< Stop when incumbent and bound are this close, relative to the incumbent.
  /// Called now and then; false stops the search.
  std::function<bool(const SearchProgress&)> progress = {};
};

/// What became of a search.
struct SearchResult {
  enum class Status {
    optimal,     ///< Proven: nothing is better.
    feasible,    ///< An answer, not proven to be the best: see `gap`, or `exact`.
    infeasible,  ///< Proven: there is no answer. `reasons` say why.
    unknown      ///< Stopped before an answer was found or ruled out.
  };
  Status status = Status::unknown;
  double objective = 0.0;  ///< NaN without an answer.
  double bound = 0.0;      ///< NaN if not known.
  double gap = 0.0;        ///< |objective - bound| / max(|objective|, 1e-9); NaN if not known.
  double seconds = 0.0;
  std::string method;  ///< In words: "mixed-integer program", "outer approximation", "search".
  std::vector<std::string> assumptions;  ///< "others held constant (2019)", "anchors held" ...
  std::vector<std::string> reasons;      ///< Why there is no answer, and what would help.

  [[nodiscard]] bool has_answer() const noexcept {
    return status == Status::optimal || status == Status::feasible;
  }
};

[[nodiscard]] std::string_view name(SearchResult::Status status) noexcept;

}  // namespace chiso
