#include "uncertainty/straight_draws.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/at.hpp"
#include "base/elementary.hpp"
#include "base/multiversion.hpp"
#include "evaluate/state.hpp"

namespace chiso {
namespace {

using Method = Aggregation::Method;

constexpr double infinity = std::numeric_limits<double>::infinity();

CHISO_MULTIVERSION
void multiply_into(double* product, const double* by, Size count) {
  CHISO_INDEPENDENT
  for (Size i = 0; i < count; ++i) product[i] *= by[i];
}

CHISO_MULTIVERSION
void product_of(const double* a, const double* b, Size count, double* product) {
  CHISO_INDEPENDENT
  for (Size i = 0; i < count; ++i) product[i] = a[i] * b[i];
}

CHISO_MULTIVERSION
void add_to(double* sum, const double* more, Size count) {
  CHISO_INDEPENDENT
  for (Size i = 0; i < count; ++i) sum[i] += more[i];
}

CHISO_MULTIVERSION
void exponentials(double* values, Size count) {
  for (Size i = 0; i < count; ++i) values[i] = elementary::exp(values[i]);
}

/// In place of the logarithm of 0: whatever weight it has, nothing of the product is left; and of
/// weight 0 it changes nothing.
constexpr double log_of_zero = -1e300;

CHISO_MULTIVERSION
void invert(double* values, Size count) {
  for (Size i = 0; i < count; ++i) values[i] = 1.0 / values[i];
}

}  // namespace

class StraightDraws::Maker {
 public:
  explicit Maker(const DrawVariant& variant)
      : variant_(variant),
        compiled_(variant.compiled()),
        given_(variant.scores),
        input_(input_of(compiled_, variant.scores.panel(),
                        variant.scores.panel().period_position(variant.scores.period()),
                        variant.scores.panel_positions())),
        excluded_(excluded_units(compiled_, input_, given_)) {
    made_.units_ = input_.units;
  }

  std::optional<StraightDraws> make(Size node) {
    const Size own = compiled_.inner_of[at(node)];
    made_.logs_ = own >= 0 && compiled_.inner[at(own)].aggregation.method == Method::geometric_mean;
    if (!add(node, {})) return {};
    const std::size_t terms = made_.terms_.size();
    made_.values_.resize(terms * at(made_.units_));
    for (std::size_t k = 0; k < terms; ++k) {
      std::vector<double>& column = made_.terms_[k].column;
      for (std::size_t u = 0; u < column.size(); ++u) made_.values_[u * terms + k] = column[u];
      column = {};
    }
    return std::move(made_);
  }

 private:
  /// What a node is multiplied with on its way up.
  struct Way {
    double factor = 1.0;
    std::vector<Size> rows;
    std::vector<Size> divisors;
    std::vector<Size> share;  ///< The rows whose sum is the share of the node itself; not in `rows`
                              ///< yet, as those below it may say how it is divided.
  };

  /// The greatest score that each unit can have, whatever the weights; NaN: it has none.
  using Most = std::optional<std::vector<double>>;

  /// Nothing: not by a matrix product.
  Most add(Size node, Way way) {
    if (variant_.varies[at(node)] == 0) return add_column(node, std::move(way));
    const Size k = compiled_.inner_of[at(node)];
    if (k < 0 || !given_.of(node).empty()) return {};
    const CompiledCriterion& inner = compiled_.inner[at(k)];
    const Method method = inner.aggregation.method;
    const bool sum = method == Method::sum;
    const auto& scale_to = inner.aggregation.scale_to;
    double factor = inner.aggregation.times;
    if (scale_to) factor *= *scale_to / inner.full;
    const bool known =
        made_.logs_ ? method == Method::geometric_mean : sum || method == Method::arithmetic_mean;
    if (!known || !(factor > 0.0 && factor < infinity) || (scale_to && !maxima_are_fixed(inner)) ||
        (!excluded_.empty() && !excluded_children(inner, excluded_, 0, made_.units_).empty())) {
      return {};
    }
    const DrawnCriterion* drawn = drawn_of(k);
    if (!made_.logs_) way.factor *= factor;
    const std::optional<Way> to_drawn = drawn == nullptr ? way : divided(*drawn, way);
    if (!to_drawn) return {};
    take_share(way);
    if (made_.logs_ && factor != 1.0) {
      add_term(std::vector<double>(at(made_.units_), elementary::log(factor)), way);
    }

    std::vector<std::vector<double>> most;
    for (std::size_t c = 0; c < inner.children.size(); ++c) {
      most.emplace_back();
      if (inner.weights[c] == 0.0 && inner.at_least == 0.0) continue;
      const auto* share = share_of(drawn, c);
      Way to_child = share == nullptr ? way : *to_drawn;
      if (share != nullptr) {
        to_child.factor *= share->scale;
        to_child.share = share->rows;
      } else {
        to_child.factor *= inner.weights[c];
      }
      Most of_child = add(inner.children[c], std::move(to_child));
      if (!of_child) return {};
      most.back() = std::move(*of_child);
    }
    return most_of(inner, drawn, most, factor);
  }

  Most add_column(Size node, Way way) {
    const auto scores = variant_.scores.column(node);
    std::vector<double> column(scores.begin(), scores.end());
    if (way.factor == 0.0) return column;
    if (!take_share(way)) return {};
    if (!made_.logs_) {
      add_term(column, way);
      return column;
    }
    // A mean that is not defined is not what a gap is to the criteria above.
    if (std::any_of(column.begin(), column.end(), [](double score) { return score < 0.0; })) {
      return {};
    }
    std::vector<double> logs = column;
    for (double& score : logs) {
      if (!std::isnan(score)) score = score == 0.0 ? log_of_zero : elementary::log(score);
    }
    add_term(logs, way);
    return column;
  }

  void add_term(std::span<const double> column, const Way& way) {
    auto& terms = made_.terms_;
    auto term = std::find_if(terms.begin(), terms.end(), [&way](const Term& each) {
      return each.rows == way.rows && each.divisors == way.divisors;
    });
    if (term == terms.end()) {
      terms.push_back({way.rows, way.divisors, std::vector<double>(column.size(), 0.0)});
      term = terms.end() - 1;
    }
    for (std::size_t u = 0; u < column.size(); ++u) term->column[u] += way.factor * column[u];
  }

  /// Multiplies with the share of the node itself. @returns false if that is a sum of rows
  static bool take_share(Way& way) {
    if (way.share.size() > 1) return false;
    if (!way.share.empty()) way.rows.push_back(way.share.front());
    way.share.clear();
    return true;
  }

  /// The way to children whose shares are drawn; nothing if it is no product of rows.
  std::optional<Way> divided(const DrawnCriterion& drawn, Way way) {
    if (!drawn.divides) return take_share(way) ? std::optional(way) : std::nullopt;
    way.factor *= drawn.room;
    std::vector<Size> below;
    for (const auto& child : drawn.children) {
      below.insert(below.end(), child.rows.begin(), child.rows.end());
    }
    std::sort(below.begin(), below.end());
    // What is multiplied with a sum of rows and divided by the same stays as it is.
    if (way.share == below) {
      way.share.clear();
      return way;
    }
    if (!take_share(way)) return {};
    auto& divisors = made_.divisors_;
    auto divisor = std::find(divisors.begin(), divisors.end(), below);
    if (divisor == divisors.end()) divisor = divisors.insert(divisors.end(), below);
    way.divisors.push_back(divisor - divisors.begin());
    return way;
  }

  /// @param most by child; empty: it does not count
  /// @returns nothing if gaps or the cap make it not linear
  Most most_of(const CompiledCriterion& inner, const DrawnCriterion* drawn,
               const std::vector<std::vector<double>>& most, double factor) const {
    const bool sum = inner.aggregation.method == Method::sum;
    const double cap = compiled_.cap[at(inner.node)];
    std::vector<double> greatest(at(made_.units_));
    for (std::size_t u = 0; u < greatest.size(); ++u) {
      double fixed = 0.0;
      double drawn_most = -infinity;
      bool gap = false;
      for (std::size_t c = 0; c < most.size(); ++c) {
        if (most[c].empty()) continue;
        const double score = most[c][u];
        if (std::isnan(score)) {
          if (inner.missing != MissingPolicy::no_score || inner.at_least > 0.0) return {};
          gap = gap || inner.weights[c] != 0.0;
        }
        if (inner.weights[c] == 0.0) continue;
        const auto* share = share_of(drawn, c);
        if (!sum || share != nullptr) {
          drawn_most = std::max(drawn_most, share != nullptr ? score * share->scale : score);
        } else if (inner.weights[c] > 0.0 || variant_.varies[at(inner.children[c])] == 0) {
          fixed += inner.weights[c] * score;
        } else {
          fixed = infinity;
        }
      }
      const double best = (std::isinf(drawn_most) ? fixed : fixed + drawn_most) * factor;
      greatest[u] = gap ? missing_value : best;
      // Where all is at its maximum rounding may be a little above it.
      if (best > cap * (1.0 + 1e-14)) return {};
    }
    return greatest;
  }

  /// Whether what the parts of a sum can give is the same whatever the weights.
  [[nodiscard]] bool maxima_are_fixed(const CompiledCriterion& inner) const {
    return std::all_of(inner.children.begin(), inner.children.end(),
                       [this](Size child) { return maximum_is_fixed(child); });
  }

  [[nodiscard]] bool maximum_is_fixed(Size node) const {
    const Size k = compiled_.inner_of[at(node)];
    if (variant_.varies[at(node)] == 0 || k < 0) return true;
    const CompiledCriterion& inner = compiled_.inner[at(k)];
    if (inner.aggregation.method != Method::sum) {
      const double first = compiled_.maximum[at(inner.children[0])];
      const bool equal = std::all_of(inner.children.begin(), inner.children.end(), [&](Size child) {
        return compiled_.maximum[at(child)] == first;
      });
      if (!equal) return false;
    }
    return maxima_are_fixed(inner);
  }

  [[nodiscard]] const DrawnCriterion* drawn_of(Size inner) const {
    const auto found =
        std::find_if(variant_.criteria.begin(), variant_.criteria.end(),
                     [inner](const DrawnCriterion& each) { return each.inner == inner; });
    return found == variant_.criteria.end() ? nullptr : &*found;
  }

  static const DrawnCriterion::Child* share_of(const DrawnCriterion* drawn, std::size_t position) {
    if (drawn == nullptr) return nullptr;
    for (const auto& child : drawn->children) {
      if (child.position == static_cast<Size>(position)) return &child;
    }
    return nullptr;
  }

  const DrawVariant& variant_;
  const Compiled& compiled_;
  GivenCells given_;
  Input input_;
  std::vector<std::vector<Size>> excluded_;
  StraightDraws made_;
};

std::optional<StraightDraws> StraightDraws::make(const DrawVariant& variant, Size node) {
  return Maker(variant).make(node);
}

void StraightDraws::run(const DrawTable& draws, const Kernels& kernels, DrawTable& weights,
                        DrawTable& out) const {
  const double* rows = nullptr;
  if (rows_are_weights()) {
    rows = draws.row(terms_[0].rows[0]);
  } else {
    multiply(draws, weights);
    rows = weights.row(0);
  }
  kernels.weighted_sums(values_.data(), units_, std::ssize(terms_), rows, draws.draws(),
                        draws.stride(), out.row(0));
  if (!logs_) return;
  for (Size u = 0; u < units_; ++u) exponentials(out.row(u), draws.draws());
}

/// Whether the rows of the draws are the weights, in their order.
bool StraightDraws::rows_are_weights() const noexcept {
  for (std::size_t k = 0; k < terms_.size(); ++k) {
    const Term& term = terms_[k];
    if (term.rows.size() != 1 || !term.divisors.empty()) return false;
    if (term.rows[0] != terms_[0].rows[0] + static_cast<Size>(k)) return false;
  }
  return !terms_.empty();
}

void StraightDraws::multiply(const DrawTable& draws, DrawTable& weights) const {
  const Size terms = std::ssize(terms_);
  const Size count = draws.draws();
  const Size rows = terms + std::ssize(divisors_);
  if (weights.rows() < rows || weights.draws() != count) weights = DrawTable(rows, count);
  for (std::size_t d = 0; d < divisors_.size(); ++d) {
    double* const inverse = weights.row(terms + static_cast<Size>(d));
    std::fill_n(inverse, count, 0.0);
    for (const Size row : divisors_[d]) add_to(inverse, draws.row(row), count);
    invert(inverse, count);
  }
  for (Size k = 0; k < terms; ++k) {
    const Term& term = terms_[at(k)];
    double* const weight = weights.row(k);
    std::size_t next = 0;
    if (term.rows.size() > 1) {
      product_of(draws.row(term.rows[0]), draws.row(term.rows[1]), count, weight);
      next = 2;
    } else if (term.rows.size() == 1) {
      std::copy_n(draws.row(term.rows[0]), count, weight);
      next = 1;
    } else {
      std::fill_n(weight, count, 1.0);
    }
    for (; next < term.rows.size(); ++next) {
      multiply_into(weight, draws.row(term.rows[next]), count);
    }
    for (const Size divisor : term.divisors) {
      multiply_into(weight, weights.row(terms + divisor), count);
    }
  }
}

}  // namespace chiso
