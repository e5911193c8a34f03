#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chiso/base/labels.hpp"
#include "chiso/base/period.hpp"
#include "chiso/base/size.hpp"
#include "chiso/model/criterion.hpp"
#include "chiso/model/parameter.hpp"
#include "chiso/model/variable.hpp"

namespace chiso {

/// How units are put into named groups by the composite.
struct Grouping {
  enum class Kind {
    none,
    limits,         ///< Group of the highest limit that the score reaches.
    quantiles,      ///< Equal shares of the units, best first.
    natural_breaks  ///< Fisher-Jenks: least variance inside the groups, best first.
  };
  Kind kind = Kind::none;
  std::vector<std::string> names;  ///< Best first.
  std::vector<double> limits;      ///< Of limits: lower bounds (included), one a name, descending.
  std::string below;               ///< Of limits: the group under the last limit; may be empty.

  friend bool operator==(const Grouping&, const Grouping&) = default;
};

/// A whole definition as a person writes it; it may be wrong. `Index` is the validated form.
struct IndexDefinition {
  std::string index;    ///< The family: "pci".
  std::string edition;  ///< "2013"; the definition's name is "pci-2013".
  Title title;
  std::string publisher;
  PeriodRange periods;  ///< In force.
  Provenance provenance;
  std::string units;            ///< Name list of its units: a shipped list or a path; may be empty.
  std::optional<int> decimals;  ///< Displayed; computing never rounds.
  bool rank_on_displayed = false;
  Grouping groups;
  std::vector<Variable> variables;
  std::vector<Parameter> parameters;  ///< Of formulas.
  Criterion tree;
  Location location;

  friend bool operator==(const IndexDefinition& a, const IndexDefinition& b);
};

/// A composite index: an immutable, validated tree of criteria. Copies are cheap and share the
/// tree.
///
/// Nodes are numbered in the order of the text, parents before their children: node 0 is the
/// composite.
class Index {
 public:
  /// @throws SpecError with every problem of the definition, not only the first.
  explicit Index(IndexDefinition definition);

  [[nodiscard]] const IndexDefinition& definition() const noexcept;

  /// "pci-2013".
  [[nodiscard]] const std::string& name() const noexcept;

  [[nodiscard]] Size size() const noexcept;
  [[nodiscard]] static constexpr Size root() noexcept { return 0; }
  [[nodiscard]] const Criterion& node(Size i) const;
  [[nodiscard]] Size parent(Size i) const;  ///< -1 for the root.
  [[nodiscard]] std::span<const Size> children(Size i) const;
  [[nodiscard]] int depth(Size i) const;  ///< 0 for the root.
  [[nodiscard]] bool is_leaf(Size i) const { return children(i).empty(); }
  [[nodiscard]] std::span<const Size> leaves() const noexcept;
  [[nodiscard]] const Labels& codes() const noexcept;

  /// With what the node leaves open taken from its ancestors and the head of the definition.
  [[nodiscard]] const Provenance& provenance(Size i) const;

  /// Number of the node with this code. @throws NotFoundError with the nearest code.
  [[nodiscard]] Size at(std::string_view code) const { return codes().at(code); }

  /// All variables that leaves read, formulas included: the declared ones in their order, then
  /// undeclared ones as plain numbers.
  [[nodiscard]] std::span<const Variable> variables() const noexcept;
  [[nodiscard]] const Labels& variable_codes() const noexcept;

  /// Variables of which a formula reads the period before, by position in variables(), ascending.
  [[nodiscard]] std::span<const Size> previous_variables() const noexcept;

  /// The parameters of formulas, in the order of the definition.
  [[nodiscard]] std::span<const Parameter> parameters() const noexcept;

  /// Whether any value depends on the period.
  [[nodiscard]] bool is_dated() const noexcept;

  friend bool operator==(const Index& a, const Index& b) {
    return a.state_ == b.state_ || a.definition() == b.definition();
  }

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace chiso
