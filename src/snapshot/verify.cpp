#include "chiso/snapshot/verify.hpp"

#include <fmt/core.h>

#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "base/at.hpp"
#include "base/same_number.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/check/baseline_comparison.hpp"
#include "chiso/evaluate/evaluator.hpp"

namespace chiso {
namespace {

/// How many numbers are not the same, and where the largest difference is.
struct Deviation {
  Size count = 0;
  Size where = -1;
  double stored = 0.0;
  double computed = 0.0;

  void compare(std::span<const double> old, std::span<const double> now) {
    for (std::size_t i = 0; i < old.size(); ++i) {
      if (same_number(old[i], now[i])) continue;
      ++count;
      // A number that came or went is the largest of differences.
      const double here = std::abs(now[i] - old[i]);
      const double most = std::abs(computed - stored);
      if (where >= 0 && !std::isnan(here) && (std::isnan(most) || here <= most)) continue;
      where = static_cast<Size>(i);
      stored = old[i];
      computed = now[i];
    }
  }

  [[nodiscard]] std::string text(std::string_view what, const std::string& place) const {
    return fmt::format(
        "{} {} come out otherwise, most of all that of {}: {} is stored, {} computed", count, what,
        place, to_string(stored), to_string(computed));
  }
};

class Verifier {
 public:
  Verifier(const Study& study, int threads) : study_(study), threads_(threads) {}

  StudyFinding find(const StudyPart& part) const {
    StudyFinding finding{part.name, true, true, {}};
    try {
      std::visit([&](const auto& value) { check(value, finding); }, part.value);
    } catch (const Error& error) {
      finding.holds = false;
      finding.text = fmt::format("it cannot be computed: {}", error.what());
    }
    return finding;
  }

 private:
  template <class T>
  void check(const T& /*value*/, StudyFinding& finding) const {
    finding.computed = false;
    finding.text = "nothing to compute";
  }

  void check(const Scores& scores, StudyFinding& finding) const {
    const Evaluator evaluator(scores.index());
    const Scores again = evaluator.score(scores.panel(), {.period = scores.period(),
                                                          .method = scores.method(),
                                                          .anchors = &scores.anchors(),
                                                          .given = scores.given()});
    Deviation deviation;
    const auto size = at(scores.values().size());
    deviation.compare({scores.values().data(), size}, {again.values().data(), size});
    if (deviation.count > 0) {
      const Size units = scores.units().size();
      finding.holds = false;
      finding.text =
          deviation.text("scores", fmt::format("{}, {}", scores.units()[deviation.where % units],
                                               scores.index().codes()[deviation.where / units]));
      return;
    }
    finding.text = fmt::format("{} scores come out the same", scores.values().size());
    if (scores.anchors().empty()) return;
    const Anchors fitted =
        Evaluator(scores.index(), scores.method()).fit(scores.panel(), scores.period());
    if (!same_anchors(fitted, scores.anchors())) {
      finding.text += ", with anchors that were held: they are not those of its own data";
    }
  }

  static bool same_anchors(const Anchors& a, const Anchors& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (a[i].node != b[i].node || !same_number(a[i].low, b[i].low) ||
          !same_number(a[i].high, b[i].high)) {
        return false;
      }
    }
    return true;
  }

  void check(const Ranking& ranking, StudyFinding& finding) const {
    const Ranking again(ranking.scores(), ranking.node(), {ranking.ties(), ranking.on_displayed()});
    Deviation deviation;
    deviation.compare(ranking.ranks(), again.ranks());
    if (deviation.count > 0) {
      finding.holds = false;
      finding.text = deviation.text("ranks", ranking.scores().units()[deviation.where]);
      return;
    }
    for (Size u = 0; u < std::ssize(ranking.groups()); ++u) {
      if (ranking.groups()[at(u)] == again.groups()[at(u)]) continue;
      finding.holds = false;
      finding.text =
          fmt::format("the group of {} comes out otherwise: '{}' is stored, '{}' computed",
                      ranking.scores().units()[u], ranking.groups()[at(u)], again.groups()[at(u)]);
      return;
    }
    finding.text = fmt::format("{} ranks come out the same", ranking.ranked());
  }

  void check(const Uncertainty& found, StudyFinding& finding) const {
    UncertaintyOptions options = found.experiment().options();
    options.threads = threads_;
    const auto sources = found.experiment().sources();
    const Experiment experiment(found.experiment().base(), {sources.begin(), sources.end()},
                                options);
    // Draws that somebody stopped are the first ones.
    const Uncertainty again =
        found.stopped() ? Uncertainty::of_grains(experiment, 0, found.draws() / draws_a_grain)
                        : uncertainty(experiment);
    if (again.draws() != found.draws()) {
      finding.holds = false;
      finding.text =
          fmt::format("{} draws are stored, {} come of it", found.draws(), again.draws());
      return;
    }
    const Index& index = experiment.base().index();
    for (const Size node : experiment.nodes()) {
      const auto compare = [&](std::string_view what, const std::vector<double>& old,
                               const std::vector<double>& now) {
        Deviation deviation;
        deviation.compare(old, now);
        if (deviation.count == 0 || !finding.holds) return;
        finding.holds = false;
        const Labels& units = experiment.base().units();
        finding.text = deviation.text(
            what,
            fmt::format("{}, {}", units[deviation.where % units.size()], index.codes()[node]));
      };
      compare("mean scores", found.mean(node), again.mean(node));
      compare("deviations", found.deviation(node), again.deviation(node));
      compare("lowest scores", found.minimum(node), again.minimum(node));
      compare("highest scores", found.maximum(node), again.maximum(node));
      compare("probabilities of ranks", found.acceptability(node), again.acceptability(node));
    }
    if (finding.holds) finding.text = fmt::format("{} draws come out the same", found.draws());
  }

  void check(const Sensitivity& found, StudyFinding& finding) const {
    SensitivityOptions options;
    options.base = found.rows;
    options.seed = found.seed;
    options.threads = threads_;
    options.node = found.base.index().codes()[found.node];
    options.refit = found.refit;
    options.second_order = !found.pairs.empty();
    options.resamples = found.resamples;
    options.confidence = found.confidence;
    for (const SensitivityFactor& factor : found.factors) {
      std::vector<std::string> names;
      for (const Size source : factor.sources) names.push_back(name(found.sources[at(source)]));
      if (names.size() > 1 || names.front() != factor.name) {
        options.groups.push_back({factor.name, std::move(names)});
      }
    }
    const auto again = sensitivity(found.base, found.sources, options);
    const auto compare = [&](const SobolIndices& old, const SobolIndices& now, Size columns) {
      if (!finding.holds) return;
      Deviation deviation;
      if (old.value.size() == now.value.size()) {
        deviation.compare(old.value, now.value);
      } else {
        deviation.count = std::ssize(old.value);
      }
      if (deviation.count == 0) return;
      finding.holds = false;
      finding.text = deviation.text(
          "indices", fmt::format("output {}", columns > 0 ? deviation.where / columns : 0));
    };
    compare(found.first, again->first, std::ssize(found.factors));
    compare(found.total, again->total, std::ssize(found.factors));
    compare(found.second, again->second, std::ssize(found.pairs));
    if (finding.holds) {
      finding.text = fmt::format(
          "{} indices come out the same",
          found.first.value.size() + found.total.value.size() + found.second.value.size());
    }
  }

  void check(const LockedResults& baseline, StudyFinding& finding) const {
    for (const StudyPart& part : study_.parts()) {
      const Panel* panel = std::get_if<Panel>(&part.value);
      if (panel == nullptr || !is_of(baseline, *panel)) continue;
      const BaselineComparison comparison = compare(baseline, baseline.index, *panel);
      finding.holds = comparison.same();
      finding.text =
          finding.holds
              ? fmt::format("on {} it comes out the same", part.name)
              : fmt::format("on {} it comes out otherwise: chiso diff says where", part.name);
      return;
    }
    finding.computed = false;
    finding.text = "the study has no panel that it is of";
  }

  static bool is_of(const LockedResults& baseline, const Panel& panel) {
    for (const LockedPeriod& locked : baseline.periods) {
      try {
        if (data_fingerprint(baseline.index, panel, locked.period) != locked.data) return false;
      } catch (const Error&) {  // A period or a variable that the panel has not.
        return false;
      }
    }
    return true;
  }

  const Study& study_;
  int threads_;
};

}  // namespace

std::vector<StudyFinding> verify(const Study& study, int threads) {
  std::vector<StudyFinding> findings;
  const Verifier verifier(study, threads);
  for (const StudyPart& part : study.parts()) findings.push_back(verifier.find(part));
  return findings;
}

}  // namespace chiso
