#include "chiso/io/shipped.hpp"

#include <array>
#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>

#include "chiso/base/error.hpp"

namespace chiso {

namespace fs = std::filesystem;

namespace {

/// Where this build expects the shipped folder, best first; empty entries do not apply.
constexpr std::array<std::string_view, 2> shipped_places = {CHISO_SHARE_SOURCE,
                                                            CHISO_SHARE_INSTALLED};

}  // namespace

fs::path shipped_folder() {
  std::error_code ignored;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): read only; nobody sets the environment meanwhile.
  if (const char* chosen = std::getenv("CHISO_SHARE"); chosen != nullptr && *chosen != '\0') {
    if (fs::is_directory(chosen, ignored)) return chosen;
    throw NotFoundError("CHISO_SHARE should name the folder of the shipped definitions, but '" +
                        std::string(chosen) + "' is not a folder");
  }
  std::string looked_at;
  for (const std::string_view place : shipped_places) {
    if (place.empty()) continue;
    if (fs::is_directory(place, ignored)) return place;
    looked_at += (looked_at.empty() ? "" : ", ") + std::string(place);
  }
  throw NotFoundError("the folder of the shipped definitions is not there (looked at: " +
                      (looked_at.empty() ? "nowhere" : looked_at) +
                      "); set CHISO_SHARE to a copy of chiso's share folder");
}

}  // namespace chiso
