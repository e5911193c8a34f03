#include <gmock/gmock.h>

#include <string>

#include "../evaluate/small.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/check/attribution.hpp"

namespace chiso {
namespace {

using Method = Aggregation::Method;

IndexDefinition form(double points, double weight) {
  Criterion done = small::points("done", 2,
                                 Steps{{{parse_interval("> 90"), 2},
                                        {parse_interval("[70, 90]"), points},
                                        {parse_interval("< 70"), 0}}});
  done.title.en = "Tasks done";
  Criterion root =
      small::inner("form", Method::arithmetic_mean,
                   {small::weighted(weight, small::inner("tasks", Method::sum, {done})),
                    small::weighted(1 - weight, small::leaf("extra"))});
  IndexDefinition definition = small::definition(root);
  definition.groups = {Grouping::Kind::limits, {"A"}, {1.0}, "B"};
  return definition;
}

TEST(DifferenceTextTest, ShowsTheNodesThatChangedAndNothingElse) {
  IndexDefinition after = form(0.5, 0.5);
  after.decimals = 1;
  after.tree.children[1].provenance.note = "another one";

  EXPECT_EQ(to_text(difference(Index(form(1, 0.5)), Index(after))),
            "small-1 -> small-1: 2 changes, 1 in documentation\n"
            "form\n"
            "  tasks\n"
            "    done (Tasks done)\n"
            "      * points of step 2 ([70, 90]) 1 -> 0.5\n"
            "data and head\n"
            "  * display: unrounded -> 1 decimal\n"
            "documentation only\n"
            "  * extra: another note\n");
  EXPECT_EQ(to_text(difference(Index(after), Index(after))), "small-1 -> small-1: no difference\n");
}

TEST(DifferenceTextTest, SaysWhomEachChangeMoves) {
  // a: 0.5 * 1 + 0.5 * 2 = 1.5 -> 0.25 * 0.5 + 0.75 * 2 = 1.625; b: 0.5 * 2 + 0.5 * 1.5 = 1.75 ->
  // 0.25 * 2 + 0.75 * 1.5 = 1.625. Of a the points alone take 0.25, with the other weights 0.125:
  // in the mean 0.1875; so the weights bring 0.125 + 0.1875 = 0.3125. b loses 0.125 by weights.
  // Ranks: 2 1 before, both 1 after. The points alone change none; the weights alone put a (1.75)
  // before b (1.625), both alike. So for a the weights bring -1 alone, -1 upon the points; for b +1
  // alone and 0 upon the points: +0.5 in the mean, and the points the rest, -0.5.
  const auto differences = difference(Index(form(1, 0.5)), Index(form(0.5, 0.25)));
  const Panel panel = small::panel({"done", "extra"}, {{80, 2}, {95, 1.5}});
  const Attribution why = attribute(differences, panel);

  EXPECT_EQ(
      to_text(differences, &why),
      "small-1 -> small-1: 2 changes\n"
      "form\n"
      "  * weights: tasks 0.5 -> 0.25, extra 0.5 -> 0.75\n"
      "    moves 2 units, most a by +0.3125, and 2 ranks\n"
      "  tasks\n"
      "    done (Tasks done)\n"
      "      * points of step 2 ([70, 90]) 1 -> 0.5\n"
      "        moves 1 unit, most a by -0.1875, and 1 rank\n"
      "2020: 2 of 2 units move\n"
      "  a: 1.5 -> 1.625 (+0.125), rank 2 -> 1; by form weights +0.3125 and -1 place, done rule "
      "-0.1875\n"
      "  b: 1.75 -> 1.625 (-0.125); by form weights -0.125 and +0.5 places, done rule -0.5 "
      "places\n");
}

}  // namespace
}  // namespace chiso
