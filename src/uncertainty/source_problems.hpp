#pragma once

#include <string>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/labels.hpp"
#include "chiso/base/size.hpp"

namespace chiso {

/// Problems of all sources, each with its source's name as the place.
class SourceProblems {
 public:
  /// Those that follow are of this source.
  void begin(std::string source) { source_ = std::move(source); }

  void spec(std::string message, std::string remedy = {}) { add(spec_, message, remedy); }
  void data(std::string message, std::string remedy = {}) { add(data_, message, remedy); }
  void not_found(std::string message, std::string remedy = {}) { add(not_found_, message, remedy); }

  [[nodiscard]] Size count() const noexcept { return not_found_ + data_ + spec_; }

  /// @throws NotFoundError or SpecError if all of them are of this kind, else DataError.
  void raise();

 private:
  void add(Size& count, std::string& message, std::string& remedy) {
    ++count;
    problems_.add({}, source_, std::move(message), std::move(remedy));
  }

  Problems problems_;
  std::string source_;
  Size not_found_ = 0;
  Size data_ = 0;
  Size spec_ = 0;
};

/// Positions of the labels that a code or a pattern means, ascending; a problem if there are none.
/// A code that is spelled so exactly goes first.
/// @param what it may mean, for the message: "criterion", "variable"
[[nodiscard]] std::vector<Size> met_by(const std::string& pattern, const Labels& labels,
                                       std::string_view what, SourceProblems& problems);

/// Position of one label; -1, and a problem with the nearest, if there is none.
[[nodiscard]] Size known(const std::string& name, const Labels& labels, std::string_view what,
                         SourceProblems& problems);

}  // namespace chiso
