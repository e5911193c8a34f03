// What policies did, cell by cell. Worked out from the finished scores, so that scoring itself pays
// nothing for it.

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "chiso/evaluate/scores.hpp"
#include "evaluate/fit.hpp"
#include "evaluate/input.hpp"
#include "evaluate/state.hpp"

namespace chiso {
namespace {

class Listing {
 public:
  explicit Listing(const Scores& scores)
      : scores_(scores),
        compiled_(scores.evaluator().compiled()),
        input_(input_of(compiled_, scores.panel(), scores.panel().period_position(scores.period()),
                        scores.panel_positions())),
        maps_(maps_of(compiled_, scores.anchors())),
        given_(scores),
        excluded_(excluded_units(compiled_, input_, given_)) {}

  std::vector<Treatment> list() {
    for (std::size_t l = 0; l < compiled_.leaves.size(); ++l) list_leaf(l);
    for (const CompiledCriterion& inner : compiled_.inner) list_inner(inner);
    std::stable_sort(found_.begin(), found_.end(), [](const Treatment& a, const Treatment& b) {
      return a.unit != b.unit ? a.unit < b.unit : a.node < b.node;
    });
    return std::move(found_);
  }

 private:
  using Kind = Treatment::Kind;

  static std::size_t at(Size i) { return static_cast<std::size_t>(i); }

  void add(Kind kind, Size unit, Size node, double amount, std::string detail) {
    found_.push_back({kind, unit, node, amount, std::move(detail)});
  }

  const std::string& code(Size node) const { return compiled_.index.node(node).code; }

  [[nodiscard]] bool is_excluded(Size node, Size unit) const {
    if (excluded_.empty()) return false;
    const auto& units = excluded_[at(node)];
    return std::binary_search(units.begin(), units.end(), unit);
  }

  bool list_given(Size node, Size u) {
    if (!given_.has(node, u)) return false;
    add(Kind::given, u, node, missing_value, "");
    return true;
  }

  // ---- Leaves ----------------------------------------------------------------------------------

  void list_leaf(std::size_t l) {
    const CompiledLeaf& leaf = compiled_.leaves[l];
    const auto scores = scores_.column(leaf.node);
    std::vector<double> scratch;
    const auto measure = input_.measure(leaf.measure, scratch);
    const double cap = compiled_.cap[at(leaf.node)];
    for (Size u = 0; u < input_.units; ++u) {
      if (list_given(leaf.node, u)) continue;
      const std::string not_applicable = variables_not_applicable(leaf, u);
      // A formula may make something of a value that is not there.
      const bool copes = leaf.measure.formula && leaf.not_applicable == NotApplicable::missing &&
                         !std::isnan(scores[at(u)]);
      if (!not_applicable.empty() && !copes) {
        const Kind kind = leaf.not_applicable == NotApplicable::full_points ? Kind::full_points
                          : leaf.not_applicable == NotApplicable::exclude   ? Kind::excluded
                                                                            : Kind::not_applicable;
        add(kind, u, leaf.node, missing_value, not_applicable);
      } else if (std::isnan(scores[at(u)])) {
        list_missing_leaf(leaf, u, measure[at(u)]);
      } else {
        list_cut(l, u, measure[at(u)], scores[at(u)]);
        // A cap hides what the rule gave; only a score that stands at the cap can have been cut.
        if (scores[at(u)] == cap && !ranks(leaf)) {
          const double uncapped = score_of(l, measure[at(u)]);
          if (uncapped > cap) add(Kind::capped, u, leaf.node, uncapped, "");
        }
      }
    }
  }

  static bool ranks(const CompiledLeaf& leaf) {
    const auto* how = std::get_if<CompiledNormaliser>(&leaf.rule);
    return how != nullptr && how->normaliser->ranks();
  }

  std::string variables_not_applicable(const CompiledLeaf& leaf, Size u) const {
    std::string codes;
    if (input_.not_applicable.empty()) return codes;
    for (const auto* terms : {&leaf.measure.terms, &leaf.measure.denominator}) {
      for (const auto& term : *terms) {
        const auto& units = input_.not_applicable[at(term.variable)];
        if (std::binary_search(units.begin(), units.end(), u)) append(codes, variable(term));
      }
    }
    return codes;
  }

  void list_missing_leaf(const CompiledLeaf& leaf, Size u, double measure) {
    std::string zeros;
    std::string gaps;
    for (const auto* terms : {&leaf.measure.terms, &leaf.measure.denominator}) {
      for (const auto& term : *terms) {
        const InputColumn& column = input_.columns[at(term.variable)];
        const double raw = column.data[u * column.stride];
        if (std::isnan(raw)) append(gaps, variable(term));
        if (column.zero_is_missing && raw == 0.0) append(zeros, variable(term));
      }
    }
    if (!zeros.empty()) {
      add(Kind::zero_is_missing, u, leaf.node, missing_value, zeros);
    } else if (!gaps.empty()) {
      add(Kind::missing, u, leaf.node, missing_value, gaps);
    } else if (leaf.measure.formula) {
      add(Kind::undefined, u, leaf.node, missing_value, "the formula has no value here");
    } else if (std::isnan(measure)) {
      add(Kind::zero_denominator, u, leaf.node, missing_value, "");
    } else {
      add(Kind::undefined, u, leaf.node, measure, "a single value has no place among others");
    }
  }

  void list_cut(std::size_t l, Size u, double measure, double score) {
    const LinearMap& map = maps_[l];
    if (!map.cut_low && !map.cut_high) return;
    LinearMap uncut = map;
    uncut.cut_low = uncut.cut_high = false;
    if (uncut(measure) != score && map(measure) == score) {
      add(Kind::cut, u, compiled_.leaves[l].node, uncut(measure),
          fmt::format("the value {} lies beyond the posts", to_string(measure)));
    }
  }

  double score_of(std::size_t l, double measure) const {
    const CompiledLeaf& leaf = compiled_.leaves[l];
    if (const auto* piecewise = std::get_if<Piecewise>(&leaf.rule)) return (*piecewise)(measure);
    if (const auto* categories = std::get_if<CategoryPoints>(&leaf.rule)) {
      return (*categories)(measure);
    }
    return maps_[l](measure);
  }

  // ---- Inner nodes -----------------------------------------------------------------------------

  void list_inner(const CompiledCriterion& inner) {
    const auto scores = scores_.column(inner.node);
    for (Size u = 0; u < input_.units; ++u) {
      if (list_given(inner.node, u)) continue;
      std::string missing;
      double present = 0.0;
      double all = 0.0;
      bool some_present = false;
      bool leaves_out = false;
      for (std::size_t k = 0; k < inner.children.size(); ++k) {
        const Size child = inner.children[k];
        const double share = !inner.maxima.empty() ? inner.maxima[k] : inner.weights[k];
        // A child of weight 0 is not missed.
        const bool counts = inner.weights[k] != 0.0;
        all += share;
        if (is_excluded(child, u)) {
          leaves_out = true;
        } else if (std::isnan(scores_.column(child)[at(u)])) {
          if (counts) append(missing, code(child));
        } else {
          present += share;
          some_present = true;
        }
      }
      const double score = scores[at(u)];
      if (is_excluded(inner.node, u)) {
        add(Kind::excluded, u, inner.node, missing_value, "none of its children applies");
      } else if (std::isnan(score)) {
        list_without_score(inner, u, missing, some_present);
      } else if (!missing.empty() || leaves_out) {
        const bool points = inner.aggregation.method == Aggregation::Method::sum;
        add(points ? Kind::reduced_maximum : Kind::renormalised, u, inner.node, present / all,
            missing.empty() ? "children that do not apply" : "without " + missing);
      }
      if (score == compiled_.cap[at(inner.node)]) list_capped(inner, u);
    }
  }

  void list_without_score(const CompiledCriterion& inner, Size u, const std::string& missing,
                          bool some_present) {
    const bool excused =
        inner.missing == MissingPolicy::renormalise && some_present && inner.at_least == 0.0;
    if (missing.empty() || excused) {
      add(Kind::undefined, u, inner.node, missing_value,
          fmt::format("{} of these values is not defined", name(inner.aggregation.method)));
    } else if (inner.at_least > 0.0 && some_present && inner.missing != MissingPolicy::no_score) {
      add(Kind::too_few, u, inner.node, missing_value, "without " + missing);
    } else {
      add(Kind::no_score, u, inner.node, missing_value, "without " + missing);
    }
  }

  void list_capped(const CompiledCriterion& inner, Size u) {
    std::vector<const double*> children;
    std::vector<char> mask;
    for (const Size child : inner.children) {
      children.push_back(scores_.column(child).data() + u);
      mask.push_back(is_excluded(child, u) ? char{1} : char{0});
    }
    double uncapped = missing_value;
    aggregate(inner, children, mask, 1, &uncapped);
    if (uncapped > compiled_.cap[at(inner.node)]) add(Kind::capped, u, inner.node, uncapped, "");
  }

  // ---- Words -----------------------------------------------------------------------------------

  std::string variable(const CompiledMeasure::Term& term) const {
    return compiled_.column_name(term.variable);
  }

  static void append(std::string& list, const std::string& item) {
    if (!list.empty()) list += ", ";
    list += item;
  }

  const Scores& scores_;
  const Compiled& compiled_;
  Input input_;
  std::vector<LinearMap> maps_;
  GivenCells given_;
  std::vector<std::vector<Size>> excluded_;
  std::vector<Treatment> found_;
};

}  // namespace

std::string_view name(Treatment::Kind kind) noexcept {
  switch (kind) {
    case Treatment::Kind::given:
      return "given";
    case Treatment::Kind::missing:
      return "missing";
    case Treatment::Kind::zero_is_missing:
      return "zero is missing";
    case Treatment::Kind::zero_denominator:
      return "zero denominator";
    case Treatment::Kind::not_applicable:
      return "not applicable";
    case Treatment::Kind::full_points:
      return "full points";
    case Treatment::Kind::excluded:
      return "excluded";
    case Treatment::Kind::no_score:
      return "no score";
    case Treatment::Kind::too_few:
      return "too few children";
    case Treatment::Kind::renormalised:
      return "renormalised";
    case Treatment::Kind::reduced_maximum:
      return "reduced maximum";
    case Treatment::Kind::undefined:
      return "undefined";
    case Treatment::Kind::cut:
      return "cut";
    case Treatment::Kind::capped:
      return "capped";
  }
  return "";
}

std::vector<Treatment> Scores::treatments() const { return Listing(*this).list(); }

}  // namespace chiso
