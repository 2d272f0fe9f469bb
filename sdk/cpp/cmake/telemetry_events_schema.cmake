# telemetry_events_schema(<target> ROOT <folder> PROTOS <file>...)
#
# Adds the messages of a schema to a target, by the protoc that belongs to its protobuf. The files are given relative to
# their root, as they import each other; they may import telemetry_events/v1/*.proto. Generated headers are part of the
# target's interface, and <target>_GENERATED_DIR is where they lie.
function(telemetry_events_schema target)
  cmake_parse_arguments(PARSE_ARGV 1 schema "" ROOT "PROTOS;THEN")
  get_filename_component(schema_ROOT ${schema_ROOT} ABSOLUTE)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target}_schema)
  file(MAKE_DIRECTORY ${folder})
  # Any of the files may import any other.
  list(TRANSFORM schema_PROTOS PREPEND ${schema_ROOT}/ OUTPUT_VARIABLE files)
  set(imports ${schema_ROOT} ${telemetry_events_PROTO_DIR} ${Protobuf_INCLUDE_DIRS})
  list(REMOVE_DUPLICATES imports)
  list(TRANSFORM imports PREPEND --proto_path=)
  foreach(file IN LISTS schema_PROTOS)
    string(REGEX REPLACE "[.]proto$" ".pb" stem ${folder}/${file})
    # What else is to be done to the generated files.
    set(then ${schema_THEN})
    if(then)
      list(PREPEND then COMMAND)
      list(APPEND then ${stem}.cc ${stem}.h)
    endif()
    add_custom_command(
      OUTPUT ${stem}.cc ${stem}.h
      COMMAND protobuf::protoc ${imports} --cpp_out=${folder} ${schema_ROOT}/${file}
      ${then}
      DEPENDS ${files} protobuf::protoc
      VERBATIM)
    # What protoc writes is not held to this project's warnings.
    set_source_files_properties(${stem}.cc PROPERTIES COMPILE_OPTIONS -w)
    target_sources(${target} PRIVATE ${stem}.cc ${stem}.h)
  endforeach()
  target_include_directories(${target} SYSTEM PUBLIC $<BUILD_INTERFACE:${folder}>)
  set(${target}_GENERATED_DIR ${folder} PARENT_SCOPE)
endfunction()
