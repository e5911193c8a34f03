#include "chiso/model/index.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <unordered_set>

#include "chiso/base/error.hpp"
#include "model/tree.hpp"
#include "model/validate.hpp"

namespace chiso {

namespace {

std::size_t index_of(Size i) noexcept { return static_cast<std::size_t>(i); }

bool depends_on_period(const Rule& rule) {
  const auto* normaliser = std::get_if<Normaliser>(&rule);
  return normaliser != nullptr &&
         (normaliser->low.value.is_dated() || normaliser->high.value.is_dated());
}

template <class Look>
void for_formulas(const Criterion& node, Look look) {
  for (const auto& entry : node.rule.entries()) {
    if (const auto* rule = std::get_if<FormulaRule>(&entry.value)) look(*rule);
  }
}

bool depends_on_period(const Criterion& node) {
  return node.weight.is_dated() || node.maximum.is_dated() || node.rule.is_dated() ||
         std::any_of(node.rule.entries().begin(), node.rule.entries().end(),
                     [](const auto& entry) { return depends_on_period(entry.value); });
}

// The declared variables that leaves read, in their order, then the others as plain numbers.
// Those that a formula reads are declared.
std::vector<Variable> variables_read(const IndexDefinition& definition, const Tree& tree) {
  std::vector<std::string_view> read;
  std::unordered_set<std::string_view> is_read;
  for (const Size leaf : tree.leaves()) {
    const Criterion& node = tree.node(leaf);
    for (const auto* terms : {&node.measure.terms, &node.measure.denominator}) {
      for (const auto& term : *terms) {
        if (is_read.insert(term.variable).second) read.push_back(term.variable);
      }
    }
    for_formulas(node, [&](const FormulaRule& rule) {
      for (const FormulaNode& part : rule.formula.nodes()) {
        if (part.operation == FormulaOperation::name) is_read.insert(part.text);
      }
    });
  }
  std::vector<Variable> variables;
  for (const auto& variable : definition.variables) {
    if (is_read.erase(variable.code) > 0) variables.push_back(variable);
  }
  for (const auto code : read) {
    if (!is_read.contains(code)) continue;
    variables.emplace_back();
    variables.back().code = code;
  }
  return variables;
}

// Positions of the variables that stand within prev() somewhere.
std::vector<Size> previous_read(const Tree& tree, const Labels& variables) {
  std::set<Size> found;
  for (const Size leaf : tree.leaves()) {
    for_formulas(tree.node(leaf), [&](const FormulaRule& rule) {
      const auto nodes = rule.formula.nodes();
      for (const FormulaNode& part : nodes) {
        if (part.operation != FormulaOperation::previous) continue;
        found.insert(variables.at(nodes[part.operands[0]].text));
      }
    });
  }
  return {found.begin(), found.end()};
}

}  // namespace

bool operator==(const IndexDefinition& a, const IndexDefinition& b) {
  return a.index == b.index && a.edition == b.edition && a.title == b.title &&
         a.publisher == b.publisher && a.periods == b.periods && a.provenance == b.provenance &&
         a.units == b.units && a.decimals == b.decimals &&
         a.rank_on_displayed == b.rank_on_displayed && a.groups == b.groups &&
         a.variables == b.variables && a.parameters == b.parameters && a.tree == b.tree;
}

struct Index::State {
  explicit State(IndexDefinition given) : definition(std::move(given)), tree(definition.tree) {
    validate(definition, tree);
    name = definition.index + "-" + definition.edition;
    std::vector<std::string> names;
    for (Size i = 0; i < tree.size(); ++i) {
      const Criterion& node = tree.node(i);
      names.push_back(node.code);
      const Size parent = tree.parent(i);
      provenance.push_back(node.provenance.inherit(parent < 0 ? definition.provenance
                                                              : provenance[index_of(parent)]));
      dated = dated || depends_on_period(node);
    }
    codes = Labels(std::move(names), "criterion");
    variables = variables_read(definition, tree);
    names.clear();
    for (const auto& variable : variables) names.push_back(variable.code);
    variable_codes = Labels(std::move(names), "variable");
    previous = previous_read(tree, variable_codes);
    for (const Parameter& parameter : definition.parameters) {
      dated = dated || parameter.value.is_dated();
    }
  }
  // The tree refers to the definition.
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void check(Size i) const {
    if (i < 0 || i >= tree.size()) {
      throw NotFoundError(
          fmt::format("expected the number of a node from 0 to {}, got {}", tree.size() - 1, i));
    }
  }

  IndexDefinition definition;
  Tree tree;
  std::string name;
  Labels codes;
  std::vector<Provenance> provenance;
  std::vector<Variable> variables;
  Labels variable_codes;
  std::vector<Size> previous;
  bool dated = false;
};

Index::Index(IndexDefinition definition)
    : state_(std::make_shared<const State>(std::move(definition))) {}

const IndexDefinition& Index::definition() const noexcept { return state_->definition; }
const std::string& Index::name() const noexcept { return state_->name; }
Size Index::size() const noexcept { return state_->tree.size(); }
std::span<const Size> Index::leaves() const noexcept { return state_->tree.leaves(); }
const Labels& Index::codes() const noexcept { return state_->codes; }
std::span<const Variable> Index::variables() const noexcept { return state_->variables; }
const Labels& Index::variable_codes() const noexcept { return state_->variable_codes; }
std::span<const Size> Index::previous_variables() const noexcept { return state_->previous; }

std::span<const Parameter> Index::parameters() const noexcept {
  return state_->definition.parameters;
}

bool Index::is_dated() const noexcept { return state_->dated; }

const Criterion& Index::node(Size i) const {
  state_->check(i);
  return state_->tree.node(i);
}

Size Index::parent(Size i) const {
  state_->check(i);
  return state_->tree.parent(i);
}

std::span<const Size> Index::children(Size i) const {
  state_->check(i);
  return state_->tree.children(i);
}

int Index::depth(Size i) const {
  state_->check(i);
  return state_->tree.depth(i);
}

const Provenance& Index::provenance(Size i) const {
  state_->check(i);
  return state_->provenance[index_of(i)];
}

}  // namespace chiso
