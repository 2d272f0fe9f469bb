"""Compiles schemas for the tests, within the process: a compilation takes a millisecond."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from telemetry_events.schema.image import read_image
from telemetry_events.schema.model import Schema

ROOT = Path(__file__).parents[2]
# It has no stubs, so what it is made of is for itself to know.
PROTOC = import_module("grpc_tools.protoc")
GOOGLE = Path(str(PROTOC.__file__)).parent / "_proto"


@pytest.fixture
def compiled(tmp_path: Path) -> Callable[..., Schema]:
    """Compile the text of a file `test.proto`, which may import our schema, google's, and other files."""

    def compile_text(text: str, others: dict[str, str] | None = None) -> Schema:
        for name, content in ((others or {}) | {"test.proto": text}).items():
            (tmp_path / name).write_text(content)
        image = tmp_path / "image.binpb"
        folders = [f"-I{folder}" for folder in (tmp_path, ROOT / "proto", GOOGLE)]
        options = ["--include_imports", "--include_source_info", f"--descriptor_set_out={image}"]
        assert PROTOC.main(["protoc", *folders, *options, "test.proto"]) == 0
        return read_image(image)

    return compile_text
