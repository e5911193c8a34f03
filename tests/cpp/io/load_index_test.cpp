#include "chiso/io/load_index.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/io/document.hpp"
#include "chiso/io/file.hpp"

namespace chiso {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Line by line; tests change one.
const std::vector<std::string> kGood{
    "chiso: 1",
    "index: pci",
    "edition: 2013",
    "title: {en: Index, vi: Chỉ số}",
    "publisher: VCCI",
    "periods: {from: 2013, to: 2021}",
    "status: derived",
    "source: a report",
    "reference: https://example.org",
    "checked: 2026-11-23",
    "note: text",
    "units: provinces",
    "decimals: 2",
    "rank_on: displayed",
    "groups: {limits: {A: 90, B: 80}, below: C}",
    "variables:",
    "  entry: {title: Entry, unit: points, range: [1, 10], zero_is_missing: true}",
    "  report: {categories: [late, timely], source: somebody}",
    "tree:",
    "  code: pci",
    "  title: Total",
    "  maximum: 100",
    "  published: {variable: published.pci, tolerance: 0.1}",
    "  aggregation: arithmetic_mean",
    "  weights: shares",
    "  times: 10",
    "  missing: renormalise",
    "  at_least: 0.5",
    "  children:",
    "    - code: entry",
    "      weight: 40",
    "      rule: {min_max: {onto: [1, 10], min: {pooled: 2}, max: pooled}}",
    "      polarity: negative",
    "    - code: report",
    "      weight: [{value: 60, from: 2013, to: 2016, published: 2013-03-14}, {value: 60, from: "
    "2017}]",
    "      maximum: 2",
    "      not_applicable: full_points",
    "      rule: {categories: {timely: 2, late: 0}}",
};

std::string text_with(std::string_view line, std::string_view instead) {
  std::string text;
  bool found = false;
  for (const auto& each : kGood) {
    const bool is_it = each == line;
    found = found || is_it;
    if (is_it && instead.empty()) continue;
    text += (is_it ? std::string(instead) : each) + "\n";
  }
  EXPECT_TRUE(found) << "no such line: " << line;
  return text;
}

std::string errors_of(std::string_view yaml) {
  try {
    static_cast<void>(parse_index(yaml, "a.yaml"));
  } catch (const SpecError& error) {
    return error.what();
  }
  return "no error";
}

std::string errors_with(std::string_view line, std::string_view instead) {
  return errors_of(text_with(line, instead));
}

TEST(LoadIndexTest, ReadsEveryField) {
  const Index index = parse_index(text_with("chiso: 1", "chiso: 1"), "a.yaml");
  const IndexDefinition& d = index.definition();

  EXPECT_EQ(index.name(), "pci-2013");
  EXPECT_EQ(d.title, (Title{"Index", "Chỉ số"}));
  EXPECT_EQ(d.publisher, "VCCI");
  EXPECT_EQ(d.periods, (PeriodRange{Period(2013), Period(2021)}));
  EXPECT_EQ(d.provenance, (Provenance{Status::derived, "a report", "https://example.org",
                                      Date{2026, 11, 23}, "text"}));
  EXPECT_EQ(d.units, "provinces");
  EXPECT_EQ(d.decimals, 2);
  EXPECT_TRUE(d.rank_on_displayed);
  EXPECT_EQ(d.groups, (Grouping{Grouping::Kind::limits, {"A", "B"}, {90.0, 80.0}, "C"}));
  ASSERT_EQ(d.variables.size(), 2u);
  EXPECT_EQ(d.variables[0].title.en, "Entry");
  EXPECT_EQ(d.variables[0].range, Interval::closed(1.0, 10.0));
  EXPECT_TRUE(d.variables[0].zero_is_missing);
  EXPECT_EQ(d.variables[1].categories, (std::vector<std::string>{"late", "timely"}));
  EXPECT_EQ(d.variables[1].provenance.source, "somebody");
  EXPECT_EQ(d.tree.maximum, Dated<double>(100.0));
  EXPECT_EQ(d.tree.published, (Published{"published.pci", 0.1}));
  EXPECT_EQ(d.tree.aggregation.times, 10.0);
  EXPECT_EQ(d.tree.missing, MissingPolicy::renormalise);
  EXPECT_EQ(d.tree.at_least, 0.5);
  ASSERT_EQ(d.tree.children.size(), 2u);
  const Criterion& entry = d.tree.children[0];
  EXPECT_EQ(entry.weight, Dated<double>(40.0));
  EXPECT_EQ(entry.polarity, Polarity::negative);
  EXPECT_EQ(entry.measure, Measure::of("entry"));
  Normaliser min_max;
  min_max.onto_low = 1.0;
  min_max.onto_high = 10.0;
  min_max.low = {Anchor::Source::pooled, {}, 2.0};
  min_max.high = {Anchor::Source::pooled, {}, {}};
  EXPECT_EQ(entry.rule, Dated<Rule>(Rule(min_max)));
  const Criterion& report = d.tree.children[1];
  ASSERT_EQ(report.weight.entries().size(), 2u);
  EXPECT_EQ(report.weight.entries()[0].published, (Date{2013, 3, 14}));
  EXPECT_EQ(report.weight.entries()[1].in_force, (PeriodRange{Period(2017), {}}));
  EXPECT_EQ(report.not_applicable, NotApplicable::full_points);
  EXPECT_EQ(report.rule, Dated<Rule>(Rule(CategoryRule{{{"timely", 2.0}, {"late", 0.0}}, false})));
}

TEST(LoadIndexTest, KnowsWhereNodesStand) {
  const Index index = parse_index(text_with("note: text", "note: text"), "a.yaml");

  EXPECT_EQ(index.node(1).location, (Location{"a.yaml", 30, 7}));
}

TEST(LoadIndexTest, ReadsMeasures) {
  const auto measure_of = [](const std::string& text) {
    const Index index = parse_index(
        "{chiso: 1, index: a, edition: b, tree: {code: c, measure: " + text + ", rule: identity}}");
    return index.node(0).measure;
  };
  using Kind = Measure::Kind;

  EXPECT_EQ(measure_of("{ratio: {numerator: [a], denominator: {b: 1, c: -1}}, times: 100}"),
            (Measure{Kind::ratio, {{"a", 1.0}}, {{"b", 1.0}, {"c", -1.0}}, 100.0}));
  EXPECT_EQ(measure_of("{sum: {a: 1, b: 3}}"),
            (Measure{Kind::sum, {{"a", 1.0}, {"b", 3.0}}, {}, 1.0}));
  EXPECT_EQ(measure_of("{mean: [a, b]}"), (Measure{Kind::mean, {{"a"}, {"b"}}, {}, 1.0}));
  EXPECT_EQ(measure_of("{all_of: [a, b]}"), (Measure{Kind::all_of, {{"a"}, {"b"}}, {}, 1.0}));
  EXPECT_EQ(measure_of("{any_of: [a, b]}"), (Measure{Kind::any_of, {{"a"}, {"b"}}, {}, 1.0}));
}

Normaliser normaliser(Normaliser::Method method) {
  Normaliser rule;
  rule.method = method;
  return rule;
}

TEST(ParseRuleTest, ReadsPointsRules) {
  EXPECT_EQ(parse_rule("identity"), Rule(Identity{}));
  EXPECT_EQ(parse_rule("given"), Rule(GivenPoints{}));
  EXPECT_EQ(parse_rule("{fixed: 3}"), Rule(FixedPoints{3.0}));
  EXPECT_EQ(parse_rule("{steps: [{when: \"> 90\", points: 2}, {when: \"<= 90\", points: 0}]}"),
            Rule(Steps{{{parse_interval("> 90"), 2.0}, {parse_interval("<= 90"), 0.0}}}));
  EXPECT_EQ(parse_rule("{proportional: {full_at: 100, threshold: 80}}"),
            Rule(Proportional{100.0, 80.0}));
  EXPECT_EQ(parse_rule("{per_unit: {points: 0.5, cap: 2}}"), Rule(PerUnit{0.5, 2.0}));
  EXPECT_EQ(
      parse_rule("{increments: {start: 10, points: 1, from: 20, every: 5, add: 0.25, cap: 2}}"),
      Rule(Increments{10.0, 1.0, 20.0, 5.0, 0.25, 2.0}));
  EXPECT_EQ(parse_rule("{deduct: {points: 0.5, per: 1}}"), Rule(Deduct{0.5, 1.0}));
  EXPECT_EQ(parse_rule("{grades: {excellent: 100, done: 50}}"),
            Rule(CategoryRule{{{"excellent", 100.0}, {"done", 50.0}}, true}));
}

TEST(ParseRuleTest, ReadsNormalisers) {
  using Norm = Normaliser::Method;
  EXPECT_EQ(parse_rule("min_max"), Rule(normaliser(Norm::min_max)));

  Normaliser posts = normaliser(Norm::goalposts);
  posts.low = Anchor::fixed(20.0);
  posts.high = Anchor::fixed(85.0);
  posts.onto_high = 1.0;
  posts.cut = true;
  EXPECT_EQ(parse_rule("{goalposts: {low: 20, high: 85, onto: [0, 1]}}"), Rule(posts));
  posts.cut = false;
  EXPECT_EQ(parse_rule("{goalposts: {low: 20, high: 85, onto: [0, 1], clamp: false}}"),
            Rule(posts));

  Normaliser z = normaliser(Norm::z_score);
  z.onto_low = 10.0;
  z.onto_high = 2.0;
  z.low.source = z.high.source = Anchor::Source::pooled;
  EXPECT_EQ(parse_rule("{z_score: {mean: 10, deviation: 2, over: pooled}}"), Rule(z));

  Normaliser target = normaliser(Norm::distance_to_target);
  target.onto_high = 1.0;
  target.high = Anchor::fixed(5.0);
  target.low.source = Anchor::Source::pooled;
  target.cut = true;
  EXPECT_EQ(parse_rule("{distance_to_target: {target: 5, cap: true, over: pooled}}"), Rule(target));

  Normaliser adjusted = normaliser(Norm::adjusted_goalposts);
  adjusted.low = Anchor::fixed(50.0);
  adjusted.onto_low = 70.0;
  adjusted.onto_high = 130.0;
  EXPECT_EQ(parse_rule("{adjusted_goalposts: {reference: 50, over: period}}"), Rule(adjusted));

  Normaliser rank = normaliser(Norm::rank);
  rank.ties = Normaliser::Ties::average;
  EXPECT_EQ(parse_rule("{rank: {ties: average}}"), Rule(rank));

  Normaliser dated = normaliser(Norm::min_max);
  dated.low.source = Anchor::Source::fixed;
  DatedEntry<double> entry;
  entry.value = 3.0;
  entry.in_force.from = Period(2017);
  dated.low.value = Dated<double>(std::vector{entry});
  EXPECT_EQ(parse_rule("{min_max: {min: [{value: 3, from: 2017}]}}"), Rule(dated));
}

TEST(ParseRuleTest, NamesEveryProblem) {
  const auto errors = [](std::string_view text) -> std::string {
    try {
      static_cast<void>(parse_rule(text));
    } catch (const SpecError& error) {
      return error.what();
    }
    return "no error";
  };

  EXPECT_THAT(errors("min_mx"), HasSubstr("did you mean 'min_max'?"));
  EXPECT_THAT(errors("steps"), HasSubstr("`steps` needs parameters"));
  EXPECT_THAT(errors("{identity: 3}"), HasSubstr("`identity` has no parameters"));
  EXPECT_THAT(errors("{min_max: {onto: 10}}"), HasSubstr("expected a list of two numbers"));
  EXPECT_THAT(errors("{min_max: {min: perod}}"), HasSubstr("did you mean 'period'?"));
  EXPECT_THAT(errors("{goalposts: {low: 1}}"), HasSubstr("`high` is missing"));
  EXPECT_THAT(errors("{steps: [{when: \"> x\", points: 1}]}"), HasSubstr("'x' is not a number"));
  EXPECT_THAT(errors("{steps: {when: 3}}"), HasSubstr("expected a list of steps"));
  EXPECT_THAT(errors("{categories: [a]}"), HasSubstr("found the list [a]"));
  EXPECT_THAT(errors("{fixed: 3, given: 2}"), HasSubstr("by its name or as {name: parameters}"));
  EXPECT_THAT(
      errors("{proportional: {full_at: ten, threshold: [1], cap: 3}}"),
      AllOf(HasSubstr("expected a number, found the text 'ten'"),
            HasSubstr("expected a number, found the list [1]"), HasSubstr("unknown key 'cap'")));
}

TEST(ParseAggregationTest, ReadsNamesAndParameters) {
  EXPECT_EQ(parse_aggregation("median").method, Aggregation::Method::median);
  EXPECT_EQ(parse_aggregation("{power_mean: 2}").power, 2.0);
  EXPECT_TRUE(parse_aggregation("{mazziotta_pareto: {penalty: upward}}").upward_penalty);
  EXPECT_THROW(static_cast<void>(parse_aggregation("power_mean")), SpecError);
  EXPECT_THROW(static_cast<void>(parse_aggregation("mean")), SpecError);
}

// ---- Bad input ---------------------------------------------------------------------------------

TEST(LoadIndexTest, EveryNeededKeyThatIsMissingIsNamed) {
  EXPECT_EQ(errors_with("chiso: 1", ""), "a.yaml:1:1: `chiso` is missing from a definition");
  EXPECT_EQ(errors_with("index: pci", ""), "a.yaml:1:1: `index` is missing from a definition");
  EXPECT_EQ(errors_with("edition: 2013", ""), "a.yaml:1:1: `edition` is missing from a definition");
  EXPECT_THAT(errors_with("    - code: entry", "    - title: Entry"),
              HasSubstr("`code` is missing from a node"));
  EXPECT_THAT(errors_with("  aggregation: arithmetic_mean", ""),
              HasSubstr("pci: `aggregation` is missing"));
  EXPECT_THAT(errors_with("      rule: {categories: {timely: 2, late: 0}}", ""),
              HasSubstr("report: `rule` is missing"));
  EXPECT_THAT(errors_with("  published: {variable: published.pci, tolerance: 0.1}",
                          "  published: {tolerance: 0.1}"),
              HasSubstr("`variable` is missing from `published`"));
  EXPECT_THAT(errors_of("chiso: 1\nindex: a\nedition: b\n"),
              HasSubstr("`tree` is missing from a definition"));
}

// A key with a letter too many is unknown, and the right one is suggested.
TEST(LoadIndexTest, EveryMisspeltKeyIsNamedWithTheRightOne) {
  const std::vector<std::pair<std::string, std::string>> keys{
      {"index", "index: pci"},
      {"edition", "edition: 2013"},
      {"title", "title: {en: Index, vi: Chỉ số}"},
      {"publisher", "publisher: VCCI"},
      {"periods", "periods: {from: 2013, to: 2021}"},
      {"status", "status: derived"},
      {"source", "source: a report"},
      {"reference", "reference: https://example.org"},
      {"checked", "checked: 2026-11-23"},
      {"units", "units: provinces"},
      {"decimals", "decimals: 2"},
      {"rank_on", "rank_on: displayed"},
      {"groups", "groups: {limits: {A: 90, B: 80}, below: C}"},
      {"variables", "variables:"},
      {"limits", "groups: {limits: {A: 90, B: 80}, below: C}"},
      {"below", "groups: {limits: {A: 90, B: 80}, below: C}"},
      {"from", "periods: {from: 2013, to: 2021}"},
      {"range", "  entry: {title: Entry, unit: points, range: [1, 10], zero_is_missing: true}"},
      {"unit", "  entry: {title: Entry, unit: points, range: [1, 10], zero_is_missing: true}"},
      {"zero_is_missing",
       "  entry: {title: Entry, unit: points, range: [1, 10], zero_is_missing: true}"},
      {"categories", "  report: {categories: [late, timely], source: somebody}"},
      {"maximum", "  maximum: 100"},
      {"published", "  published: {variable: published.pci, tolerance: 0.1}"},
      {"tolerance", "  published: {variable: published.pci, tolerance: 0.1}"},
      {"aggregation", "  aggregation: arithmetic_mean"},
      {"weights", "  weights: shares"},
      {"times", "  times: 10"},
      {"missing", "  missing: renormalise"},
      {"at_least", "  at_least: 0.5"},
      {"children", "  children:"},
      {"weight", "      weight: 40"},
      {"onto", "      rule: {min_max: {onto: [1, 10], min: {pooled: 2}, max: pooled}}"},
      {"pooled", "      rule: {min_max: {onto: [1, 10], min: {pooled: 2}, max: pooled}}"},
      {"polarity", "      polarity: negative"},
      {"not_applicable", "      not_applicable: full_points"},
      {"rule", "      rule: {categories: {timely: 2, late: 0}}"},
  };
  for (const auto& [key, line] : keys) {
    std::string wrong = line;
    const auto at = wrong.find(key + ":");
    ASSERT_NE(at, std::string::npos) << key;
    wrong.insert(at + 1, 1, 'x');
    const std::string misspelt = key.substr(0, 1) + "x" + key.substr(1);

    EXPECT_THAT(errors_with(line, wrong),
                HasSubstr("unknown key '" + misspelt + "' (did you mean '" + key + "'?)"))
        << wrong;
  }
}

TEST(LoadIndexTest, EveryValueOfTheWrongTypeIsNamed) {
  const std::vector<std::pair<std::string, std::string>> wrong{
      {"chiso: 1", "chiso: one"},
      {"index: pci", "index: [pci]"},
      {"edition: 2013", "edition: {year: 2013}"},
      {"title: {en: Index, vi: Chỉ số}", "title: [a]"},
      {"publisher: VCCI", "publisher: [a]"},
      {"periods: {from: 2013, to: 2021}", "periods: 2013"},
      {"periods: {from: 2013, to: 2021}", "periods: {from: [2013]}"},
      {"status: derived", "status: [derived]"},
      {"source: a report", "source: {a: b}"},
      {"reference: https://example.org", "reference: [a]"},
      {"checked: 2026-11-23", "checked: yesterday"},
      {"checked: 2026-11-23", "checked: [2026]"},
      {"note: text", "note: [text]"},
      {"units: provinces", "units: [provinces]"},
      {"decimals: 2", "decimals: two"},
      {"decimals: 2", "decimals: 1.5"},
      {"rank_on: displayed", "rank_on: true"},
      {"groups: {limits: {A: 90, B: 80}, below: C}", "groups: [A, B]"},
      {"groups: {limits: {A: 90, B: 80}, below: C}", "groups: {limits: [90, 80]}"},
      {"groups: {limits: {A: 90, B: 80}, below: C}", "groups: {quantiles: 4}"},
      {"  entry: {title: Entry, unit: points, range: [1, 10], zero_is_missing: true}",
       "  entry: [1, 10]"},
      {"  entry: {title: Entry, unit: points, range: [1, 10], zero_is_missing: true}",
       "  entry: {range: [1]}"},
      {"  entry: {title: Entry, unit: points, range: [1, 10], zero_is_missing: true}",
       "  entry: {range: [low, 10]}"},
      {"  entry: {title: Entry, unit: points, range: [1, 10], zero_is_missing: true}",
       "  entry: {zero_is_missing: 1}"},
      {"  report: {categories: [late, timely], source: somebody}", "  report: {categories: late}"},
      {"  maximum: 100", "  maximum: much"},
      {"  maximum: 100", "  maximum: '100'"},
      {"  published: {variable: published.pci, tolerance: 0.1}", "  published: published.pci"},
      {"  aggregation: arithmetic_mean", "  aggregation: [sum]"},
      {"  weights: shares", "  weights: 3"},
      {"  times: 10", "  times: ten"},
      {"  missing: renormalise", "  missing: true"},
      {"  at_least: 0.5", "  at_least: half"},
      {"      weight: 40", "      weight: {a: 40}"},
      {"      weight: 40", "      weight: [40]"},
      {"      polarity: negative", "      polarity: -1"},
      {"      not_applicable: full_points", "      not_applicable: 2"},
      {"      rule: {categories: {timely: 2, late: 0}}", "      rule: [identity]"},
      {"      rule: {categories: {timely: 2, late: 0}}", "      rule: 3"},
  };
  for (const auto& [line, instead] : wrong) {
    EXPECT_THAT(errors_with(line, instead),
                AllOf(StartsWith("a.yaml:"), HasSubstr("expected "), Not(HasSubstr("\n"))))
        << instead;
  }
  EXPECT_EQ(errors_with("  maximum: 100", "  maximum: [1, 2]").substr(0, 12), "a.yaml:22:13");
}

TEST(LoadIndexTest, EveryKeyWithoutAValueIsNamed) {
  for (const auto& line : {"index: pci", "edition: 2013", "decimals: 2", "  times: 10",
                           "      weight: 40", "  aggregation: arithmetic_mean"}) {
    const std::string text(line);
    EXPECT_THAT(errors_with(text, text.substr(0, text.find(':') + 1)), HasSubstr("has no value"))
        << line;
  }
}

TEST(LoadIndexTest, TellsHowToWriteNumbers) {
  EXPECT_THAT(errors_with("      weight: 40", "      weight: 40,5"),
              HasSubstr("expected a number, found the text '40,5'; write a decimal fraction with a "
                        "point: 40.5"));
  EXPECT_THAT(errors_with("      weight: 40", "      weight: 40%"),
              HasSubstr("write it without the percent sign"));
  EXPECT_THAT(errors_with("      weight: 40", "      weight: \"40\""),
              HasSubstr("remove the quotes"));
  EXPECT_THAT(errors_with("      weight: 40", "      weight: .inf"),
              HasSubstr("expected a number, found the text '.inf'"));
  EXPECT_THAT(errors_with("      weight: 40", "      weight: 1e999"),
              HasSubstr("expected a number, found the text '1e999'"));
}

TEST(LoadIndexTest, UnknownWordsComeWithTheNearest) {
  EXPECT_THAT(
      errors_with("status: derived", "status: offical"),
      HasSubstr(
          "a.yaml:7:9: status: expected one of official, derived, illustrative, found the text "
          "'offical' (did you mean 'official'?)"));
  EXPECT_THAT(errors_with("  aggregation: arithmetic_mean", "  aggregation: arithmetic_men"),
              HasSubstr("did you mean 'arithmetic_mean'?"));
  EXPECT_THAT(errors_with("  missing: renormalise", "  missing: renormalize"),
              HasSubstr("did you mean 'renormalise'?"));
  EXPECT_THAT(errors_with("      polarity: negative", "      polarity: negativ"),
              HasSubstr("did you mean 'negative'?"));
}

TEST(LoadIndexTest, AllProblemsComeAtOnceInTheOrderOfTheText) {
  const std::string errors = errors_of(
      "chiso: 1\n"
      "index: a\n"
      "edition: b\n"
      "statsu: official\n"
      "tree:\n"
      "  code: a\n"
      "  aggregation: arithmetic_mean\n"
      "  children:\n"
      "    - {code: x, weight: five, rule: identity}\n"
      "    - code: y\n"
      "      aggregation: arithmetic_mean\n"
      "      children:\n"
      "        - {code: y1, weight: 0.4, rule: identity}\n"
      "        - {code: y2, weight: 0.5, rule: identity}\n");

  EXPECT_EQ(errors,
            "a.yaml:4:1: unknown key 'statsu' (did you mean 'status'?)\n"
            "a.yaml:9:25: x: expected a number, found the text 'five'\n"
            "a.yaml:10:7: y: expected weights of its children that add up to 1 or to 100; they add "
            "up to 0.9; correct them, or say `weights: relative`");
}

TEST(LoadIndexTest, AProblemDoesNotBringOthersThatFollowFromIt) {
  // Without its range the steps could not be checked; without its weight the sum of weights.
  EXPECT_THAT(errors_with("      weight: 40", "      weight: forty"), Not(HasSubstr("\n")));
  EXPECT_THAT(errors_with("  report: {categories: [late, timely], source: somebody}",
                          "  report: {categories: [late, timely, 3: 4]}"),
              Not(HasSubstr("\n")));
  EXPECT_THAT(errors_with("edition: 2013", "edition: [2013]"), Not(HasSubstr("\n")));
  EXPECT_THAT(errors_with("periods: {from: 2013, to: 2021}", "periods: {from: never}"),
              Not(HasSubstr("\n")));
}

TEST(LoadIndexTest, KeysOfLeavesAndOfInnerNodesAreToldApart) {
  EXPECT_THAT(errors_with("  title: Total", "  rule: identity"),
              HasSubstr("a.yaml:21:3: pci: `rule` is for indicators, and this node has children"));
  EXPECT_THAT(errors_with("      maximum: 2", "      aggregation: sum"),
              HasSubstr("report: `aggregation` is for nodes with children"));
  EXPECT_THAT(errors_with("      polarity: negative", "      children: []"),
              HasSubstr("expected at least one child"));
  EXPECT_THAT(errors_with("      polarity: negative", "      children: entry"),
              HasSubstr("expected a list of nodes"));
}

TEST(LoadIndexTest, WhatALeafReadsIsSaidOnce) {
  EXPECT_THAT(
      errors_with("      polarity: negative", "      variable: x\n      measure: {mean: [a, b]}"),
      HasSubstr("`variable` and `measure` say both what is read"));
  EXPECT_THAT(errors_with("      polarity: negative", "      measure: x"),
              HasSubstr("`variable: x` reads one variable"));
  EXPECT_THAT(errors_with("      polarity: negative", "      measure: {mean: [a], sum: [b]}"),
              HasSubstr("found several"));
  EXPECT_THAT(errors_with("      polarity: negative", "      measure: {times: 3}"),
              HasSubstr("found none"));
  EXPECT_THAT(errors_with("      polarity: negative", "      measure: {mean: {a: 2}}"),
              HasSubstr("expected a list of variables"));
}

TEST(LoadIndexTest, TheModelsOwnProblemsHaveTheirLines) {
  EXPECT_THAT(errors_with("      weight: 40", "      weight: 50"),
              AllOf(StartsWith("a.yaml:20:3: pci:"), HasSubstr("add up to 110")));
  EXPECT_THAT(errors_with("    - code: entry", "    - code: report"),
              HasSubstr("the code 'report' stands twice, first in line 30"));
  EXPECT_THAT(errors_with("      rule: {categories: {timely: 2, late: 0}}",
                          "      rule: {categories: {timely: 2}}"),
              HasSubstr("a.yaml:38:13: report: no points for 'late'"));
  EXPECT_THAT(errors_with("      rule: {min_max: {onto: [1, 10], min: {pooled: 2}, max: pooled}}",
                          "      rule: {min_max: {min: 3, max: 3}}"),
              HasSubstr("`min` and `max` are both 3"));
  EXPECT_THAT(errors_with("      rule: {min_max: {onto: [1, 10], min: {pooled: 2}, max: pooled}}",
                          "      rule: {steps: [{when: \"> 5\", points: 1}, {when: \"< 5\", "
                          "points: 0}]}\n      polarity: positive"),
              HasSubstr("twice"));
}

TEST(LoadIndexTest, StepsLeaveNoGapAndDoNotOverlap) {
  const auto errors = [](const std::string& steps) {
    return errors_of(
        "chiso: 1\nindex: a\nedition: b\ntree:\n  code: x\n  maximum: 2\n  rule: {steps: " + steps +
        "}\n");
  };

  EXPECT_THAT(errors("[{when: \"> 5\", points: 1}, {when: \"< 5\", points: 0}]"),
              HasSubstr("a.yaml:7:9: x: nothing is said about 5"));
  EXPECT_THAT(errors("[{when: \">= 5\", points: 1}, {when: \"<= 5\", points: 0}]"),
              HasSubstr("5 is covered by '>= 5' and by '<= 5'"));
}

TEST(LoadIndexTest, AKeyTwiceIsNamedWithBothLines) {
  EXPECT_THAT(errors_with("  times: 10", "  times: 10\n  times: 100"),
              HasSubstr("a.yaml:27:3: 'times' stands twice, first in line 26"));
}

TEST(LoadIndexTest, RefusesAnotherFormat) {
  EXPECT_THAT(errors_with("chiso: 1", "chiso: 2"),
              HasSubstr("expected format 1, found 2; a newer chiso reads it"));
}

TEST(LoadIndexTest, RefusesWhatIsNoDefinition) {
  EXPECT_THAT(errors_of(""), HasSubstr("the file is empty"));
  EXPECT_THAT(errors_of("a\n"), HasSubstr("expected a definition (a mapping with keys)"));
  EXPECT_THAT(errors_of("- a\n"), HasSubstr("found the list [a]"));
  EXPECT_THAT(errors_of("chiso: 1\nindex: a\nedition: b\ntree: x\n"),
              HasSubstr("expected a node (a mapping with keys), found the text 'x'"));
}

TEST(LoadIndexTest, ADefinitionThatIsTooDeepIsRefused) {
  std::string text = "chiso: 1\nindex: a\nedition: b\ntree:\n";
  std::string indent = "  ";
  for (int i = 0; i < 10'000; ++i) {
    text +=
        indent + (i == 0 ? "" : "- ") + "code: n\n" + indent + (i == 0 ? "" : "  ") + "children:\n";
    indent += i == 0 ? "" : "  ";
    if (text.size() > 3'000'000) break;
  }
  EXPECT_THAT(errors_of(text), HasSubstr("nested deeper than 100"));
}

// ---- The schema for editors --------------------------------------------------------------------

// JSON is YAML.
std::set<std::string> keys_in_schema(const Node& schema) {
  std::set<std::string> keys;
  if (const Node* properties = schema.find("properties")) {
    for (const Node& key : properties->keys) keys.insert(key.text);
  }
  if (const Node* words = schema.find("enum")) {
    for (const Node& item : words->items) keys.insert(item.text);
  }
  if (const Node* forms = schema.find("anyOf")) {
    for (const Node& form : forms->items) keys.merge(keys_in_schema(form));
  }
  return keys;
}

TEST(DefinitionKeysTest, AreThoseOfTheSchema) {
  const std::string path = "share/schema/index.schema.json";
  const Node schema = parse_document(read_file(path, 1 << 20), path);
  const Node* kinds = schema.find("$defs");
  ASSERT_NE(kinds, nullptr);

  for (const auto& [kind, keys] : definition_keys()) {
    const Node* in_schema = kinds->find(kind);
    ASSERT_NE(in_schema, nullptr) << kind;
    EXPECT_EQ(keys_in_schema(*in_schema), (std::set<std::string>(keys.begin(), keys.end())))
        << kind;
  }
}

TEST(LoadIndexTest, NamesAFileThatIsNotThere) {
  EXPECT_THROW(static_cast<void>(load_index("share/indices/none.yaml")), NotFoundError);
  EXPECT_THROW(static_cast<void>(load_index("share/indices")), Error);
}

TEST(LoadIndexTest, NamesTheLineOfAWrongHeadNotOfTheFile) {
  try {
    (void)parse_index(
        "chiso: 1\nindex: x\nedition: '1'\nperiods: {from: 2020, to: 2010}\n"
        "groups: {limits: {B: 80, A: 90}}\ntree: {code: a, rule: identity}\n",
        "x.yaml");
    FAIL();
  } catch (const SpecError& error) {
    ASSERT_EQ(error.problems().size(), 2U);
    EXPECT_EQ(error.problems()[0].place, "periods");
    EXPECT_EQ(error.problems()[0].location.line, 4);
    EXPECT_EQ(error.problems()[1].place, "groups");
    EXPECT_EQ(error.problems()[1].location.line, 5);
  }
}

}  // namespace
}  // namespace chiso
