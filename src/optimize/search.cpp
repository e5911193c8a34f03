#include "chiso/optimize/search.hpp"

namespace chiso {

std::string_view name(SearchResult::Status status) noexcept {
  switch (status) {
    case SearchResult::Status::optimal:
      return "optimal";
    case SearchResult::Status::feasible:
      return "feasible";
    case SearchResult::Status::infeasible:
      return "infeasible";
    case SearchResult::Status::unknown:
      return "unknown";
  }
  return "";
}

}  // namespace chiso
