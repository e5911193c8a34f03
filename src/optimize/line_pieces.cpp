#include "optimize/line_pieces.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "base/at.hpp"
#include "base/doubles.hpp"
#include "reach/formula_course.hpp"

namespace chiso {
namespace {

/// Equal up to rounding; a jump is larger than that.
bool near(double a, double b) {
  return std::abs(a - b) <= 1e-12 * std::max({1.0, std::abs(a), std::abs(b)});
}

}  // namespace

std::vector<double> bends(const CompiledLeaf& leaf, const Anchors& anchors, double cap) {
  std::vector<double> found;
  if (const auto* rule = std::get_if<Piecewise>(&leaf.rule)) {
    for (const Piece& piece : rule->pieces()) {
      found.insert(found.end(), {piece.on.lower, piece.on.upper});
      if (piece.rise == 0.0) continue;
      for (const double level : {rule->floor(), rule->ceiling(), cap}) {
        found.push_back((level - piece.intercept) * piece.run / piece.rise);
      }
    }
    return found;
  }
  const auto of_map = [&](const LinearMap& map) {
    for (const double level : {map.low, map.high, cap}) found.push_back(map.value_for(level));
  };
  if (const auto* map = std::get_if<LinearMap>(&leaf.rule)) of_map(*map);
  if (const auto* normaliser = std::get_if<CompiledNormaliser>(&leaf.rule)) {
    if (normaliser->anchor >= 0)
      of_map(normaliser->map(leaf.sign, anchors[at(normaliser->anchor)]));
  }
  return found;
}

std::optional<std::vector<double>> formula_bends(const CompiledLeaf& leaf, double cap, double from,
                                                 double to) {
  const FormulaProgram& formula = *leaf.measure.formula;
  FormulaCourse course(formula, std::vector<double>(1), 0);
  FormulaCourse::Parts parts = course.parts(from, to);
  if (!parts.lines) return {};
  std::vector<double> found = parts.begins;
  // Where a line leaves the points, or is cut.
  std::vector<double> levels{cap};
  if (const auto* points = std::get_if<Piecewise>(&leaf.rule)) {
    for (const Piece& piece : points->pieces()) {
      levels.insert(levels.end(), {piece.on.lower, piece.on.upper});
    }
  }
  double begin = from;
  parts.begins.push_back(to);
  for (const double end : parts.begins) {
    const double last = end == to ? to : next_down(end);
    const double at_begin = formula({&begin, 1});
    const double at_end = formula({&last, 1});
    for (const double level : levels) {
      const double x = begin + (level - at_begin) / (at_end - at_begin) * (last - begin);
      if (x > begin && x < last) found.push_back(x);
    }
    begin = end;
  }
  return found;
}

std::vector<LinePiece> read_pieces(const std::function<double(double)>& value,
                                   std::vector<double> bends, double from, double to) {
  std::erase_if(bends, [&](double x) { return !(x > from && x < to); });
  bends.push_back(from);
  bends.push_back(to);
  std::sort(bends.begin(), bends.end());
  bends.erase(std::unique(bends.begin(), bends.end()), bends.end());
  std::vector<LinePiece> pieces;
  for (std::size_t k = 0; k < bends.size(); ++k) {
    // A bend's own value may be neither neighbour's.
    const double here = value(bends[k]);
    pieces.push_back({bends[k], bends[k], here, here});
    if (k + 1 == bends.size()) break;
    const double width = bends[k + 1] - bends[k];
    const double a = value(bends[k] + 0.25 * width);
    const double b = value(bends[k] + 0.75 * width);
    const double next = value(bends[k + 1]);
    const double at_from = a - 0.5 * (b - a);
    const double at_to = b + 0.5 * (b - a);
    pieces.push_back({bends[k], bends[k + 1], near(at_from, here) ? here : at_from,
                      near(at_to, next) ? next : at_to});
  }
  // Points on a neighbour's line say nothing.
  std::vector<LinePiece> kept;
  for (std::size_t k = 0; k < pieces.size(); ++k) {
    const bool point = pieces[k].from == pieces[k].to;
    const bool said =
        point && ((k > 0 && near(pieces[k - 1].at_to, pieces[k].at_from)) ||
                  (k + 1 < pieces.size() && near(pieces[k + 1].at_from, pieces[k].at_to)));
    if (!said) kept.push_back(pieces[k]);
  }
  return kept;
}

}  // namespace chiso
