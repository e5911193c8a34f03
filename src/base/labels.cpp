#include "chiso/base/labels.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/nearest.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/text.hpp"

namespace chiso {

namespace {

bool is_ascii(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

Labels::Labels(std::vector<std::string> names, std::string_view what)
    : names_(std::move(names)), what_(what) {
  Problems problems;
  position_.reserve(names_.size());
  for (Size i = 0; i < size(); ++i) {
    const std::string& name = (*this)[i];
    if (name.empty()) {
      problems.add({}, {}, fmt::format("{} {} has no name", what_, i + 1));
      continue;
    }
    const auto [first, is_new] = position_.emplace(name, i);
    if (!is_new) {
      problems.add({}, name,
                   fmt::format("the {} '{}' stands twice (positions {} and {})", what_, name,
                               first->second + 1, i + 1));
    }
  }
  problems.raise<DataError>();
  for (Size i = 0; i < size(); ++i) {
    if (!is_ascii((*this)[i])) position_.emplace(nfc((*this)[i]), i);
  }
}

std::optional<Size> Labels::find(std::string_view name) const {
  auto found = position_.find(std::string(name));
  if (found == position_.end() && !is_ascii(name)) found = position_.find(nfc(name));
  if (found == position_.end()) return {};
  return found->second;
}

Size Labels::at(std::string_view name) const {
  if (const auto found = find(name)) return *found;
  throw NotFoundError(fmt::format("there is no {} '{}'{}", what_.empty() ? "name" : what_, name,
                                  nearest_or_all(name, names_)),
                      std::string(name));
}

NameList::NameList(std::vector<Entry> entries) : entries_(std::move(entries)) {
  Problems problems;
  for (Size i = 0; i < std::ssize(entries_); ++i) {
    const Entry& entry = entries_[static_cast<std::size_t>(i)];
    const auto take = [&](const std::string& spelling) {
      const std::string key = match_key(spelling);
      if (key.empty()) {
        problems.add({}, entry.name, fmt::format("name {} of the list is empty", i + 1));
        return;
      }
      const auto [known, is_new] = exact_.emplace(key, i);
      if (!is_new && known->second != i) {
        problems.add(
            {}, entry.name,
            fmt::format("'{}' belongs to two names: '{}' and '{}'", spelling,
                        entries_[static_cast<std::size_t>(known->second)].name, entry.name),
            "remove it from one of them");
      }
      const std::string plain = plain_key(spelling);
      if (plain.empty()) return;
      std::vector<Size>& owners = plain_[plain];
      if (owners.empty() || owners.back() != i) owners.push_back(i);
    };
    take(entry.name);
    for (const std::string& alias : entry.aliases) take(alias);
  }
  problems.raise<SpecError>();
}

std::optional<std::string> NameList::find(std::string_view spelling) const {
  if (const auto exact = exact_.find(match_key(spelling)); exact != exact_.end()) {
    return entries_[static_cast<std::size_t>(exact->second)].name;
  }
  const auto plain = plain_.find(plain_key(spelling));
  if (plain == plain_.end()) return {};
  std::vector<std::string> names;
  for (const Size i : plain->second) {
    const Entry& entry = entries_[static_cast<std::size_t>(i)];
    if (lacks_only_marks(spelling, entry.name) ||
        std::any_of(entry.aliases.begin(), entry.aliases.end(),
                    [&](const auto& alias) { return lacks_only_marks(spelling, alias); })) {
      names.push_back(entry.name);
    }
  }
  if (names.empty()) return {};
  if (names.size() == 1) return names.front();
  throw DataError(fmt::format("'{}' matches {} names: {}; write it with its diacritics", spelling,
                              names.size(), listed(names)),
                  std::string(spelling));
}

std::string NameList::at(std::string_view spelling) const {
  if (auto name = find(spelling)) return *std::move(name);
  std::vector<std::string> names;
  for (const Entry& entry : entries_) {
    names.push_back(entry.name);
    names.insert(names.end(), entry.aliases.begin(), entry.aliases.end());
  }
  throw NotFoundError(
      fmt::format("there is no name '{}'{}", spelling, nearest_or_all(spelling, names)),
      std::string(spelling));
}

}  // namespace chiso
