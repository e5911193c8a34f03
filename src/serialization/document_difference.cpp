#include "serialization/document_difference.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace chiso {
namespace {

using Tell = std::function<void(const std::string&, const std::string&, const std::string&)>;

bool same(const Node& a, const Node& b) {
  if (a.kind != b.kind || a.text != b.text || a.quoted != b.quoted ||
      a.items.size() != b.items.size() || a.keys.size() != b.keys.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.keys.size(); ++i) {
    if (a.keys[i].text != b.keys[i].text) return false;
  }
  return std::equal(a.items.begin(), a.items.end(), b.items.begin(), same);
}

/// By what an item of a list is known; empty: by its place.
std::string_view key_of(const Node& item) {
  constexpr std::array<std::string_view, 3> keys{"code", "key", "name"};
  for (const auto key : keys) {
    if (const Node* found = item.find(key); found != nullptr && found->is_scalar()) {
      return found->text;
    }
  }
  return {};
}

std::string text_of(const Node* node) {
  if (node == nullptr) return {};
  return node->is_scalar() ? node->text : to_flow(*node);
}

class Comparison {
 public:
  explicit Comparison(const Tell& tell) : tell_(tell) {}

  void compare(const std::string& place, const Node* a, const Node* b) const {
    if (a != nullptr && b != nullptr && same(*a, *b)) return;
    if (a == nullptr || b == nullptr || a->kind != b->kind || a->is_scalar()) {
      tell_(place, text_of(a), text_of(b));
    } else if (a->is_mapping()) {
      compare_mappings(place, *a, *b);
    } else {
      compare_lists(place, *a, *b);
    }
  }

 private:
  void compare_mappings(const std::string& place, const Node& a, const Node& b) const {
    const auto inside = [&place](const std::string& key) {
      return place.empty() ? key : place + "." + key;
    };
    for (std::size_t i = 0; i < a.keys.size(); ++i) {
      compare(inside(a.keys[i].text), &a.items[i], b.find(a.keys[i].text));
    }
    for (std::size_t i = 0; i < b.keys.size(); ++i) {
      if (a.find(b.keys[i].text) == nullptr) compare(inside(b.keys[i].text), nullptr, &b.items[i]);
    }
  }

  void compare_lists(const std::string& place, const Node& a, const Node& b) const {
    std::vector<bool> met(b.items.size(), false);
    for (std::size_t i = 0; i < a.items.size(); ++i) {
      const auto [name, other] = find(a.items[i], i, b);
      if (other < b.items.size()) met[other] = true;
      compare(fmt::format("{}[{}]", place, name), &a.items[i],
              other < b.items.size() ? &b.items[other] : nullptr);
    }
    for (std::size_t i = 0; i < b.items.size(); ++i) {
      if (met[i]) continue;
      const std::string_view key = key_of(b.items[i]);
      compare(fmt::format("{}[{}]", place, key.empty() ? std::to_string(i + 1) : std::string(key)),
              nullptr, &b.items[i]);
    }
  }

  /// How an item is called, and where it is in the other list; its size: nowhere.
  static std::pair<std::string, std::size_t> find(const Node& item, std::size_t position,
                                                  const Node& list) {
    const std::string_view key = key_of(item);
    if (key.empty()) {
      const bool is_there = position < list.items.size() && key_of(list.items[position]).empty();
      return {std::to_string(position + 1), is_there ? position : list.items.size()};
    }
    // Lists keep their order as a rule: where it stood, it mostly stands.
    if (position < list.items.size() && key_of(list.items[position]) == key) {
      return {std::string(key), position};
    }
    const auto found = std::find_if(list.items.begin(), list.items.end(),
                                    [key](const Node& other) { return key_of(other) == key; });
    return {std::string(key), static_cast<std::size_t>(found - list.items.begin())};
  }

  const Tell& tell_;
};

}  // namespace

void compare_documents(const Node& before, const Node& after, const Tell& tell) {
  Comparison(tell).compare({}, &before, &after);
}

}  // namespace chiso
