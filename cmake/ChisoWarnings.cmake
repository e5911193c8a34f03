# chiso_warnings: what our own sources are compiled with. Linked privately and only inside the
# build tree, so nobody who uses chiso inherits a warning.
add_library(chiso_warnings INTERFACE)
if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
  target_compile_options(chiso_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
    -Wnon-virtual-dtor -Woverloaded-virtual -Wdouble-promotion
    # GCC 12 sees an overlap in std::string's operator+ that is not there (GCC bug 105651), and short
    # strings that nobody set; clang and the sanitizers look for the real ones.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
    $<$<BOOL:${CHISO_DEVELOPER}>:-Werror>)
endif()

# chiso_exact: a * b + c is rounded twice, as written, on every processor. With contraction the
# result would depend on the compiler and on -march.
add_library(chiso_exact INTERFACE)
if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
  target_compile_options(chiso_exact INTERFACE -ffp-contract=off)
endif()
