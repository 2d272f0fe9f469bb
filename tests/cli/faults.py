"""For each fault a line that was made of a valid one, the check that finds it, and what it says."""

from cli.faulty_values import FAULTY_VALUES
from cli.lines import FILTERED, LINE, PLAIN, STARTED, TRACED

FAULTS: dict[str, tuple[bytes, str, str]] = {
    "empty line": (b"", "not-json", "the line is empty"),
    "white space": (b"  ", "not-json", "the line is empty"),
    "no json": (LINE[:-1] + b",}", "not-json", f"no JSON from character {len(LINE)} on"),
    "cut": (LINE[:-1], "not-json", "the line ends within the object"),
    "two objects": (LINE + LINE, "not-json", f"no JSON from character {len(LINE) + 1} on"),
    "array": (b"[" + LINE + b"]", "not-json", "an array, and no object"),
    "string": (b'"x"', "not-json", "a string, and no object"),
    "number": (b"5", "not-json", "a number, and no object"),
    "null": (b"null", "not-json", "null, and no object"),
    "no utf-8": (
        LINE.replace(b"pod-7", b"pod-\xff"),
        "not-json",
        f"no UTF-8 from byte {LINE.index(b'-7') + 2} on",
    ),
    "byte order mark": (b"\xef\xbb\xbf" + LINE, "not-json", "a byte order mark stands before the object"),
    "nan": (
        LINE.replace(b":3,", b":NaN,"),
        "not-json",
        f"no JSON from character {LINE.index(b':3,') + 2} on",
    ),
    "member twice": (LINE[:-1] + b',"seq":1}', "not-json", "the member `seq` stands there twice"),
    "member twice, spaced": (LINE[:-1] + b',"seq" :1}', "not-json", "the member `seq` stands there twice"),
    "member twice, within": (
        TRACED.replace(b'"span_id":', b'"trace_id":"1","span_id":'),
        "not-json",
        "the member `trace_id` stands there twice",
    ),
    "member twice, escaped": (
        LINE[:-1] + rb',"\u0073eq":1}',
        "not-json",
        "the member `seq` stands there twice",
    ),
    "unpaired surrogate": (
        LINE.replace(b"pod-7", rb"\ud800"),
        "not-json",
        f"half a pair of surrogates at character {LINE.index(b'pod-7') + 1}",
    ),
    "neither event nor message": (
        PLAIN.replace(b'"message":"it rained: \\"cats\\" and dogs",', b""),
        "missing-event",
        "neither `event` nor `message` is there",
    ),
    "unknown event": (
        LINE.replace(b"batch_progress", b"batch_progres"),
        "unknown-event",
        "`event` is no event of the schema: the nearest is `batch_progress`",
    ),
    "event in upper case": (
        LINE.replace(b"batch_progress", b"BATCH_PROGRESS"),
        "unknown-event",
        "`event` is no event of the schema: the nearest is `batch_progress`",
    ),
    "strange event": (
        LINE.replace(b"batch_progress", b"qqq"),
        "unknown-event",
        "`event` is no event of the schema",
    ),
    "unknown field": (LINE[:-1] + b',"foo":1}', "unknown-field", "`batch_progress.foo` is no field"),
    "other event's field": (
        LINE[:-1] + b',"column_name":"x"}',
        "unknown-field",
        "`batch_progress.column_name` is no field",
    ),
    "field of a plain message": (PLAIN[:-1] + b',"foo":1}', "unknown-field", "`foo` is no field"),
    "field within": (
        TRACED.replace(b'"span_id":', b'"foo":1,"span_id":'),
        "unknown-field",
        "`batch_progress.dd.foo` is no field",
    ),
    "name that is data": (
        LINE[:-1] + b',"DOE JANE":1}',
        "unknown-field",
        "`batch_progress.(a name that is not shown)` is no field",
    ),
    "camel case": (
        LINE.replace(b"batch_number", b"batchNumber"),
        "wrong-name-case",
        "`batch_progress.batchNumber` is spelled `batch_number`",
    ),
    "initials": (
        LINE.replace(b"task_id", b"TaskID"),
        "wrong-name-case",
        "`batch_progress.TaskID` is spelled `task_id`",
    ),
    "kebab case": (
        TRACED.replace(b"span_id", b"span-id"),
        "wrong-name-case",
        "`batch_progress.dd.span-id` is spelled `span_id`",
    ),
    "event spelled otherwise": (
        LINE.replace(b'"event":', b'"Event":'),
        "wrong-name-case",
        "`batch_progress.Event` is spelled `event`",
    ),
    "envelope spelled otherwise": (
        LINE.replace(b"hostname", b"hostName"),
        "wrong-name-case",
        "`batch_progress.hostName` is spelled `hostname`",
    ),
    "missing field": (
        LINE.replace(b'"batch_number":3,', b""),
        "missing-field",
        "`batch_progress.batch_number` is missing",
    ),
    "missing list": (
        FILTERED.replace(b'"missing_columns":["sex","age"],', b""),
        "missing-field",
        "`trial_filter_summary.missing_columns` is missing",
    ),
    "missing envelope": (
        LINE.replace(b'"seq":1,', b""),
        "missing-field",
        "`batch_progress.seq` is missing",
    ),
    "missing message": (
        LINE.replace(b'"message":"batch_progress",', b""),
        "missing-field",
        "`batch_progress.message` is missing",
    ),
    "missing within": (
        TRACED.replace(b'"span_id":"42",', b""),
        "missing-field",
        "`batch_progress.dd.span_id` is missing",
    ),
    "digits for an int": (
        LINE.replace(b":3,", b':"3",'),
        "wrong-type",
        "`batch_progress.batch_number` must be an int32, and is a string of digits,"
        " as protobuf's own JSON has 64-bit integers",
    ),
    "bool for an int": (
        LINE.replace(b":3,", b":true,"),
        "wrong-type",
        "`batch_progress.batch_number` must be an int32, and is a bool",
    ),
    "double for an int": (
        LINE.replace(b":3,", b":3.0,"),
        "wrong-type",
        "`batch_progress.batch_number` must be an int32, and is a number that is not written as an integer",
    ),
    "beyond int32": (
        LINE.replace(b":3,", b":2147483648,"),
        "wrong-type",
        "`batch_progress.batch_number` must be an int32, and is an integer beyond its range",
    ),
    "beyond 2^53-1": (
        FILTERED.replace(b":10,", b":9007199254740992,"),
        "wrong-type",
        "`trial_filter_summary.rows_matched` must be an int64, and is an integer beyond 2^53-1",
    ),
    "null for a string": (
        LINE.replace(b'"ResultsOnly"', b"null"),
        "wrong-type",
        "`batch_progress.protocol_name` must be a string, and is null",
    ),
    "null for what may be absent": (
        LINE[:-1] + b',"run_id":null}',
        "wrong-type",
        "`batch_progress.run_id` must be a string, and is null",
    ),
    "string for a list": (
        FILTERED.replace(b'["sex","age"]', b'"sex"'),
        "wrong-type",
        "`trial_filter_summary.missing_columns` must be an array, and is a string",
    ),
    "element": (
        FILTERED.replace(b'["sex","age"]', b'["sex",null]'),
        "wrong-type",
        "`trial_filter_summary.missing_columns[1]` must be a string, and is null",
    ),
    "string for a message": (
        LINE.replace(b'{"', b'{"dd":"x","', 1),
        "wrong-type",
        "`batch_progress.dd` must be an object, and is a string",
    ),
    "unknown text": (
        STARTED.replace(b"prefect_schema_worker", b"nobody"),
        "wrong-type",
        "`schema_generation_start.source_of_initiation` is no text of SchemaInitiationSource",
    ),
    "enum's prefix": (
        STARTED.replace(b"prefect_schema_worker", b"SCHEMA_INITIATION_SOURCE_PREFECT_SCHEMA_WORKER"),
        "wrong-type",
        "`schema_generation_start.source_of_initiation` has the enum's prefix: the text is"
        " `prefect_schema_worker`",
    ),
    "enum's number": (
        STARTED.replace(b'"prefect_schema_worker"', b"1"),
        "wrong-type",
        "`schema_generation_start.source_of_initiation` must be a text of SchemaInitiationSource,"
        " and is an integer",
    ),
    "enum in upper case": (
        STARTED.replace(b"prefect_schema_worker", b"PREFECT_SCHEMA_WORKER"),
        "wrong-type",
        "`schema_generation_start.source_of_initiation` is in another case: the text is"
        " `prefect_schema_worker`",
    ),
    "event's full name": (
        LINE.replace(b'"event":"batch_progress"', b'"event":"TELEMETRY_EVENT_NAME_BATCH_PROGRESS"'),
        "wrong-type",
        "`batch_progress.event` has the enum's prefix: the text is `batch_progress`",
    ),
    "event's number": (
        LINE.replace(b'"event":"batch_progress"', b'"event":2'),
        "wrong-type",
        "`event` must be a text of TelemetryEventName, and is an integer",
    ),
} | FAULTY_VALUES
