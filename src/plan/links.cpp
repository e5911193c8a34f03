#include "plan/links.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <string_view>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "base/code.hpp"
#include "base/nearest.hpp"
#include "base/shown.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/text.hpp"

namespace chiso {

namespace {

// A search for the nearest name costs as much as a thousand look-ups: these are for a person.
constexpr int kMostSuggestions = 100;
// Members of members: nested groups of a short text could fill any memory.
constexpr Size kMostMembers = 10'000'000;
// Codes of a path that are shown.
constexpr std::size_t kMostOfPath = 12;

std::size_t index_of(Size i) noexcept { return static_cast<std::size_t>(i); }

std::string where(const Location& location, Size position) {
  return location.line > 0 ? fmt::format("in line {}", location.line)
                           : fmt::format("at position {}", position + 1);
}

bool exists(const Date& date) noexcept {
  using std::chrono::day;
  using std::chrono::month;
  using std::chrono::year;
  return date.year >= 1 && date.year <= 9999 && date.month >= 1 && date.month <= 12 &&
         date.day >= 1 && date.day <= 31 &&
         (year(date.year) / month(static_cast<unsigned>(date.month)) /
          day(static_cast<unsigned>(date.day)))
             .ok();
}

bool is_reversed(const PeriodRange& period) noexcept {
  return period.from && period.to && period.to->last_day() < period.from->first_day();
}

// Names that the plan declares.
class Declared {
 public:
  explicit Declared(std::string_view what) : what_(what) {}

  // The position of the first of that name; a new one if it is none yet.
  std::pair<Size, bool> add(std::string_view name, Size position) {
    const auto [known, is_new] = positions_.emplace(name, position);
    if (is_new) order_.push_back(name);
    return {known->second, is_new};
  }

  [[nodiscard]] Size find(std::string_view name) const {
    const auto found = positions_.find(name);
    return found == positions_.end() ? -1 : found->second;
  }

  [[nodiscard]] const std::string& what() const noexcept { return what_; }

  // "there is no agency 'x' (did you mean 'y'?)".
  std::string missing(std::string_view name) {
    const auto [known, is_new] = near_.emplace(name, std::string());
    if (is_new && std::ssize(near_) <= kMostSuggestions) {
      if (names_.empty()) names_.assign(order_.begin(), order_.end());
      known->second = nearest_or_all(name, names_);
    }
    return fmt::format("there is no {} '{}'{}", what_, shown(name), known->second);
  }

  // What to suggest for a name.
  void suggest(std::string_view name, std::string_view declared) {
    near_.emplace(name, fmt::format(" (did you mean '{}'?)", declared));
  }

 private:
  std::string what_;
  std::unordered_map<std::string_view, Size> positions_;
  std::vector<std::string_view> order_;
  std::vector<std::string> names_;  // The same for suggestions, when the first is asked for.
  std::unordered_map<std::string, std::string> near_;
};

// Tells the first time that something is met in a round.
class Once {
 public:
  explicit Once(std::size_t count) : last_(count, -1) {}

  bool first(std::size_t what, Size round) { return std::exchange(last_[what], round) != round; }

 private:
  std::vector<Size> last_;
};

class Linker {
 public:
  explicit Linker(const PlanDefinition& plan) : plan_(plan) {}

  Links run() {
    head();
    declare(indices_, plan_.indices, &PlanIndex::key, "key");
    declare(agencies_, plan_.agencies, &Agency::code, "code");
    declare(areas_, plan_.areas, &PlanArea::code, "code");
    Declared task_codes("task");
    declare(task_codes, plan_.tasks, &Task::code, "code");
    indices();
    regions();
    agencies();
    groups();
    parents();
    areas();
    baseline();
    targets();
    tasks();
    problems_.raise<SpecError>();
    expand();
    problems_.raise<SpecError>();
    links_.agency_names = NameList(std::move(spellings_));
    return std::move(links_);
  }

 private:
  void add(const Location& location, std::string place, std::string message,
           std::string remedy = {}) {
    problems_.add(location.line > 0 ? location : plan_.location, std::move(place),
                  std::move(message), std::move(remedy));
  }

  // How a part of the plan reports what is wrong with it.
  auto faults_of(const Location& location, const std::string& code, std::string_view what,
                 std::size_t position) {
    return [this, &location, &code, what, position](std::string message, std::string remedy = {}) {
      add(location, code.empty() ? fmt::format("{} {}", what, position + 1) : shown(code),
          std::move(message), std::move(remedy));
    };
  }

  template <class Part>
  void declare(Declared& declared, const std::vector<Part>& parts, std::string Part::*code,
               std::string_view called) {
    const std::string& what = declared.what();
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::string& name = parts[i].*code;
      const auto fault = faults_of(parts[i].location, name, what, i);
      if (name.empty()) {
        fault(fmt::format("the {} has no {}", what, called));
        continue;
      }
      if (!is_code(name)) {
        fault(fmt::format("expected letters, digits, '.', '_' and '-' in a {}, got '{}'", called,
                          shown(name)));
      }
      const auto [first, is_new] = declared.add(name, static_cast<Size>(i));
      if (is_new) continue;
      fault(fmt::format("the {} '{}' stands twice, first {}", what, shown(name),
                        where(parts[index_of(first)].location, first)),
            fmt::format("give every {} a {} of its own", what, called));
    }
  }

  // ---- Head -------------------------------------------------------------------------------------

  void head() {
    const auto fault = [this](std::string_view key, std::string message, std::string remedy = {}) {
      add(plan_.location, std::string(key), std::move(message), std::move(remedy));
    };
    if (plan_.plan.empty()) {
      fault("plan", "expected a name, got nothing");
    } else if (!is_code(plan_.plan)) {
      fault("plan",
            fmt::format("expected letters, digits, '.', '_' and '-', got '{}'", shown(plan_.plan)));
    }
    if (is_reversed(plan_.period)) {
      fault("period",
            fmt::format("expected `from` before `to`, got from {} to {}", plan_.period.from->text(),
                        plan_.period.to->text()),
            "exchange them");
    }
    date(plan_.issued, "issued", [&](std::string message) { fault("issued", std::move(message)); });
    date(plan_.provenance.checked, "checked",
         [&](std::string message) { fault("checked", std::move(message)); });
  }

  template <class Fault>
  static void date(const std::optional<Date>& date, std::string_view what, const Fault& fault) {
    if (date && !exists(*date)) {
      fault(fmt::format("`{}`: the day {} does not exist", what, to_string(*date)));
    }
  }

  // ---- What is declared -------------------------------------------------------------------------

  void indices() {
    std::unordered_map<std::string_view, std::string_view> keys;
    for (std::size_t i = 0; i < plan_.indices.size(); ++i) {
      const auto& [key, definition, location] = plan_.indices[i];
      const auto fault = faults_of(location, key, "index", i);
      if (definition.empty()) {
        fault("the key names no definition", "name a family, or one edition of it");
        continue;
      }
      if (!is_code(definition)) {
        fault(
            fmt::format("expected letters, digits, '.', '_' and '-' in the name of a "
                        "definition, got '{}'",
                        shown(definition)));
      }
      const auto [same, is_new] = keys.emplace(definition, key);
      if (!is_new && same->second != key) {
        fault(fmt::format("the definition '{}' has two keys, '{}' and '{}'", shown(definition),
                          shown(same->second), shown(key)),
              "remove one");
      }
    }
  }

  void regions() {
    for (std::size_t i = 0; i < plan_.regions.size(); ++i) {
      const auto& [name, units, location] = plan_.regions[i];
      const auto fault = faults_of(location, name, "region", i);
      if (name.empty()) {
        fault("the region has no name");
      } else {
        sound_name(name, fault);
        const auto [first, is_new] = regions_.add(name, static_cast<Size>(i));
        if (!is_new) {
          fault(fmt::format("the region '{}' stands twice, first {}", shown(name),
                            where(plan_.regions[index_of(first)].location, first)),
                "remove one");
        }
      }
      if (units.empty()) fault("the region has no units", "list those that are compared");
      std::unordered_set<std::string_view> seen;
      for (const auto& unit : units) {
        if (unit.empty()) {
          fault("the name of a unit is empty");
          continue;
        }
        sound_name(unit, fault);
        if (!seen.insert(unit).second) {
          fault(fmt::format("the unit '{}' stands twice", shown(unit)), "remove one");
        }
      }
    }
  }

  // Tables write lists of names into one cell.
  template <class Fault>
  static void sound_name(std::string_view name, const Fault& fault) {
    std::string_view found;
    if (first_invalid_utf8(name) >= 0) {
      fault("a name is not valid UTF-8", "save the file as UTF-8");
      return;
    }
    if (name.find_first_of("\n\r") != std::string_view::npos) {
      found = "a line break";
    } else if (std::any_of(name.begin(), name.end(), is_control)) {
      found = "a control character";
    } else if (name.find(';') != std::string_view::npos) {
      found = "';'";
    } else {
      return;
    }
    fault(fmt::format("the name '{}' has {} in it", shown(name), found),
          "write it in one line and without ';': tables separate names by them");
  }

  // ---- Agencies ---------------------------------------------------------------------------------

  void agencies() {
    for (std::size_t i = 0; i < plan_.agencies.size(); ++i) {
      const Agency& agency = plan_.agencies[i];
      const auto fault = faults_of(agency.location, agency.code, "agency", i);
      date(agency.provenance.checked, "checked", fault);
      if (!agency.members.empty() && !agency.is_group) {
        fault(fmt::format("the agency has members, '{}' first, and is no group",
                          shown(agency.members.front())),
              "make it a group, or remove its members");
      }
      NameList::Entry entry{agency.code, {}};
      for (const std::string* title : {&agency.title.en, &agency.title.vi}) {
        if (!title->empty()) entry.aliases.push_back(*title);
      }
      for (const auto& alias : agency.aliases) {
        if (alias.empty()) {
          fault("an alias is empty");
        } else {
          entry.aliases.push_back(alias);
        }
      }
      for (const auto& spelling : entry.aliases) sound_name(spelling, fault);
      // Of an agency that stands twice all names do: that has been said.
      if (agency.code.empty() || agencies_.find(agency.code) != static_cast<Size>(i)) continue;
      own(agency.code, static_cast<Size>(i), fault);
      for (const auto& spelling : entry.aliases) own(spelling, static_cast<Size>(i), fault);
      spellings_.push_back(std::move(entry));
    }
  }

  // Whoever reads a spelling must know who is meant.
  template <class Fault>
  void own(const std::string& spelling, Size agency, const Fault& fault) {
    const auto [known, is_new] = owners_.emplace(match_key(spelling), agency);
    if (is_new || known->second == agency) return;
    const Agency& other = plan_.agencies[index_of(known->second)];
    fault(fmt::format("'{}' means two agencies, '{}' {} and '{}'", shown(spelling),
                      shown(other.code), where(other.location, known->second),
                      shown(plan_.agencies[index_of(agency)].code)),
          "write codes, titles and aliases so that they differ by more than case, blanks and "
          "punctuation");
  }

  // The agency of a code; -1 if there is none, which is said.
  template <class Fault>
  Size agency(const std::string& code, std::string_view what, const Fault& fault) {
    if (code.empty()) {
      fault(fmt::format("`{}`: the code of an agency is empty", what));
      return -1;
    }
    const Size found = agencies_.find(code);
    if (found >= 0) return found;
    if (const auto owner = owners_.find(match_key(code)); owner != owners_.end()) {
      agencies_.suggest(code, plan_.agencies[index_of(owner->second)].code);
    }
    fault(fmt::format("`{}`: {}", what, agencies_.missing(code)),
          "declare it under `agencies`, or correct the code");
    return -1;
  }

  void groups() {
    Once once(plan_.agencies.size());
    for (std::size_t i = 0; i < plan_.agencies.size(); ++i) {
      const Agency& group = plan_.agencies[i];
      const auto fault = faults_of(group.location, group.code, "agency", i);
      for (const auto& code : group.members) {
        const Size member = agency(code, "members", fault);
        if (member < 0) continue;
        if (once.first(index_of(member), static_cast<Size>(i))) {
          named_members_.add(member);
        } else {
          fault(fmt::format("`members`: the agency '{}' stands twice", code), "remove one");
        }
      }
      named_members_.close();
    }
    members_first_ = walk(named_members_, [this](std::span<const Size> path) {
      circle(path, "the group contains itself", "remove one of them from the members of another");
    });
  }

  void parents() {
    Lists<Size> to;
    for (std::size_t i = 0; i < plan_.agencies.size(); ++i) {
      const Agency& child = plan_.agencies[i];
      if (!child.parent.empty()) {
        const Size parent =
            agency(child.parent, "parent", faults_of(child.location, child.code, "agency", i));
        if (parent >= 0) to.add(parent);
      }
      to.close();
    }
    const auto order = walk(to, [this](std::span<const Size> path) {
      circle(path, "the agency belongs to itself", "leave out the `parent` of the highest");
    });
    links_.top.resize(plan_.agencies.size());
    for (const Size i : order) {
      links_.top[index_of(i)] = to[i].empty() ? i : links_.top[index_of(to[i].front())];
    }
  }

  void circle(std::span<const Size> path, std::string_view what, std::string_view remedy) {
    const auto code = [this](Size i) -> const std::string& {
      return plan_.agencies[index_of(i)].code;
    };
    std::string text;
    for (std::size_t i = 0; i < path.size(); ++i) {
      if (path.size() > kMostOfPath && i == kMostOfPath / 2) {
        const std::size_t left_out = path.size() - kMostOfPath;
        text += fmt::format("({} more) -> ", left_out);
        i += left_out;
      }
      text += shown(code(path[i])) + " -> ";
    }
    const Agency& first = plan_.agencies[index_of(path.front())];
    add(first.location, shown(first.code), fmt::format("{}: {}{}", what, text, shown(first.code)),
        std::string(remedy));
  }

  // Who is meant by each agency. Groups come behind the groups in them.
  void expand() {
    std::vector<std::vector<Size>> of_group(plan_.agencies.size());
    Once once(plan_.agencies.size());
    Size steps = 0;
    for (const Size group : members_first_) {
      if (named_members_[group].empty()) continue;
      std::vector<Size>& all = of_group[index_of(group)];
      const auto take = [&](Size member) {
        ++steps;
        if (once.first(index_of(member), group)) all.push_back(member);
      };
      for (const Size member : named_members_[group]) {
        const std::vector<Size>& inner = of_group[index_of(member)];
        if (inner.empty()) {
          take(member);
        } else {
          std::for_each(inner.begin(), inner.end(), take);
        }
        if (steps <= kMostMembers) continue;
        const Agency& at = plan_.agencies[index_of(group)];
        add(at.location, at.code,
            fmt::format("the groups have more than {} members, counting those of the groups in "
                        "them",
                        kMostMembers),
            "nest fewer groups");
        return;
      }
    }
    for (std::size_t i = 0; i < of_group.size(); ++i) {
      if (of_group[i].empty()) links_.members.add(static_cast<Size>(i));
      for (const Size member : of_group[i]) links_.members.add(member);
      links_.members.close();
    }
  }

  // ---- Criteria ---------------------------------------------------------------------------------

  // Whether a criterion can be of this plan; what is wrong with it is said.
  template <class Fault>
  bool criterion(const CriterionRef& ref, std::string_view what, const Fault& fault) {
    if (ref.index.empty()) {
      fault(fmt::format("`{}`: a criterion names no index", what), "write it as key:code");
      return false;
    }
    if (indices_.find(ref.index) < 0) {
      fault(fmt::format("`{}`: {}", what, indices_.missing(ref.index)),
            "declare it under `indices`, or correct the key");
      return false;
    }
    if (!ref.code.empty() && !is_code(ref.code)) {
      fault(
          fmt::format("`{}`: expected letters, digits, '.', '_' and '-' in the code of a "
                      "criterion, got '{}'",
                      what, shown(ref.code)));
      return false;
    }
    return true;
  }

  template <class Fault>
  void criteria(const std::vector<CriterionRef>& refs, const Fault& fault) {
    bool sound = true;
    for (const auto& ref : refs) sound = criterion(ref, "of", fault) && sound;
    if (refs.size() < 2 || !sound) return;
    sorted_.clear();
    for (const auto& ref : refs) sorted_.push_back(&ref);
    const auto less = [](const CriterionRef* a, const CriterionRef* b) {
      return std::tie(a->index, a->code) < std::tie(b->index, b->code);
    };
    std::sort(sorted_.begin(), sorted_.end(), less);
    for (std::size_t i = 1; i < sorted_.size(); ++i) {
      if (*sorted_[i] != *sorted_[i - 1] || (i > 1 && *sorted_[i] == *sorted_[i - 2])) continue;
      fault(fmt::format("`of`: the criterion '{}' stands twice", to_string(*sorted_[i])),
            "remove one");
    }
  }

  void areas() {
    for (std::size_t i = 0; i < plan_.areas.size(); ++i) {
      const PlanArea& area = plan_.areas[i];
      criteria(area.criteria, faults_of(area.location, area.code, "area", i));
    }
  }

  // ---- Baseline and targets ---------------------------------------------------------------------

  void baseline() {
    std::unordered_set<std::string> seen;
    for (std::size_t i = 0; i < plan_.baseline.size(); ++i) {
      const Baseline& given = plan_.baseline[i];
      const std::string of = to_string(given.criterion);
      const auto fault = faults_of(given.location, of, "baseline", i);
      criterion(given.criterion, "of", fault);
      date(given.provenance.checked, "checked", fault);
      if (!given.score && !given.rank) fault("the baseline has neither a score nor a rank");
      if (given.score && !std::isfinite(*given.score)) {
        fault(fmt::format("expected a finite score, got {}", to_string(*given.score)),
              "leave out what is not known");
      }
      if (given.rank && !(std::isfinite(*given.rank) && *given.rank >= 1.0)) {
        fault(fmt::format("expected a rank of 1 or more, got {}", to_string(*given.rank)),
              "leave out what is not known");
      }
      if (given.period.text().empty()) {
        fault("the baseline has no period");
        continue;
      }
      if (!seen.insert(of + ' ' + given.period.text()).second) {
        fault(fmt::format("the baseline of {} stands twice", given.period.text()), "remove one");
      }
      const auto [latest, is_first] = links_.baseline.emplace(of, static_cast<Size>(i));
      if (!is_first && plan_.baseline[index_of(latest->second)].period < given.period) {
        latest->second = static_cast<Size>(i);
      }
    }
  }

  void targets() {
    std::unordered_map<std::string_view, std::size_t> codes;
    for (std::size_t i = 0; i < plan_.targets.size(); ++i) {
      const Target& target = plan_.targets[i];
      if (target.code.empty()) continue;
      const auto fault = faults_of(target.location, target.code, "target", i);
      if (!is_code(target.code)) {
        fault(fmt::format("expected letters, digits, '.', '_' and '-' in a code, got '{}'",
                          shown(target.code)));
      }
      const auto [first, is_new] = codes.emplace(target.code, i);
      if (is_new) continue;
      fault(fmt::format(
                "the target '{}' stands twice, first {}", shown(target.code),
                where(plan_.targets[first->second].location, static_cast<Size>(first->second))),
            "give every target a code of its own, or leave it out");
    }
    std::unordered_map<std::string, int> made_up;
    for (std::size_t i = 0; i < plan_.targets.size(); ++i) {
      const Target& target = plan_.targets[i];
      links_.targets.push_back(target.code);
      if (target.code.empty()) {
        std::string base = fmt::format("{}.{}", to_string(target.criterion), name(target.quantity));
        std::replace(base.begin(), base.end(), ':', '-');
        std::string& code = links_.targets.back();
        int& number = made_up[base];
        do {
          ++number;
          code = number == 1 ? base : fmt::format("{}-{}", base, number);
        } while (codes.contains(code));
      }
      this->target(target, links_.targets.back(), i);
    }
  }

  void target(const Target& target, const std::string& code, std::size_t position) {
    using Against = Target::Against;
    using Quantity = Target::Quantity;
    const auto fault = faults_of(target.location, code, "target", position);
    const bool sound = criterion(target.criterion, "of", fault);
    date(target.provenance.checked, "checked", fault);
    range(target, fault);
    if (!target.region.empty()) {
      if (target.quantity != Quantity::rank) {
        fault(fmt::format("a region is for ranks, and the target is a {}",
                          target.quantity == Quantity::score ? "score" : "percentage"),
              "leave out the region, or promise a rank");
      }
      if (regions_.find(target.region) < 0) {
        fault("`region`: " + regions_.missing(target.region),
              "declare it under `regions`, or correct the name");
      }
    }
    if (target.against != Against::baseline || !sound) return;
    const std::string of = to_string(target.criterion);
    const std::string_view what = target.quantity == Quantity::rank ? "rank" : "score";
    const auto found = links_.baseline.find(of);
    if (found == links_.baseline.end()) {
      fault(fmt::format("the target is against the baseline, and '{}' has none", of),
            fmt::format("give its {} under `baseline`", what));
      return;
    }
    const Baseline& latest = plan_.baseline[index_of(found->second)];
    if (!(target.quantity == Quantity::rank ? latest.rank : latest.score)) {
      fault(fmt::format("the target is against the baseline, and that of '{}' of {} has no {}", of,
                        latest.period.text(), what),
            fmt::format("give the {} there too", what));
    } else if (!target.region.empty() && target.quantity == Quantity::rank) {
      fault("the target is against the baseline, whose rank is among all units",
            "leave out the region, or state the ranks that are promised");
    }
  }

  template <class Fault>
  static void range(const Target& target, const Fault& fault) {
    const Interval& range = target.range;
    if (std::isnan(range.lower) || std::isnan(range.upper) || range.empty()) {
      fault(fmt::format("no number is in the range {}", to_string(range)),
            range.lower > range.upper ? "exchange its bounds" : "");
      return;
    }
    if (std::isinf(range.lower) && std::isinf(range.upper)) {
      fault("every number is in the range, so that nothing is promised",
            "give a bound, such as \"<= 10\"");
      return;
    }
    const bool is_change = target.against != Target::Against::nothing;
    if (target.quantity == Target::Quantity::rank && !is_change &&
        (range.upper < 1.0 || (range.upper == 1.0 && !range.upper_closed))) {
      fault(fmt::format("ranks begin with 1, and the range is {}", to_string(range)));
    }
    if (target.quantity == Target::Quantity::percent) {
      const double least = is_change ? -100.0 : 0.0;
      for (const double bound : {range.lower, range.upper}) {
        if (std::isinf(bound) || (bound >= least && bound <= 100.0)) continue;
        fault(
            fmt::format("expected {} to 100 percent, got {}", to_string(least), to_string(bound)));
      }
    }
  }

  // ---- Tasks ------------------------------------------------------------------------------------

  void tasks() {
    Once roles(plan_.agencies.size() * index_of(task_role_count));
    Once addressees(plan_.agencies.size());
    links_.area.reserve(plan_.tasks.size());
    for (std::size_t i = 0; i < plan_.tasks.size(); ++i) {
      const Task& task = plan_.tasks[i];
      const auto round = static_cast<Size>(i);
      const auto fault = faults_of(task.location, task.code, "task", i);
      links_.area.push_back(task.area.empty() ? -1 : areas_.find(task.area));
      if (!task.area.empty() && links_.area.back() < 0) {
        fault("`area`: " + areas_.missing(task.area),
              "declare it under `areas`, or correct the code");
      }
      criteria(task.criteria, fault);
      for (const auto& [role, code] : task.assignments) {
        if (static_cast<std::size_t>(role) >= index_of(task_role_count)) {
          fault(fmt::format("expected a role from 0 to {}, got {}", task_role_count - 1,
                            static_cast<int>(role)));
          continue;
        }
        const Size found = agency(code, name(role), fault);
        if (found < 0) continue;
        links_.assigned.add({role, found});
        const auto cell = index_of(found * task_role_count) + static_cast<std::size_t>(role);
        if (!roles.first(cell, round)) {
          fault(fmt::format("`{}`: the agency '{}' stands twice", name(role), code), "remove one");
        }
      }
      links_.assigned.close();
      for (const auto& code : task.addressees) {
        const Size found = agency(code, "to", fault);
        if (found >= 0 && !addressees.first(index_of(found), round)) {
          fault(fmt::format("`to`: the agency '{}' stands twice", code), "remove one");
        }
      }
      when(task, fault);
      numbers(task, fault);
      news(task, fault);
      date(task.provenance.checked, "checked", fault);
    }
  }

  template <class Fault>
  void when(const Task& task, const Fault& fault) const {
    if (!task.due) return;
    if (!exists(*task.due)) {
      date(task.due, "due", fault);
      return;
    }
    if (task.recurrence == Recurrence::continuous) {
      fault(fmt::format("the task goes on all the time, and is due on {}", to_string(*task.due)),
            "leave out one of them");
    }
    const PeriodRange& period = plan_.period;
    if (is_reversed(period)) return;
    if ((period.from && *task.due < period.from->first_day()) ||
        (period.to && *task.due > period.to->last_day())) {
      fault(fmt::format("the due date {} is outside the period of the plan ({})",
                        to_string(*task.due), period.to_string()),
            "correct one of them");
    }
  }

  template <class Fault>
  void numbers(const Task& task, const Fault& fault) {
    if (task.cost && !(std::isfinite(*task.cost) && *task.cost >= 0.0)) {
      fault(fmt::format("expected a cost that is finite and not negative, got {}",
                        to_string(*task.cost)));
    }
    for (const auto& effect : task.effects) {
      criterion(effect.criterion, "effects", fault);
      if (!std::isfinite(effect.amount)) {
        fault(fmt::format("`effects`: expected a finite amount, got {}", to_string(effect.amount)));
      }
    }
  }

  template <class Fault>
  static void news(const Task& task, const Fault& fault) {
    const bool comes_again = task.recurrence && *task.recurrence != Recurrence::once &&
                             *task.recurrence != Recurrence::continuous;
    const TaskNews* done = nullptr;
    for (const auto& item : task.news) {
      if (!exists(item.date)) {
        fault(fmt::format("`news`: the day {} does not exist", to_string(item.date)));
      }
      if (item.percent && !(*item.percent >= 0.0 && *item.percent <= 100.0)) {
        fault(fmt::format("the news of {}: expected 0 to 100 percent, got {}", to_string(item.date),
                          to_string(*item.percent)));
      }
      if (item.status == TaskStatus::done) {
        done = &item;
      } else if (item.status == TaskStatus::not_started && done != nullptr && !comes_again) {
        fault(fmt::format("the task is done on {} and not started on {}", to_string(done->date),
                          to_string(item.date)),
              "correct one of the news; a task that is taken up again is in progress");
      }
    }
  }

  const PlanDefinition& plan_;
  Problems problems_;
  Declared indices_{"index"};
  Declared regions_{"region"};
  Declared agencies_{"agency"};
  Declared areas_{"area"};
  std::vector<NameList::Entry> spellings_;
  std::unordered_map<std::string, Size> owners_;  // Agency by match key.
  Lists<Size> named_members_;
  std::vector<Size> members_first_;  // Agencies behind their members.
  std::vector<const CriterionRef*> sorted_;
  Links links_;
};

}  // namespace

Links link(const PlanDefinition& plan) { return Linker(plan).run(); }

}  // namespace chiso
