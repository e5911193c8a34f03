# chiso_library(<component>): a static library chiso_<component>, known to everyone as
# chiso::<component>. Static, because exceptions thrown by a shared library with hidden symbols are
# not caught across its border.
function(chiso_library component)
  set(target chiso_${component})
  add_library(${target} STATIC)
  add_library(chiso::${component} ALIAS ${target})
  target_compile_features(${target} PUBLIC cxx_std_20)
  # Private headers are included as "<folder>/<name>.hpp".
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(${target} PRIVATE
    $<BUILD_INTERFACE:chiso_warnings> $<BUILD_INTERFACE:chiso_exact>)
  set_target_properties(${target} PROPERTIES
    EXPORT_NAME ${component}
    POSITION_INDEPENDENT_CODE ON
    CXX_EXTENSIONS OFF
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    VERIFY_INTERFACE_HEADER_SETS ${CHISO_DEVELOPER})
endfunction()

# chiso_sources(<component> SOURCES a.cpp ... HEADERS a.hpp ...): adds one folder to a library.
# Called by src/<folder>/CMakeLists.txt; the headers are those of include/chiso/<folder>.
function(chiso_sources component)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;HEADERS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "chiso_sources: expected SOURCES and HEADERS, got ${arg_UNPARSED_ARGUMENTS}")
  endif()
  get_filename_component(folder "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
  list(TRANSFORM arg_HEADERS PREPEND "${PROJECT_SOURCE_DIR}/include/chiso/${folder}/")
  target_sources(chiso_${component}
    PRIVATE ${arg_SOURCES}
    PUBLIC FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/include" FILES ${arg_HEADERS})
endfunction()
