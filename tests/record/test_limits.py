"""A line keeps within 900 000 bytes: long strings are cut, and what is still too long is replaced."""

import json
from itertools import pairwise
from typing import Any

import page
import pytest
from record.journals import Journal, envelope, members, typed

from telemetry_events import (
    JournalHandler,
    TelemetryError,
    TrialFilterSummaryEvent,
    telemetry_context,
    telemetry_logger,
)

LIMIT = 900_000
LONGEST_NUMBER = 10**15  # 16 digits


@pytest.fixture(params=["direct", "other"])
def way(request: pytest.FixtureRequest, shared_journal: Journal) -> None:
    """Log the direct way, and the other."""
    assert shared_journal
    telemetry_logger.filters = [] if request.param == "direct" else [lambda _: True]


def summary(*columns: str) -> Any:
    """Return an event with a list of texts."""
    return page.message("TrialFilterSummaryEvent", step="s", missing_columns=columns)


def logged(event: Any, shared_journal: Journal, context: dict[str, str] | None = None, **known: Any) -> bytes:
    """Log an event and return its line, which must be that of the page."""
    with telemetry_context(**context or {}):
        telemetry_logger.info(typed(event), exc_info=known.get("exc_info"))
    [line] = shared_journal.lines()
    error = page.error_of(known.get("exc_info"))
    assert line == page.recorded(event, context=context, error=error, **envelope(line))
    assert len(line) <= LIMIT
    return line


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("length", [399_998, 399_999, 400_000, 400_001, 400_200, 800_000, LIMIT - 1, LIMIT])
@pytest.mark.parametrize("part", [10_000, 16_384, 20_000, 1_000_000])
def test_a_line_within_the_limit_is_whole(length: int, part: int, shared_journal: Journal) -> None:
    """A line of up to 900 000 bytes, were its number of 16 digits, is as it is."""
    event = of_length(length, part, shared_journal)

    line = logged(event, shared_journal)

    assert len(line) == length - 16 + len(str(members(line)["seq"]))
    assert members(line)["missing_columns"] == list(event.missing_columns)


def of_length(length: int, part: int, shared_journal: Journal) -> Any:
    """Return an event whose line has a length, with texts of a length."""
    telemetry_logger.info(typed(summary()))
    [line] = shared_journal.lines()
    left = length - len(page.line(summary(), **envelope(line) | {"seq": LONGEST_NUMBER}))
    whole, rest = divmod(left + 1, part + 3)  # a string has its quotes, and a comma but the first
    if rest in (1, 2):  # too little for one more
        return summary(*["x" * part] * (whole - 1), "x" * (part - 3), "y" * rest)
    return summary(*["x" * part] * whole, *["y" * (rest - 3)] * bool(rest))


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("too_much", [1, 2, 3_000])
def test_a_longer_line_has_its_long_strings_cut(too_much: int, shared_journal: Journal) -> None:
    """In a line that is too long, each string of more than 16 384 bytes is cut and says how long it was."""
    event = of_length(LIMIT - 20_003 + too_much, 16_384, shared_journal)
    event.missing_columns.append("z" * 20_000)

    cut = members(logged(event, shared_journal))["missing_columns"]

    assert cut[:-1] == list(event.missing_columns)[:-1]
    assert cut[-1] == "z" * 16_384 + "…[cut from 20000 bytes]"


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("too_much", [1, 2, 17])
def test_a_line_without_long_strings_is_replaced(too_much: int, shared_journal: Journal) -> None:
    """A line that is too long, with short strings only, is replaced by `too_long`, without a value."""
    event = of_length(LIMIT + too_much, 16_384, shared_journal)

    record = members(logged(event, shared_journal))

    assert (
        record.items()
        >= {
            "message": "telemetry_invalid",
            "invalid_event": "trial_filter_summary",
            "invalid_field": "",
            "error_kind": "too_long",
            "status": "info",
        }.items()
    )


@pytest.mark.parametrize("columns", [["abc"] * 151_000, ["é" * 8_193] * 60, ["\0" * 16_384] * 10])
def test_very_many_strings(columns: list[str], shared_journal: Journal) -> None:
    """Strings that are too many for a line, short or cut, give `too_long`."""
    assert members(logged(summary(*columns), shared_journal))["error_kind"] == "too_long"


@pytest.mark.parametrize("character", ["x", "é", "…", "😀", "\0", '"', "\u2028"])
@pytest.mark.parametrize("before", [0, 1, 2, 3])
@pytest.mark.parametrize("where", ["text", "event", "context"])
def test_a_cut_splits_no_character(character: str, before: int, where: str, shared_journal: Journal) -> None:
    """A string is cut to 16 384 bytes less those of a split character, wherever in the line it stands."""
    long = "a" * before + character * (LIMIT // (len(json.dumps(character, ensure_ascii=False)) - 2))
    if where == "text":
        telemetry_logger.info(long)
        [line] = shared_journal.lines()
        assert line == page.recorded(message=long, **envelope(line))
        found = members(line)["message"]
    elif where == "event":
        found = members(logged(page.message("EHRTokenRefreshedEvent", config_type=long), shared_journal))[
            "config_type"
        ]
    else:
        context = {"dataset_name": long}
        found = members(logged(summary(), shared_journal, context))["dataset_name"]

    kept, mark = found.split("…[cut from ")
    assert mark == f"{len(long.encode())} bytes]"
    assert long.startswith(kept)
    assert 16_384 - 3 <= len(kept.encode()) <= 16_384


@pytest.mark.parametrize(
    ("text", "mended"), [("\udcff", "\ufffd"), ("\ud83d\ude00", "😀"), ("\ude00\ud83d.", "\ufffd\ufffd.")]
)
def test_a_cut_counts_what_is_printed(text: str, mended: str, shared_journal: Journal) -> None:
    """A surrogate counts as the bytes of what is printed for it, also in a line that was cut."""
    with telemetry_context(run_id=text * 300_000):
        telemetry_logger.info(
            TrialFilterSummaryEvent(text, text * 300_000, 1, 2, missing_columns=[text * 10])
        )

    [line] = shared_journal.lines()
    event = summary(mended * 10)
    event.step, event.filter_name, event.rows_matched, event.rows_failed = mended, mended * 300_000, 1, 2
    assert line == page.recorded(event, context={"run_id": mended * 300_000}, **envelope(line))


@pytest.mark.usefixtures("way")
def test_everything_is_too_long_at_once(shared_journal: Journal) -> None:
    """An exception, a whole context and an event, each as long as can be, give a line within the limit."""
    context = dict.fromkeys(page.CONTEXT, "\0" * 17_000)
    long = dict.fromkeys(("task_id", "pod_name", "modeller_username", "error_type"), "\1" * 17_000)
    stack = "\n".join(f'File "{"y" * 20}/c.py", line {number}, in f' for number in range(99))
    error = page.message("TaskErrorEvent", stacktrace_frames=stack, **long)

    assert members(logged(error, shared_journal, context, exc_info=KeyError("DOE^JANE")))["error"]
    with telemetry_context(**context):
        telemetry_logger.error("\2" * 60_000)
    [line] = shared_journal.lines()
    assert line == page.recorded(level=40, message="\2" * 60_000, context=context, **envelope(line))


def test_redacted_strings_are_never_cut(shared_journal: Journal) -> None:
    """A file's name counts as the token that stands for it, however long it was."""
    line = logged(page.message("MissingColumnEvent", file_name="n" * 2_000_000 + ".DCM"), shared_journal)

    assert members(line)["file_name"] == "redacted.dcm"


def test_lines_around_a_long_one(shared_journal: Journal) -> None:
    """Long lines take their numbers in order, as others do, and each stands whole in one segment."""
    for number in range(30):
        telemetry_logger.info(TrialFilterSummaryEvent("s", "f", number, 2, missing_columns=["x" * 800_000]))

    records = [json.loads(line) for line in shared_journal.lines()]
    assert [record["rows_matched"] for record in records] == list(range(30))
    assert all(after["seq"] == before["seq"] + 1 for before, after in pairwise(records))
    assert len(list(shared_journal.directory.glob("*/*.jsonl"))) > 2


@pytest.mark.parametrize(
    ("tags", "fault"), [(["a"] * 101, "tags: 101"), (["x" * 201], "tags"), ({"x" * 150: "y" * 50}, "tags")]
)
def test_too_many_tags(tags: Any, fault: str, tmp_path) -> None:
    """More than 100 tags, or one of more than 200 characters, are an error of configuration."""
    with pytest.raises(TelemetryError, match=f"^{fault}"):
        JournalHandler(directory=tmp_path, tags=tags)
    JournalHandler(directory=tmp_path, tags=["x" * 200] * 100).close()
