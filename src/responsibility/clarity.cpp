#include "chiso/responsibility/clarity.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <utility>

#include "base/at.hpp"
#include "chiso/base/text.hpp"
#include "chiso/evaluate/lost_points.hpp"
#include "responsibility/agency_tasks.hpp"

namespace chiso {

namespace {

using Kind = PlanFinding::Kind;
using What = ClarityCount::What;

constexpr double not_known = std::numeric_limits<double>::quiet_NaN();
// Looking for the nearest code costs as much as a thousand look-ups: these are for a person.
constexpr std::size_t kMostSuggestions = 50;

// "0.5 points", "1 point", "0.0031 points".
std::string in_points(double points) {
  std::string text = fmt::format("{:.2f}", points);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  if (text == "0") text = fmt::format("{:.2g}", points);
  return text + (text == "1" ? " point" : " points");
}

std::string counted(Size count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string as_sentence(std::string text) {
  if (text.empty()) return text;
  if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text + '.';
}

/// "A, B, C and 4 others".
class Series {
 public:
  explicit Series(std::size_t most = 3) : most_(most) {}

  // What is beyond the first few is counted, not made.
  template <class MakeName>
  void add(const MakeName& make_name) {
    if (++count_ <= most_) names_.push_back(make_name());
  }

  [[nodiscard]] Size size() const noexcept { return static_cast<Size>(count_); }

  [[nodiscard]] std::string text() const {
    std::string text;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (i > 0) text += i + 1 == count_ ? " and " : ", ";
      text += names_[i];
    }
    if (count_ > most_) text += " and " + counted(static_cast<Size>(count_ - most_), "other");
    return text;
  }

 private:
  std::size_t most_;
  std::size_t count_ = 0;
  std::vector<std::string> names_;
};

/// Tells what was met before, and forgets it all at once.
class Seen {
 public:
  explicit Seen(Size count) : round_(at(count), 0) {}
  void forget() noexcept { ++now_; }
  [[nodiscard]] bool add(Size i) { return std::exchange(round_[at(i)], now_) != now_; }

 private:
  std::vector<Size> round_;
  Size now_ = 1;
};

class Examiner {
 public:
  Examiner(const PlannedScores& planned, std::string_view unit)
      : planned_(planned),
        plan_(planned.plan()),
        unit_(unit.empty() ? plan_.definition().unit : unit),
        of_(task_criteria(plan_)),
        seen_agencies_(plan_.agencies().size()),
        seen_members_(plan_.agencies().size()) {
    const Size agencies = plan_.agencies().size();
    is_nameless_.resize(at(agencies));
    is_named_.resize(at(agencies));
    for (Size i = 0; i < agencies; ++i) {
      const Agency& agency = plan_.agency(i);
      is_nameless_[at(i)] = agency.is_group && agency.members.empty();
    }
    for (Size i = 0; i < agencies; ++i) {
      const auto members = plan_.members(i);
      is_named_[at(i)] = std::any_of(members.begin(), members.end(),
                                     [this](Size member) { return !is_nameless_[at(member)]; });
    }
    std::vector<std::pair<Size, Size>> tasks;
    for (Size task = 0; task < plan_.tasks().size(); ++task) {
      for (const Size criterion : of_.of_task[task]) tasks.emplace_back(criterion, task);
    }
    tasks_of_ = by_key(tasks, std::ssize(of_.criteria));
    place_criteria();
  }

  Clarity run(bool is_unit_asked_for) {
    if (is_unit_asked_for) require_unit();
    indices();
    unknown_codes();
    criteria();
    agencies();
    tasks();
    std::stable_sort(clarity_.findings.begin(), clarity_.findings.end(),
                     [](const auto& a, const auto& b) { return a.severity < b.severity; });
    return std::move(clarity_);
  }

 private:
  void add(Kind kind, Severity severity, std::string_view subject, std::string place,
           std::string message, std::string remedy, const Location& location,
           double points = not_known) {
    clarity_.findings.push_back({kind, severity, std::string(subject), std::move(place),
                                 std::move(message), std::move(remedy), points, location});
  }

  [[nodiscard]] const std::string& called(Size agency) const {
    const Agency& of = plan_.agency(agency);
    return of.title.text(of.code);
  }

  // ---- Indices
  // -----------------------------------------------------------------------------------

  void require_unit() const {
    std::vector<std::string> known;
    for (const Scores& scores : planned_.scores()) {
      if (scores.units().find(unit_)) return;
      const auto units = scores.units().names();
      known.insert(known.end(), units.begin(), units.end());
    }
    if (planned_.scores().empty()) return;
    throw NotFoundError(fmt::format("no result has a unit '{}'{}", unit_, suggestion(unit_, known)),
                        std::string(unit_));
  }

  void indices() {
    const auto& all = plan_.definition().indices;
    for (const PlanIndex& index : all) {
      if (planned_.find(index.key) >= 0) continue;
      add(Kind::index_without_scores, Severity::note, "index", index.key,
          fmt::format("There is no result of '{}', so that neither its codes nor what was lost in "
                      "it were looked at.",
                      index.definition),
          "Score it, and look at the plan together with the result.", index.location);
    }
  }

  // ---- Criteria
  // ----------------------------------------------------------------------------------

  /// A criterion with tasks: by result and node if there is a result, else as it is written.
  struct Subject {
    Size scores = -1;
    Size node = -1;
    std::vector<Size> slots;  ///< In of_.criteria: the composite may be written in two ways.
  };

  void place_criteria() {
    std::vector<std::vector<Size>> subject_of(planned_.scores().size());
    for (std::size_t s = 0; s < subject_of.size(); ++s) {
      subject_of[s].assign(at(planned_.scores()[s].index().size()), -1);
    }
    for (Size slot = 0; slot < std::ssize(of_.criteria); ++slot) {
      const CriterionRef& ref = of_.criteria[at(slot)];
      const Size scores = planned_.find(ref.index);
      const Size node = scores < 0 ? -1 : planned_.node(scores, ref);
      is_unknown_.push_back(scores >= 0 && node < 0);
      if (is_unknown_.back()) continue;
      if (node >= 0 && subject_of[at(scores)][at(node)] >= 0) {
        subjects_[at(subject_of[at(scores)][at(node)])].slots.push_back(slot);
        continue;
      }
      if (node >= 0) subject_of[at(scores)][at(node)] = std::ssize(subjects_);
      subjects_.push_back({scores, node, {slot}});
    }
  }

  [[nodiscard]] CriterionRef ref_of(Size scores, Size node) const {
    const std::string& key = plan_.indices()[planned_.index_of(scores)];
    if (node == Index::root()) return {key, {}};
    return {key, planned_.scores()[at(scores)].index().codes()[node]};
  }

  // "'Direction of the reform' (par:F1)".
  [[nodiscard]] std::string called(Size scores, Size node) const {
    const std::string ref = to_string(ref_of(scores, node));
    const Index& index = planned_.scores()[at(scores)].index();
    const Title& own = index.node(node).title;
    const Title& title = node == Index::root() && own == Title() ? index.definition().title : own;
    const std::string& text = title.text(ref);
    return text == ref ? fmt::format("'{}'", ref) : fmt::format("'{}' ({})", text, ref);
  }

  void unknown_codes() {
    struct Mentions {
      const CriterionRef* ref;
      Size scores;
      Series by{5};
      const Location* first;
    };
    std::vector<Mentions> unknown;
    std::unordered_map<std::string, std::size_t> position;
    const auto mention = [&](const CriterionRef& ref, std::string_view what,
                             const std::string& code, const Location& location) {
      const Size scores = planned_.find(ref.index);
      if (scores < 0 || planned_.node(scores, ref) >= 0) return;
      const auto [known, is_new] = position.try_emplace(to_string(ref), unknown.size());
      if (is_new) unknown.push_back({&ref, scores, Series{5}, &location});
      unknown[known->second].by.add([&] { return fmt::format("{} {}", what, code); });
    };
    const PlanDefinition& all = plan_.definition();
    for (const PlanArea& area : all.areas) {
      for (const CriterionRef& ref : area.criteria) mention(ref, "area", area.code, area.location);
    }
    for (const Baseline& given : all.baseline) {
      mention(given.criterion, "the baseline of", given.period.text(), given.location);
    }
    for (Size i = 0; i < plan_.targets().size(); ++i) {
      const Target& target = plan_.target(i);
      mention(target.criterion, "target", plan_.targets()[i], target.location);
    }
    for (Size i = 0; i < plan_.tasks().size(); ++i) {
      const Task& task = plan_.task(i);
      for (std::size_t k = 0; k < task.criteria.size(); ++k) {
        const Size slot = of_.of_task[i][k];
        if (is_unknown_[at(slot)]) mention(task.criteria[k], "task", task.code, task.location);
      }
      for (const TaskEffect& effect : task.effects) {
        mention(effect.criterion, "an effect of task", task.code, task.location);
      }
    }
    std::size_t suggestions = 0;
    for (const Mentions& of : unknown) {
      const Index& index = planned_.scores()[at(of.scores)].index();
      const std::string& definition =
          plan_.definition().indices[at(planned_.index_of(of.scores))].definition;
      std::string near;
      if (++suggestions <= kMostSuggestions) {
        near = suggestion(of.ref->code, index.codes().names());
      }
      add(Kind::unknown_code, Severity::error, "criterion", to_string(*of.ref),
          fmt::format("There is no criterion '{}' in '{}', the edition that was scored{}. The plan "
                      "is for '{}'; {} {} it.",
                      of.ref->code, index.name(), near, definition, of.by.text(),
                      of.by.size() == 1 ? "names" : "name"),
          definition == index.name()
              ? "Correct the code."
              : "Correct the code, or score with the edition that the plan was written for.",
          *of.first);
    }
  }

  void criteria() {
    std::vector<std::vector<const Subject*>> of_result(planned_.scores().size());
    for (const Subject& subject : subjects_) {
      if (subject.scores >= 0) of_result[at(subject.scores)].push_back(&subject);
    }
    auto next = subjects_.begin();
    for (const PlanIndex& index : plan_.definition().indices) {
      const Size scores = planned_.find(index.key);
      if (scores >= 0) {
        auto& list = of_result[at(scores)];
        std::sort(list.begin(), list.end(),
                  [](const Subject* a, const Subject* b) { return a->node < b->node; });
        losses(scores, list);
        for (const Subject* subject : list) leads_of(*subject);
      }
      // Subjects stand by index of the plan.
      for (; next != subjects_.end() && of_.criteria[at(next->slots[0])].index == index.key;
           ++next) {
        if (next->scores < 0) leads_of(*next);
      }
    }
  }

  void leads_of(const Subject& subject) {
    seen_agencies_.forget();
    seen_members_.forget();
    Series leads;
    Series tasks;
    Size first_task = -1;
    for (const Size slot : subject.slots) {
      for (const Size task : tasks_of_[slot]) {
        tasks.add([&] { return plan_.task(task).code; });
        if (first_task < 0 || task < first_task) first_task = task;
        for (const Size agency : named_leads(task)) {
          if (!seen_agencies_.add(agency)) continue;
          count_leads(agency, leads);
        }
      }
    }
    const CriterionRef& written = of_.criteria[at(subject.slots[0])];
    const std::string place =
        to_string(subject.node < 0 ? written : ref_of(subject.scores, subject.node));
    const Location& location = plan_.task(first_task).location;
    if (leads.size() == 0) {
      add(Kind::no_lead, Severity::warning, "criterion", place,
          fmt::format("Nobody who is named leads what is done for this criterion, in {}: {}.",
                      counted(tasks.size(), "task"), tasks.text()),
          "Write under `lead` of these tasks who answers for the result.", location);
    } else if (leads.size() > 1) {
      add(Kind::several_leads, Severity::warning, "criterion", place,
          fmt::format("{} lead what is done for this criterion, in {}: {}.",
                      fmt::format("{} agencies", leads.size()), counted(tasks.size(), "task"),
                      leads.text()),
          "Write who answers for the criterion as a whole, or let each task name the criteria "
          "below "
          "it that it is for.",
          location);
    }
  }

  // ---- Losses
  // ------------------------------------------------------------------------------------

  void losses_not_known(Size scores, std::string message, std::string remedy) {
    const PlanIndex& index = plan_.definition().indices[at(planned_.index_of(scores))];
    add(Kind::index_without_scores, Severity::note, "index", index.key, std::move(message),
        std::move(remedy), index.location);
  }

  void losses(Size scores, const std::vector<const Subject*>& with_tasks) {
    if (unit_.empty()) return;
    const Scores& result = planned_.scores()[at(scores)];
    const Index& index = result.index();
    if (!result.units().find(unit_)) {
      losses_not_known(scores,
                       fmt::format("The result of '{}' has no unit '{}'{}, so that what it lost "
                                   "was not looked at.",
                                   index.name(), unit_, suggestion(unit_, result.units().names())),
                       "Score data with this unit, or say whose losses count.");
      return;
    }
    std::vector<LostPoints> lost;
    try {
      lost = lost_points(result, unit_);
    } catch (const DataError& error) {
      const Problem& problem = error.problems().front();
      losses_not_known(scores,
                       fmt::format("What '{}' lost in '{}' is not known: {}.", unit_, index.name(),
                                   problem.message),
                       as_sentence(problem.remedy));
      return;
    }
    Losses(*this, scores, std::move(lost), with_tasks).run();
  }

  /// Looks for criteria of one result that lose points and that no task is for.
  class Losses {
   public:
    Losses(Examiner& examiner, Size scores, std::vector<LostPoints> lost,
           const std::vector<const Subject*>& with_tasks)
        : examiner_(examiner),
          scores_(scores),
          index_(examiner.planned_.scores()[at(scores)].index()),
          lost_(std::move(lost)),
          least_(1e-9 * lost_[0].points),
          has_task_(lost_.size(), false),
          is_bare_(lost_.size(), true) {
      for (const Subject* subject : with_tasks) has_task_[at(subject->node)] = true;
      for (Size i = index_.size() - 1; i >= 0; --i) {
        if (has_task_[at(i)]) is_bare_[at(i)] = false;
        const Size parent = index_.parent(i);
        if (parent >= 0 && !is_bare_[at(i)]) is_bare_[at(parent)] = false;
      }
    }

    void run() {
      enum class Next : char { leave, look, look_in_the_dark };  // Where nobody knows who lost.
      std::vector<Next> next(lost_.size(), Next::leave);
      next[0] = Next::look;
      for (Size i = 0; i < index_.size(); ++i) {
        if (next[at(i)] == Next::leave || has_task_[at(i)]) continue;
        const bool is_known = !std::isnan(lost_[at(i)].points);
        if (is_known && !(lost_[at(i)].points > least_)) continue;
        if (is_bare_[at(i)]) {
          if (is_known) {
            loses(down_to_who_loses(i), lost_[at(i)].points);
          } else if (next[at(i)] == Next::look_in_the_dark) {
            may_lose(i);
          }
          continue;
        }
        // Something below has a task, so that the children are looked at one by one.
        const bool has_unsplit = is_known && lost_[at(i)].unsplit > least_;
        const bool is_dark = (has_unsplit && !loses_apart(i)) ||
                             (!is_known && next[at(i)] == Next::look_in_the_dark);
        for (const Size child : index_.children(i)) {
          const bool is_child_known = !std::isnan(lost_[at(child)].points);
          next[at(child)] = is_child_known ? Next::look
                            : is_dark      ? Next::look_in_the_dark
                                           : Next::leave;
        }
      }
    }

   private:
    [[nodiscard]] bool loses_points(Size node) const { return lost_[at(node)].points > least_; }

    /// The lowest node that loses all that is lost below `node`.
    [[nodiscard]] Size down_to_who_loses(Size node) const {
      while (!(lost_[at(node)].unsplit > least_)) {
        const auto children = index_.children(node);
        const auto loses = [this](Size child) { return loses_points(child); };
        const auto first = std::find_if(children.begin(), children.end(), loses);
        if (first == children.end() || std::any_of(first + 1, children.end(), loses)) break;
        node = *first;
      }
      return node;
    }

    /// Where the unsplit points of a node lie below children without any task: says so.
    bool loses_apart(Size node) {
      Series names;
      for (const Size child : index_.children(node)) {
        if (!std::isnan(lost_[at(child)].points)) continue;
        if (!is_bare_[at(child)]) return false;
        names.add([&] { return examiner_.called(scores_, child); });
      }
      const double points = lost_[at(node)].unsplit;
      if (names.size() == 0) {
        add(Severity::note, node,
            fmt::format("{} loses {} in {} that no criterion below loses alone, and no task is for "
                        "the whole of it.",
                        examiner_.unit_, in_points(points), examiner_.called(scores_, node)),
            points);
        return true;
      }
      add(Severity::error, node,
          fmt::format("{} loses {} in {}, and no task is for {}.", examiner_.unit_,
                      in_points(points), names.text(),
                      names.size() == 1 ? "it"
                                        : "any of them, nor is it known which of them lost "
                                          "how much"),
          points);
      return true;
    }

    void may_lose(Size node) {
      add(Severity::note, node,
          fmt::format("No task is for {}. Whether {} loses points there is not known: nothing "
                      "limits its best score, and others beside it may have lost them.",
                      examiner_.called(scores_, node), examiner_.unit_),
          not_known);
    }

    void loses(Size node, double points) {
      const bool is_leaf = index_.is_leaf(node);
      add(Severity::error, node,
          fmt::format("{} loses {} in {}, and no task is for it{}.{}", examiner_.unit_,
                      in_points(points), examiner_.called(scores_, node),
                      is_leaf ? "" : " or for anything below it",
                      is_leaf ? "" : where_most_is_lost(node)),
          points);
    }

    [[nodiscard]] std::string where_most_is_lost(Size node) const {
      std::vector<std::pair<double, Size>> below;
      std::vector<Size> open{node};
      while (!open.empty()) {
        const Size at_hand = open.back();
        open.pop_back();
        const auto children = index_.children(at_hand);
        open.insert(open.end(), children.rbegin(), children.rend());
        const double points =
            children.empty() ? lost_[at(at_hand)].points : lost_[at(at_hand)].unsplit;
        if (at_hand != node && points > least_) below.emplace_back(-points, at_hand);
      }
      if (below.size() < 2) return {};
      const std::size_t most = std::min<std::size_t>(below.size(), 3);
      std::partial_sort(below.begin(), below.begin() + static_cast<Size>(most), below.end());
      below.resize(most);
      Series names;
      for (const auto& [points, leaf] : below) {
        names.add([&, points = points, leaf = leaf] {
          return fmt::format("{} ({})", examiner_.called(scores_, leaf), in_points(-points));
        });
      }
      return fmt::format(" Most is lost in {}.", names.text());
    }

    void add(Severity severity, Size node, std::string message, double points) {
      const std::string ref = to_string(examiner_.ref_of(scores_, node));
      const auto& indices = examiner_.plan_.definition().indices;
      examiner_.add(
          Kind::no_task, severity, "criterion", ref, std::move(message),
          fmt::format("Write a task with `of: [\"{}\"]`, or add the criterion to `of` of a "
                      "task that serves it.",
                      ref),
          indices[at(examiner_.planned_.index_of(scores_))].location, points);
    }

    Examiner& examiner_;
    Size scores_;
    const Index& index_;
    std::vector<LostPoints> lost_;
    double least_;  // Less is rounding.
    std::vector<bool> has_task_;
    std::vector<bool> is_bare_;  // Neither the node nor one below it has a task.
  };

  // ---- Agencies
  // ----------------------------------------------------------------------------------

  void agencies() {
    const Size count = plan_.agencies().size();
    // An agency has what its groups have.
    std::vector<Size> tasks(at(count), 0);
    std::vector<bool> is_used(at(count), false);
    std::vector<Size> open;
    const auto use = [&](Size agency) {
      if (is_used[at(agency)]) return;
      is_used[at(agency)] = true;
      open.push_back(agency);
    };
    for (Size task = 0; task < plan_.tasks().size(); ++task) {
      seen_agencies_.forget();
      for (const auto& [role, agency] : plan_.assigned(task)) {
        use(agency);
        if (seen_agencies_.add(agency)) ++tasks[at(agency)];
      }
      for (const std::string& code : plan_.task(task).addressees) use(plan_.agencies().at(code));
    }
    std::vector<bool> has_tasks(at(count), false);
    for (Size i = 0; i < count; ++i) {
      if (tasks[at(i)] == 0) continue;
      for (const Size member : plan_.members(i)) has_tasks[at(member)] = true;
    }
    while (!open.empty()) {
      const Agency& agency = plan_.agency(open.back());
      open.pop_back();
      for (const std::string& code : agency.members) use(plan_.agencies().at(code));
    }
    for (Size i = 0; i < count; ++i) {
      const Agency& agency = plan_.agency(i);
      const std::string_view what = agency.is_group ? "group" : "agency";
      if (is_nameless_[at(i)] && has_tasks[at(i)]) {
        add(Kind::group_without_members, Severity::warning, "agency", agency.code,
            fmt::format(
                "The members of the group '{}' are not named, and it has {}.", called(i),
                tasks[at(i)] == 0 ? "tasks by another group" : counted(tasks[at(i)], "task")),
            "Write its `members`: what is given to the group is then each member's task.",
            agency.location);
      }
      if (!is_used[at(i)]) {
        add(Kind::agency_without_task, Severity::note, "agency", agency.code,
            fmt::format("The {} '{}' has no task, and none is submitted to it.", what, called(i)),
            "Give it a task, or remove it from the plan.", agency.location);
      }
    }
  }

  // ---- Tasks
  // -------------------------------------------------------------------------------------

  /// Who leads a task, as it is written; the standing agency where nobody else does.
  [[nodiscard]] std::vector<Size> named_leads(Size task) const {
    std::vector<Size> leads;
    for (const TaskRole role : {TaskRole::lead, TaskRole::standing_agency}) {
      for (const auto& assigned : plan_.assigned(task)) {
        if (assigned.role == role) leads.push_back(assigned.agency);
      }
      if (!leads.empty()) break;
    }
    return leads;
  }

  /// Adds those who are meant by an agency, each once.
  void count_leads(Size agency, Series& leads) {
    for (const Size member : plan_.members(agency)) {
      if (is_nameless_[at(member)] || !seen_members_.add(member)) continue;
      leads.add([&] { return called(member); });
    }
  }

  void tasks() {
    auto& summary = clarity_.summary;
    for (const What what : {What::person, What::task, What::responsibility, What::time}) {
      summary[static_cast<std::size_t>(what)] = {what, 0, plan_.tasks().size()};
    }
    const auto count = [&summary](What what, bool is_clear) {
      summary[static_cast<std::size_t>(what)].clear += is_clear ? 1 : 0;
    };
    for (Size i = 0; i < plan_.tasks().size(); ++i) {
      const Task& task = plan_.task(i);
      const bool has_person = person(i, task);
      count(What::person, has_person);
      count(What::responsibility, has_person && one_lead(i, task));
      const bool has_criterion = criterion(i, task);
      count(What::time, time(task));
      count(What::task, product(task) && has_criterion);
    }
  }

  void add(Kind kind, Severity severity, const Task& task, std::string message,
           std::string remedy) {
    add(kind, severity, "task", task.code, std::move(message), std::move(remedy), task.location);
  }

  bool person(Size i, const Task& task) {
    const auto assigned = plan_.assigned(i);
    if (std::any_of(assigned.begin(), assigned.end(),
                    [this](const auto& each) { return is_named_[at(each.agency)]; })) {
      return true;
    }
    if (assigned.empty()) {
      add(Kind::nobody_responsible, Severity::error, task, "This task is given to nobody.",
          "Write under `lead` who answers for it.");
      return false;
    }
    Series groups;
    seen_agencies_.forget();
    for (const auto& each : assigned) {
      if (seen_agencies_.add(each.agency)) groups.add([&] { return called(each.agency); });
    }
    add(Kind::nobody_responsible, Severity::error, task,
        fmt::format("This task is only given to groups whose members are not named: {}.",
                    groups.text()),
        "Write the `members` of the groups, or write under `lead` who answers for it.");
    return false;
  }

  bool one_lead(Size i, const Task& task) {
    const auto named = named_leads(i);
    if (named.size() == 1 && !plan_.agency(named[0]).is_group) return true;
    Series leads;
    seen_members_.forget();
    for (const Size agency : named) count_leads(agency, leads);
    if (leads.size() == 1) return true;
    if (leads.size() > 1) {
      const bool is_group = named.size() == 1;
      add(Kind::several_leads, Severity::warning, task,
          is_group ? fmt::format("{} lead this task, as the group '{}': {}.",
                                 fmt::format("{} agencies", leads.size()), called(named[0]),
                                 leads.text())
                   : fmt::format("{} lead this task: {}.", fmt::format("{} agencies", leads.size()),
                                 leads.text()),
          "Leave one of them under `lead`, and write the others under `coordinate`.");
    } else if (!named.empty()) {
      add(Kind::no_lead, Severity::warning, task,
          fmt::format("This task is led by a group whose members are not named: {}.",
                      called(named[0])),
          "Write one agency under `lead`, and the group under `coordinate`.");
    } else {
      Series others;
      seen_agencies_.forget();
      for (const auto& each : plan_.assigned(i)) {
        if (!seen_agencies_.add(each.agency)) continue;
        others.add(
            [&] { return fmt::format("{} ({})", called(each.agency), roles(i, each.agency)); });
      }
      add(Kind::no_lead, Severity::warning, task,
          fmt::format("Nobody leads this task; it names {}.", others.text()),
          "Write under `lead` who answers for the result.");
    }
    return false;
  }

  // "monitor, inspect".
  [[nodiscard]] std::string roles(Size task, Size agency) const {
    std::string words;
    for (const auto& each : plan_.assigned(task)) {
      if (each.agency != agency) continue;
      if (!words.empty()) words += ", ";
      words += task_roles()[static_cast<std::size_t>(each.role)].en;
    }
    return words;
  }

  bool criterion(Size i, const Task& task) {
    if (!of_.of_task[i].empty()) return true;
    add(Kind::no_criterion, Severity::warning, task,
        task.area.empty() ? "This task is for no criterion of any index."
                          : "Neither this task nor its area is for a criterion of any index.",
        "Write under `of` which criteria it is for, or the key of an index for all of it.");
    return false;
  }

  bool time(const Task& task) {
    if (is_timed(task)) return true;
    add(Kind::no_due_date, Severity::warning, task, "Nothing says until when this task is done.",
        "Write `due: 2025-12-31`, or how often it comes again: `every: year`, or `every: always`.");
    return false;
  }

  bool product(const Task& task) {
    if (!task.product.empty() || !task.evidence.empty()) return true;
    add(Kind::no_product, Severity::note, task,
        "Nothing says what is there when this task is done, nor how that is proved.",
        "Write `product` (a report, a decision, a service) or `evidence`.");
    return false;
  }

  const PlannedScores& planned_;
  const Plan& plan_;
  std::string_view unit_;
  TaskCriteria of_;
  Lists<Size> tasks_of_;           // By position in of_.criteria.
  std::vector<bool> is_unknown_;   // The same.
  std::vector<Subject> subjects_;  // By index of the plan.
  std::vector<bool> is_nameless_;  // By agency: a group, and nobody knows of whom.
  std::vector<bool> is_named_;     // By agency: it means somebody.
  Seen seen_agencies_;
  Seen seen_members_;
  Clarity clarity_;
};

}  // namespace

std::string_view name(PlanFinding::Kind kind) noexcept {
  switch (kind) {
    case Kind::nobody_responsible:
      return "nobody_responsible";
    case Kind::no_lead:
      return "no_lead";
    case Kind::several_leads:
      return "several_leads";
    case Kind::no_task:
      return "no_task";
    case Kind::no_criterion:
      return "no_criterion";
    case Kind::no_due_date:
      return "no_due_date";
    case Kind::no_product:
      return "no_product";
    case Kind::unknown_code:
      return "unknown_code";
    case Kind::group_without_members:
      return "group_without_members";
    case Kind::agency_without_task:
      return "agency_without_task";
    case Kind::index_without_scores:
      return "index_without_scores";
  }
  return {};
}

std::string_view name(ClarityCount::What what) noexcept {
  switch (what) {
    case What::person:
      return "person";
    case What::task:
      return "task";
    case What::responsibility:
      return "responsibility";
    case What::time:
      return "time";
  }
  return {};
}

Clarity clarity(const PlannedScores& planned, std::string_view unit) {
  return Examiner(planned, unit).run(!unit.empty());
}

}  // namespace chiso
