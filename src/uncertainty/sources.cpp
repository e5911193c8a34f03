#include "chiso/uncertainty/sources.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/join.hpp"
#include "chiso/base/interval.hpp"
#include "uncertainty/source_problems.hpp"

namespace chiso {
namespace {

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

/// "25 %"
std::string percent(double share) {
  // The shortest text of what a person wrote, not of its product with 100.
  return to_string(std::round(share * 1e10) / 1e8) + " %";
}

/// "all criteria", or the code or pattern.
std::string met(const std::string& pattern, std::string_view all) {
  return pattern == "*" ? fmt::format("all {}", all) : pattern;
}

struct Describe {
  std::string operator()(const DrawWeights& source) const {
    std::string text = source.overall ? "shares of all indicators below " + source.criteria
                                      : "shares below " + met(source.criteria, "criteria");
    switch (source.law) {
      case DrawWeights::Law::uniform:
        text += ", uniform";
        break;
      case DrawWeights::Law::dirichlet:
        text += ", dirichlet of concentration " + to_string(source.concentration);
        break;
      case DrawWeights::Law::relative:
        text += ", +- " + percent(source.spread);
        break;
      case DrawWeights::Law::normalised_uniform:
        text += ", normalised uniform";
        break;
    }
    if (!source.bounds.empty()) text += ", " + counted(source.bounds.size(), "bound");
    if (!source.orders.empty()) text += ", " + counted(source.orders.size(), "order");
    if (source.keep_order) text += ", in the nominal order";
    return text;
  }

  std::string operator()(const DrawValues& source) const {
    std::string text = "errors of " + met(source.variables, "variables");
    if (!source.units.empty()) text += " of " + counted(source.units.size(), "unit");
    if (source.law == DrawValues::Law::binomial) {
      text += ", binomial of ";
      text += source.sample ? to_string(*source.sample) + " answers"
                            : "as many answers as " + source.sample_variable;
    } else {
      text += ", normal, ";
      text += source.relative   ? percent(*source.relative) + " of the value"
              : source.absolute ? to_string(*source.absolute)
                                : "the panel's";
    }
    if (!source.correlation.empty()) text += ", correlated";
    if (!source.truncate) text += ", not truncated";
    return text;
  }

  std::string operator()(const DrawAnchors& source) const {
    return fmt::format("anchors of {}, {} {} of their distance", met(source.nodes, "indicators"),
                       source.law == DrawAnchors::Law::uniform ? "uniform +-" : "normal,",
                       percent(source.spread));
  }

  std::string operator()(const Choose& source) const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < source.alternatives.size(); ++i) {
      const Scenario& scenario = source.alternatives[i];
      std::string name = !scenario.name.empty()   ? scenario.name
                         : scenario.edits.empty() ? "the base"
                                                  : fmt::format("alternative {}", i + 1);
      if (i < source.probabilities.size()) name += " (" + percent(source.probabilities[i]) + ")";
      names.push_back(std::move(name));
    }
    return fmt::format("one of {}: {}", names.size(), join(names, ", "));
  }
};

}  // namespace

const std::string& name(const Source& source) noexcept {
  if (const auto* weights = std::get_if<DrawWeights>(&source)) return weights->name;
  if (const auto* values = std::get_if<DrawValues>(&source)) return values->name;
  if (const auto* anchors = std::get_if<DrawAnchors>(&source)) return anchors->name;
  return std::get_if<Choose>(&source)->name;
}

std::string describe(const Source& source) { return std::visit(Describe{}, source); }

Choose leave_out(const Index& index, std::string_view nodes, std::string name) {
  SourceProblems problems;
  problems.begin(name);
  const std::string pattern(nodes);
  Choose choice;
  choice.name = std::move(name);
  choice.alternatives.emplace_back().name = "the base";
  const auto found = met_by(pattern, index.codes(), "criterion or indicator", problems);
  for (const Size node : found) {
    const Size parent = index.parent(node);
    if (parent < 0 || index.children(parent).size() == 1) continue;
    const std::string& code = index.node(node).code;
    Scenario without;
    without.name = "without " + code;
    without.edits.push_back({DropNode{code}, {}});
    choice.alternatives.push_back(std::move(without));
  }
  if (!found.empty() && choice.alternatives.size() == 1) {
    problems.not_found(fmt::format(
        "'{}' meets nothing that could be left out: only nodes with siblings can", pattern));
  }
  problems.raise();
  return choice;
}

}  // namespace chiso
