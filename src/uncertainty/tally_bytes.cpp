#include <fmt/core.h>

#include <array>
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
constexpr std::uint64_t version = 2;  // 1 had no bins, and was never stored.
constexpr std::size_t print_length = 16;

[[noreturn]] void refuse(std::string_view why) {
  throw DataError(fmt::format("these are not the bytes of draws: {}", why));
}

class Writer {
 public:
  template <class Unsigned>
  void number(Unsigned x) {
    std::array<char, sizeof(Unsigned)> bytes{};  // Compilers make one move of it.
    for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
      bytes[i] = static_cast<char>(static_cast<unsigned char>(x >> (8 * i)));
    }
    bytes_.append(bytes.data(), bytes.size());
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

/// What the counts of a plan take, worked out before memory is taken for them: a few bytes may say
/// that there are very many units.
[[nodiscard]] std::size_t length_of_counts(const TallyPlan& plan) {
  constexpr std::size_t long_sum = sizeof(std::uint64_t) * ExactSum::word_count;
  const std::size_t units = at(plan.units);
  std::size_t node = units * (2 * sizeof(double) + 2 * long_sum);
  node += units * (units + 1 + at(ScoreBins::count)) * sizeof(std::uint32_t);
  if (plan.pairs) node += units * units * sizeof(std::int64_t);
  node += 2 * long_sum + at(ShiftBins(plan.units).count) * sizeof(std::uint32_t);
  return at(plan.nodes) * node + units * at(plan.groups) * sizeof(std::uint32_t) +
         units * plan.share_rows.size() * sizeof(ExactShareSum);
}

[[nodiscard]] std::string checksum(std::string_view bytes) {
  Fingerprint print;
  print.add(bytes);
  return print.text();
}

void write_bins(const std::vector<ScoreBins>& all, Writer& writer) {
  writer.number(static_cast<std::uint64_t>(all.size()));
  for (const ScoreBins& bins : all) {
    for (const double number : {bins.lowest, bins.highest, bins.scale, bins.centre}) {
      writer.value(number);
    }
  }
}

std::vector<ScoreBins> read_bins(const TallyPlan& plan, Reader& reader) {
  if (reader.number<std::uint64_t>() != at(plan.nodes) * at(plan.units)) {
    refuse("they are of other units or nodes");
  }
  constexpr std::size_t each = 4 * sizeof(double);
  if (reader.left() / each < at(plan.nodes) * at(plan.units)) refuse("they end too early");
  std::vector<ScoreBins> all(at(plan.nodes * plan.units));
  for (ScoreBins& bins : all) {
    for (double* number : {&bins.lowest, &bins.highest, &bins.scale, &bins.centre}) {
      reader.value(*number);
      if (!std::isfinite(*number)) refuse("scores are expected at no number");
    }
    if (bins.lowest > bins.highest || bins.scale < 0.0) refuse("scores are expected nowhere");
  }
  return all;
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

/// What stands before the bins. @returns the fingerprint.
[[nodiscard]] std::string read_head(Reader& reader) {
  if (reader.text(magic.size()) != magic) refuse("they begin otherwise");
  if (const auto found = reader.number<std::uint64_t>(); found != version) {
    refuse(fmt::format("they are of version {}, this library reads version {}", found, version));
  }
  return std::string(reader.text(print_length));
}

/// What stands behind the bins.
[[nodiscard]] Tally read_counts(std::shared_ptr<const TallyPlan> plan, std::string_view bytes,
                                Reader& reader) {
  const auto stopped = reader.number<std::uint64_t>();
  const auto run_count = reader.number<std::uint64_t>();
  constexpr std::size_t run_bytes = 2 * sizeof(std::uint64_t);
  if (run_count > reader.left() / run_bytes) refuse("they end too early");

  if (reader.left() != run_count * run_bytes + length_of_counts(*plan) + print_length) {
    refuse("they are not as long as the counts of these ingredients");
  }
  if (checksum(bytes.substr(0, bytes.size() - print_length)) !=
      bytes.substr(bytes.size() - print_length)) {
    refuse("their checksum is not theirs, so that some were changed on the way");
  }
  Tally tally(std::move(plan));
  std::vector<GrainSet::Run> runs(run_count);
  for (GrainSet::Run& run : runs) {
    reader.value(run.first);
    reader.value(run.end);
  }
  if (stopped > 1 || !tally.grains.assign(runs, Tally::grain_end)) {
    refuse("their grains are out of order");
  }
  tally.stopped = stopped == 1;
  visit(tally, reader);
  if (!is_consistent(tally)) refuse("their counts do not add up to their draws");
  return tally;
}

}  // namespace

std::string Tally::bytes() const {
  Writer writer;
  writer.text(magic);
  writer.number(version);
  writer.text(plan->fingerprint);
  write_bins(plan->bins, writer);
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
  if (read_head(reader) != plan->fingerprint) {
    throw DataError(
        "these draws are of other ingredients: of another result, of other sources, nodes or "
        "another seed");
  }
  static_cast<void>(read_bins(*plan, reader));  // The fingerprint is of them too.
  return read_counts(std::move(plan), bytes, reader);
}

Tally Tally::restore(TallyPlan plan, std::string_view bytes) {
  Reader reader(bytes);
  plan.fingerprint = read_head(reader);
  plan.bins = read_bins(plan, reader);
  return read_counts(std::make_shared<const TallyPlan>(std::move(plan)), bytes, reader);
}

}  // namespace chiso
