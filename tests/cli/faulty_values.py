"""Faults of values that are of their type: what should be redacted, and what the envelope should hold."""

from cli.lines import COLUMN, FAILED, LINE, PLAIN, TRACED
from cli.records import BATCH, EMITTER, record

from telemetry_events.v1 import TelemetryException

FAULTY_VALUES = {
    "file name": (
        COLUMN.replace(b"redacted.dcm", b"DOE.dcm"),
        "unredacted",
        "`missing_column.file_name` is neither empty nor redacted",
    ),
    "suffix": (
        COLUMN.replace(b"redacted.dcm", b"redacted.exe"),
        "unredacted",
        "`missing_column.file_name` is neither empty nor redacted",
    ),
    "suffix in upper case": (
        COLUMN.replace(b"redacted.dcm", b"redacted.DCM"),
        "unredacted",
        "`missing_column.file_name` is neither empty nor redacted",
    ),
    "short token": (
        COLUMN.replace(b"redacted.dcm", b"h1:k1:" + b"a" * 25),
        "unredacted",
        "`missing_column.file_name` is neither empty nor redacted",
    ),
    "token and more": (
        COLUMN.replace(b"redacted.dcm", b"h1:k1:" + b"a" * 26 + rb".dcm\n"),
        "unredacted",
        "`missing_column.file_name` is neither empty nor redacted",
    ),
    "exception's message": (
        FAILED.replace(b"in run", rb"in run\nValueError: DOE"),
        "unredacted",
        "`task_error.stacktrace_frames` has more than frames, in its line 3",
    ),
    "source text": (
        FAILED.replace(rb"<module>\n", rb"<module>\n    run(patient)\n"),
        "unredacted",
        "`task_error.stacktrace_frames` has more than frames, in its line 2",
    ),
    "absolute path": (
        FAILED.replace(b"algorithms/mean.py", b"/algorithms/mean.py"),
        "unredacted",
        "`task_error.stacktrace_frames` has more than two segments of a path, in its line 2",
    ),
    "deep path": (
        FAILED.replace(b"algorithms/mean.py", b"a/b/c.py"),
        "unredacted",
        "`task_error.stacktrace_frames` has more than two segments of a path, in its line 2",
    ),
    "path of Windows": (
        FAILED.replace(b"algorithms/mean.py", rb"C:\\c.py"),
        "unredacted",
        "`task_error.stacktrace_frames` has more than two segments of a path, in its line 2",
    ),
    "31 frames": (
        record(BATCH, error=TelemetryException("E", "")).replace(
            b'"stack":""', b'"stack":"%b"' % rb"\n".join([rb"File \"a.py\", line 1, in f"] * 31)
        ),
        "unredacted",
        "`batch_progress.error.stack` has more than 30 frames",
    ),
    "long stack": (
        record(BATCH, error=TelemetryException("E", "")).replace(
            b'"stack":""', rb'"stack":"File \"%b.py\", line 1, in f"' % (b"a" * 16384)
        ),
        "unredacted",
        "`batch_progress.error.stack` is longer than 16384 bytes",
    ),
    "unindented": (
        FAILED.replace(rb"\nFile", rb"\n  File"),
        "unredacted",
        "`task_error.stacktrace_frames` has more than frames, in its line 2",
    ),
    "microseconds": (
        LINE.replace(b"00.123Z", b"00.123456Z"),
        "bad-envelope",
        "`batch_progress.timestamp` is not RFC 3339 in UTC with milliseconds and `Z`",
    ),
    "offset": (
        LINE.replace(b"00.123Z", b"00.123+00:00"),
        "bad-envelope",
        "`batch_progress.timestamp` is not RFC 3339 in UTC with milliseconds and `Z`",
    ),
    "thirteenth month": (
        LINE.replace(b"2026-11", b"2026-13"),
        "bad-envelope",
        "`batch_progress.timestamp` is not RFC 3339 in UTC with milliseconds and `Z`",
    ),
    "february 30": (
        LINE.replace(b"2026-11-23", b"2026-02-30"),
        "bad-envelope",
        "`batch_progress.timestamp` is not RFC 3339 in UTC with milliseconds and `Z`",
    ),
    "level of Python": (
        LINE.replace(b'"info"', b'"warning"'),
        "bad-envelope",
        "`batch_progress.status` is none of debug, info, warn, error, critical",
    ),
    "no status": (
        LINE.replace(b'"info"', b'"unspecified"'),
        "bad-envelope",
        "`batch_progress.status` is none of debug, info, warn, error, critical",
    ),
    "emitter": (
        LINE.replace(EMITTER.encode(), EMITTER.upper().encode()),
        "bad-envelope",
        "`batch_progress.emitter` is not 16 characters of base32 in lower case",
    ),
    "zero": (LINE.replace(b'"seq":1', b'"seq":0'), "bad-envelope", "`batch_progress.seq` is less than 1"),
    "message": (
        LINE.replace(b'"message":"batch_progress"', b'"message":"other"'),
        "bad-envelope",
        "`batch_progress.message` is another than the event's name",
    ),
    "tags": (
        LINE.replace(b"env:prod", b"env:Prod"),
        "bad-envelope",
        "`batch_progress.ddtags` holds a tag that is empty, too long, or of other characters than"
        " a-z0-9_:./-",
    ),
    "many tags": (
        LINE.replace(b"env:prod", b"a," * 100 + b"a"),
        "bad-envelope",
        "`batch_progress.ddtags` holds more than 100 tags",
    ),
    "trace": (
        TRACED.replace(b"1234567890123456789", b"ABCDEF"),
        "bad-envelope",
        "`batch_progress.dd` holds a `trace_id` that is neither decimal nor 32 digits of lower-case"
        " hexadecimal",
    ),
    "span": (
        TRACED.replace(b'"42"', b'"0"'),
        "bad-envelope",
        "`batch_progress.dd` holds a `span_id` that is not decimal",
    ),
    "long line": (
        PLAIN.replace(b"rained", b"r" * 900_000),
        "too-long",
        f"{len(PLAIN) + 899_995} bytes, where 900000 are allowed",
    ),
}
