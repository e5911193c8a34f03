# What find_package(chiso) needs: one export set a component, the config, and the shipped files.
include(CMakePackageConfigHelpers)

set(CHISO_CONFIG_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/chiso")
set(CHISO_COMPONENTS core optimize io serialization)

foreach(component IN LISTS CHISO_COMPONENTS)
  install(TARGETS chiso_${component} EXPORT chiso-${component}
    FILE_SET HEADERS COMPONENT chiso
    ARCHIVE COMPONENT chiso)
  install(EXPORT chiso-${component} NAMESPACE chiso:: DESTINATION "${CHISO_CONFIG_DIR}"
    FILE chiso-${component}-targets.cmake COMPONENT chiso)
endforeach()

if(CHISO_BUILD_PROGRAM)
  install(EXPORT chiso-program NAMESPACE chiso:: DESTINATION "${CHISO_CONFIG_DIR}"
    FILE chiso-program-targets.cmake COMPONENT chiso)
  install(FILES cmake/ChisoAddChecks.cmake DESTINATION "${CHISO_CONFIG_DIR}" COMPONENT chiso)
endif()

configure_package_config_file(cmake/chiso-config.cmake.in
  "${PROJECT_BINARY_DIR}/chiso-config.cmake"
  INSTALL_DESTINATION "${CHISO_CONFIG_DIR}" PATH_VARS CMAKE_INSTALL_DATADIR)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/chiso-config-version.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/chiso-config.cmake"
  "${PROJECT_BINARY_DIR}/chiso-config-version.cmake"
  cmake/FindCbc.cmake
  cmake/FindUtf8proc.cmake
  DESTINATION "${CHISO_CONFIG_DIR}" COMPONENT chiso)
install(DIRECTORY share/ DESTINATION "${CMAKE_INSTALL_DATADIR}/chiso" COMPONENT chiso)
