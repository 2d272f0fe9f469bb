"""The plugin `protoc-gen-telemetry-events`: a compiler's request in, one module a package out."""

import sys

from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest, CodeGeneratorResponse

from telemetry_events.codegen.module import render_module
from telemetry_events.errors import TelemetryError
from telemetry_events.schema.image import read_schema
from telemetry_events.schema.lint import lint

__all__ = ["answer", "generate"]


def answer() -> None:
    """Answer the request on standard input, as `protoc` and `buf` ask it of a plugin."""
    request = CodeGeneratorRequest.FromString(sys.stdin.buffer.read())
    sys.stdout.buffer.write(generate(request).SerializeToString())


def generate(request: CodeGeneratorRequest) -> CodeGeneratorResponse:
    """Render the packages whose files the request asks for, as far as events are made of them.

    The option `betterproto=MODULE` is required: the module below which betterproto2's output for
    the same files lies. A schema that breaks a rule of docs/schema-rules.md gets no code, and
    the response says why.
    """
    response = CodeGeneratorResponse(supported_features=CodeGeneratorResponse.FEATURE_PROTO3_OPTIONAL)
    try:
        root = _betterproto_option(request.parameter)
        schema = read_schema(request.proto_file)
        problems = [problem for problem in lint(schema) if problem.rule != "documented"]
        if problems:
            raise TelemetryError("\n".join(str(problem) for problem in problems))
        events = schema.of_events()
        asked = {file.package for file in request.proto_file if file.name in set(request.file_to_generate)}
        for package in sorted(asked.intersection(events.packages)):
            response.file.add(
                name=package.replace(".", "/") + ".py",
                content=render_module(package, events, root),
            )
    except TelemetryError as error:
        response.error = str(error)
    return response


def _betterproto_option(parameter: str) -> str:
    name, _, module = parameter.partition("=")
    if name != "betterproto" or not module:
        raise TelemetryError(
            f"protoc-gen-telemetry-events takes the option betterproto=MODULE, not {parameter!r}"
        )
    return module
