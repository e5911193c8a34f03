# Installs the build into a scratch folder and builds the stranger's project against it, in Release:
# a difference in alignment or in inlining between library and user does not show in Debug.
set(prefix "${CMAKE_CURRENT_BINARY_DIR}/consumer/prefix")

add_test(NAME consumer.install
  COMMAND "${CMAKE_COMMAND}" --install "${PROJECT_BINARY_DIR}" --prefix "${prefix}" --component chiso)
set_tests_properties(consumer.install PROPERTIES LABELS consumer FIXTURES_SETUP installed_chiso)

# A project that configures, builds and runs; with ERROR, one that must say so while configuring.
function(consumer_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "ERROR" "OPTIONS")
  add_test(NAME consumer.${name}
    COMMAND "${CMAKE_CTEST_COMMAND}"
      --build-and-test "${CMAKE_CURRENT_SOURCE_DIR}/consumer" "${CMAKE_CURRENT_BINARY_DIR}/consumer/${name}"
      --build-generator "${CMAKE_GENERATOR}"
      --build-options "-DCMAKE_BUILD_TYPE=Release" "-DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}"
        "-DCMAKE_PREFIX_PATH=${prefix}" "-DCMAKE_FIND_PACKAGE_NO_PACKAGE_REGISTRY=ON" ${arg_OPTIONS}
      --test-command "${CMAKE_CTEST_COMMAND}" --output-on-failure)
  set_tests_properties(consumer.${name} PROPERTIES
    LABELS consumer FIXTURES_REQUIRED installed_chiso
    ENVIRONMENT "CHISO_SHARE=${prefix}/${CMAKE_INSTALL_DATADIR}/chiso")
  if(arg_ERROR)
    set_tests_properties(consumer.${name} PROPERTIES PASS_REGULAR_EXPRESSION "${arg_ERROR}")
  endif()
endfunction()

consumer_test(components OPTIONS -DCHISO_COMPONENTS=io)
consumer_test(everything OPTIONS -DCHISO_COMPONENTS=)
consumer_test(native OPTIONS -DCMAKE_CXX_FLAGS=-march=native)
# Compiles the libraries again, as the release preset does: a compiler cache has them already.
consumer_test(subdirectory OPTIONS "-DCHISO_SOURCE=${PROJECT_SOURCE_DIR}")
consumer_test(version OPTIONS -DCHISO_WANTED_VERSION=${PROJECT_VERSION})
consumer_test(unknown_component OPTIONS -DCHISO_COMPONENTS=telepathy
  ERROR "no component.+'telepathy'.+it has:.+core,[ \n]+optimize,[ \n]+io,[ \n]+serialization")
consumer_test(newer_version OPTIONS -DCHISO_WANTED_VERSION=${PROJECT_VERSION_MAJOR}.99
  ERROR "compatible[ \n]+with[ \n]+requested[ \n]+version")
consumer_test(older_minor OPTIONS -DCHISO_WANTED_VERSION=0.0.1
  ERROR "compatible[ \n]+with[ \n]+requested[ \n]+version")

include(consumer/readme.cmake)
