#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/io/document.hpp"
#include "chiso/io/file.hpp"
#include "chiso/io/load_index.hpp"

namespace chiso::test {

inline void collect_keys(const Node& schema, std::set<std::string>& keys) {
  if (const Node* properties = schema.find("properties")) {
    for (const Node& key : properties->keys) keys.insert(key.text);
  }
  if (const Node* forms = schema.find("anyOf")) {
    for (const Node& form : forms->items) collect_keys(form, keys);
  }
}

/// The mappings that a reader knows are those of the JSON Schema for editors, with the same keys.
inline void expect_keys_of_schema(const std::vector<DefinitionKeys>& all, const std::string& path) {
  const Node schema = parse_document(read_file(path, 1 << 20), path);  // JSON is YAML.
  const Node* kinds = schema.find("$defs");
  ASSERT_NE(kinds, nullptr);

  std::set<std::string_view> known;
  for (const auto& [kind, keys] : all) {
    known.insert(kind);
    const Node* in_schema = kinds->find(kind);
    ASSERT_NE(in_schema, nullptr) << kind;
    std::set<std::string> found;
    collect_keys(*in_schema, found);
    EXPECT_EQ(found, (std::set<std::string>(keys.begin(), keys.end()))) << kind;
  }
  // And no other kind of mapping is in it.
  for (std::size_t i = 0; i < kinds->keys.size(); ++i) {
    std::set<std::string> found;
    collect_keys(kinds->items[i], found);
    EXPECT_EQ(known.contains(kinds->keys[i].text), !found.empty()) << kinds->keys[i].text;
  }
}

}  // namespace chiso::test
