#include <chiso/io/shipped.hpp>
#include <chiso/version.hpp>
#include <filesystem>
#include <iostream>

int main() {
  const std::filesystem::path share = chiso::shipped_folder();
  if (!std::filesystem::is_directory(share / "indices")) return 1;
  std::cout << "chiso " << chiso::version() << " with indices in " << share << '\n';
  return chiso::version() == chiso::header_version ? 0 : 1;
}
