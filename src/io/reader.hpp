#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/base/period.hpp"
#include "chiso/base/text_place.hpp"
#include "chiso/io/document.hpp"

namespace chiso {

/// One word of a format and what it means.
template <class E>
struct Word {
  std::string_view text;
  E value;
};

/// Reads values out of a document and notes every problem with its place instead of stopping.
///
/// Every function returns nothing after it has noted a problem.
class Reader {
 public:
  /// @param formulas limits of the formulas in it
  Reader(std::string file, Problems& problems, const FormulaLimits& formulas = {})
      : file_(std::move(file)), problems_(problems), formulas_(formulas) {}

  [[nodiscard]] const FormulaLimits& formula_limits() const noexcept { return formulas_; }

  /// A node code or variable that what is read next belongs to, for as long as the object lives;
  /// and where the part of the text begins that it names, by which a validator finds it again.
  class Place {
   public:
    Place(Reader& reader, std::string name, Location begin = {}) : reader_(reader) {
      reader_.places_.push_back({std::move(name), std::move(begin)});
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { reader_.places_.pop_back(); }

   private:
    Reader& reader_;
  };

  [[nodiscard]] Location location(const Node& node) const {
    return {file_, node.line, node.column};
  }

  /// Where the letters of a scalar stand.
  [[nodiscard]] TextPlace text_place(const Node& node) const {
    if (node.in_cell) return TextPlace::whole(location(node));
    return node.runs.empty() ? TextPlace(location(node)) : TextPlace(file_, node.runs);
  }

  void fault(const Node& node, std::string message, std::string remedy = {});

  /// Notes "expected <what>, found <describe(node)>".
  void unexpected(const Node& node, std::string_view what, std::string remedy = {});

  /// Notes what is wrong with a part of a scalar. @param in_text line and column of its letter
  void fault(const Node& node, const Location& in_text, std::string message, std::string remedy);

  /// Notes what another reader found, as it stands.
  void adopt(const Error& error);

  /// Places at or directly above which something was wrong: what a validator says about them may
  /// only be a consequence.
  [[nodiscard]] bool is_doubtful(const std::string& place) const {
    return doubtful_.contains(place);
  }
  [[nodiscard]] bool is_doubtful(const Location& begin) const {
    return doubtful_parts_.contains({begin.line, begin.column});
  }
  void doubt(const std::string& place) { doubtful_.insert(place); }
  void doubt(const Location& begin) { doubtful_parts_.insert({begin.line, begin.column}); }

  [[nodiscard]] std::optional<double> number(const Node& node);
  [[nodiscard]] std::optional<int> whole_number(const Node& node, int least, int most);
  [[nodiscard]] std::optional<bool> truth(const Node& node);
  [[nodiscard]] std::optional<std::string> text(const Node& node);
  [[nodiscard]] std::optional<std::vector<std::string>> texts(const Node& node);
  [[nodiscard]] std::optional<std::pair<double, double>> two_numbers(const Node& node);
  [[nodiscard]] std::optional<Date> date(const Node& node);
  [[nodiscard]] std::optional<Period> period(const Node& node);

  /// A scalar as parse_interval reads it.
  [[nodiscard]] std::optional<Interval> interval(const Node& node, std::string remedy = {});

  template <class E>
  [[nodiscard]] std::optional<E> word(const Node& node, std::span<const Word<E>> words) {
    std::vector<std::string> known;
    for (const auto& each : words) {
      if (node.is_scalar() && node.text == each.text) return each.value;
      known.emplace_back(each.text);
    }
    unknown_word(node, known);
    return {};
  }

  /// Notes that `node` is none of the known words; suggests the nearest.
  void unknown_word(const Node& node, std::span<const std::string> known);

  /// Notes a key that is not one of `known`.
  void unknown_key(const Node& key, std::string_view what, std::span<const std::string> known);

 private:
  void fault_at(Location location, std::string message, std::string remedy);

  std::string file_;
  Problems& problems_;
  FormulaLimits formulas_;
  struct Part {
    std::string name;
    Location begin;
  };
  std::vector<Part> places_;
  std::set<std::string> doubtful_;
  std::set<std::pair<int, int>> doubtful_parts_;  // Line and column.
};

/// One key of a kind of mapping: how its value is read into a T and written from one.
template <class T>
struct Field {
  std::string_view key;
  void (*read)(Reader&, const Node&, T&);
  Node (*write)(const T&);  ///< Nothing (null) where the key is left out.
  bool required = false;
};

/// Reads a mapping key by key.
/// @tparam keys_are_places whether what is wrong with a value has its key as place, by which a
///         validator names the parts of a head.
template <bool keys_are_places = false, class T>
void read_fields(Reader& reader, const Node& node, std::string_view what,
                 std::span<const Field<T>> fields, T& target) {
  if (!node.is_mapping()) {
    reader.unexpected(node, std::string(what) + " (a mapping with keys)");
    return;
  }
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const auto field = std::find_if(fields.begin(), fields.end(), [&](const Field<T>& each) {
      return each.key == node.keys[i].text;
    });
    if (field == fields.end()) {
      std::vector<std::string> known;
      for (const auto& each : fields) known.emplace_back(each.key);
      reader.unknown_key(node.keys[i], what, known);
    } else if (node.items[i].is_null()) {
      reader.fault(node.keys[i], "`" + node.keys[i].text + "` has no value",
                   "give it one, or leave the key out");
    } else if constexpr (keys_are_places) {
      const Reader::Place place(reader, node.keys[i].text);
      field->read(reader, node.items[i], target);
    } else {
      field->read(reader, node.items[i], target);
    }
  }
  for (const auto& field : fields) {
    if (field.required && node.find(field.key) == nullptr) {
      reader.fault(node, "`" + std::string(field.key) + "` is missing from " + std::string(what));
    }
  }
}

/// The mapping of all keys that have something to say.
template <class T>
Node write_fields(std::span<const Field<T>> fields, const T& source) {
  Node node = Node::mapping();
  for (const auto& field : fields) {
    Node value = field.write(source);
    if (!value.is_null()) node.set(std::string(field.key), std::move(value));
  }
  return node;
}

/// Puts what was read where it belongs, if anything was.
template <class T, class U>
void assign(T& target, std::optional<U> value) {
  if (value) target = *std::move(value);
}

}  // namespace chiso
