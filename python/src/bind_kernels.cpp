#include <cstdint>
#include <span>

#include "bindings.hpp"
#include "chiso/normalize/describe.hpp"
#include "chiso/rank/groups.hpp"
#include "chiso/rank/rank.hpp"

namespace chiso::python {

namespace {

using Column = py::array_t<double, py::array::c_style>;
using Codes = py::array_t<std::int32_t, py::array::c_style>;

template <class T>
std::span<const T> column(const py::array_t<T, py::array::c_style>& array) {
  if (array.ndim() != 1) throw py::type_error("expected an array of one dimension");
  return {array.data(), static_cast<std::size_t>(array.size())};
}

template <class T>
std::span<T> filled(const std::unique_ptr<T[]>& memory, std::size_t length) {
  return {memory.get(), length};
}

}  // namespace

void bind_kernels(py::module_& m) {
  py::enum_<Ties>(m, "Ties", "Which ranks units with equal scores get.")
      .value("competition", Ties::competition, "1, 1, 3: a top ten has ten.")
      .value("dense", Ties::dense, "1, 1, 2.")
      .value("average", Ties::average, "1.5, 1.5, 3.")
      .value("ordinal", Ties::ordinal, "1, 2, 3: who stands first goes first.");

  m.def(
      "rank",
      [](const Column& scores, Ties ties) {
        const auto in = column(scores);
        auto out = uninitialised<double>(scores.size());
        rank(in, ties, filled(out, in.size()));
        return to_numpy(std::move(out), scores.size());
      },
      py::arg("scores").noconvert(), "ties"_a,
      "Ranks of scores, 1 = highest; a missing score has no rank (NaN).");

  m.def(
      "rank_within",
      [](const Column& scores, const Codes& groups, Ties ties) {
        const auto in = column(scores);
        auto out = uninitialised<double>(scores.size());
        rank_within(in, column(groups), ties, filled(out, in.size()));
        return to_numpy(std::move(out), scores.size());
      },
      py::arg("scores").noconvert(), py::arg("groups").noconvert(), "ties"_a,
      "Ranks among the units with the same number in `groups`; a negative number is in no group.");

  m.def(
      "displayed",
      [](const Column& values, int decimals) {
        const auto in = column(values);
        auto out = uninitialised<double>(values.size());
        displayed(in, decimals, filled(out, in.size()));
        return to_numpy(std::move(out), values.size());
      },
      py::arg("values").noconvert(), "decimals"_a,
      "Values as they are displayed with so many decimals, halves away from zero.");

  py::class_<Description>(m, "Description", "What one looks at before a variable enters an index.")
      .def_readonly("units", &Description::units)
      .def_readonly("available", &Description::available)
      .def_readonly("nonzero", &Description::nonzero)
      .def_readonly("unique", &Description::unique)
      .def_readonly("most_frequent", &Description::most_frequent)
      .def_readonly("minimum", &Description::minimum)
      .def_readonly("maximum", &Description::maximum)
      .def_readonly("mean", &Description::mean)
      .def_readonly("median", &Description::median)
      .def_readonly("deviation", &Description::deviation)
      .def_readonly("skewness", &Description::skewness)
      .def_readonly("kurtosis", &Description::kurtosis);

  m.def(
      "describe", [](const Column& values) { return describe(column(values)); },
      py::arg("values").noconvert(), "Statistics of one column; missing values are left out.");
  m.def(
      "correlation",
      [](const Column& x, const Column& y) { return correlation(column(x), column(y)); },
      py::arg("x").noconvert(), py::arg("y").noconvert(),
      "Pearson's correlation over the units where both are present.");
}

}  // namespace chiso::python
