#include "reach/response.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/at.hpp"
#include "base/doubles.hpp"
#include "evaluate/measure.hpp"

namespace chiso {
namespace {

/// The first double of a stretch on which a property is as at its upper end; not so at its lower.
template <class Holds>
double flip(double lower, double upper, Holds&& holds) {
  const bool above = holds(upper);
  return frontier(lower, upper, [&](double x) { return holds(x) == above; });
}

bool is_balanced(Aggregation::Method method) noexcept {
  return method == Aggregation::Method::mazziotta_pareto ||
         method == Aggregation::Method::adjusted_mazziotta_pareto;
}

bool reads(const std::vector<CompiledMeasure::Term>& terms, Size variable) {
  return std::any_of(terms.begin(), terms.end(),
                     [variable](const auto& term) { return term.variable == variable; });
}

}  // namespace

Response::Response(UnitTree& tree, const Readers& readers, Size node)
    : tree_(tree), readers_(readers), compiled_(tree.base().evaluator().compiled()), node_(node) {}

void Response::take(const FoundLever& lever) {
  tree_.reset();
  lever_ = lever;
  several_ = false;
  exact_ = true;
  steps_.clear();
  children_.clear();
  stretches_.clear();
  pieces_.clear();
  values_.clear();
  follow();
  if (lever_.is_word) {
    add_words();
    return;
  }
  keep_digits();
  find_domain();
  study();
}

/// Finds the nodes that the lever moves.
void Response::follow() {
  nodes_.clear();
  const auto climb = [&](Size from) {
    for (Size i = from; i >= 0; i = compiled_.index.parent(i)) {
      nodes_.push_back(i);
      if (i == node_) break;
    }
  };
  bool one_way = true;
  if (lever_.kind == Lever::Kind::value) {
    const auto leaves = readers_[lever_.position];
    for (const Size leaf : leaves) climb(compiled_.leaves[at(leaf)].node);
    one_way = leaves.size() <= 1;
    if (!one_way) {
      // Parents have lower numbers than their children.
      std::sort(nodes_.rbegin(), nodes_.rend());
      nodes_.erase(std::unique(nodes_.begin(), nodes_.end()), nodes_.end());
    }
  } else {
    climb(lever_.position);
    if (nodes_.back() != node_) return;  // It is not below the node.
  }
  plain_ = one_way;
  bends_ = false;
  for (const Size node : nodes_) {
    Step step{node, nullptr, nullptr, children_.size(), 0, false};
    const bool is_set = lever_.kind == Lever::Kind::score && node == lever_.position;
    if (!is_set && compiled_.leaf_of[at(node)] >= 0) {
      step.leaf = &compiled_.leaves[at(compiled_.leaf_of[at(node)])];
      plain_ = plain_ && step.leaf->measure.is_variable() &&
               !std::holds_alternative<Piecewise>(step.leaf->rule);
    } else if (!is_set) {
      step.inner = &compiled_.inner[at(compiled_.inner_of[at(node)])];
      const auto method = step.inner->aggregation.method;
      plain_ = plain_ && (method == Aggregation::Method::arithmetic_mean ||
                          method == Aggregation::Method::sum);
      const auto& children = step.inner->children;
      for (std::size_t i = one_way ? steps_.size() - 1 : 0; i < steps_.size(); ++i) {
        const auto k = std::find(children.begin(), children.end(), steps_[i].node);
        if (k == children.end()) continue;
        children_.push_back({static_cast<std::size_t>(k - children.begin()), i});
      }
      step.count = children_.size() - step.first;
      several_ = several_ || step.count > 1;
    }
    if (step.leaf != nullptr) {
      const auto* how = std::get_if<CompiledNormaliser>(&step.leaf->rule);
      bends_ = bends_ || (how != nullptr && how->normaliser->cut);
    }
    bends_ = bends_ || std::isfinite(compiled_.cap[at(node)]);
    steps_.push_back(step);
  }
  courses_.resize(steps_.size());
}

/// Mazziotta-Pareto is a difference of two numbers of the size of the greatest child: far out
/// nothing of the others is left in it. Without a bound it is looked at only as far as it has
/// digits.
void Response::keep_digits() {
  constexpr double digits = 1e6;
  const bool balances = std::any_of(steps_.begin(), steps_.end(), [](const Step& step) {
    return step.inner != nullptr && is_balanced(step.inner->aggregation.method);
  });
  if (!balances) return;
  const double far = digits * std::max(1.0, std::isnan(lever_.now) ? 1.0 : std::abs(lever_.now));
  if (lever_.free_below) lever_.lower = std::min(-far, lever_.upper);
  if (lever_.free_above) lever_.upper = std::max(far, lever_.lower);
}

double Response::measure(const CompiledLeaf& leaf, double x) {
  if (leaf.measure.is_variable()) return x;
  values_[at(lever_.position)] = x;
  double value = missing_value;
  work_out(leaf.measure, [this](Size variable) { return &values_[at(variable)]; }, {&value, 1});
  return value;
}

double Response::denominator(const CompiledLeaf& leaf, double x) {
  values_[at(lever_.position)] = x;
  double sum = 0.0;
  for (const auto& term : leaf.measure.denominator) {
    sum += term.coefficient * values_[at(term.variable)];
  }
  return sum;
}

/// What the lever may be, cut where a measure does not run one way and where a rule changes.
void Response::find_domain() {
  const auto add = [this](double lower, double upper) {
    if (lower <= upper) stretches_.push_back({lower, upper, {}});
  };
  if (lever_.skips_zero) {
    add(lever_.lower, std::min(lever_.upper, next_down(0.0)));
    add(std::max(lever_.lower, next_up(0.0)), lever_.upper);
  } else {
    add(lever_.lower, lever_.upper);
  }
  if (lever_.kind == Lever::Kind::score) return;
  cut_by_measures();
  cut_by_rules();
}

/// Cuts every stretch at the x that `find` gives for it, ascending: each begins a new one.
template <class Find>
void Response::cut_all(Find&& find) {
  std::vector<Stretch> finer;
  std::vector<double> cuts;
  for (const Stretch& stretch : stretches_) {
    cuts.clear();
    find(stretch.lower, stretch.upper, cuts);
    double lower = stretch.lower;
    for (const double x : cuts) {
      if (!(x > lower && x <= stretch.upper)) continue;
      finer.push_back({lower, next_down(x), {}});
      lower = x;
    }
    finer.push_back({lower, stretch.upper, {}});
  }
  stretches_ = std::move(finer);
}

void Response::cut_by_measures() {
  formulas_.assign(steps_.size(), std::nullopt);
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    Step& step = steps_[i];
    if (step.leaf == nullptr || step.leaf->measure.is_variable()) continue;
    const CompiledLeaf& leaf = *step.leaf;
    step.idle = leaf.measure.formula && does_not_apply(leaf);
    if (step.idle) continue;
    if (values_.empty()) {
      for (Size v = 0; v < std::ssize(compiled_.columns); ++v) {
        values_.push_back(tree_.value(v));
      }
    }
    if (leaf.measure.formula) {
      add_formula(i);
      cut_all([&](double lower, double upper, std::vector<double>& cuts) {
        cuts = formulas_[i]->parts(lower, upper).begins;
      });
      continue;
    }
    const Measure::Kind kind = leaf.measure.kind;
    if (kind == Measure::Kind::ratio && reads(leaf.measure.denominator, lever_.position)) {
      cut_all([&](double lower, double upper, std::vector<double>& cuts) {
        for (const bool strictly : {false, true}) {
          const auto holds = [&](double x) {
            const double below = denominator(leaf, x);
            return strictly ? below > 0.0 : below >= 0.0;
          };
          if (holds(lower) != holds(upper)) cuts.push_back(flip(lower, upper, holds));
        }
        std::sort(cuts.begin(), cuts.end());
      });
    } else if (kind == Measure::Kind::all_of || kind == Measure::Kind::any_of) {
      // From there on (or up to there) another variable counts.
      cut_all([&](double lower, double upper, std::vector<double>& cuts) {
        cuts.push_back(measure(leaf, kind == Measure::Kind::all_of ? upper : lower));
      });
    }
  }
}

/// Whether another variable of a formula leaves its leaf out for the unit.
bool Response::does_not_apply(const CompiledLeaf& leaf) const {
  if (leaf.not_applicable == NotApplicable::missing) return false;
  const Panel& panel = tree_.base().panel();
  const auto cells = panel.not_applicable();
  const Size unit = tree_.base().panel_positions()[at(tree_.unit())];
  const Size period = panel.period_position(tree_.base().period());
  return std::any_of(leaf.measure.terms.begin(), leaf.measure.terms.end(), [&](const auto& term) {
    if (term.variable == lever_.position || compiled_.columns[at(term.variable)].previous) {
      return false;
    }
    const auto variable = panel.variables().find(compiled_.variable_of(term.variable).code);
    const auto is_it = [&](const Panel::Cell& cell) {
      return cell == Panel::Cell{unit, *variable, period};
    };
    return variable && std::any_of(cells.begin(), cells.end(), is_it);
  });
}

void Response::add_formula(std::size_t step) {
  const CompiledMeasure& read = steps_[step].leaf->measure;
  std::vector<double> values;
  std::size_t moves = 0;
  for (std::size_t k = 0; k < read.terms.size(); ++k) {
    values.push_back(values_[at(read.terms[k].variable)]);
    if (read.terms[k].variable == lever_.position) moves = k;
  }
  formulas_[step].emplace(*read.formula, values, moves);
}

void Response::cut_by_rules() {
  for (const Step& step : steps_) {
    const auto* rule = step.leaf == nullptr ? nullptr : std::get_if<Piecewise>(&step.leaf->rule);
    if (rule == nullptr || step.idle) continue;
    std::vector<double> limits;  // Of the measure: the first double of a piece, or after one.
    for (const auto& piece : rule->pieces()) {
      const Interval& on = piece.on;
      limits.push_back(on.lower_closed ? on.lower : next_up(on.lower));
      limits.push_back(on.upper_closed ? next_up(on.upper) : on.upper);
    }
    limits.erase(std::unique(limits.begin(), limits.end()), limits.end());
    cut_all([&](double lower, double upper, std::vector<double>& cuts) {
      if (step.leaf->measure.is_variable()) {
        cuts = limits;
        return;
      }
      const double first = measure(*step.leaf, lower);
      const double last = measure(*step.leaf, upper);
      for (const double limit : limits) {
        if ((first >= limit) == (last >= limit)) continue;
        cuts.push_back(
            flip(lower, upper, [&](double x) { return measure(*step.leaf, x) >= limit; }));
      }
      std::sort(cuts.begin(), cuts.end());
    });
    // Values about which the rule says nothing are refused.
    std::erase_if(stretches_, [&](const Stretch& stretch) {
      const double value = measure(*step.leaf, stretch.lower);
      return !std::isnan(value) && std::isnan((*rule)(value));
    });
  }
}

void Response::add_words() {
  for (double word = lever_.lower; word <= lever_.upper; word += 1.0) {
    const double score = (*this)(word);
    pieces_.push_back({word, word, score, score});
  }
}

void Response::study() {
  if (!counts()) {
    const double score = tree_.score(node_);
    for (const Stretch& stretch : stretches_) {
      pieces_.push_back({stretch.lower, stretch.upper, score, score});
    }
    return;
  }
  if (plain_) {
    // One leaf whose score rises or falls with it, in sums and means: as they go together.
    for (const Stretch& stretch : stretches_) {
      const double at_lower = (*this)(stretch.lower);
      const double at_upper = (*this)(stretch.upper);
      plain_ = plain_ && std::isfinite(at_lower) && std::isfinite(at_upper);
      pieces_.push_back({stretch.lower, stretch.upper, at_lower, at_upper});
    }
    if (plain_) return;
    pieces_.clear();
  }
  std::reverse(stretches_.begin(), stretches_.end());
  while (!stretches_.empty()) {
    Stretch stretch = std::move(stretches_.back());
    stretches_.pop_back();
    move(stretch.lower);
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      courses_[i].at_lower = tree_.score(steps_[i].node);
    }
    if (stretch.upper != stretch.lower) move(stretch.upper);
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      courses_[i].at_upper = tree_.score(steps_[i].node);
    }
    std::optional<double> x;
    for (std::size_t i = 0; i < steps_.size() && !x; ++i) {
      if (stretch.lower < stretch.upper) x = cut(i, stretch);
    }
    if (x) {
      stretches_.push_back({*x, stretch.upper, stretch.turned});
      stretches_.push_back({stretch.lower, next_down(*x), std::move(stretch.turned)});
    } else if (stretch.lower < stretch.upper && courses_.back().form == Form::unknown) {
      sample(stretch);
    } else {
      const Course& course = courses_.back();
      pieces_.push_back({stretch.lower, stretch.upper, course.at_lower, course.at_upper});
    }
  }
}

std::optional<double> Response::cut(std::size_t i, Stretch& stretch) {
  const Step& step = steps_[i];
  if (step.leaf != nullptr) return cut_leaf(i, stretch);
  if (step.inner != nullptr) return cut_inner(i, stretch);
  courses_[i].form = Form::linear;
  return {};
}

std::optional<double> Response::cut_at_level(std::size_t i, const Stretch& stretch, double level,
                                             bool strictly) {
  const auto holds = [&](double score) { return strictly ? score > level : score >= level; };
  if (holds(courses_[i].at_lower) == holds(courses_[i].at_upper)) return {};
  return flip(stretch.lower, stretch.upper, [&](double x) { return holds(score_at(i, x)); });
}

std::optional<double> Response::cut_at_gap(std::size_t i, const Stretch& stretch) {
  if (std::isnan(courses_[i].at_lower) == std::isnan(courses_[i].at_upper)) return {};
  return flip(stretch.lower, stretch.upper, [&](double x) { return std::isnan(score_at(i, x)); });
}

std::optional<double> Response::cut_leaf(std::size_t i, const Stretch& stretch) {
  Course& course = courses_[i];
  if (const auto x = cut_at_gap(i, stretch)) return x;
  const CompiledLeaf& leaf = *steps_[i].leaf;
  if (steps_[i].idle) {
    course.form = Form::constant;
    return {};
  }
  if (leaf.measure.formula) {
    if (const auto x = formulas_[i]->cut(stretch.lower, stretch.upper)) return x;
    course.form = formulas_[i]->form();
    if (course.form == Form::unknown) return {};
  } else {
    const bool curved = leaf.measure.kind == Measure::Kind::ratio;
    course.form = curved ? Form::monotone : Form::linear;
  }
  if (course.missing() || !several_) return {};

  // Where a rule or a cap cuts the line, it bends. It does not matter at an end of the stretch.
  std::array<std::pair<double, bool>, 3> bends{};
  std::size_t count = 0;
  bends[count++] = {compiled_.cap[at(leaf.node)], false};
  if (const auto* rule = std::get_if<Piecewise>(&leaf.rule)) {
    bends[count++] = {rule->floor(), true};
    bends[count++] = {rule->ceiling(), false};
  } else if (const auto* how = std::get_if<CompiledNormaliser>(&leaf.rule)) {
    const Normaliser& n = *how->normaliser;
    const bool goalposts = n.method == Normaliser::Method::goalposts;
    const bool distance = n.method == Normaliser::Method::distance_to_reference ||
                          n.method == Normaliser::Method::distance_to_target;
    if (n.cut && goalposts) {
      bends[count++] = {std::min(n.onto_low, n.onto_high), true};
      bends[count++] = {std::max(n.onto_low, n.onto_high), false};
    } else if (n.cut && distance) {
      bends[count++] = {std::max(n.onto_low, n.onto_high), false};
    }
  }
  for (const auto& [level, strictly] : std::span(bends).first(count)) {
    const auto x = cut_at_level(i, stretch, level, strictly);
    if (x && *x != next_up(stretch.lower) && *x != stretch.upper) return x;
  }
  return {};
}

std::optional<double> Response::cut_inner(std::size_t i, Stretch& stretch) {
  using Method = Aggregation::Method;
  const Step& step = steps_[i];
  const Aggregation& how = step.inner->aggregation;
  Course& course = courses_[i];

  // Signs of the children on which the aggregation is not defined, or turns.
  const bool geometric = how.method == Method::geometric_mean ||
                         (how.method == Method::power_mean && how.power == 0.0);
  const bool positive =
      how.method == Method::harmonic_mean || (how.method == Method::power_mean && how.power < 0.0);
  const bool signs = geometric || positive || how.method == Method::power_mean;
  for (const auto& child : children(step)) {
    const Course& of = courses_[child.step];
    if (!signs || of.missing() || of.form == Form::unknown) continue;
    if (const auto x = cut_at_level(child.step, stretch, 0.0, positive)) return x;
  }
  course.form = form_of(step);
  if (course.form == Form::unknown) return {};
  if (const auto x = cut_at_gap(i, stretch)) return x;
  if (course.missing()) return {};
  if (const auto x = cut_at_turn(i, stretch)) return x;
  if (several_ && std::isfinite(compiled_.cap[at(step.node)])) {
    const auto x = cut_at_level(i, stretch, compiled_.cap[at(step.node)], false);
    if (x && *x != next_up(stretch.lower) && *x != stretch.upper) return x;
  }
  return {};
}

/// How a node runs on a stretch, by how its children do.
Response::Form Response::form_of(const Step& step) const {
  using Method = Aggregation::Method;
  const Aggregation& how = step.inner->aggregation;
  const bool weighs = how.method != Method::minimum && how.method != Method::maximum;
  const bool even = how.method == Method::power_mean && std::fmod(how.power, 2.0) == 0.0;
  Size moving = 0;
  bool linear = true;
  bool rises = false;
  bool falls = false;
  for (const auto& child : children(step)) {
    const Course& course = courses_[child.step];
    const double weight = step.inner->weights[child.k];
    if (course.form == Form::unknown) return Form::unknown;
    if (course.missing() || course.form == Form::constant || (weighs && weight == 0.0)) continue;
    int direction = course.direction();
    if (weighs && weight < 0.0) direction = -direction;
    if (even && std::min(course.at_lower, course.at_upper) < 0.0) direction = -direction;
    if (direction == 0) continue;
    ++moving;
    linear = linear && course.form == Form::linear;
    (direction > 0 ? rises : falls) = true;
  }
  if (moving == 0) return Form::constant;
  if (is_balanced(how.method)) return moving == 1 || linear ? Form::monotone : Form::unknown;
  const bool adds = how.method == Method::sum || how.method == Method::arithmetic_mean;
  if (adds && linear) return Form::linear;
  return rises && falls ? Form::unknown : Form::monotone;
}

/// Mazziotta-Pareto turns once. With every child p + q t in one t, their mean u is linear in t, and
/// u -+ S^2 / u is (1 -+ e) u -+ g -+ h / u: it is flat where u^2 = h / (e - 1), h / (e + 1) for a
/// penalty that is added.
std::optional<double> Response::cut_at_turn(std::size_t i, Stretch& stretch) {
  const Step& step = steps_[i];
  const Aggregation& how = step.inner->aggregation;
  if (!is_balanced(how.method)) return {};
  if (std::find(stretch.turned.begin(), stretch.turned.end(), i) != stretch.turned.end()) return {};
  stretch.turned.push_back(i);

  // t is the score of the child that moves; of several, the way from the lower end of the stretch.
  struct Line {
    double weight;
    double start;
    double rise;
  };
  std::vector<Line> lines;
  double total = 0.0;
  std::size_t moving = 0;
  std::size_t mover = 0;
  for (std::size_t k = 0; k < step.inner->children.size(); ++k) {
    Line line{step.inner->weights[k], tree_.score(step.inner->children[k]), 0.0};
    for (const auto& child : children(step)) {
      const Course& course = courses_[child.step];
      if (child.k != k || course.direction() == 0) continue;
      line.start = course.at_lower;
      line.rise = course.at_upper - course.at_lower;
      mover = child.step;
    }
    if (line.weight == 0.0 || std::isnan(line.start)) continue;
    moving += line.rise != 0.0 ? 1 : 0;
    total += line.weight;
    lines.push_back(line);
  }
  if (moving == 0) return {};
  double mean = 0.0;
  double slope = 0.0;
  for (Line& line : lines) {
    if (moving == 1 && line.rise != 0.0) line = {line.weight, 0.0, 1.0};
    line.weight /= total;
    mean += line.weight * line.start;
    slope += line.weight * line.rise;
  }
  double c0 = 0.0;  // S^2 = c0 + c1 t + c2 t^2.
  double c1 = 0.0;
  double c2 = 0.0;
  for (const Line& line : lines) {
    const double off = line.start - mean;
    const double away = line.rise - slope;
    c0 += line.weight * off * off;
    c1 += 2.0 * line.weight * off * away;
    c2 += line.weight * away * away;
  }
  double t = -c1 / (2.0 * c2);
  if (slope != 0.0) {
    const double e = c2 / (slope * slope);
    const double h = c0 - c1 * mean / slope + e * mean * mean;
    const double square = how.upward_penalty ? h / (e + 1.0) : h / (e - 1.0);
    t = (std::sqrt(square) - mean) / slope;
  }
  if (std::isnan(t)) return {};
  if (moving == 1) return cut_at_level(mover, stretch, t, false);
  const double x = stretch.lower + t * (stretch.upper - stretch.lower);
  if (x > stretch.lower && x < stretch.upper) return x;
  return {};
}

/// Where nothing is known: as many points as make it unlikely that a turn is missed, and the turns
/// that they show, found more exactly.
void Response::sample(const Stretch& stretch) {
  constexpr int even = 192;
  constexpr int by_size = 64;
  constexpr int refinements = 60;
  exact_ = false;
  std::vector<double> points;
  const auto add_even = [&points](double lower, double upper) {
    for (int i = 0; i <= even; ++i) {
      const double t = static_cast<double>(i) / even;
      points.push_back(lower * (1.0 - t) + upper * t);
    }
  };
  add_even(stretch.lower, stretch.upper);
  const double now = std::isnan(lever_.now) ? 0.0 : lever_.now;
  for (const double times : {4.0, 40.0, 400.0}) {  // Where the data are, in a stretch without end.
    const double around = times * std::max(1.0, std::abs(now));
    const double lower = std::max(stretch.lower, now - around);
    const double upper = std::min(stretch.upper, now + around);
    if (lower < upper) add_even(lower, upper);
  }
  for (int i = 1; i < by_size; ++i) {  // Also near zero, however wide the stretch.
    const std::int64_t lower = ordinal(stretch.lower) / by_size;
    const std::int64_t upper = ordinal(stretch.upper) / by_size;
    points.push_back(from_ordinal(lower * (by_size - i) + upper * i));
  }
  for (double& x : points) x = std::clamp(x, stretch.lower, stretch.upper);
  points.push_back(stretch.lower);
  points.push_back(stretch.upper);
  std::sort(points.begin(), points.end());
  points.erase(std::unique(points.begin(), points.end()), points.end());

  std::vector<double> scores;
  for (const double x : points) scores.push_back((*this)(x));
  std::vector<std::pair<double, double>> found;
  for (std::size_t i = 0; i < points.size(); ++i) found.emplace_back(points[i], scores[i]);
  for (std::size_t i = 1; i + 1 < points.size(); ++i) {
    const bool top = scores[i] >= scores[i - 1] && scores[i] >= scores[i + 1];
    const bool bottom = scores[i] <= scores[i - 1] && scores[i] <= scores[i + 1];
    if (top == bottom) continue;
    double lower = points[i - 1];
    double upper = points[i + 1];
    for (int n = 0; n < refinements; ++n) {
      const double first = lower + (upper - lower) * 0.382;
      const double second = lower + (upper - lower) * 0.618;
      const double a = (*this)(first);
      const double b = (*this)(second);
      if (top ? a < b : a > b) {
        lower = first;
      } else {
        upper = second;
      }
    }
    const double turn = lower + (upper - lower) / 2.0;
    found.emplace_back(turn, (*this)(turn));
  }
  std::sort(found.begin(), found.end());
  for (std::size_t i = 1; i < found.size(); ++i) {
    pieces_.push_back({found[i - 1].first, found[i].first, found[i - 1].second, found[i].second});
  }
}

}  // namespace chiso
