#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bindings.hpp"
#include "chiso/plan/plan.hpp"

namespace chiso::python {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// In one language, else in the other, else `otherwise`.
const std::string& text_of(const Title& title, bool vi, const std::string& otherwise) {
  return vi && !title.vi.empty() ? title.vi : title.text(otherwise);
}

/// "a, b, c" of what `field` says of each element.
template <class Range, class Field>
std::string joined(const Range& range, std::string_view separator, Field field) {
  std::string text;
  for (const auto& element : range) {
    if (!text.empty()) text += separator;
    text += field(element);
  }
  return text;
}

std::string as_text(const std::vector<CriterionRef>& criteria) {
  return joined(criteria, ", ", [](const CriterionRef& ref) { return to_string(ref); });
}

std::string_view word(const std::optional<Status>& status) {
  if (!status) return {};
  switch (*status) {
    case Status::official:
      return "official";
    case Status::derived:
      return "derived";
    case Status::illustrative:
      return "illustrative";
  }
  return {};
}

/// The parts of a plan by position, for columns of them.
template <class Part>
std::vector<const Part*> parts(const Labels& labels, const Plan& plan,
                               const Part& (Plan::*part)(Size) const) {
  std::vector<const Part*> list;
  for (Size i = 0; i < labels.size(); ++i) list.push_back(&(plan.*part)(i));
  return list;
}

/// What frames of a plan show, in one language.
class PlanColumns {
 public:
  PlanColumns(const Plan& plan, bool vi) : plan_(plan), vi_(vi) {}

  py::list agency_titles() const { return titles(parts(plan_.agencies(), plan_, &Plan::agency)); }
  py::list area_titles() const { return titles(parts(plan_.areas(), plan_, &Plan::area)); }
  py::list task_titles() const { return titles(parts(plan_.tasks(), plan_, &Plan::task)); }

  py::list target_titles() const {
    py::list list;
    for (Size i = 0; i < plan_.targets().size(); ++i) {
      list.append(text_of(plan_.target(i).title, vi_, std::string()));
    }
    return list;
  }

  /// Titles of those who answer for each task or do it.
  py::list who() const {
    return agencies_with([](TaskRole role) {
      return raci(role) == Raci::accountable || raci(role) == Raci::responsible;
    });
  }

  py::dict agencies() const {
    const auto list = parts(plan_.agencies(), plan_, &Plan::agency);
    py::dict columns;
    columns["code"] = texts(list, &Agency::code);
    columns["title"] = titles(list);
    columns["head"] = texts(list, &Agency::head);
    columns["parent"] = texts(list, &Agency::parent);
    columns["group"] = gathered(list, [](const Agency* a) { return a->is_group; });
    columns["members"] = texts(list, [&](const Agency* a) {
      return joined(a->members, ", ", [](std::string_view code) { return code; });
    });
    columns["also called"] = texts(list, [](const Agency* a) {
      return joined(a->aliases, "; ", [](std::string_view alias) { return alias; });
    });
    return columns;
  }

  py::dict areas() const {
    const auto list = parts(plan_.areas(), plan_, &Plan::area);
    std::vector<Size> tasks(list.size());
    for (Size t = 0; t < plan_.tasks().size(); ++t) {
      if (const Size area = plan_.area_of(t); area >= 0) ++tasks[static_cast<std::size_t>(area)];
    }
    py::dict columns;
    columns["code"] = texts(list, &PlanArea::code);
    columns["title"] = titles(list);
    columns["criteria"] = texts(list, [](const PlanArea* a) { return as_text(a->criteria); });
    columns["tasks"] = gathered(tasks, [](Size n) { return n; });
    return columns;
  }

  py::dict targets() const {
    const auto list = parts(plan_.targets(), plan_, &Plan::target);
    py::dict columns;
    columns["code"] = texts(plan_.targets().names(), [](std::string_view code) { return code; });
    columns["title"] = target_titles();
    columns["criterion"] = texts(list, [](const Target* t) { return to_string(t->criterion); });
    columns["target"] = texts(list, [](const Target* t) { return describe(*t); });
    columns["quantity"] = texts(list, [](const Target* t) { return name(t->quantity); });
    columns["against"] = texts(list, [](const Target* t) { return name(t->against); });
    columns["lower"] = gathered(list, [](const Target* t) { return t->range.lower; });
    columns["upper"] = gathered(list, [](const Target* t) { return t->range.upper; });
    columns["region"] = texts(list, &Target::region);
    columns["by"] = texts(list, [](const Target* t) { return t->by ? t->by->text() : ""; });
    add_provenance(columns, list);
    return columns;
  }

  py::dict tasks() const {
    const auto list = parts(plan_.tasks(), plan_, &Plan::task);
    py::dict columns;
    columns["code"] = texts(list, &Task::code);
    columns["title"] = titles(list);
    columns["paragraph"] = texts(list, &Task::paragraph);
    columns["area"] = texts(list, &Task::area);
    columns["area title"] = area_of_task();
    columns["criteria"] = criteria();
    for (const TaskRoleNames& role : task_roles()) {
      const auto has_role = [&](TaskRole other) { return other == role.role; };
      if (is_used(role.role)) columns[key(role.word)] = agencies_with(has_role);
    }
    columns["submitted to"] = texts(list, [this](const Task* t) {
      return joined(
          t->addressees, "; ", [this](const std::string& code) -> auto& {
            return text_of(plan_.agency(plan_.agencies().at(code)).title, vi_, code);
          });
    });
    columns["due"] = days(list, &Task::due);
    columns["every"] = texts(list, [](const Task* t) {
      return t->recurrence ? name(*t->recurrence) : std::string_view();
    });
    columns["product"] = texts(list, &Task::product);
    columns["evidence"] = texts(list, &Task::evidence);
    columns["cost"] = gathered(list, [](const Task* t) { return t->cost.value_or(nan); });
    add_provenance(columns, list);
    return columns;
  }

 private:
  static py::str key(std::string_view text) { return py::str(text.data(), text.size()); }

  template <class Part>
  py::list titles(const std::vector<const Part*>& list) const {
    return texts(
        list, [this](const Part* p) -> auto& { return text_of(p->title, vi_, p->code); });
  }

  template <class Part>
  static void add_provenance(py::dict& columns, const std::vector<const Part*>& list) {
    columns["status"] = texts(list, [](const Part* p) { return word(p->provenance.status); });
    columns["source"] =
        texts(list, [](const Part* p) -> std::string_view { return p->provenance.source; });
  }

  py::list area_of_task() const {
    py::list list(static_cast<std::size_t>(plan_.tasks().size()));
    for (Size t = 0; t < plan_.tasks().size(); ++t) {
      const Size area = plan_.area_of(t);
      list[static_cast<std::size_t>(t)] =
          area < 0 ? std::string() : text_of(plan_.area(area).title, vi_, plan_.areas()[area]);
    }
    return list;
  }

  py::list criteria() const {
    py::list list(static_cast<std::size_t>(plan_.tasks().size()));
    for (Size t = 0; t < plan_.tasks().size(); ++t) {
      const auto refs = plan_.criteria(t);
      list[static_cast<std::size_t>(t)] =
          joined(refs, ", ", [](const CriterionRef& ref) { return to_string(ref); });
    }
    return list;
  }

  bool is_used(TaskRole role) const {
    for (Size t = 0; t < plan_.tasks().size(); ++t) {
      for (const Plan::Assigned& assigned : plan_.assigned(t)) {
        if (assigned.role == role) return true;
      }
    }
    return false;
  }

  /// Titles of the agencies that have one of the roles in each task.
  template <class Wanted>
  py::list agencies_with(Wanted wanted) const {
    py::list list(static_cast<std::size_t>(plan_.tasks().size()));
    for (Size t = 0; t < plan_.tasks().size(); ++t) {
      std::string names;
      std::vector<Size> seen;
      for (const Plan::Assigned& assigned : plan_.assigned(t)) {
        const bool is_new = std::find(seen.begin(), seen.end(), assigned.agency) == seen.end();
        if (!is_new || !wanted(assigned.role)) continue;
        const Agency& agency = plan_.agency(assigned.agency);
        if (!names.empty()) names += "; ";
        names += text_of(agency.title, vi_, agency.code);
        seen.push_back(assigned.agency);
      }
      list[static_cast<std::size_t>(t)] = names;
    }
    return list;
  }

  const Plan& plan_;
  bool vi_;
};

/// A method of PlanColumns as one of Plan.
template <class Result>
auto in_language(Result (PlanColumns::*column)() const) {
  return [column](const Plan& self, bool vi) { return (PlanColumns(self, vi).*column)(); };
}

py::dict baseline(const Plan& self) {
  const auto& list = self.definition().baseline;
  py::dict columns;
  columns["criterion"] = texts(list, [](const Baseline& b) { return to_string(b.criterion); });
  columns["period"] =
      texts(list, [](const Baseline& b) -> std::string_view { return b.period.text(); });
  columns["score"] = gathered(list, [](const Baseline& b) { return b.score.value_or(nan); });
  columns["rank"] = gathered(list, [](const Baseline& b) { return b.rank.value_or(nan); });
  columns["source"] =
      texts(list, [](const Baseline& b) -> std::string_view { return b.provenance.source; });
  return columns;
}

/// One row an agency, role and task.
py::dict assignments(const Plan& self) {
  std::vector<Size> task;
  std::vector<Plan::Assigned> assigned;
  for (Size t = 0; t < self.tasks().size(); ++t) {
    for (const Plan::Assigned& one : self.assigned(t)) {
      task.push_back(t);
      assigned.push_back(one);
    }
  }
  using A = Plan::Assigned;
  py::dict columns;
  columns["task"] = gathered(task, [](Size t) { return t; });
  columns["agency"] = gathered(assigned, &A::agency);
  columns["role"] = texts(assigned, [](const A& a) { return name(a.role); });
  columns["letter"] =
      texts(assigned, [](const A& a) { return std::string(1, letter(raci(a.role))); });
  return columns;
}

py::dict news(const Plan& self) {
  std::vector<std::pair<Size, const TaskNews*>> list;
  for (Size t = 0; t < self.tasks().size(); ++t) {
    for (const TaskNews& item : self.task(t).news) list.emplace_back(t, &item);
  }
  using N = std::pair<Size, const TaskNews*>;
  py::dict columns;
  columns["task"] = gathered(list, &N::first);
  columns["date"] = days(list, [](const N& n) { return std::optional(n.second->date); });
  columns["status"] = texts(list, [](const N& n) { return name(n.second->status); });
  columns["percent"] = gathered(list, [](const N& n) { return n.second->percent.value_or(nan); });
  columns["evidence"] =
      texts(list, [](const N& n) -> std::string_view { return n.second->evidence; });
  columns["note"] = texts(list, [](const N& n) -> std::string_view { return n.second->note; });
  return columns;
}

const char* word(TaskEffect::Kind kind) {
  switch (kind) {
    case TaskEffect::Kind::add_value:
      return "add";
    case TaskEffect::Kind::set_value:
      return "to";
    case TaskEffect::Kind::add_points:
      return "add_points";
    case TaskEffect::Kind::set_points:
      return "to_points";
  }
  return "";
}

py::dict effects(const Plan& self) {
  std::vector<std::pair<Size, const TaskEffect*>> list;
  for (Size t = 0; t < self.tasks().size(); ++t) {
    for (const TaskEffect& effect : self.task(t).effects) list.emplace_back(t, &effect);
  }
  using E = std::pair<Size, const TaskEffect*>;
  py::dict columns;
  columns["task"] = gathered(list, &E::first);
  columns["criterion"] = texts(list, [](const E& e) { return to_string(e.second->criterion); });
  columns["effect"] = texts(list, [](const E& e) { return word(e.second->kind); });
  columns["amount"] = gathered(list, [](const E& e) { return e.second->amount; });
  return columns;
}

}  // namespace

void bind_plan(py::module_& m) {
  py::enum_<TaskRole> role(m, "TaskRole", "What an agency does for a task.");
  for (const TaskRoleNames& names : task_roles()) {
    role.value(std::string(names.word).c_str(), names.role);
  }
  m.def(
      "task_role_columns",
      [] {
        const auto& roles = task_roles();
        using N = TaskRoleNames;
        py::dict columns;
        columns["role"] = texts(roles, &N::word);
        columns["en"] = texts(roles, &N::en);
        columns["vi"] = texts(roles, &N::vi);
        columns["letter"] = texts(roles, [](const N& n) { return std::string(1, letter(n.raci)); });
        return columns;
      },
      "All roles: as plans write them, in English and Vietnamese, and their RACI letters.");

  py::class_<Plan>(m, "Plan", "A validated plan; immutable, shared by its copies.")
      .def_property_readonly("name", &Plan::name)
      .def_property_readonly(
          "title", [](const Plan& self) -> const Title& { return self.definition().title; },
          py::return_value_policy::reference_internal)
      .def_property_readonly("unit", [](const Plan& self) { return self.definition().unit; })
      .def_property_readonly("authority",
                             [](const Plan& self) { return self.definition().authority; })
      .def_property_readonly("issued",
                             [](const Plan& self) { return to_date(self.definition().issued); })
      .def_property_readonly(
          "period",
          [](const Plan& self) {
            return std::pair(self.definition().period.from, self.definition().period.to);
          },
          "First and last period; None: open.")
      .def_property_readonly(
          "provenance",
          [](const Plan& self) -> const Provenance& { return self.definition().provenance; },
          py::return_value_policy::reference_internal)
      .def_property_readonly(
          "currency", [](const Plan& self) { return self.definition().currency; },
          "Unit of the costs, or ''.")
      .def_property_readonly(
          "indices",
          [](const Plan& self) {
            std::vector<std::pair<std::string, std::string>> list;
            for (const PlanIndex& index : self.definition().indices) {
              list.emplace_back(index.key, index.definition);
            }
            return list;
          },
          "Keys and what they stand for: a family or an edition.")
      .def_property_readonly("regions",
                             [](const Plan& self) {
                               py::dict regions;
                               for (const PlanRegion& region : self.definition().regions) {
                                 regions[py::str(region.name)] = region.units;
                               }
                               return regions;
                             })
      .def_property_readonly("agencies",
                             [](const Plan& self) { return to_vector(self.agencies().names()); })
      .def_property_readonly("areas",
                             [](const Plan& self) { return to_vector(self.areas().names()); })
      .def_property_readonly("targets",
                             [](const Plan& self) { return to_vector(self.targets().names()); })
      .def_property_readonly("tasks",
                             [](const Plan& self) { return to_vector(self.tasks().names()); })
      .def("find_agency", &Plan::find_agency, "spelling"_a,
           "Position of an agency by code, title or alias. Raises NotFoundError, DataError.")
      .def(
          "members",
          [](const Plan& self, Size agency) {
            if (agency < 0 || agency >= self.agencies().size()) {
              throw py::index_error("no such agency");
            }
            return to_vector(self.members(agency));
          },
          "agency"_a, "Positions of who is meant by an agency: of a group its members.")
      .def("agency_titles", in_language(&PlanColumns::agency_titles), "vi"_a)
      .def("area_titles", in_language(&PlanColumns::area_titles), "vi"_a)
      .def("task_titles", in_language(&PlanColumns::task_titles), "vi"_a)
      .def("who", in_language(&PlanColumns::who), "vi"_a,
           "Titles of those who are accountable or responsible in each task.")
      .def("agency_columns", in_language(&PlanColumns::agencies), "vi"_a)
      .def("area_columns", in_language(&PlanColumns::areas), "vi"_a)
      .def("target_columns", in_language(&PlanColumns::targets), "vi"_a)
      .def("task_columns", in_language(&PlanColumns::tasks), "vi"_a)
      .def("baseline_columns", &baseline)
      .def("assignments", &assignments, "Columns task, agency (positions), role, letter.")
      .def("news", &news, "Columns task (position), date, status, percent, evidence, note.")
      .def("effects", &effects, "Columns task (position), criterion, effect, amount.")
      .def(py::self == py::self)  // NOLINT(misc-redundant-expression): the operator's binding.
      .def("__hash__", [](const Plan& self) { return py::hash(py::str(self.name())); })
      .def("__copy__", [](const Plan& self) { return self; })
      .def(
          "__deepcopy__", [](const Plan& self, const py::dict&) { return self; }, "memo"_a)
      .def("__repr__", [](const Plan& self) { return "<Plan " + self.name() + ">"; });
}

}  // namespace chiso::python
