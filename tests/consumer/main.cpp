// Scores two provinces on a small index, with a matrix that this project allocates: with
// -march=native Eigen aligns it otherwise than the library does, which must not matter.
#include <Eigen/Core>
#include <chiso/base/error.hpp>
#include <chiso/evaluate/evaluator.hpp>
#include <chiso/evaluate/ranking.hpp>
#include <chiso/io/shipped.hpp>
#include <chiso/version.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iostream>

namespace {

chiso::Criterion leaf(const char* code, double weight) {
  chiso::Criterion criterion;
  criterion.code = code;
  criterion.weight = weight;
  criterion.measure = chiso::Measure::of(code);
  return criterion;
}

chiso::Index two_pillars() {
  chiso::IndexDefinition definition;
  definition.index = "pillars";
  definition.edition = "2024";
  definition.tree.code = "composite";
  definition.tree.children = {leaf("voice", 0.75), leaf("law", 0.25)};
  return chiso::Index(definition);
}

void expect(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "not so: " << what << '\n';
  std::exit(1);
}

}  // namespace

int main() {
  expect(chiso::version() == chiso::header_version, "library and headers are of one version");

  Eigen::MatrixXd values(2, 2);
  values << 0.4, 1.0,  // 0.75 * 0.4 + 0.25 * 1.0 = 0.55
      0.8, 0.2;        // 0.75 * 0.8 + 0.25 * 0.2 = 0.65
  const chiso::Evaluator evaluator(two_pillars());
  const chiso::Scores scores = evaluator.score(
      chiso::Panel({"Hue", "Da Nang"}, {"voice", "law"}, values, chiso::Period(2024)));
  const Eigen::MatrixXd table = scores.values();
  expect(table.rows() == 2 && table.cols() == 3, "one row a unit, one column a node");
  expect(std::abs(scores.at("Hue", "composite") - 0.55) < 1e-15, "the mean worked by hand");
  expect(chiso::Ranking(scores).rank_of("Da Nang") == 1.0, "the higher score is first");

  try {
    (void)scores.at("Hoi An", "composite");
    expect(false, "an unknown unit is an error");
  } catch (const chiso::NotFoundError&) {  // The class survives the border of the library.
  }

  expect(std::filesystem::is_directory(chiso::shipped_folder() / "indices"), "indices ship");
  std::cout << "chiso " << chiso::version() << " works here\n";
}
