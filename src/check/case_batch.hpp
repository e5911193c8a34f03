#pragma once

#include <optional>
#include <string>
#include <vector>

#include "check/case_engine.hpp"
#include "chiso/base/period.hpp"
#include "chiso/base/size.hpp"
#include "chiso/check/tolerance.hpp"

namespace chiso {

/// Cases that only give values to a unit of its own and only expect scores, as the rows of one
/// table: a changed copy of the index scores all of them at once.
class CaseBatch {
 public:
  /// Takes those of `positions` that can be scored so; `rest` are the others.
  CaseBatch(const CaseData& data, const Index& index, const NodeTolerances& tolerances,
            const std::vector<Size>& positions, std::vector<Size>& rest);

  /// The cases that fail with the engine's index, ascending, and a few that only seem to; nothing
  /// if they must be run one by one, because some value is refused.
  [[nodiscard]] std::optional<std::vector<Size>> failing(const CaseEngine& engine) const;

  [[nodiscard]] const std::vector<Size>& positions() const noexcept { return all_; }

 private:
  struct Wanted {
    Size row = 0;
    std::string code;  ///< Empty: the composite.
    double score = 0.0;
    Tolerance tolerance;
  };
  struct Word {
    Size row = 0;
    Size column = 0;
    std::string text;
  };
  /// Cases of one method.
  struct Group {
    Period method;
    std::vector<Size> positions;
    std::vector<std::vector<double>> columns;  ///< By variable of the index, then previous ones.
    std::vector<Word> words;
    std::vector<Wanted> wanted;
  };

  void add(Size position, const Case& of, Group& group);

  const CaseData& data_;
  const Index& index_;
  const NodeTolerances& tolerances_;
  std::vector<Size> all_;
  std::vector<Group> groups_;
};

}  // namespace chiso
