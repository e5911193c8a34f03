#include "chiso/serialization/study_difference.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/at.hpp"
#include "base/same_number.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/check/difference.hpp"
#include "chiso/io/document.hpp"
#include "chiso/io/load_actions.hpp"
#include "chiso/io/load_baseline.hpp"
#include "chiso/io/load_checks.hpp"
#include "chiso/io/load_plan.hpp"
#include "chiso/io/load_scenarios.hpp"
#include "serialization/document_difference.hpp"

namespace chiso {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// A number as it is told; nothing if it is missing.
std::string text_of(double number) { return std::isnan(number) ? "" : to_string(number); }

/// Changes of one part, the first of which are kept.
class Changes {
 public:
  Changes(std::string part, Size most, std::vector<StudyChange>& all)
      : part_(std::move(part)), most_(most), all_(all) {}
  Changes(const Changes&) = delete;
  Changes& operator=(const Changes&) = delete;

  /// Says how many were not kept.
  ~Changes() {
    if (count_ > most_) {
      all_.push_back({part_, {}, fmt::format("{} more changes", count_ - most_), {}, {}, nan});
    }
  }

  /// Before the texts are made: whether another change is kept.
  [[nodiscard]] bool takes() { return ++count_ <= most_; }

  void text(std::string_view place, std::string_view what, std::string before, std::string after) {
    if (before == after || !takes()) return;
    all_.push_back(
        {part_, std::string(place), std::string(what), std::move(before), std::move(after), nan});
  }

  /// @param place makes the text of the place
  template <class Place>
  void number(std::string_view what, double before, double after, Place place) {
    if (same_number(before, after) || !takes()) return;
    all_.push_back(
        {part_, place(), std::string(what), text_of(before), text_of(after), after - before});
  }

 private:
  std::string part_;
  Size most_;
  Size count_ = 0;
  std::vector<StudyChange>& all_;
};

/// Positions of the same names in two lists; -1: not there.
struct Pairing {
  Pairing(std::span<const std::string> before, std::span<const std::string> after,
          std::string_view what, Changes& changes) {
    std::map<std::string_view, Size> position;
    for (Size i = 0; i < std::ssize(after); ++i) position.emplace(after[at(i)], i);
    std::vector<bool> met(after.size(), false);
    for (const std::string& name : before) {
      const auto found = position.find(name);
      pair.push_back(found == position.end() ? -1 : found->second);
      if (pair.back() < 0) {
        changes.text(name, fmt::format("{} removed", what), name, {});
      } else {
        met[at(pair.back())] = true;
      }
    }
    for (std::size_t i = 0; i < after.size(); ++i) {
      if (!met[i]) changes.text(after[i], fmt::format("{} added", what), {}, after[i]);
    }
  }

  std::vector<Size> pair;  ///< By position in the first.
};

std::vector<std::string> texts_of(std::span<const Period> periods) {
  std::vector<std::string> texts;
  for (const Period& period : periods) texts.push_back(period.text());
  return texts;
}

class Comparison {
 public:
  explicit Comparison(Changes& changes) : changes_(changes) {}

  void compare(const Index& a, const Index& b) {
    changes_.text({}, "name", a.name(), b.name());
    const DefinitionDifference found = difference(a, b);
    for (const auto* list : {&found.changes, &found.documentation}) {
      for (const DefinitionChange& change : *list) {
        changes_.text(change.node, name(change.kind), told(change.before, change.text),
                      told(change.after, {}));
      }
    }
  }

  void compare(const Panel& a, const Panel& b) {
    changes_.text({}, "source", a.source(), b.source());
    const Pairing units(a.units().names(), b.units().names(), "unit", changes_);
    const Pairing variables(a.variables().names(), b.variables().names(), "variable", changes_);
    const Pairing periods(texts_of(a.periods()), texts_of(b.periods()), "period", changes_);
    for (Size t = 0; t < std::ssize(periods.pair); ++t) {
      if (periods.pair[at(t)] < 0) continue;
      for (Size u = 0; u < std::ssize(units.pair); ++u) {
        if (units.pair[at(u)] < 0) continue;
        const auto row = [](bool is_there) { return is_there ? "present" : ""; };
        changes_.text(fmt::format("{}, {}", a.units()[u], a.periods()[at(t)].text()), "row",
                      row(a.has_unit(u, t)),
                      row(b.has_unit(units.pair[at(u)], periods.pair[at(t)])));
      }
      for (Size v = 0; v < std::ssize(variables.pair); ++v) {
        if (variables.pair[at(v)] < 0) continue;
        compare_columns(a, b, {v, t}, {variables.pair[at(v)], periods.pair[at(t)]}, units.pair);
      }
    }
    compare_cells(a, b);
  }

  void compare(const Scores& a, const Scores& b) {
    changes_.text({}, "index", a.index().name(), b.index().name());
    changes_.text({}, "period", a.period().text(), b.period().text());
    changes_.text({}, "method", a.method().text(), b.method().text());
    const Pairing units(a.units().names(), b.units().names(), "unit", changes_);
    const Pairing nodes(a.index().codes().names(), b.index().codes().names(), "node", changes_);
    for (Size n = 0; n < std::ssize(nodes.pair); ++n) {
      if (nodes.pair[at(n)] < 0) continue;
      const auto before = a.column(n);
      const auto after = b.column(nodes.pair[at(n)]);
      compare_by_unit("score", units.pair, a.units(), a.index().codes()[n], before, after);
    }
    compare_anchors(a, b, nodes.pair);
  }

  void compare(const Ranking& a, const Ranking& b) {
    changes_.text({}, "node", a.scores().index().codes()[a.node()],
                  b.scores().index().codes()[b.node()]);
    const auto ties = [](Ties kind) {
      constexpr std::array<const char*, 4> names{"competition", "dense", "average", "ordinal"};
      return std::string(names[static_cast<std::size_t>(kind)]);
    };
    changes_.text({}, "ties", ties(a.ties()), ties(b.ties()));
    const Labels& units = a.scores().units();
    const Pairing pairing(units.names(), b.scores().units().names(), "unit", changes_);
    compare_by_unit("rank", pairing.pair, units, {}, a.ranks(), b.ranks());
    for (Size u = 0; u < units.size(); ++u) {
      const Size other = pairing.pair[at(u)];
      if (other >= 0) changes_.text(units[u], "group", a.groups()[at(u)], b.groups()[at(other)]);
    }
  }

  void compare(const Uncertainty& a, const Uncertainty& b) {
    const Experiment& x = a.experiment();
    const Experiment& y = b.experiment();
    const auto number = [this](std::string_view what, double before, double after) {
      changes_.number(what, before, after, [] { return std::string(); });
    };
    number("draws", static_cast<double>(a.draws()), static_cast<double>(b.draws()));
    changes_.text({}, "seed", std::to_string(x.options().seed), std::to_string(y.options().seed));
    compare_sources(x.sources(), y.sources());
    const Labels& units = x.base().units();
    const Pairing pairing(units.names(), y.base().units().names(), "unit", changes_);
    for (const Size node : x.nodes()) {
      const std::string& code = x.base().index().codes()[node];
      const auto same_node = y.base().index().codes().find(code);
      if (!same_node ||
          std::find(y.nodes().begin(), y.nodes().end(), *same_node) == y.nodes().end()) {
        changes_.text(code, "node removed", code, {});
        continue;
      }
      compare_by_unit("mean score", pairing.pair, units, code, a.mean(node), b.mean(*same_node));
      compare_by_unit("deviation", pairing.pair, units, code, a.deviation(node),
                      b.deviation(*same_node));
      compare_by_unit("mean rank", pairing.pair, units, code, a.mean_rank(node),
                      b.mean_rank(*same_node));
    }
  }

  void compare(const Sensitivity& a, const Sensitivity& b) {
    changes_.text({}, "seed", std::to_string(a.seed), std::to_string(b.seed));
    compare_sources(a.sources, b.sources);
    const auto factors = [](const Sensitivity& of) {
      std::vector<std::string> names;
      for (const SensitivityFactor& factor : of.factors) names.push_back(factor.name);
      return names;
    };
    const auto outputs = [](const Sensitivity& of) {
      std::vector<std::string> names;
      for (const Sensitivity::Output& output : of.outputs) {
        constexpr std::array<const char*, 3> kinds{"score", "rank", "rank shift"};
        const char* kind = kinds[static_cast<std::size_t>(output.kind)];
        names.push_back(
            output.unit < 0 ? kind : fmt::format("{} of {}", kind, of.base.units()[output.unit]));
      }
      return names;
    };
    const std::vector<std::string> factor_names = factors(a);
    const std::vector<std::string> output_names = outputs(a);
    const Pairing columns(factor_names, factors(b), "factor", changes_);
    const Pairing rows(output_names, outputs(b), "output", changes_);
    for (Size o = 0; o < std::ssize(rows.pair); ++o) {
      for (Size f = 0; f < std::ssize(columns.pair); ++f) {
        if (rows.pair[at(o)] < 0 || columns.pair[at(f)] < 0) continue;
        const auto here = at(o * std::ssize(columns.pair) + f);
        const auto there = at(rows.pair[at(o)] * std::ssize(b.factors) + columns.pair[at(f)]);
        const auto place = [&] {
          return fmt::format("{}, {}", output_names[at(o)], factor_names[at(f)]);
        };
        changes_.number("first-order index", a.first.value[here], b.first.value[there], place);
        changes_.number("total index", a.total.value[here], b.total.value[there], place);
      }
    }
  }

  void compare(const Standings& a, const Standings& b) {
    const auto key = [](const Standing& row) {
      return fmt::format("{}{}{}, {}, {}", row.index, row.code.empty() ? "" : ":", row.code,
                         row.period.text(), row.unit);
    };
    for (const Standing& row : a.rows()) {
      const Standing* other = b.find(row.index, row.code, row.period, row.unit);
      if (other == nullptr) {
        changes_.text(key(row), "row removed", text_of(row.score), {});
        continue;
      }
      const auto place = [&] { return key(row); };
      changes_.number("score", row.score, other->score, place);
      changes_.number("rank", row.rank, other->rank, place);
      changes_.number("maximum", row.maximum, other->maximum, place);
    }
    for (const Standing& row : b.rows()) {
      if (a.find(row.index, row.code, row.period, row.unit) == nullptr) {
        changes_.text(key(row), "row added", {}, text_of(row.score));
      }
    }
  }

  void compare(const Plan& a, const Plan& b) { compare_texts(to_yaml(a), to_yaml(b)); }
  void compare(const ActionSet& a, const ActionSet& b) { compare_texts(to_yaml(a), to_yaml(b)); }
  void compare(const Scenario& a, const Scenario& b) {
    compare_texts(to_whole_yaml({a}), to_whole_yaml({b}));
  }

  void compare(const LockedResults& a, const LockedResults& b) {
    compare(a.index, b.index);
    const auto periods = [](const LockedResults& of) {
      std::vector<std::string> texts;
      for (const LockedPeriod& period : of.periods) texts.push_back(period.period.text());
      return texts;
    };
    const std::vector<std::string> names = periods(a);
    const Pairing pairing(names, periods(b), "period", changes_);
    const Pairing nodes(a.index.codes().names(), b.index.codes().names(), "node", changes_);
    for (Size t = 0; t < std::ssize(pairing.pair); ++t) {
      if (pairing.pair[at(t)] < 0) continue;
      compare_locked(a.periods[at(t)], b.periods[at(pairing.pair[at(t)])], nodes.pair, a.index);
    }
  }

 private:
  struct Column {
    Size variable;
    Size period;
  };

  static std::string told(const std::string& words, const std::string& otherwise) {
    return words.empty() ? otherwise : words;
  }

  void compare_columns(const Panel& a, const Panel& b, Column left, Column right,
                       const std::vector<Size>& units) {
    const auto before = a.column(left.variable, left.period);
    const auto after = b.column(right.variable, right.period);
    const auto words_before = a.categories(left.variable);
    const auto words_after = b.categories(right.variable);
    const auto errors_before = a.standard_errors(left.variable, left.period);
    const auto errors_after = b.standard_errors(right.variable, right.period);
    const auto error_of = [](std::span<const double> errors, Size unit) {
      return errors.empty() ? nan : errors[at(unit)];
    };
    for (Size u = 0; u < std::ssize(units); ++u) {
      const Size other = units[at(u)];
      if (other < 0) continue;
      const auto place = [&] {
        return fmt::format("{}, {}, {}", a.units()[u], a.variables()[left.variable],
                           a.periods()[at(left.period)].text());
      };
      const double x = before[at(u)];
      const double y = after[at(other)];
      if (words_before.empty() && words_after.empty()) {
        changes_.number("value", x, y, place);
      } else if (!(std::isnan(x) && std::isnan(y))) {
        std::string left_word = word(words_before, x);
        std::string right_word = word(words_after, y);
        if (left_word != right_word) {
          changes_.text(place(), "value", std::move(left_word), std::move(right_word));
        }
      }
      changes_.number("standard error", error_of(errors_before, u), error_of(errors_after, other),
                      place);
    }
  }

  static std::string word(std::span<const std::string> words, double value) {
    if (words.empty() || std::isnan(value)) return text_of(value);
    return words[static_cast<std::size_t>(value)];
  }

  void compare_cells(const Panel& a, const Panel& b) {
    const auto texts = [](const Panel& panel) {
      std::vector<std::string> cells;
      for (const Panel::Cell& cell : panel.not_applicable()) {
        cells.push_back(fmt::format("{}, {}, {}", panel.units()[cell.unit],
                                    panel.variables()[cell.variable],
                                    panel.periods()[at(cell.period)].text()));
      }
      std::sort(cells.begin(), cells.end());
      return cells;
    };
    const auto before = texts(a);
    const auto after = texts(b);
    const auto tell = [this](const std::vector<std::string>& these,
                             const std::vector<std::string>& those, bool gone) {
      for (const std::string& cell : these) {
        if (std::binary_search(those.begin(), those.end(), cell)) continue;
        changes_.text(cell, "not applicable", gone ? "yes" : "", gone ? "" : "yes");
      }
    };
    tell(before, after, true);
    tell(after, before, false);
  }

  void compare_by_unit(std::string_view what, const std::vector<Size>& pair, const Labels& units,
                       const std::string& code, std::span<const double> before,
                       std::span<const double> after) {
    for (Size u = 0; u < std::ssize(pair); ++u) {
      const Size other = pair[at(u)];
      if (other < 0) continue;
      changes_.number(what, before[at(u)], after[at(other)], [&] {
        return code.empty() ? units[u] : fmt::format("{}, {}", units[u], code);
      });
    }
  }

  void compare_anchors(const Scores& a, const Scores& b, const std::vector<Size>& nodes) {
    for (const FittedAnchor& anchor : a.anchors()) {
      const Size node = nodes[at(anchor.node)];
      const auto other =
          std::find_if(b.anchors().begin(), b.anchors().end(),
                       [node](const FittedAnchor& each) { return each.node == node; });
      if (node < 0 || other == b.anchors().end()) continue;
      const auto place = [&] { return a.index().codes()[anchor.node]; };
      changes_.number("low anchor", anchor.low, other->low, place);
      changes_.number("high anchor", anchor.high, other->high, place);
    }
  }

  void compare_sources(std::span<const Source> before, std::span<const Source> after) {
    const auto names = [](std::span<const Source> sources) {
      std::vector<std::string> all;
      for (const Source& source : sources) all.push_back(name(source));
      return all;
    };
    const std::vector<std::string> known = names(before);
    const Pairing pairing(known, names(after), "source", changes_);
    for (Size s = 0; s < std::ssize(known); ++s) {
      const Size other = pairing.pair[at(s)];
      if (other < 0 || before[at(s)] == after[at(other)]) continue;
      const std::string left = describe(before[at(s)]);
      const std::string right = describe(after[at(other)]);
      // What is said of a source on one line is not all of it.
      changes_.text(known[at(s)], "source", left,
                    left == right ? right + " (otherwise in detail)" : right);
    }
  }

  void compare_locked(const LockedPeriod& a, const LockedPeriod& b, const std::vector<Size>& nodes,
                      const Index& index) {
    changes_.text(a.period.text(), "fingerprint of the data", a.data, b.data);
    const Pairing units(a.units, b.units, "unit", changes_);
    for (Size u = 0; u < std::ssize(units.pair); ++u) {
      const Size other = units.pair[at(u)];
      if (other < 0) continue;
      for (Size n = 0; n < std::ssize(nodes); ++n) {
        if (nodes[at(n)] < 0) continue;
        changes_.number("score", a.score(u, n), b.score(other, nodes[at(n)]), [&] {
          return fmt::format("{}, {}, {}", a.units[at(u)], index.codes()[n], a.period.text());
        });
      }
      const auto place = [&] { return fmt::format("{}, {}", a.units[at(u)], a.period.text()); };
      changes_.number("rank", a.ranks[at(u)], b.ranks[at(other)], place);
      changes_.text(place(), "group", a.groups[at(u)], b.groups[at(other)]);
    }
  }

  void compare_texts(const std::string& before, const std::string& after) {
    if (before == after) return;
    // Of values that were read: no limit is in their way.
    InputLimits limits = check_limits;
    limits.definition_bytes = std::numeric_limits<Size>::max();
    limits.values = limits.definition_bytes;
    limits.text_bytes = limits.definition_bytes;
    compare_documents(
        parse_document(before, {}, limits), parse_document(after, {}, limits),
        [this](const std::string& place, const std::string& x, const std::string& y) {
          changes_.text(place, x.empty() ? "added" : y.empty() ? "removed" : "changed", x, y);
        });
  }

  Changes& changes_;
};

void compare_provenance(const StudyProvenance& a, const StudyProvenance& b, Changes& changes) {
  changes.text({}, "version of chiso", a.version, b.version);
  changes.text({}, "date", a.date, b.date);
  changes.text({}, "note", a.note, b.note);
  const auto names = [](const StudyProvenance& of) {
    std::vector<std::string> all;
    for (const StudyDocument& document : of.documents) all.push_back(document.name);
    return all;
  };
  const std::vector<std::string> before = names(a);
  const Pairing pairing(before, names(b), "document", changes);
  for (Size d = 0; d < std::ssize(before); ++d) {
    const Size other = pairing.pair[at(d)];
    if (other < 0) continue;
    const std::string& x = a.documents[at(d)].text;
    const std::string& y = b.documents[at(other)].text;
    if (x == y) continue;
    changes.text(before[at(d)], "document", fmt::format("{} bytes", x.size()),
                 fmt::format("{} bytes, other ones", y.size()));
  }
}

}  // namespace

std::vector<StudyChange> difference(const Study& before, const Study& after, Size most) {
  std::vector<StudyChange> all;
  {
    Changes changes({}, most, all);
    compare_provenance(before.provenance(), after.provenance(), changes);
  }
  for (const StudyPart& part : before.parts()) {
    Changes changes(part.name, most, all);
    const StudyValue* other = after.find(part.name);
    if (other == nullptr) {
      changes.text({}, "removed", describe(part.value), {});
    } else if (other->index() != part.value.index()) {
      changes.text({}, "kind", std::string(kind_of(part.value)), std::string(kind_of(*other)));
    } else {
      std::visit(
          [&]<class T>(const T& value) { Comparison(changes).compare(value, std::get<T>(*other)); },
          part.value);
    }
  }
  for (const StudyPart& part : after.parts()) {
    if (before.find(part.name) != nullptr) continue;
    Changes(part.name, most, all).text({}, "added", {}, describe(part.value));
  }
  return all;
}

}  // namespace chiso
