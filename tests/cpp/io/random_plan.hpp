#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "chiso/plan/plan.hpp"

namespace chiso::testing_io {

/// Draws valid plans that use every part of the format, with texts that other readers of YAML and
/// of tables take for something else.
class RandomPlan {
 public:
  explicit RandomPlan(std::uint64_t seed) : random_(seed) {}

  Plan draw() {
    counter_ = 0;
    d_ = {};
    d_.plan = code();
    d_.title = title();
    d_.unit = text();
    d_.authority = text();
    if (coin()) d_.issued = Date{2022, 8, 26};
    if (coin()) d_.period.from = Period(2022);
    if (coin()) d_.period.to = Period("2025-Q4");
    d_.provenance = provenance();
    d_.currency = text();
    for (auto n = 1 + below(3); n > 0; --n) d_.indices.push_back({code(), code(), {}});
    for (auto n = below(3); n > 0; --n) d_.regions.push_back({spelling(), spellings(1), {}});
    for (auto n = below(8); n > 0; --n) d_.agencies.push_back(agency());
    for (auto n = below(4); n > 0; --n) d_.areas.push_back({code(), title(), criteria(), {}});
    for (const auto& index : d_.indices) {
      if (coin()) d_.baseline.push_back(baseline({index.key, ""}));
    }
    for (auto n = below(5); n > 0; --n) d_.targets.push_back(target());
    for (auto n = below(10); n > 0; --n) d_.tasks.push_back(task());
    return Plan(std::move(d_));
  }

 private:
  static constexpr double kInfinity = std::numeric_limits<double>::infinity();

  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  bool coin() { return below(2) == 0; }
  double number() { return static_cast<double>(1 + below(1000)) / 7.0; }
  // Always as many digits, so that two names never differ by punctuation only.
  std::string count() { return std::to_string(10'000 + ++counter_).substr(1); }

  template <class T>
  T one_of(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }

  /// Once in a plan. Some look like numbers, days, truths or nothing.
  std::string code() {
    const std::vector<std::string> stems{"a.", "so-noi-vu.", "1.",  "-",     "2022-08-",
                                         "0x", "1e",         "no_", "null.", "II.1.a."};
    return one_of(stems) + count();
  }

  std::string text() {
    const std::vector<std::string> texts{
        "",       "",       "",           "plain words", "2013",   "a: b, c",  "yes",
        "#1",     "'q'",    "\"x\"",      "[a]",         "Chỉ số", "> 90",     "-5",
        "{x}",    "1,5",    "back\\sl",   "null",        "~",      "*",        "two\nlines",
        "%",      "a; b",   "15/12/2023", "2023-12-15",  "keep",   "=1+2",     "|",
        "- dash", "A\tB",   "a:b",        "@x",          "Quý IV", "hằng năm", "a | b",
        "x:",     "? what", "...",        "---",         "1_000",  "!tag"};
    return one_of(texts);
  }

  /// A name of its own that can stand in a list of a table.
  std::string spelling() {
    const std::vector<std::string> stems{"Sở Nội vụ", "UBND các huyện", "a, b",   "a: b", "#",
                                         "\"x\"",     "true",           "Bộ | x", "-",    "2022"};
    return one_of(stems) + " n" + count();
  }

  std::vector<std::string> spellings(std::uint64_t least) {
    std::vector<std::string> names;
    for (auto n = least + below(3); n > 0; --n) names.push_back(spelling());
    return names;
  }

  Title title() { return {text(), text()}; }

  Provenance provenance() {
    Provenance p;
    if (coin()) return p;
    if (coin()) p.status = Status{static_cast<int>(below(3))};
    p.source = text();
    p.reference = text();
    if (coin()) p.checked = Date{2026, 11, 23};
    p.note = text();
    return p;
  }

  /// Some of what is declared, in any order.
  template <class T>
  std::vector<std::string> some(const std::vector<T>& parts, std::string T::*code) {
    std::vector<std::string> codes;
    for (const T& part : parts) {
      if (below(3) == 0) codes.insert(codes.begin() + position(codes.size()), part.*code);
    }
    return codes;
  }

  std::ptrdiff_t position(std::size_t size) { return static_cast<std::ptrdiff_t>(below(size + 1)); }

  Agency agency() {
    Agency a;
    a.code = code();
    if (coin()) a.title.en = spelling();
    if (coin()) a.title.vi = spelling();
    a.aliases = spellings(0);
    a.head = text();
    if (!d_.agencies.empty() && coin()) a.parent = one_of(d_.agencies).code;
    a.is_group = below(4) == 0;
    if (a.is_group) a.members = some(d_.agencies, &Agency::code);
    a.provenance = provenance();
    return a;
  }

  CriterionRef criterion() { return {one_of(d_.indices).key, coin() ? code() : std::string()}; }

  std::vector<CriterionRef> criteria() {
    std::vector<CriterionRef> refs;
    for (auto n = below(4); n > 0; --n) {
      const CriterionRef ref = criterion();
      if (std::find(refs.begin(), refs.end(), ref) == refs.end()) refs.push_back(ref);
    }
    return refs;
  }

  Baseline baseline(CriterionRef of) {
    Baseline b;
    b.criterion = std::move(of);
    b.period = one_of(std::vector<Period>{Period(2021), Period("2021-12"), Period("2021-H2")});
    b.score = number();
    b.rank = static_cast<double>(1 + below(126)) / 2.0 + 0.5;
    b.provenance = provenance();
    return b;
  }

  Target target() {
    using Against = Target::Against;
    Target t;
    if (coin()) t.code = code();
    t.title = title();
    t.criterion = criterion();
    t.quantity = Target::Quantity{static_cast<int>(below(3))};
    if (coin()) t.against = Against::previous;
    if (!d_.baseline.empty() && coin()) {
      t.against = Against::baseline;
      t.criterion = one_of(d_.baseline).criterion;
    }
    const double low = static_cast<double>(1 + below(50));
    t.range = one_of(std::vector<Interval>{{low, kInfinity, true, false},
                                           {low, kInfinity, false, false},
                                           {-kInfinity, low + 0.25, false, true},
                                           {low, low + 1.5, true, true},
                                           {low, low + 1.5, false, true},
                                           {low, low, true, true}});
    if (t.against != Against::nothing && coin()) {
      t.range = coin() ? kept(t.quantity) : raised(t.quantity);
    }
    const bool among_all = t.quantity != Target::Quantity::rank || t.against == Against::baseline;
    if (!among_all && !d_.regions.empty() && coin()) t.region = one_of(d_.regions).name;
    if (coin()) t.by = Period(2024);
    t.provenance = provenance();
    return t;
  }

  Date day() {
    return {2022 + static_cast<int>(below(4)), 1 + static_cast<int>(below(12)),
            1 + static_cast<int>(below(28))};
  }

  Task task() {
    Task t;
    t.code = code();
    t.title = title();
    t.paragraph = text();
    if (!d_.areas.empty() && coin()) t.area = one_of(d_.areas).code;
    t.criteria = criteria();
    for (int role = 0; role < task_role_count; ++role) {
      if (below(3) != 0) continue;
      for (auto& agency : some(d_.agencies, &Agency::code)) {
        t.assignments.push_back({TaskRole{role}, std::move(agency)});
      }
    }
    t.addressees = some(d_.agencies, &Agency::code);
    if (coin()) t.recurrence = Recurrence{static_cast<int>(below(6))};
    if (coin() && t.recurrence != Recurrence::continuous) t.due = day();
    t.product = text();
    t.evidence = text();
    if (coin()) t.cost = coin() ? 0.0 : number();
    for (auto n = below(3); n > 0; --n) {
      const auto kind = TaskEffect::Kind{static_cast<int>(below(4))};
      t.effects.push_back({criterion(), kind, coin() ? -number() : number()});
    }
    t.news = news();
    t.provenance = provenance();
    return t;
  }

  /// Later news are never behind earlier ones.
  std::vector<TaskNews> news() {
    std::vector<TaskNews> list;
    for (auto n = below(4); n > 0; --n) list.push_back({day(), {}, {}, text(), text()});
    std::stable_sort(list.begin(), list.end(),
                     [](const auto& a, const auto& b) { return a.date < b.date; });
    int status = 0;
    for (auto& each : list) {
      status = std::min(3, status + static_cast<int>(below(2)));
      each.status = TaskStatus{status};
      if (coin()) each.percent = number() / 2.0;
    }
    return list;
  }

  std::mt19937_64 random_;
  int counter_ = 0;
  PlanDefinition d_;
};

}  // namespace chiso::testing_io
