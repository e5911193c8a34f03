#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <barrier>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "chiso/chiso.hpp"

/// Objects that are safe to use from many threads, really used so: what ThreadSanitizer looks at
/// (`./dev check tsan`). Each answer is that of one thread.
namespace chiso {
namespace {

constexpr int kThreads = 4;

/// Calls work(thread) in several threads that begin together.
void together(const std::function<void(int)>& work) {
  std::barrier start(kThreads);
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      start.arrive_and_wait();
      work(thread);
    });
  }
}

const Period kYear(2019);
constexpr std::array kYears{2013, 2014, 2016, 2017, 2019};

Panel data() { return read_panel(shipped_folder() / "data/pci_scores.csv"); }

Evaluator evaluator() { return Evaluator(load_index(find_definition("pci", kYear))); }

Scores scores() { return evaluator().score(data(), {.period = kYear}); }

std::vector<Source> sources() {
  DrawWeights weights;
  weights.criteria = "pci";
  DrawValues values;
  values.relative = 0.02;
  Choose choice;
  choice = leave_out(scores().index(), "entry");
  return {weights, values, choice};
}

/// All numbers of a result.
std::vector<double> numbers(const Scores& result) {
  const auto values = result.values();
  return {values.data(), values.data() + values.size()};
}

bool same(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

TEST(ThreadsTest, ShareAnEvaluatorAndAPanel) {
  const Evaluator shared = evaluator();
  const Panel panel = data();
  const std::vector<double> expected = numbers(shared.score(panel, {.period = kYear}));
  together([&](int thread) {
    for (int i = 0; i < 5; ++i) {
      // Of several periods: dated values are compiled for each when it is first asked for.
      const Period year(kYears[static_cast<std::size_t>(thread + i) % kYears.size()]);
      static_cast<void>(shared.score(panel, {.period = year}));
      const Scores result = shared.score(panel, {.period = kYear});
      EXPECT_TRUE(same(numbers(result), expected));
      EXPECT_EQ(Ranking(result).ranked(), 63);
      static_cast<void>(result.treatments());
      static_cast<void>(explain(result, "Thanh H\u00f3a"));
    }
  });
}

TEST(ThreadsTest, ShareAWhatIf) {
  const WhatIf shared(scores());
  const Size units = shared.base().units().size();
  const Placed expected = shared.of({0, 0, 5.0});
  together([&](int thread) {
    const Placed placed = shared.of({0, 0, 5.0});
    EXPECT_EQ(placed.score, expected.score);
    EXPECT_EQ(placed.rank, expected.rank);
    const std::vector<CellEdit> edits{{thread, 0, 6.0}, {thread, 1, 4.0}, {1, 2, 7.0}};
    const std::vector<Size> starts{0, 1, 2, 3};
    std::vector<double> found(static_cast<std::size_t>(3 * units));
    std::vector<std::int32_t> ranks(found.size());
    shared.many(starts, edits, {}, found, ranks, kThreads);
    std::vector<double> alone(found.size());
    std::vector<std::int32_t> alone_ranks(found.size());
    shared.many(starts, edits, {}, alone, alone_ranks, 1);
    EXPECT_TRUE(same(found, alone));
    EXPECT_EQ(ranks, alone_ranks);
    EXPECT_EQ(std::ssize(found), 3 * units);
  });
}

TEST(ThreadsTest, ShareAnExperiment) {
  UncertaintyOptions options;
  options.draws = 3 * 1024;
  options.threads = 2;
  const Experiment shared(scores(), sources(), options);
  const Uncertainty expected = uncertainty(shared);
  const Size root = 0;
  together([&](int) {
    const Uncertainty found = uncertainty(shared);
    EXPECT_EQ(found.bytes(), expected.bytes());
    EXPECT_TRUE(same(found.mean_rank(root), expected.mean_rank(root)));
    const std::array<Size, 1> nodes{root};
    const auto single = replications(shared, nodes, 1000, 100);
    ASSERT_TRUE(single);
    EXPECT_EQ(single->draws, 100);
    Uncertainty merged = Uncertainty::from_bytes(shared, found.bytes());
    EXPECT_EQ(merged.draws(), expected.draws());
  });
}

TEST(ThreadsTest, FindSensitivitiesAndProjectionsSideBySide) {
  const Scores base = scores();
  const std::vector<Source> varied = sources();
  SensitivityOptions options;
  options.base = 64;
  options.resamples = 50;
  options.threads = 2;
  const auto expected = sensitivity(base, varied, options);
  ASSERT_TRUE(expected);
  std::vector<Scores> years;
  const Evaluator shared = evaluator();
  const Panel panel = data();
  for (const int year : kYears) {
    years.push_back(shared.score(panel, {.period = Period(year)}));
  }
  const History history = History::of(years);
  ProjectionOptions projected;
  projected.draws = 500;
  projected.threads = 2;
  const Projection ahead(history, {Period(2022)}, projected);
  together([&](int thread) {
    if (thread % 2 == 0) {
      const auto found = sensitivity(base, varied, options);
      ASSERT_TRUE(found);
      EXPECT_TRUE(same(found->total.value, expected->total.value));
    } else {
      const Projection again(history, {Period(2022)}, projected);
      EXPECT_TRUE(same(again.mean_rank(0), ahead.mean_rank(0)));
      static_cast<void>(back_test(history, {.projection = projected}));
    }
    EXPECT_EQ(std::ssize(ahead.ranks(0)), 500 * ahead.units().size());
  });
}

TEST(ThreadsTest, CheckFilesAndShareAShelf) {
  const PanelShelf shelf;
  together(
      [&](int) { EXPECT_GT(shelf.find("pci_scores", "", {}, "provinces").units().size(), 0); });
  CheckOptions options;
  options.threads = kThreads;
  const std::vector<std::filesystem::path> folder{shipped_folder() / "indices/sipas"};
  EXPECT_EQ(check_paths(folder, options).exit_code(), 0);
}

TEST(ThreadsTest, WriteOneFile) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("chiso_threads_" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const auto path = folder / "file";
  together([&](int thread) {
    const std::string mine(10'000, static_cast<char>('a' + thread));
    for (int i = 0; i < 20; ++i) {
      write_file_atomically(path, mine);
      const std::string content = read_file(path, 1 << 20);
      EXPECT_EQ(content, std::string(10'000, content.front()));
    }
  });
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace chiso
