#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chiso/check/difference.hpp"

namespace chiso {

/// Definitions in which some of the changes from one to another are made and others not.
class Blend {
 public:
  /// How nodes of a blend are called.
  enum class Codes {
    changed,  ///< As the changes say: a code may stand twice if only some are made.
    numbers   ///< By the node's pair: "n12".
  };

  /// @param method_before resolves dated values of the first definition, @param method_after those
  /// of the second; left out, they stay dated. @param difference must outlive it
  explicit Blend(const DefinitionDifference& difference,
                 const std::optional<Period>& method_before = {},
                 const std::optional<Period>& method_after = {}, Codes codes = Codes::changed);

  /// @param made by change: whether it is made
  /// @throws SpecError if nodes would stand below each other in a circle. What is returned need not
  ///         be sound otherwise.
  [[nodiscard]] IndexDefinition with(std::span<const char> made) const;

 private:
  using Kind = DefinitionChange::Kind;
  class Builder;

  /// A node of both, or of one.
  struct Part {
    const Criterion* before = nullptr;
    const Criterion* after = nullptr;
    Size parent_before = -1;  ///< As parts; -1: none.
    Size parent_after = -1;
    std::vector<Size> children_before;  ///< As parts, in their order.
    std::vector<Size> children_after;
    /// The change of each kind; -1: none. Of a part of one only: that with which it comes or goes.
    std::array<Size, static_cast<std::size_t>(Kind::documentation)> changes{};
    std::vector<Size> below;  ///< All changes at the node or below it, in either tree.
  };

  void lay_out();

  const DefinitionDifference& difference_;
  std::optional<Period> method_;
  bool resolved_ = false;
  Codes codes_;
  IndexDefinition before_;
  IndexDefinition after_;
  std::vector<Part> parts_;  ///< As difference.pairs.
};

/// A definition with the values that are in force, as plain ones, and for all periods. Values of
/// which none or several are in force stay.
[[nodiscard]] IndexDefinition resolved(IndexDefinition definition, const Period& method);

/// The codes of the variables that the leaves of a tree read, and of parameters.
[[nodiscard]] std::vector<std::string> variables_read(const Criterion& tree);

/// Whether another aggregation makes other weights of the children necessary.
[[nodiscard]] bool ties_weights(const Aggregation& before, const Aggregation& after) noexcept;

}  // namespace chiso
