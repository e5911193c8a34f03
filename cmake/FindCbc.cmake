# Finds COIN-OR's CBC, whose Debian package brings no CMake config. Installed beside chiso's own
# config, because who links the static chiso::optimize links CBC too.
#
#   Cbc::Cbc   the imported target, with Clp, Cgl, Osi and CoinUtils
find_path(Cbc_INCLUDE_DIR CbcModel.hpp PATH_SUFFIXES coin coin-or)
set(Cbc_LIBRARIES)
foreach(name OsiCbc Cbc Cgl OsiClp Clp Osi CoinUtils)
  find_library(Cbc_${name}_LIBRARY NAMES ${name})
  mark_as_advanced(Cbc_${name}_LIBRARY)
  list(APPEND Cbc_LIBRARIES "${Cbc_${name}_LIBRARY}")
endforeach()
mark_as_advanced(Cbc_INCLUDE_DIR)

if(Cbc_INCLUDE_DIR)
  file(STRINGS "${Cbc_INCLUDE_DIR}/CbcConfig.h" Cbc_lines REGEX "^#define CBC_VERSION ")
  if(NOT Cbc_lines)
    file(STRINGS "${Cbc_INCLUDE_DIR}/config_cbc_default.h" Cbc_lines REGEX "^#define CBC_VERSION ")
  endif()
  string(REGEX MATCH "[0-9]+\\.[0-9.]+" Cbc_VERSION "${Cbc_lines}")
  unset(Cbc_lines)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Cbc
  REQUIRED_VARS Cbc_Cbc_LIBRARY Cbc_Clp_LIBRARY Cbc_OsiClp_LIBRARY Cbc_Osi_LIBRARY
                Cbc_CoinUtils_LIBRARY Cbc_Cgl_LIBRARY Cbc_INCLUDE_DIR
  VERSION_VAR Cbc_VERSION)

if(Cbc_FOUND AND NOT TARGET Cbc::Cbc)
  add_library(Cbc::Cbc INTERFACE IMPORTED)
  # Their headers do not compile without warnings.
  set_target_properties(Cbc::Cbc PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${Cbc_INCLUDE_DIR}"
    INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${Cbc_INCLUDE_DIR}"
    INTERFACE_LINK_LIBRARIES "${Cbc_LIBRARIES}")
endif()
