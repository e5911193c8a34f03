# The projects in the README and in the documentation: built against the installed package as they stand
# there, and they print what stands below them.
foreach(page IN ITEMS README docs/cpp docs/snapshots)
  set(file "${PROJECT_SOURCE_DIR}/${page}.md")
  get_filename_component(name "${page}" NAME)
  string(TOLOWER "page_${name}" name)
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/consumer/${name}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
  file(READ "${file}" text)
  string(REGEX MATCH "```cmake\n([^`]+)```\n\n```cpp\n([^`]+)```\n\n```text\n([^`]+)\n```" found
    "${text}")
  if(NOT found)
    message(FATAL_ERROR "${page}.md: expected a cmake, a cpp and a text block in a row")
  endif()
  set(project "${CMAKE_MATCH_1}")
  set(program "${CMAKE_MATCH_2}")
  string(REGEX REPLACE "([][+.*()^?$|\\])" "\\\\\\1" printed "${CMAKE_MATCH_3}")
  string(REGEX MATCH "add_executable\\(([a-z]+)" found "${project}")
  set(target "${CMAKE_MATCH_1}")
  file(CONFIGURE OUTPUT "${folder}/CMakeLists.txt" CONTENT "${project}" @ONLY)
  file(CONFIGURE OUTPUT "${folder}/main.cpp" CONTENT "${program}" @ONLY)

  add_test(NAME consumer.${name}
    COMMAND "${CMAKE_CTEST_COMMAND}" --build-and-test "${folder}" "${folder}/build"
      --build-generator "${CMAKE_GENERATOR}"
      --build-options "-DCMAKE_BUILD_TYPE=Release" "-DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}"
        "-DCMAKE_PREFIX_PATH=${prefix}" "-DCMAKE_FIND_PACKAGE_NO_PACKAGE_REGISTRY=ON"
      --test-command ${target})
  set_tests_properties(consumer.${name} PROPERTIES
    LABELS consumer FIXTURES_REQUIRED installed_chiso PASS_REGULAR_EXPRESSION "${printed}"
    ENVIRONMENT "CHISO_SHARE=${prefix}/${CMAKE_INSTALL_DATADIR}/chiso")
endforeach()
