# Each file is compiled twice: as it is, which must work, and with SHOULD_NOT_COMPILE defined, which
# must fail with the message that its first line gives: "// error: <regular expression>".
file(GLOB cases CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/should_not_compile/*.cpp")
get_target_property(system_includes Eigen3::Eigen INTERFACE_INCLUDE_DIRECTORIES)
list(TRANSFORM system_includes PREPEND "-isystem")
foreach(case IN LISTS cases)
  get_filename_component(name "${case}" NAME_WE)
  file(STRINGS "${case}" message LIMIT_COUNT 1)
  if(NOT message MATCHES "^// error: (.+)$")
    message(FATAL_ERROR "${case}: expected '// error: <regular expression>' as its first line")
  endif()
  set(message "${CMAKE_MATCH_1}")
  set(compile "${CMAKE_CXX_COMPILER}" -std=c++20 -fsyntax-only -Wall -Werror
    "-I${PROJECT_SOURCE_DIR}/include" ${system_includes})
  add_test(NAME should_not_compile.${name}.good COMMAND ${compile} "${case}")
  add_test(NAME should_not_compile.${name}.bad COMMAND ${compile} -DSHOULD_NOT_COMPILE "${case}")
  set_tests_properties(should_not_compile.${name}.good PROPERTIES LABELS should_not_compile)
  set_tests_properties(should_not_compile.${name}.bad PROPERTIES
    LABELS should_not_compile PASS_REGULAR_EXPRESSION "${message}")
endforeach()
