"""Values that do not fit a field, or fit it only just, with the outcome that docs/python.md gives each.

An outcome is what is printed, or the kind of the error.
"""

import enum
import math
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from unittest.mock import MagicMock, Mock

import numpy as np

from telemetry_events import (
    BatchProgressEvent,
    EHRTokenRefreshedEvent,
    ExecutionTimeEvent,
    FilteringCompleteEvent,
    GroupingSummaryEvent,
    SchemaGenerationEndEvent,
    SchemaInitiationSource,
    TelemetryDropReason,
    TelemetryEventName,
    TrialFilterSummaryEvent,
)


class Name(enum.StrEnum):
    """A string that is also a member of an enum."""

    PLAIN = "plain"


class Count(enum.IntEnum):
    """An integer that is also a member of an enum."""

    SEVEN = 7


class Unprintable:
    """An object that cannot be shown in any way."""

    def __str__(self) -> str:
        raise RuntimeError("no text")

    __repr__ = __format__ = __str__  # type: ignore[assignment]


class Loud(str):
    """A string whose text is not what str() says."""

    __slots__ = ()

    def __str__(self) -> str:
        return "loud"


EMPTY = EHRTokenRefreshedEvent("")
STRINGS = [
    (Name.PLAIN, "plain"),
    (Loud("quiet"), "quiet"),
    (np.str_("numpy"), "numpy"),
    ("x" * 2_000_000, "x" * 2_000_000),
    ("\ud800", "\N{REPLACEMENT CHARACTER}"),
    ("\udcff\udcfe.dcm", "\N{REPLACEMENT CHARACTER}" * 2 + ".dcm"),
    ("\ud83d\ude00", "\N{GRINNING FACE}"),
    ("\ude00\ud83d", "\N{REPLACEMENT CHARACTER}" * 2),
    *[
        (value, "wrong_type")
        for value in (
            1,
            True,
            1.5,
            None,
            b"bytes",
            Path("a"),
            ["a"],
            {"a": 1},
            datetime.now(UTC),
            Unprintable(),
            Mock(),
            MagicMock(),
            np.array(["a"]),
            TelemetryEventName.TASK_ERROR,
            EMPTY,
        )
    ],
]
INTEGERS = [
    (Count.SEVEN, 7),
    (np.int64(5), 5),
    (np.uint8(255), 255),
    (np.array(3), 3),
    (2**53 - 1, 2**53 - 1),
    (1 - 2**53, 1 - 2**53),
    (2**53, "integer_range"),
    (-(2**53), "integer_range"),
    (2**64, "integer_range"),
    (10**400, "integer_range"),
    (np.uint64(2**63), "integer_range"),
    *[
        (value, "wrong_type")
        for value in (
            True,
            False,
            "1",
            1.0,
            None,
            Decimal(1),
            np.float64(1),
            np.bool_(True),
            np.array([1]),
            [1],
            Unprintable(),
            Mock(),
            1j,
        )
    ],
]
DOUBLES = [
    (1, 1),
    (Count.SEVEN, 7),
    (np.float64(0.1), 0.1),
    (np.float32(0.5), 0.5),
    (np.int32(3), 3),
    (-0.0, 0),
    (2**60, 1152921504606847000),
    (math.nan, "not_finite"),
    (math.inf, "not_finite"),
    (-math.inf, "not_finite"),
    (np.float64("nan"), "not_finite"),
    (10**400, "not_finite"),
    *[
        (value, "wrong_type")
        for value in (
            True,
            "0.5",
            None,
            Decimal("0.5"),
            1j,
            [0.5],
            np.bool_(True),
            np.array([0.5]),
            Unprintable(),
        )
    ],
]
BOOLEANS = [
    (np.bool_(True), True),
    (np.bool_(False), False),
    *[(value, "wrong_type") for value in (1, 0, "true", 1.0, [True], np.int8(1), Unprintable())],
]
ENUMS = [
    (1, "prefect_schema_worker"),
    (SchemaInitiationSource(0), "unspecified"),
    (SchemaInitiationSource(99), "unknown_enum"),
    (-1, "unknown_enum"),
    (2**70, "unknown_enum"),
    *[
        (value, "wrong_type")
        for value in (
            "prefect_schema_worker",
            TelemetryDropReason.DISK_FULL,
            Count.SEVEN,
            True,
            1.0,
            None,
            np.int64(1),
            [1],
            Unprintable(),
        )
    ],
]
LISTS = [
    (("a", "b"), ["a", "b"]),
    ([np.str_("a")], ["a"]),
    *[
        (value, "wrong_type")
        for value in ("ab", None, {"a"}, {"a": 1}, iter("ab"), np.array(["a"]), 1, Unprintable(), Mock())
    ],
]
CASES = [
    *[(EHRTokenRefreshedEvent, "config_type", *case) for case in STRINGS],
    *[(FilteringCompleteEvent, "total_files", *case) for case in INTEGERS],
    *[(GroupingSummaryEvent, "group_count", *case) for case in INTEGERS if case[0] is not None],
    *[(ExecutionTimeEvent, "duration_seconds", *case) for case in DOUBLES],
    *[(GroupingSummaryEvent, "maybe_final", *case) for case in BOOLEANS],
    *[(SchemaGenerationEndEvent, "source_of_initiation", *case) for case in ENUMS],
    *[(TrialFilterSummaryEvent, "missing_columns", *case) for case in LISTS],
    (BatchProgressEvent, "batch_number", 2**31 - 1, 2**31 - 1),
    (BatchProgressEvent, "batch_number", 2**31, "integer_range"),
    (BatchProgressEvent, "batch_number", -(2**31) - 1, "integer_range"),
]
