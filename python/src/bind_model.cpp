#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bindings.hpp"
#include "chiso/model/index.hpp"

namespace chiso::python {

namespace {

using Ends = std::pair<std::optional<Period>, std::optional<Period>>;

template <class T>
using Entries = std::vector<DatedEntry<T>>;

std::optional<std::string> day(const std::optional<Date>& date) {
  return date ? std::optional(to_string(*date)) : std::nullopt;
}

/// One value with its periods; `T` is bound as the result of `convert`.
template <class T, class Convert>
void bind_entry(py::module_& m, const char* name, const char* doc, Convert convert) {
  using Entry = DatedEntry<T>;
  py::class_<Entry>(m, name, doc)
      .def_property_readonly("value", [convert](const Entry& self) { return convert(self.value); })
      .def_property_readonly(
          "in_force",
          [](const Entry& self) {
            return Ends{self.in_force.from, self.in_force.to};
          },
          "First and last period; None: open.")
      .def(
          "holds",
          [](const Entry& self, const Period& period) { return self.in_force.contains(period); },
          "period"_a, "Whether it is in force when the period closes.")
      .def_property_readonly(
          "published", [](const Entry& self) { return day(self.published); },
          "ISO day of publication, or None.")
      .def_readonly("provenance", &Entry::provenance);
}

std::vector<std::string> variables_of(const Criterion& node) {
  std::vector<std::string> codes;
  for (const auto* terms : {&node.measure.terms, &node.measure.denominator}) {
    for (const auto& term : *terms) {
      if (std::find(codes.begin(), codes.end(), term.variable) == codes.end()) {
        codes.push_back(term.variable);
      }
    }
  }
  return codes;
}

/// With those that its formulas name.
std::vector<std::string> reads_of(const Index& index, const Criterion& node) {
  std::vector<std::string> codes = variables_of(node);
  for (const auto& entry : node.rule.entries()) {
    const auto* rule = std::get_if<FormulaRule>(&entry.value);
    if (rule == nullptr) continue;
    for (std::string& name : rule->formula.names()) {
      if (!index.variable_codes().find(name)) continue;  // A parameter.
      if (std::find(codes.begin(), codes.end(), name) == codes.end()) {
        codes.push_back(std::move(name));
      }
    }
  }
  return codes;
}

}  // namespace

void bind_model(py::module_& m) {
  py::enum_<Status>(m, "Status", "How sure a part of a definition is.")
      .value("official", Status::official)
      .value("derived", Status::derived)
      .value("illustrative", Status::illustrative);
  py::enum_<MissingPolicy>(m, "MissingPolicy", "What a missing child does to its parent.")
      .value("error", MissingPolicy::error)
      .value("no_score", MissingPolicy::no_score)
      .value("renormalise", MissingPolicy::renormalise)
      .value("reduce_maximum", MissingPolicy::reduce_maximum);
  py::enum_<NotApplicable>(m, "NotApplicable", "What a leaf does with a not applicable cell.")
      .value("missing", NotApplicable::missing)
      .value("full_points", NotApplicable::full_points)
      .value("exclude", NotApplicable::exclude);
  py::enum_<Role>(m, "Role", "What a child is to a sum.")
      .value("part", Role::part)
      .value("bonus", Role::bonus)
      .value("penalty", Role::penalty);
  py::enum_<Polarity>(m, "Polarity", "Whether more is better.")
      .value("positive", Polarity::positive)
      .value("negative", Polarity::negative);

  py::class_<Title>(m, "Title", "A name in English and Vietnamese; either may be empty.")
      .def_readonly("en", &Title::en)
      .def_readonly("vi", &Title::vi);

  py::class_<Provenance>(m, "Provenance", "Where a part of a definition comes from.")
      .def_readonly("status", &Provenance::status)
      .def_readonly("source", &Provenance::source)
      .def_readonly("reference", &Provenance::reference)
      .def_property_readonly(
          "checked", [](const Provenance& self) { return day(self.checked); },
          "ISO day of the last comparison with the source, or None.")
      .def_readonly("note", &Provenance::note);

  py::class_<Variable>(m, "Variable", "A raw measured column.")
      .def_readonly("code", &Variable::code)
      .def_readonly("title", &Variable::title)
      .def_readonly("unit", &Variable::unit, "Unit of measurement.")
      .def_property_readonly(
          "range", [](const Variable& self) { return to_string(self.range); },
          "Values outside are refused.")
      .def_property_readonly(
          "bounds",
          [](const Variable& self) { return std::pair(self.range.lower, self.range.upper); },
          "Of the range; either may be infinite.")
      .def_readonly("zero_is_missing", &Variable::zero_is_missing)
      .def_readonly("categories", &Variable::categories, "From worst to best; empty for a number.")
      .def_readonly("provenance", &Variable::provenance);

  py::class_<Parameter>(m, "Parameter", "A named number that formulas use.")
      .def_readonly("code", &Parameter::code)
      .def_readonly("title", &Parameter::title)
      .def_readonly("unit", &Parameter::unit, "Unit of measurement.")
      .def_property_readonly(
          "value", [](const Parameter& self) { return self.value.entries(); }, "Dated values.")
      .def_readonly("provenance", &Parameter::provenance);

  py::class_<Grouping> grouping(m, "Grouping", "How units are put into named groups.");
  py::enum_<Grouping::Kind>(grouping, "Kind")
      .value("none", Grouping::Kind::none)
      .value("limits", Grouping::Kind::limits)
      .value("quantiles", Grouping::Kind::quantiles)
      .value("natural_breaks", Grouping::Kind::natural_breaks);
  grouping.def_readonly("kind", &Grouping::kind)
      .def_readonly("names", &Grouping::names, "Best first.")
      .def_readonly("limits", &Grouping::limits)
      .def_readonly("below", &Grouping::below);

  py::class_<Aggregation>(m, "Aggregation", "How the scores of children become their parent's.")
      .def_property_readonly("method",
                             [](const Aggregation& self) { return std::string(name(self.method)); })
      .def_readonly("power", &Aggregation::power, "Of a power mean.")
      .def_readonly("upward_penalty", &Aggregation::upward_penalty)
      .def_property_readonly(
          "relative_weights",
          [](const Aggregation& self) { return self.weights == Aggregation::Weights::relative; },
          "Whether weights are divided by their sum instead of adding up to 1 or 100.")
      .def_readonly("times", &Aggregation::times)
      .def_readonly("scale_to", &Aggregation::scale_to);

  bind_entry<double>(m, "DatedNumber", "A number with the periods for which it holds.",
                     [](double value) { return value; });
  bind_entry<Rule>(m, "DatedRule", "A rule, in words, with the periods for which it holds.",
                   [](const Rule& rule) { return describe(rule); });

  py::class_<Criterion>(m, "Criterion", "One node of an index as its definition states it.")
      .def_readonly("code", &Criterion::code)
      .def_readonly("title", &Criterion::title)
      .def_readonly("provenance", &Criterion::provenance, "Its own; `Index.provenance` inherits.")
      .def_property_readonly(
          "weight", [](const Criterion& self) { return self.weight.entries(); },
          "Dated values; empty if none is given.")
      .def_property_readonly(
          "maximum", [](const Criterion& self) { return self.maximum.entries(); },
          "Dated values; empty if none is given.")
      .def_readonly("role", &Criterion::role)
      .def_readonly("cap", &Criterion::cap)
      .def_property_readonly(
          "published",
          [](const Criterion& self) -> std::optional<std::pair<std::string, double>> {
            if (!self.published) return std::nullopt;
            return std::pair{self.published->variable, self.published->tolerance};
          },
          "Variable with the published value and its tolerance, or None.")
      .def_readonly("aggregation", &Criterion::aggregation, "Of an inner node.")
      .def_readonly("missing", &Criterion::missing, "Of an inner node.")
      .def_readonly("at_least", &Criterion::at_least, "Of an inner node.")
      .def_property_readonly(
          "rule", [](const Criterion& self) { return self.rule.entries(); }, "Of a leaf; dated.")
      .def_readonly("polarity", &Criterion::polarity, "Of a leaf.")
      .def_readonly("not_applicable", &Criterion::not_applicable, "Of a leaf.")
      .def_property_readonly("variables", &variables_of, "Of a leaf: what its measure reads.")
      .def_property_readonly("is_leaf", &Criterion::is_leaf);

  py::class_<Index>(m, "Index", "A validated definition; immutable, shared by its copies.")
      .def_property_readonly("name", &Index::name)
      .def_property_readonly("family", [](const Index& self) { return self.definition().index; })
      .def_property_readonly("edition", [](const Index& self) { return self.definition().edition; })
      .def_property_readonly(
          "title", [](const Index& self) -> const Title& { return self.definition().title; },
          py::return_value_policy::reference_internal)
      .def_property_readonly("publisher",
                             [](const Index& self) { return self.definition().publisher; })
      .def_property_readonly(
          "periods",
          [](const Index& self) {
            return Ends{self.definition().periods.from, self.definition().periods.to};
          },
          "First and last period in force; None: open.")
      .def_property_readonly(
          "units", [](const Index& self) { return self.definition().units; },
          "Name list of its units, or ''.")
      .def_property_readonly("decimals",
                             [](const Index& self) { return self.definition().decimals; })
      .def_property_readonly("rank_on_displayed",
                             [](const Index& self) { return self.definition().rank_on_displayed; })
      .def_property_readonly(
          "groups", [](const Index& self) -> const Grouping& { return self.definition().groups; },
          py::return_value_policy::reference_internal)
      .def_property_readonly("is_dated", &Index::is_dated)
      .def("__len__", &Index::size)
      .def_property_readonly("codes",
                             [](const Index& self) { return to_vector(self.codes().names()); })
      .def("at", &Index::at, "code"_a, "Position of a node. Raises NotFoundError.")
      .def(
          "node",
          [](const Index& self, Size i) -> const Criterion& {
            if (i < 0 || i >= self.size()) throw py::index_error("no such node");
            return self.node(i);
          },
          "position"_a, py::return_value_policy::reference_internal)
      .def(
          "provenance",
          [](const Index& self, Size i) -> const Provenance& {
            if (i < 0 || i >= self.size()) throw py::index_error("no such node");
            return self.provenance(i);
          },
          "position"_a, py::return_value_policy::reference_internal,
          "Of a node, with what it leaves open taken from its ancestors and the head.")
      .def_property_readonly(
          "parents",
          [](const Index& self) {
            std::vector<Size> parents;
            for (Size i = 0; i < self.size(); ++i) parents.push_back(self.parent(i));
            return parents;
          },
          "Position of each node's parent; -1 for the composite.")
      .def_property_readonly("depths",
                             [](const Index& self) {
                               std::vector<int> depths;
                               for (Size i = 0; i < self.size(); ++i)
                                 depths.push_back(self.depth(i));
                               return depths;
                             })
      .def_property_readonly("leaves", [](const Index& self) { return to_vector(self.leaves()); })
      .def_property_readonly("variables",
                             [](const Index& self) { return to_vector(self.variables()); })
      .def_property_readonly("parameters",
                             [](const Index& self) { return to_vector(self.parameters()); })
      .def_property_readonly(
          "previous_variables",
          [](const Index& self) { return to_vector(self.previous_variables()); },
          "Positions of variables of which a formula reads the period before.")
      .def(
          "reads",
          [](const Index& self, Size i) {
            if (i < 0 || i >= self.size()) throw py::index_error("no such node");
            return reads_of(self, self.node(i));
          },
          "position"_a, "Codes of the variables that a leaf reads by its measure or formulas.")
      .def_property_readonly(
          "variable_codes",
          [](const Index& self) { return to_vector(self.variable_codes().names()); })
      .def(py::self == py::self)  // NOLINT(misc-redundant-expression): the operator's binding.
      .def("__hash__", [](const Index& self) { return py::hash(py::str(self.name())); })
      .def("__copy__", [](const Index& self) { return self; })
      .def(
          "__deepcopy__", [](const Index& self, const py::dict&) { return self; }, "memo"_a)
      .def("__repr__", [](const Index& self) { return "<Index " + self.name() + ">"; });
}

}  // namespace chiso::python
