# The project in the README: built against the installed package as it stands there, and it prints
# what stands below it.
set(readme "${PROJECT_SOURCE_DIR}/README.md")
set(folder "${CMAKE_CURRENT_BINARY_DIR}/consumer/readme-source")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${readme}")
file(READ "${readme}" text)
string(REGEX MATCH "```cmake\n([^`]+)```\n\n```cpp\n([^`]+)```\n\n```text\n([^`]+)\n```" found "${text}")
if(NOT found)
  message(FATAL_ERROR "README.md: expected a cmake, a cpp and a text block, one after the other")
endif()
set(project "${CMAKE_MATCH_1}")
set(program "${CMAKE_MATCH_2}")
string(REGEX REPLACE "([][+.*()^?$|\\])" "\\\\\\1" printed "${CMAKE_MATCH_3}")
file(CONFIGURE OUTPUT "${folder}/CMakeLists.txt" CONTENT "${project}" @ONLY)
file(CONFIGURE OUTPUT "${folder}/main.cpp" CONTENT "${program}" @ONLY)

add_test(NAME consumer.readme
  COMMAND "${CMAKE_CTEST_COMMAND}"
    --build-and-test "${folder}" "${CMAKE_CURRENT_BINARY_DIR}/consumer/readme"
    --build-generator "${CMAKE_GENERATOR}"
    --build-options "-DCMAKE_BUILD_TYPE=Release" "-DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}"
      "-DCMAKE_PREFIX_PATH=${prefix}" "-DCMAKE_FIND_PACKAGE_NO_PACKAGE_REGISTRY=ON"
    --test-command rank)
set_tests_properties(consumer.readme PROPERTIES
  LABELS consumer FIXTURES_REQUIRED installed_chiso PASS_REGULAR_EXPRESSION "${printed}"
  ENVIRONMENT "CHISO_SHARE=${prefix}/${CMAKE_INSTALL_DATADIR}/chiso")
