#include "bindings.hpp"
#include "chiso/version.hpp"

PYBIND11_MODULE(_core, m) {
  using namespace chiso::python;  // NOLINT(google-build-using-namespace)
  m.doc() = "What computes in chiso. Use the package `chiso`, which adds labels and frames.";
  m.attr("__version__") = std::string(chiso::version());

  bind_errors(m);
  bind_base(m);
  bind_limits(m);
  bind_formula(m);
  bind_kernels(m);
  bind_model(m);
  bind_panel(m);
  bind_plan(m);
  bind_evaluate(m);
  bind_responsibility(m);
  bind_scenario(m);
  bind_draws(m);
  bind_reach(m);
  bind_optimize(m);
  bind_robust(m);
  bind_projection(m);
  bind_io(m);
  bind_check(m);
  bind_check_baseline(m);
  bind_snapshot(m);
}
