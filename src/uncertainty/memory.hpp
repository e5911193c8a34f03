#pragma once

#include <string>

namespace chiso {

/// Asked for before anything is allocated, which would end the program on many machines.
/// @param needing who needs the bytes, in the plural: "5 draws of 63 units"
/// @throws SpecError of this place if they are more than 4 GB
void expect_memory(double bytes, const std::string& place, const std::string& needing,
                   const std::string& remedy);

}  // namespace chiso
