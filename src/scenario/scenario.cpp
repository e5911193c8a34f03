#include "chiso/scenario/scenario.hpp"

namespace chiso {

Scenario Scenario::then(const Scenario& next) const {
  Scenario both = *this;
  if (!next.name.empty()) both.name += (both.name.empty() ? "" : " + ") + next.name;
  if (!next.note.empty()) both.note += (both.note.empty() ? "" : "\n") + next.note;
  both.edits.insert(both.edits.end(), next.edits.begin(), next.edits.end());
  both.refit = refit || next.refit;
  return both;
}

std::string describe(const Scenario& scenario) {
  std::string text = scenario.name.empty() ? "Scenario" : scenario.name;
  if (scenario.refit) text += " (anchors fitted again)";
  for (const Edit& edit : scenario.edits) text += "\n  " + describe(edit);
  return text;
}

}  // namespace chiso
