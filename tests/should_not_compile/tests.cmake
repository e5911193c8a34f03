# Each file is compiled twice: as it is, which must work, and with SHOULD_NOT_COMPILE defined, which
# must fail with the message that its first line gives: "// error: <regular expression>".
file(GLOB cases CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/should_not_compile/*.cpp")
foreach(case IN LISTS cases)
  get_filename_component(name "${case}" NAME_WE)
  file(STRINGS "${case}" message LIMIT_COUNT 1)
  if(NOT message MATCHES "^// error: (.+)$")
    message(FATAL_ERROR "${case}: expected '// error: <regular expression>' as its first line")
  endif()
  set(message "${CMAKE_MATCH_1}")
  set(compile "${CMAKE_CXX_COMPILER}" -std=c++20 -fsyntax-only -Wall -Werror
    "-I${PROJECT_SOURCE_DIR}/include"
    "-isystem$<JOIN:$<TARGET_PROPERTY:Eigen3::Eigen,INTERFACE_INCLUDE_DIRECTORIES>,;-isystem>")
  add_test(NAME should_not_compile.${name}.good COMMAND ${compile} "${case}" COMMAND_EXPAND_LISTS)
  add_test(NAME should_not_compile.${name}.bad COMMAND ${compile} -DSHOULD_NOT_COMPILE "${case}"
    COMMAND_EXPAND_LISTS)
  set_tests_properties(should_not_compile.${name}.good PROPERTIES LABELS should_not_compile)
  set_tests_properties(should_not_compile.${name}.bad PROPERTIES
    LABELS should_not_compile PASS_REGULAR_EXPRESSION "${message}")
endforeach()
