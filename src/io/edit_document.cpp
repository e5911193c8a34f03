#include "io/edit_document.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/join.hpp"
#include "chiso/base/text.hpp"
#include "chiso/io/catalogue.hpp"
#include "chiso/io/file.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/io/shipped.hpp"
#include "io/definition.hpp"
#include "io/fields.hpp"
#include "io/rule_document.hpp"
#include "io/yaml_files.hpp"

namespace chiso {

namespace fs = std::filesystem;

namespace {

/// The amount of a value that is taken away. In quotes it is a category of that name.
constexpr std::string_view kMissing = "missing";
/// What others write for it.
constexpr std::array<std::string_view, 5> kMissingElsewhere{"NA", "NaN", "nan", ".nan", ".NaN"};

bool means_missing(std::string_view word) {
  return word == kMissing || std::find(kMissingElsewhere.begin(), kMissingElsewhere.end(), word) !=
                                 kMissingElsewhere.end();
}

// ---- Values and scores -------------------------------------------------------------------------

template <class E>
void read_amount(Reader& reader, const Node& node, How how, E& edit) {
  edit.how = how;
  assign(edit.amount, reader.number(node));
}

void read_amount(Reader& reader, const Node& node, How how, ChangeValue& edit) {
  edit.how = how;
  double number = 0.0;
  const bool is_word =
      node.is_scalar() && (node.quoted || !parse_number(node.text, number)) && how == How::set;
  if (!is_word) {
    assign(edit.amount, reader.number(node));
  } else if (node.quoted || node.text != kMissing) {
    if (!node.quoted && means_missing(node.text)) {
      reader.unexpected(node, "a number, a category, or `missing`", "write `missing`");
      return;
    }
    read_value(reader, node, edit.category);
  } else {
    edit.amount = std::numeric_limits<double>::quiet_NaN();
  }
}

template <class E>
Node write_amount(const E& edit) {
  return Node::number(edit.amount);
}

Node write_amount(const ChangeValue& edit) {
  if (edit.category.empty()) {
    return std::isnan(edit.amount) ? Node::word(std::string(kMissing)) : Node::number(edit.amount);
  }
  Node node = Node::text_of(edit.category);
  node.quoted = node.quoted || means_missing(edit.category);
  return node;
}

template <class E, How how>
Field<E> how_field() {
  return {name(how), [](Reader& r, const Node& n, E& e) { read_amount(r, n, how, e); },
          [](const E& e) { return e.how == how ? write_amount(e) : Node(); }};
}

template <class E, std::string E::*code>
std::vector<Field<E>> change_fields(std::string_view kind) {
  return {field<code>(kind, true),      names_field<&E::units>("of"), how_field<E, How::set>(),
          how_field<E, How::add>(),     how_field<E, How::scale>(),   how_field<E, How::at_most>(),
          how_field<E, How::at_least>()};
}

const std::vector<Field<ChangeValue>>& fields_of(const ChangeValue* /*kind*/) {
  static const auto fields = change_fields<ChangeValue, &ChangeValue::variables>("value");
  return fields;
}

const std::vector<Field<ChangeScore>>& fields_of(const ChangeScore* /*kind*/) {
  static const auto fields = change_fields<ChangeScore, &ChangeScore::nodes>("score");
  return fields;
}

// ---- Numbers by name ---------------------------------------------------------------------------

// A list of names, or a mapping of names with a number each.
void read_shares(Reader& reader, const Node& node, std::vector<std::string>& names,
                 std::vector<double>& numbers) {
  if (node.is_mapping()) {
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
      const auto number = reader.number(node.items[i]);
      names.push_back(node.keys[i].text);
      numbers.push_back(number.value_or(0.0));
    }
  } else if (node.is_sequence()) {
    read_names(reader, node, names);
  } else {
    reader.unexpected(node, "a list of units, or a mapping with a number for each");
  }
}

Node write_shares(const std::vector<std::string>& names, const std::vector<double>& numbers) {
  Node node = numbers.empty() ? Node::sequence() : Node::mapping();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (numbers.empty()) {
      node.items.push_back(Node::text_of(names[i]));
    } else {
      node.set(names[i], i < numbers.size() ? Node::number(numbers[i]) : Node());
    }
  }
  return node;
}

// ---- Other kinds -------------------------------------------------------------------------------

const std::vector<Field<ChangeWeights>>& fields_of(const ChangeWeights* /*kind*/) {
  using E = ChangeWeights;
  static const std::vector<Field<E>> fields{
      {"weights",
       [](Reader& r, const Node& n, E& e) {
         if (!n.is_mapping()) {
           r.unexpected(n, "the weight of every node that gets another one ({time: 15, land: 10})");
           return;
         }
         for (std::size_t i = 0; i < n.keys.size(); ++i) {
           if (const auto weight = r.number(n.items[i])) {
             e.weights.emplace_back(n.keys[i].text, *weight);
           }
         }
       },
       [](const E& e) {
         Node node = Node::mapping();
         for (const auto& [code, weight] : e.weights) node.set(code, Node::number(weight));
         return node;
       },
       true},
      {"redistribute", [](Reader& r, const Node& n, E& e) { assign(e.redistribute, r.truth(n)); },
       [](const E& e) { return e.redistribute ? Node() : Node::word("false"); }},
  };
  return fields;
}

const std::vector<Field<ChangeParameter>>& fields_of(const ChangeParameter* /*kind*/) {
  using E = ChangeParameter;
  static const std::vector<Field<E>> fields{field<&E::parameter>("parameter", true),
                                            how_field<E, How::set>(),
                                            how_field<E, How::add>(),
                                            how_field<E, How::scale>(),
                                            how_field<E, How::at_most>(),
                                            how_field<E, How::at_least>()};
  return fields;
}

const std::vector<Field<ReplaceRule>>& fields_of(const ReplaceRule* /*kind*/) {
  using E = ReplaceRule;
  static const std::vector<Field<E>> fields{
      field<&E::nodes>("rule", true),
      {"with", [](Reader& r, const Node& n, E& e) { read_rule(r, n, e.rule); },
       [](const E& e) { return write_rule(e.rule); }, true},
  };
  return fields;
}

const std::vector<Field<ReplaceAggregation>>& fields_of(const ReplaceAggregation* /*kind*/) {
  using E = ReplaceAggregation;
  static const std::vector<Field<E>> fields{field<&E::nodes>("aggregation", true),
                                            field<&E::method>("method"), field<&E::power>("power"),
                                            field<&E::missing>("missing")};
  return fields;
}

const std::vector<Field<DropNode>>& fields_of(const DropNode* /*kind*/) {
  static const std::vector<Field<DropNode>> fields{field<&DropNode::node>("drop", true)};
  return fields;
}

const std::vector<Field<AddNode>>& fields_of(const AddNode* /*kind*/) {
  using E = AddNode;
  static const std::vector<Field<E>> fields{
      field<&E::parent>("add_to", true),
      {"criterion", [](Reader& r, const Node& n, E& e) { read_node(r, n, e.criterion); },
       [](const E& e) { return write_tree(e.criterion); }, true},
  };
  return fields;
}

const std::vector<Field<MergeUnits>>& fields_of(const MergeUnits* /*kind*/) {
  using E = MergeUnits;
  static const std::vector<Field<E>> fields{
      {"merge", [](Reader& r, const Node& n, E& e) { read_shares(r, n, e.units, e.weights); },
       [](const E& e) { return write_shares(e.units, e.weights); }, true},
      field<&E::into>("into", true),
      names_field<&E::totals>("totals"),
  };
  return fields;
}

const std::vector<Field<SplitUnit>>& fields_of(const SplitUnit* /*kind*/) {
  using E = SplitUnit;
  static const std::vector<Field<E>> fields{
      field<&E::unit>("split", true),
      {"into", [](Reader& r, const Node& n, E& e) { read_shares(r, n, e.into, e.shares); },
       [](const E& e) { return write_shares(e.into, e.shares); }, true},
      names_field<&E::totals>("totals"),
  };
  return fields;
}

const std::vector<Field<UseMethod>>& fields_of(const UseMethod* /*kind*/) {
  static const std::vector<Field<UseMethod>> fields{field<&UseMethod::period>("method_of", true)};
  return fields;
}

fs::path folder_of(const fs::path& catalogue) {
  return catalogue.empty() ? shipped_folder() / "indices" : catalogue;
}

// The name of the definition of the catalogue that is this one; else all of it.
Node write_index(const Index& index, const fs::path* catalogue) {
  const IndexDefinition& definition = index.definition();
  if (catalogue == nullptr) return write_definition(definition);
  try {
    const fs::path known =
        folder_of(*catalogue) / definition.index / (definition.edition + ".yaml");
    if (load_index(known) == index) return Node::text_of(index.name());
  } catch (const Error&) {  // It is one's own.
  }
  return write_definition(definition);
}

// An index has no empty value, and where others are is not said by it: what stands under its key is
// read and written apart from the other kinds.
struct IndexEdit {};

const std::vector<Field<IndexEdit>>& fields_of(const IndexEdit* /*kind*/) {
  static const std::vector<Field<IndexEdit>> fields{
      {"index", [](Reader&, const Node&, IndexEdit&) {}, [](const IndexEdit&) { return Node(); },
       true}};
  return fields;
}

// ---- Kinds -------------------------------------------------------------------------------------

constexpr std::string_view kIndex = "index";

/// A kind of edit by its key, which no other kind has.
struct EditKind {
  std::string_view key;
  void (*read)(Reader&, const Node&, Edit&);
};

template <class E>
const std::vector<Field<E>>& fields_of_kind() {
  return fields_of(static_cast<const E*>(nullptr));
}

template <class E>
EditKind kind() {
  return {
      fields_of_kind<E>().front().key, [](Reader& reader, const Node& node, Edit& edit) {
        const auto& fields = fields_of_kind<E>();
        E read{};
        read_fields(reader, node, fmt::format("an edit with `{}`", fields.front().key), all(fields),
                    read);
        if constexpr (std::is_same_v<E, ChangeValue> || std::is_same_v<E, ChangeScore> ||
                      std::is_same_v<E, ChangeParameter>) {
          expect_one_of(reader, node, all(fields), {"set", "add", "scale", "at_most", "at_least"});
        } else if constexpr (std::is_same_v<E, ReplaceAggregation>) {
          if (node.items.size() == 1) {
            reader.fault(node, "`aggregation` names what is changed, and nothing changes",
                         "add `method`, `power` or `missing`");
          }
        }
        if constexpr (!std::is_same_v<E, IndexEdit>) edit.what = std::move(read);
      }};
}

const std::vector<EditKind>& edit_kinds() {
  static const std::vector<EditKind> kinds{
      kind<ChangeValue>(),     kind<ChangeScore>(), kind<ChangeWeights>(),
      kind<ChangeParameter>(), kind<ReplaceRule>(), kind<ReplaceAggregation>(),
      kind<DropNode>(),        kind<AddNode>(),     kind<MergeUnits>(),
      kind<SplitUnit>(),       kind<UseMethod>(),   kind<IndexEdit>()};
  return kinds;
}

// The one kind whose key is in a mapping; nullptr after a problem was noted.
const EditKind* kind_of(Reader& reader, const Node& node) {
  if (!node.is_mapping()) {
    reader.unexpected(node, "an edit ({value: code, of: unit, set: 8})");
    return nullptr;
  }
  std::vector<std::string> known;
  const EditKind* found = nullptr;
  for (const EditKind& kind : edit_kinds()) {
    known.emplace_back(kind.key);
    if (node.find(kind.key) == nullptr) continue;
    if (found != nullptr) {
      reader.fault(node,
                   fmt::format("an edit does one thing, and this one has `{}` and `{}`", found->key,
                               kind.key),
                   "make two edits of it");
      return nullptr;
    }
    found = &kind;
  }
  if (found != nullptr) return found;
  for (const Node& key : node.keys) {
    if (closest(key.text, known).empty()) continue;
    reader.unknown_key(key, "an edit", known);
    return nullptr;
  }
  std::string keys;
  for (const Node& key : node.keys) keys += (keys.empty() ? "`" : ", `") + key.text + "`";
  reader.fault(node,
               fmt::format("expected an edit with one of the keys {}, found {}", join(known, ", "),
                           keys.empty() ? "none" : keys),
               "a raw value is changed by {value: code, of: unit, set: 8}");
  return nullptr;
}

struct WriteEdit {
  const fs::path* catalogue;

  template <class E>
  Node operator()(const E& edit) const {
    return write_fields(all(fields_of_kind<E>()), edit);
  }
  Node operator()(const UseIndex& edit) const {
    return Node::mapping().set(std::string(kIndex), write_index(edit.index, catalogue));
  }
};

}  // namespace

// ---- What others call --------------------------------------------------------------------------

void EditReader::read(const Node& node, std::vector<Edit>& edits) {
  const EditKind* kind = kind_of(reader_, node);
  if (kind == nullptr) return;
  Edit edit;
  edit.location = reader_.location(node);
  kind->read(reader_, node, edit);
  if (kind->key == kIndex) {
    read_index(*node.find(kIndex), std::move(edit), edits);
  } else {
    edits.push_back(std::move(edit));
  }
}

void EditReader::read_index(const Node& node, Edit edit, std::vector<Edit>& edits) {
  if (node.is_null()) return;  // Was noted.
  try {
    if (node.is_mapping()) {
      edit.what = UseIndex{index_from(node, reader_.location(node).file, definitions_.limits)};
    } else if (const auto name = reader_.text(node)) {
      edit.what = UseIndex{named(*name)};
    } else {
      return;
    }
    edits.push_back(std::move(edit));
  } catch (const NotFoundError& error) {
    reader_.fault(node, error.problems().front().message, error.problems().front().remedy);
  } catch (const Error& error) {
    reader_.adopt(error);
  }
}

const Index& EditReader::named(const std::string& name) {
  const auto known = indices_.find(name);
  if (known != indices_.end()) return known->second;
  if (definitions_.alone) {
    throw NotFoundError(
        {Problem{{},
                 name,
                 fmt::format("the definition '{}' does not stand in the text", name),
                 "a text that must need no other file has the whole definition in this place"}});
  }
  const fs::path beside = definitions_.folder / name;
  std::error_code error;
  const bool is_file = means_a_file(name) || fs::is_regular_file(existing_path(beside), error);
  const fs::path path =
      is_file ? beside : Catalogue(folder_of(definitions_.catalogue)).find(name).path;
  return indices_.emplace(name, load_index(path, definitions_.limits)).first->second;
}

Node write_edit(const Edit& edit, const fs::path* catalogue) {
  return std::visit(WriteEdit{catalogue}, edit.what);
}

std::vector<DefinitionKeys> edit_keys() {
  std::vector<DefinitionKeys> keys;
  const auto add = [&](const auto& fields) {
    keys.push_back(keys_of(fields.front().key, all(fields)));
  };
  add(fields_of_kind<ChangeValue>());
  add(fields_of_kind<ChangeScore>());
  add(fields_of_kind<ChangeWeights>());
  add(fields_of_kind<ChangeParameter>());
  add(fields_of_kind<ReplaceRule>());
  add(fields_of_kind<ReplaceAggregation>());
  add(fields_of_kind<DropNode>());
  add(fields_of_kind<AddNode>());
  add(fields_of_kind<MergeUnits>());
  add(fields_of_kind<SplitUnit>());
  add(fields_of_kind<UseMethod>());
  add(fields_of_kind<IndexEdit>());
  return keys;
}

}  // namespace chiso
