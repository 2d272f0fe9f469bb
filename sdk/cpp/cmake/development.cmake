# The executor, the example, the tests and the benchmark.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(warnings -Wall -Wextra -Wpedantic -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # It is mistaken about std::string's operator+ (GCC bug 105651).
  list(APPEND warnings -Wno-restrict)
endif()
target_compile_options(telemetry_events PRIVATE ${warnings})

get_filename_component(conformance ../../conformance/proto ABSOLUTE)
file(GLOB_RECURSE schema CONFIGURE_DEPENDS RELATIVE ${conformance} ${conformance}/*.proto)
add_library(conformance OBJECT)
if(Protobuf_VERSION VERSION_LESS 3.22)
  # Up to 3.21, protoc refuses two names that differ in `_` alone, such as `sorta` and `sort_a`; code that has them works.
  # It is shown another name of the same length, which is taken back in what it writes.
  foreach(file IN LISTS schema)
    file(READ ${conformance}/${file} text)
    string(REGEX REPLACE "sorta([ ;=])" "sortz\\1" text "${text}")
    file(CONFIGURE OUTPUT conformance/${file} CONTENT "${text}" @ONLY)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${conformance}/${file})
  endforeach()
  set(conformance ${CMAKE_CURRENT_BINARY_DIR}/conformance)
  set(rename THEN sed -i s/sortz/sorta/g)
endif()
telemetry_events_schema(conformance ROOT ${conformance} PROTOS ${schema} ${rename})
target_link_libraries(conformance PUBLIC telemetry_events::telemetry_events)

# A registry of messages needs all of them, also those that nothing refers to.
add_executable(executor executor/executor.cpp)
target_compile_options(executor PRIVATE ${warnings})
target_link_libraries(executor PRIVATE conformance)
set_target_properties(executor PROPERTIES LINK_LIBRARY_OVERRIDE_telemetry_events WHOLE_ARCHIVE)

add_executable(example ../../examples/polyglot/cpp/main.cpp)
target_compile_options(example PRIVATE ${warnings})
target_link_libraries(example PRIVATE telemetry_events::telemetry_events)

find_package(GTest REQUIRED)
find_package(spdlog REQUIRED)
include(GoogleTest)
enable_testing()

file(GLOB tests CONFIGURE_DEPENDS tests/*.cpp)
add_executable(tests ${tests})
telemetry_events_schema(tests ROOT ${CMAKE_CURRENT_SOURCE_DIR}/tests PROTOS unsupported.proto)
target_compile_options(tests PRIVATE ${warnings})
target_include_directories(tests PRIVATE src)
target_link_libraries(tests PRIVATE conformance spdlog::spdlog OpenSSL::Crypto GTest::gtest_main)
target_compile_definitions(tests PRIVATE EXAMPLE="$<TARGET_FILE:readme>" README="${CMAKE_CURRENT_SOURCE_DIR}/README.md")
gtest_discover_tests(tests DISCOVERY_TIMEOUT 60)

# The first block of C++ in README.md.
file(READ README.md text)
string(REGEX MATCH "```cpp\n([^`]*)```" block "${text}")
file(CONFIGURE OUTPUT readme.cpp CONTENT "${CMAKE_MATCH_1}" @ONLY)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS README.md)
add_executable(readme ${CMAKE_CURRENT_BINARY_DIR}/readme.cpp)
target_compile_options(readme PRIVATE ${warnings})
target_link_libraries(readme PRIVATE telemetry_events::telemetry_events)
add_dependencies(tests readme)

find_package(benchmark REQUIRED)
find_package(nlohmann_json REQUIRED)
add_executable(benchmarks bench/benchmarks.cpp)
target_compile_options(benchmarks PRIVATE ${warnings})
target_link_libraries(benchmarks PRIVATE telemetry_events::telemetry_events benchmark::benchmark_main nlohmann_json::nlohmann_json)
