#include "chiso/io/load_scenarios.hpp"

#include "chiso/io/document.hpp"
#include "chiso/io/file.hpp"
#include "io/scenario_document.hpp"

namespace chiso {

namespace fs = std::filesystem;

std::vector<Scenario> load_scenarios(const fs::path& path, const InputLimits& limits,
                                     const fs::path& catalogue) {
  const std::string file = path.string();
  return scenarios_from(
      parse_document(read_file(path, limits.definition_bytes, "definition_bytes"), file, limits),
      file, {path.parent_path(), catalogue, limits});
}

std::vector<Scenario> parse_scenarios(std::string_view text, const std::string& source,
                                      const InputLimits& limits, const fs::path& catalogue) {
  return scenarios_from(parse_document(text, source, limits), source, {{}, catalogue, limits});
}

std::string to_yaml(const std::vector<Scenario>& scenarios, const fs::path& catalogue) {
  return to_block(write_scenarios(scenarios, &catalogue));
}

std::vector<Scenario> parse_whole_scenarios(std::string_view text, const std::string& source,
                                            const InputLimits& limits) {
  return scenarios_from(parse_document(text, source, limits), source, {{}, {}, limits, true});
}

std::string to_whole_yaml(const std::vector<Scenario>& scenarios) {
  return to_block(write_scenarios(scenarios, nullptr));
}

}  // namespace chiso
