# One INTERFACE target carries every flag; no room sets its own.
add_library(celadon_flags INTERFACE)
target_compile_features(celadon_flags INTERFACE cxx_std_23)
target_compile_options(celadon_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow
  $<$<BOOL:${CELADON_WERROR}>:-Werror>
  -pthread                    # some libraries ask for it, and what is read once must be read alike by all
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=  # no folder of the machine that built it stands in the program
  -ffp-contract=off)          # a judgement must not depend on the CPU's fused multiply-add
foreach(name IN LISTS CELADON_SANITIZE)
  # GCC 12 sees Asio's coroutine frames allocated and freed by different functions, once it instruments them: both are ours.
  target_compile_options(celadon_flags INTERFACE -fsanitize=${name} -fno-omit-frame-pointer -Wno-mismatched-new-delete)
  # The checks of each member access for null and alignment cost a third of that build; the address sanitizer stops at
  # a null pointer anyway.
  target_compile_options(celadon_flags INTERFACE $<$<STREQUAL:${name},undefined>:-fno-sanitize=null,alignment>)
  target_link_options(celadon_flags INTERFACE -fsanitize=${name})
endforeach()

# A room's files are compiled eight at a time, so that a header is read once for all of them: a clean build in a quarter
# of the time. So what a file keeps to itself has a name of its own in its room. -DCELADON_TOGETHER=1 compiles each
# file alone (for work on one file), =0 a whole room at once (to find names that stand twice).
set(CELADON_TOGETHER 8 CACHE STRING "how many files of a room are compiled at a time")
if(NOT CELADON_TOGETHER EQUAL 1)
  set(CMAKE_UNITY_BUILD ON)
  set(CMAKE_UNITY_BUILD_BATCH_SIZE ${CELADON_TOGETHER})
  target_compile_options(celadon_flags INTERFACE -Wno-subobject-linkage)  # GCC takes the files of a unit for headers
endif()

# What the unit tests and fuzz targets need, and no more: all that is built under the sanitizers.
add_custom_target(checks)

# celadon_room(<name> SOURCES a.cpp ... [NEEDS celadon::core ...] [USES lib ...] [TESTS a_test.cpp ...]
#              [FUZZ a_fuzz.cpp ...] [COST seconds])
#   NEEDS  other rooms, visible to whoever includes our headers
#   USES   libraries that stay behind our .cpp files
#   TESTS  one doctest program a room; the first file carries its main
#   COST   of the tests, about: those that take long begin first, so that none is left alone at the end
#   FUZZ   one program a file: int fuzz(const uint8_t*, size_t), driven by tests/fuzz_main.cpp
function(celadon_room name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "COST" "SOURCES;NEEDS;USES;TESTS;FUZZ")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "celadon_room(${name}): unknown words ${arg_UNPARSED_ARGUMENTS}")
  endif()

  add_library(celadon_${name} STATIC ${arg_SOURCES})
  add_library(celadon::${name} ALIAS celadon_${name})
  target_include_directories(celadon_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(celadon_${name} PUBLIC ${arg_NEEDS} PRIVATE celadon_flags ${arg_USES})

  if(BUILD_TESTING AND arg_TESTS)
    add_executable(celadon_${name}_test ${arg_TESTS})
    target_link_libraries(celadon_${name}_test PRIVATE celadon::${name} celadon_flags ${arg_USES})
    target_compile_options(celadon_${name}_test PRIVATE $<$<CONFIG:Release>:-O1>)  # compiled oftener than run
    target_compile_definitions(celadon_${name}_test PRIVATE
      CELADON_PACKS="${PROJECT_SOURCE_DIR}/packs" CELADON_SOURCE="${PROJECT_SOURCE_DIR}")
    add_dependencies(checks celadon_${name}_test)
    add_test(NAME unit.${name} COMMAND celadon_${name}_test)
    set_tests_properties(unit.${name} PROPERTIES LABELS "unit;${name}" TIMEOUT 1500)
    if(arg_COST)
      set_tests_properties(unit.${name} PROPERTIES COST ${arg_COST})
    endif()
  endif()

  if(BUILD_TESTING)
    foreach(file IN LISTS arg_FUZZ)
      get_filename_component(stem ${file} NAME_WE)
      add_executable(${stem} ${file} ${PROJECT_SOURCE_DIR}/tests/fuzz_main.cpp)
      target_link_libraries(${stem} PRIVATE celadon::${name} celadon_flags)
      target_compile_definitions(${stem} PRIVATE CELADON_PACKS="${PROJECT_SOURCE_DIR}/packs")
      add_dependencies(checks ${stem})
      add_test(NAME fuzz.${stem} COMMAND ${stem} --runs 20000 --seed 1
        ${PROJECT_SOURCE_DIR}/tests/corpus/${stem})
      set_tests_properties(fuzz.${stem} PROPERTIES LABELS "fuzz;${name}" TIMEOUT 120)
    endforeach()
  endif()
endfunction()
