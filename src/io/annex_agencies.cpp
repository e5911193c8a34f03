#include "io/annex_agencies.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <utility>

#include "chiso/base/text.hpp"
#include "io/annex_outline.hpp"
#include "io/table_nodes.hpp"
#include "io/when_text.hpp"

namespace chiso {

namespace {

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find_first_of(separators);
    const std::string_view part = without_blanks(text.substr(0, end));
    if (!part.empty()) parts.push_back(part);
    if (end == std::string_view::npos) return parts;
    text = text.substr(end + 1);
  }
}

// Bytes of the dash of a list before a text.
std::size_t bullet_of(std::string_view text) {
  for (const std::string_view bullet : {"- ", "+ ", "* ", "\u2013 ", "\u2014 ", "\u2022 "}) {
    if (text.starts_with(bullet)) return bullet.size();
  }
  return 0;
}

}  // namespace

std::vector<std::string_view> names_in(std::string_view cell) { return split(cell, ";\n\r"); }

bool begins_with_bullet(std::string_view text) { return bullet_of(text) > 0; }

std::string_view without_bullet(std::string_view text) {
  text = without_blanks(text.substr(bullet_of(text)));
  while (text.ends_with('.')) text.remove_suffix(1);
  return text == "-" ? std::string_view() : without_blanks(text);
}

void AnnexAgencies::add(Size row, Size column, std::string_view cell, bool is_vietnamese) {
  for (const std::string_view part : names_in(cell)) {
    const std::string_view name = without_bullet(part);
    if (name.empty() || !positions_.emplace(match_key(name), all_.size()).second) continue;
    all_.push_back({std::string(name), row, column, is_vietnamese, all_.size(), {}, {}});
  }
}

void AnnexAgencies::finish(CellProblems& problems) {
  join_spellings(problems);
  std::set<std::string> codes;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    refuse_commas(all_[i], problems);
    if (all_[i].same_as == i) all_[i].code = unique_code(slug(all_[i].name, "agency"), codes);
  }
}

// A name without some of its diacritics is another spelling of it, unless it could be of two.
void AnnexAgencies::join_spellings(CellProblems& problems) {
  std::unordered_map<std::string, std::vector<std::size_t>> alike;
  for (std::size_t i = 0; i < all_.size(); ++i) alike[plain_key(all_[i].name)].push_back(i);
  const auto lacks = [this](std::size_t a, std::size_t b) {
    return a != b && lacks_only_marks(all_[a].name, all_[b].name);
  };
  for (std::size_t i = 0; i < all_.size(); ++i) {
    Named& agency = all_[i];
    const auto& same = alike[plain_key(agency.name)];
    std::vector<std::size_t> full;  // Those with all their diacritics that it could be.
    for (const std::size_t j : same) {
      const bool is_full =
          std::none_of(same.begin(), same.end(), [&](std::size_t k) { return lacks(j, k); });
      if (lacks(i, j) && is_full) full.push_back(j);
    }
    if (full.size() == 1) {
      agency.same_as = full.front();
      all_[full.front()].aliases.push_back(agency.name);
    } else if (full.size() > 1) {
      problems.add("agencies that could be two", agency.row, agency.column, agency.name,
                   fmt::format("'{}' could be '{}' or '{}'", agency.name, all_[full[0]].name,
                               all_[full[1]].name),
                   "write it with its diacritics");
    }
  }
}

// A comma may be part of a name; but several offices that stand for themselves are no name.
void AnnexAgencies::refuse_commas(const Named& agency, CellProblems& problems) const {
  const auto parts = split(agency.name, ",");
  if (parts.size() < 2) return;
  bool are_all_named = true;
  bool is_repeated = false;
  std::set<std::string> beginnings;
  for (const std::string_view part : parts) {
    are_all_named &= positions_.contains(match_key(part));
    const std::string words = plain_words(part);
    const auto blank = words.find(' ');
    is_repeated |= blank != std::string::npos && !beginnings.insert(words.substr(0, blank)).second;
  }
  if (!are_all_named && !is_repeated) return;
  problems.add("agencies joined by commas", agency.row, agency.column, {},
               fmt::format("'{}' seems to be several agencies", agency.name),
               "separate agencies by ';' or line breaks: commas are part of names");
}

std::string AnnexAgencies::code(std::string_view name) const {
  const auto found = positions_.find(match_key(without_bullet(name)));
  return found == positions_.end() ? std::string() : all_[all_[found->second].same_as].code;
}

Node AnnexAgencies::node() const {
  Node list = Node::mapping();
  for (const Named& agency : all_) {
    if (agency.code.empty()) continue;
    put(list, agency.code, node_of(agency), table_.location(agency.row, agency.column));
  }
  return list;
}

Node AnnexAgencies::node_of(const Named& agency) const {
  Node node = Node::mapping();
  node.set("title",
           Node::mapping().set(agency.is_vietnamese ? "vi" : "en", text_node(agency.name)));
  if (!agency.aliases.empty()) {
    Node aliases = Node::sequence();
    for (const auto& alias : agency.aliases) aliases.items.push_back(text_node(alias));
    node.set("aliases", std::move(aliases));
  }
  const std::string words = plain_words(agency.name);
  if (words.starts_with("cac ") || words.starts_with("all ")) node.set("group", Node::word("true"));
  set_location(node, table_.location(agency.row, agency.column));
  return node;
}

}  // namespace chiso
