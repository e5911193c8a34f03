// Any text is either refused or a baseline: it is printed and read again, and compared with what
// its own definition gives. The text is read as it is, and with the numbers and fingerprints of
// lines put right: what is behind them is hardly ever reached otherwise.

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/check/baseline_comparison.hpp"
#include "chiso/io/load_baseline.hpp"
#include "fuzz.hpp"
#include "small_data.hpp"

namespace {

using chiso::fuzz::accepted;
using chiso::fuzz::must;

/// FNV-1a of the length and the bytes, as a baseline has it.
std::string fingerprint_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto add = [&hash](std::uint64_t byte) { hash = (hash ^ byte) * 0x100000001b3; };
  for (int shift = 0; shift < 64; shift += 8) add((text.size() >> shift) & 0xff);
  for (const char letter : text) add(static_cast<unsigned char>(letter));
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%016" PRIx64, hash);
  return digits.data();
}

/// The lines of a text without their ends.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// The text with every heading "[name] ..." as it would be written for the lines below it.
std::string sealed(std::string_view text) {
  std::string whole;
  const auto lines = lines_of(text);
  for (std::size_t i = 0; i < lines.size();) {
    const auto name_end = lines[i].starts_with('[') ? lines[i].find(']') : std::string_view::npos;
    if (name_end == std::string_view::npos) {
      whole.append(lines[i++]).push_back('\n');
      continue;
    }
    std::size_t end = i + 1;
    while (end < lines.size() && !lines[end].empty() && !lines[end].starts_with('[')) ++end;
    std::string own;
    for (std::size_t line = i + 1; line < end; ++line) own.append(lines[line]).push_back('\n');
    whole.append(lines[i].substr(0, name_end + 1));
    whole += " " + std::to_string(end - i - 1) + " lines, " + fingerprint_of(own) + "\n" + own;
    i = end;
  }
  return whole;
}

void try_one(std::string_view text) {
  const auto baseline = accepted([&] { return chiso::parse_baseline(text, "demo.lock"); });
  if (!baseline) return;
  const std::string printed = chiso::to_text(*baseline);
  must(chiso::to_text(chiso::parse_baseline(printed)) == printed,
       "printed and read, it is another");
  const chiso::Panel panel = chiso::fuzz::small_panel(baseline->index);
  const auto comparison =
      accepted([&] { return chiso::compare(*baseline, baseline->index, panel); });
  if (comparison) (void)chiso::findings(*comparison);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = chiso::fuzz::text_of(data, size);
  try_one(text);
  try_one(sealed(text));
  return 0;
}
