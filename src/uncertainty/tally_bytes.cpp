#include <fmt/core.h>

#include <bit>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "base/fingerprint.hpp"
#include "chiso/base/error.hpp"
#include "chiso/uncertainty/uncertainty.hpp"
#include "uncertainty/tally.hpp"

namespace chiso {
namespace {

constexpr std::string_view magic = "chisodrw";
constexpr std::uint64_t version = 1;
constexpr std::size_t print_length = 16;

[[noreturn]] void refuse(std::string_view why) {
  throw DataError(fmt::format("these are not the bytes of draws: {}", why));
}

class Writer {
 public:
  template <class Unsigned>
  void number(Unsigned x) {
    for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
      bytes_ += static_cast<char>(static_cast<unsigned char>(x >> (8 * i)));
    }
  }
  void text(std::string_view text) { bytes_ += text; }

  void value(std::uint32_t x) { number(x); }
  void value(std::int64_t x) { number(static_cast<std::uint64_t>(x)); }
  void value(double x) { number(std::bit_cast<std::uint64_t>(x)); }
  void value(const ExactSum& sum) {
    for (const std::uint64_t word : sum.words()) number(word);
  }
  void value(const ExactShareSum& sum) {
    number(sum.low());
    number(sum.high());
  }
  template <class T>
  void value(const std::vector<T>& values) {
    for (const T& x : values) value(x);
  }

  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Reads into what is there already: nothing in the bytes decides how much memory is taken.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}

  template <class Unsigned>
  [[nodiscard]] Unsigned number() {
    Unsigned x = 0;
    const std::string_view bytes = text(sizeof(Unsigned));
    for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
      x |= static_cast<Unsigned>(static_cast<Unsigned>(static_cast<unsigned char>(bytes[i]))
                                 << (8 * i));
    }
    return x;
  }
  [[nodiscard]] std::string_view text(std::size_t length) {
    if (left_.size() < length) refuse("they end too early");
    const std::string_view text = left_.substr(0, length);
    left_.remove_prefix(length);
    return text;
  }

  void value(std::uint32_t& x) { x = number<std::uint32_t>(); }
  void value(std::int64_t& x) { x = static_cast<std::int64_t>(number<std::uint64_t>()); }
  void value(double& x) { x = std::bit_cast<double>(number<std::uint64_t>()); }
  void value(ExactSum& sum) {
    for (std::uint64_t& word : sum.words()) word = number<std::uint64_t>();
  }
  void value(ExactShareSum& sum) {
    const auto low = number<std::uint64_t>();
    sum = ExactShareSum::of(low, number<std::uint64_t>());
  }
  template <class T>
  void value(std::vector<T>& values) {
    for (T& x : values) value(x);
  }

  [[nodiscard]] std::size_t left() const noexcept { return left_.size(); }

 private:
  std::string_view left_;
};

/// All counts in the order of the bytes.
template <class Counts, class Visitor>
void visit(Counts& tally, Visitor& visitor) {
  for (auto& node : tally.nodes) {
    visitor.value(node.least);
    visitor.value(node.greatest);
    visitor.value(node.sums);
    visitor.value(node.squares);
    visitor.value(node.ranks);
    visitor.value(node.bins);
    visitor.value(node.wins);
    visitor.value(node.shift);
    visitor.value(node.shift_square);
    visitor.value(node.shifts);
  }
  visitor.value(tally.groups);
  visitor.value(tally.central);
}

class Length {
 public:
  void value(const ExactSum&) { bytes_ += sizeof(std::uint64_t) * ExactSum::word_count; }
  template <class T>
  void value(const std::vector<T>& values) {
    constexpr bool is_long_sum = std::is_same_v<T, ExactSum>;
    constexpr std::size_t each =
        is_long_sum ? sizeof(std::uint64_t) * ExactSum::word_count : sizeof(T);
    bytes_ += values.size() * each;
  }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  std::size_t bytes_ = 0;
};

[[nodiscard]] std::string checksum(std::string_view bytes) {
  Fingerprint print;
  print.add(bytes);
  return print.text();
}

/// What a checksum cannot tell: that the numbers are counts of so many draws.
[[nodiscard]] bool is_consistent(const Tally& tally) {
  const auto draws = static_cast<std::uint64_t>(tally.draws());
  const Size units = tally.plan->units;
  for (const Tally::Node& node : tally.nodes) {
    for (Size u = 0; u < units; ++u) {
      std::uint64_t ranked = 0;
      for (Size r = 0; r <= units; ++r) ranked += node.ranks[at(u * (units + 1) + r)];
      std::uint64_t binned = 0;
      for (Size b = 0; b < ScoreBins::count; ++b) binned += node.bins[at(u * ScoreBins::count + b)];
      if (ranked != draws || binned != draws) return false;
      if (std::isnan(node.least[at(u)]) || std::isnan(node.greatest[at(u)])) return false;
    }
  }
  return true;
}

}  // namespace

std::string Tally::bytes() const {
  Writer writer;
  writer.text(magic);
  writer.number(version);
  writer.text(plan->fingerprint);
  writer.number(static_cast<std::uint64_t>(stopped ? 1 : 0));
  writer.number(static_cast<std::uint64_t>(grains.runs().size()));
  for (const GrainSet::Run& run : grains.runs()) {
    writer.value(run.first);
    writer.value(run.end);
  }
  visit(*this, writer);
  std::string bytes = writer.take();
  return bytes + checksum(bytes);
}

Tally Tally::from_bytes(std::shared_ptr<const TallyPlan> plan, std::string_view bytes) {
  Reader reader(bytes);
  if (reader.text(magic.size()) != magic) refuse("they begin otherwise");
  if (const auto found = reader.number<std::uint64_t>(); found != version) {
    refuse(fmt::format("they are of version {}, this library reads version {}", found, version));
  }
  if (reader.text(print_length) != plan->fingerprint) {
    throw DataError(
        "these draws are of other ingredients: of another result, of other sources, nodes or "
        "another seed");
  }
  const auto stopped = reader.number<std::uint64_t>();
  const auto run_count = reader.number<std::uint64_t>();
  constexpr std::size_t run_bytes = 2 * sizeof(std::uint64_t);
  if (run_count > reader.left() / run_bytes) refuse("they end too early");

  Tally tally(std::move(plan));
  Length length;
  visit(std::as_const(tally), length);
  if (reader.left() != run_count * run_bytes + length.bytes() + print_length) {
    refuse("they are not as long as the counts of these ingredients");
  }
  if (checksum(bytes.substr(0, bytes.size() - print_length)) !=
      bytes.substr(bytes.size() - print_length)) {
    refuse("their checksum is not theirs, so that some were changed on the way");
  }
  std::vector<GrainSet::Run> runs(run_count);
  for (GrainSet::Run& run : runs) {
    reader.value(run.first);
    reader.value(run.end);
  }
  if (stopped > 1 || !tally.grains.assign(runs, grain_end)) refuse("their grains are out of order");
  tally.stopped = stopped == 1;
  visit(tally, reader);
  if (!is_consistent(tally)) refuse("their counts do not add up to their draws");
  return tally;
}

}  // namespace chiso
