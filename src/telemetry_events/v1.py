"""The events of `telemetry_events.v1`, generated from its schema. Not to be edited."""

# pyright: reportIncompatibleVariableOverride=false, reportPrivateUsage=false

from dataclasses import dataclass

import betterproto2
from telemetry_events import fields as _f
from telemetry_events import redaction as _r
from telemetry_events._proto.telemetry_events import v1 as _proto
from telemetry_events._proto.telemetry_events.v1 import SchemaInitiationSource as SchemaInitiationSource
from telemetry_events._proto.telemetry_events.v1 import Sensitivity as Sensitivity
from telemetry_events._proto.telemetry_events.v1 import TelemetryDropReason as TelemetryDropReason
from telemetry_events._proto.telemetry_events.v1 import TelemetryErrorKind as TelemetryErrorKind
from telemetry_events._proto.telemetry_events.v1 import TelemetryEventName as TelemetryEventName
from telemetry_events._proto.telemetry_events.v1 import TelemetryStatus as TelemetryStatus
from telemetry_events.message import TelemetryEvent, TelemetryMessage, event_field

__all__ = [
    "AlgorithmProgressEvent",
    "BatchProgressEvent",
    "DatasetConnectedEvent",
    "EHRQueryCompleteEvent",
    "EHRSessionInitialisedEvent",
    "EHRTokenRefreshedEvent",
    "ExecutionTimeEvent",
    "FilteringCompleteEvent",
    "GroupingSummaryEvent",
    "MissingColumnEvent",
    "PatientEligibilityEvent",
    "SchemaGenerationEndEvent",
    "SchemaGenerationStartEvent",
    "SchemaInitiationSource",
    "SchemaUploadSuccessEvent",
    "TaskAcceptedByPodEvent",
    "TaskAcceptedEvent",
    "TaskCompleteEvent",
    "TaskErrorEvent",
    "TelemetryDropReason",
    "TelemetryDroppedEvent",
    "TelemetryErrorKind",
    "TelemetryEventName",
    "TelemetryInvalidEvent",
    "TrialFilterSummaryEvent",
]

_SchemaInitiationSource_texts = _f.enum_texts(SchemaInitiationSource)
_TelemetryDropReason_texts = _f.enum_texts(TelemetryDropReason)
_TelemetryErrorKind_texts = _f.enum_texts(TelemetryErrorKind)
_TelemetryStatus_texts = _f.enum_texts(TelemetryStatus)
_ALGORITHM_PROGRESS = TelemetryEventName.ALGORITHM_PROGRESS
_BATCH_PROGRESS = TelemetryEventName.BATCH_PROGRESS
_EXECUTION_TIME = TelemetryEventName.EXECUTION_TIME
_FILTERING_COMPLETE = TelemetryEventName.FILTERING_COMPLETE
_GROUPING_SUMMARY = TelemetryEventName.GROUPING_SUMMARY
_PATIENT_ELIGIBILITY = TelemetryEventName.PATIENT_ELIGIBILITY
_TRIAL_FILTER_SUMMARY = TelemetryEventName.TRIAL_FILTER_SUMMARY
_DATASET_CONNECTED = TelemetryEventName.DATASET_CONNECTED
_MISSING_COLUMN = TelemetryEventName.MISSING_COLUMN
_EHR_SESSION_INITIALISED = TelemetryEventName.EHR_SESSION_INITIALISED
_EHR_TOKEN_REFRESHED = TelemetryEventName.EHR_TOKEN_REFRESHED
_EHR_QUERY_COMPLETE = TelemetryEventName.EHR_QUERY_COMPLETE
_SCHEMA_GENERATION_START = TelemetryEventName.SCHEMA_GENERATION_START
_SCHEMA_GENERATION_END = TelemetryEventName.SCHEMA_GENERATION_END
_SCHEMA_UPLOAD_SUCCESS = TelemetryEventName.SCHEMA_UPLOAD_SUCCESS
_TASK_ACCEPTED_BY_POD = TelemetryEventName.TASK_ACCEPTED_BY_POD
_TASK_ACCEPTED = TelemetryEventName.TASK_ACCEPTED
_TASK_COMPLETE = TelemetryEventName.TASK_COMPLETE
_TASK_ERROR = TelemetryEventName.TASK_ERROR
_TELEMETRY_INVALID = TelemetryEventName.TELEMETRY_INVALID
_TELEMETRY_DROPPED = TelemetryEventName.TELEMETRY_DROPPED


@dataclass(init=False, eq=False, repr=False)
class AlgorithmProgressEvent(TelemetryEvent, _proto.AlgorithmProgressEvent):
    """An algorithm reached a boundary of its life cycle: a run or an epoch began or ended.

    Emitted by AlgorithmProgress for every algorithm; algorithm classes need no change.

    Args:
        algorithm_name: Class of the algorithm, such as `MeanPixelValue`.
        task_context: The side of the task that the algorithm runs on: `worker` or `modeller`.
        step: The boundary: `run_start`, `run_end`, `epoch_start` or `epoch_end`.
        datetime: When the boundary was reached: RFC 3339, in UTC.
        current_epoch: The epoch that begins or ends, counted from 1. Absent at the boundaries of a run.
        max_epochs: How many epochs the run is to have. Absent when the algorithm does not say.
        step_info: What the algorithm adds about the step, in its own words; never patient data. Absent
            when it adds nothing.
    """

    _name = _ALGORITHM_PROGRESS
    event: TelemetryEventName = event_field(TelemetryEventName)

    def __init__(
        self,
        algorithm_name: str,
        task_context: str,
        step: str,
        datetime: str,
        current_epoch: int | None = None,
        max_epochs: int | None = None,
        step_info: str | None = None,
    ) -> None:
        self.event = _ALGORITHM_PROGRESS
        self.algorithm_name = algorithm_name
        self.task_context = task_context
        self.step = step
        self.datetime = datetime
        self.current_epoch = current_epoch
        self.max_epochs = max_epochs
        self.step_info = step_info
        self._unknown_fields = b""

    def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:
        algorithm_name: object = self.algorithm_name
        if type(algorithm_name) is not str:
            algorithm_name = _f.string(algorithm_name, "algorithm_name")
        _out: dict[str, object] = {"algorithm_name": algorithm_name}
        current_epoch: object = self.current_epoch
        if current_epoch is not None:
            if type(current_epoch) is not int or not -2147483648 <= current_epoch <= 2147483647:
                current_epoch = _f.int32(current_epoch, "current_epoch")
            _out["current_epoch"] = current_epoch
        datetime: object = self.datetime
        if type(datetime) is not str:
            datetime = _f.string(datetime, "datetime")
        _out["datetime"] = datetime
        if self.event is not _ALGORITHM_PROGRESS:
            _f.event(self.event, _ALGORITHM_PROGRESS)
        _out["event"] = "algorithm_progress"
        max_epochs: object = self.max_epochs
        if max_epochs is not None:
            if type(max_epochs) is not int or not -2147483648 <= max_epochs <= 2147483647:
                max_epochs = _f.int32(max_epochs, "max_epochs")
            _out["max_epochs"] = max_epochs
        step: object = self.step
        if type(step) is not str:
            step = _f.string(step, "step")
        _out["step"] = step
        step_info: object = self.step_info
        if step_info is not None:
            if type(step_info) is not str:
                step_info = _f.string(step_info, "step_info")
            _out["step_info"] = step_info
        task_context: object = self.task_context
        if type(task_context) is not str:
            task_context = _f.string(task_context, "task_context")
        _out["task_context"] = task_context
        return _out


@dataclass(init=False, eq=False, repr=False)
class BatchProgressEvent(TelemetryEvent, _proto.BatchProgressEvent):
    """A protocol is about to run one batch of records.

    Emitted by the orchestrator at the start of each batch.

    Args:
        protocol_name: Class of the protocol, such as `ResultsOnly`.
        batch_number: The batch that begins, counted as the protocol counts.
    """

    _name = _BATCH_PROGRESS
    event: TelemetryEventName = event_field(TelemetryEventName)

    def __init__(self, protocol_name: str, batch_number: int) -> None:
        self.event = _BATCH_PROGRESS
        self.protocol_name = protocol_name
        self.batch_number = batch_number
        self._unknown_fields = b""

    def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:
        batch_number: object = self.batch_number
        if type(batch_number) is not int or not -2147483648 <= batch_number <= 2147483647:
            batch_number = _f.int32(batch_number, "batch_number")
        if self.event is not _BATCH_PROGRESS:
            _f.event(self.event, _BATCH_PROGRESS)
        protocol_name: object = self.protocol_name
        if type(protocol_name) is not str:
            protocol_name = _f.string(protocol_name, "protocol_name")
        return {"batch_number": batch_number, "event": "batch_progress", "protocol_name": protocol_name}


@dataclass(init=False, eq=False, repr=False)
class DatasetConnectedEvent(TelemetryEvent, _proto.DatasetConnectedEvent):
    """A pod connected one of its data sources.

    Emitted by the pod, once for each data source that connects successfully.

    Args:
        dataset_name: The dataset, as the platform names it.
        datasource_type: Class of the data source, such as `DICOMSource`.
        connection_datetime: When the connection stood: RFC 3339, in UTC.
    """

    _name = _DATASET_CONNECTED
    event: TelemetryEventName = event_field(TelemetryEventName)

    def __init__(self, dataset_name: str, datasource_type: str, connection_datetime: str) -> None:
        self.event = _DATASET_CONNECTED
        self.dataset_name = dataset_name
        self.datasource_type = datasource_type
        self.connection_datetime = connection_datetime
        self._unknown_fields = b""

    def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:
        connection_datetime: object = self.connection_datetime
        if type(connection_datetime) is not str:
            connection_datetime = _f.string(connection_datetime, "connection_datetime")
        dataset_name: object = self.dataset_name
        if type(dataset_name) is not str:
            dataset_name = _f.string(dataset_name, "dataset_name")
        datasource_type: object = self.datasource_type
        if type(datasource_type) is not str:
            datasource_type = _f.string(datasource_type, "datasource_type")
        if self.event is not _DATASET_CONNECTED:
            _f.event(self.event, _DATASET_CONNECTED)
        return {
            "connection_datetime": connection_datetime,
            "dataset_name": dataset_name,
            "datasource_type": datasource_type,
            "event": "dataset_connected",
        }


@dataclass(init=False, eq=False, repr=False)
class EHRQueryCompleteEvent(TelemetryEvent, _proto.EhrQueryCompleteEvent):
    """A batch of patient queries to an electronic health record system completed.

    Emitted by EHR-enabled algorithms, once a protocol batch: it breaks the longest silent stretch of a
    task.

    Args:
        patients_queried: Number of patients asked for.
        records_found: Number of patients whose record was found.
        config_type: Class of the session's configuration, such as `FHIRR4Config`.
    """

    _name = _EHR_QUERY_COMPLETE
    event: TelemetryEventName = event_field(TelemetryEventName)

    def __init__(self, patients_queried: int, records_found: int, config_type: str) -> None:
        self.event = _EHR_QUERY_COMPLETE
        self.patients_queried = patients_queried
        self.records_found = records_found
        self.config_type = config_type
        self._unknown_fields = b""

    def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:
        config_type: object = self.config_type
        if type(config_type) is not str:
            config_type = _f.string(config_type, "config_type")
        if self.event is not _EHR_QUERY_COMPLETE:
            _f.event(self.event, _EHR_QUERY_COMPLETE)
        patients_queried: object = self.patients_queried
        if type(patients_queried) is not int:
            patients_queried = _f.int64(patients_queried, "patients_queried")
        records_found: object = self.records_found
        if type(records_found) is not int:
            records_found = _f.int64(records_found, "records_found")
        return {
            "config_type": config_type,
            "event": "ehr_query_complete",
            "patients_queried": patients_queried,
            "records_found": records_found,
        }


@dataclass(init=False, eq=False, repr=False)
class EHRSessionInitialisedEvent(TelemetryEvent, _proto.EhrSessionInitialisedEvent):
    """A session with an electronic health record system, NextGen or FHIR R4, was set up.

    Emitted by the pod, once a session.

    Args:
        config_type: Class of the session's configuration, such as `FHIRR4Config`.
    """

    _name = _EHR_SESSION_INITIALISED
    event: TelemetryEventName = event_field(TelemetryEventName)

    def __init__(self, config_type: str) -> None:
        self.event = _EHR_SESSION_INITIALISED
        self.config_type = config_type
        self._unknown_fields = b""

    def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:
        config_type: object = self.config_type
        if type(config_type) is not str:
            config_type = _f.string(config_type, "config_type")
        if self.event is not _EHR_SESSION_INITIALISED:
            _f.event(self.event, _EHR_SESSION_INITIALISED)
        return {"config_type": config_type, "event": "ehr_session_initialised"}


@dataclass(init=False, eq=False, repr=False)
class EHRTokenRefreshedEvent(TelemetryEvent, _proto.EhrTokenRefreshedEvent):
    """The access token of a FHIR client was refreshed.

    Emitted by the client, after each refresh.

    Args:
        config_type: Class of the session's configuration, such as `FHIRR4Config`.
    """

    _name = _EHR_TOKEN_REFRESHED
    event: TelemetryEventName = event_field(TelemetryEventName)

    def __init__(self, config_type: str) -> None:
        self.event = _EHR_TOKEN_REFRESHED
        self.config_type = config_type
        self._unknown_fields = b""

    def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:
        config_type: object = self.config_type
        if type(config_type) is not str:
            config_type = _f.string(config_type, "config_type")
        if self.event is not _EHR_TOKEN_REFRESHED:
            _f.event(self.event, _EHR_TOKEN_REFRESHED)
        return {"config_type": config_type, "event": "ehr_token_refreshed"}


@dataclass(init=False, eq=False, repr=False)
class ExecutionTimeEvent(TelemetryEvent, _proto.ExecutionTimeEvent):
    """A function ran to its end, with a result or with an exception.

    Emitted by the `log_execution_time` decorator at the end of each call.

    Args:
        class_name: Class that the function belongs to. Empty for a plain function.
        function: Name of the function.
        duration_seconds: Wall-clock time between call and end, in seconds, by a monotonic clock.
    """

    _name = _EXECUTION_TIME
    event: TelemetryEventName = event_field(TelemetryEventName)

    def __init__(self, class_name: str, function: str, duration_seconds: float) -> None:
        self.event = _EXECUTION_TIME
        self.class_name = class_name
        self.function = function
        self.duration_seconds = duration_seconds
        self._unknown_fields = b""

    def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:
        class_name: object = self.class_name
        if type(class_name) is not str:
            class_name = _f.string(class_name, "class_name")
        duration_seconds: object = self.duration_seconds
        if (
            type(duration_seconds) is not float
            or not 1e-5 <= duration_seconds < 9e15
            or not duration_seconds % 1
        ):
            duration_seconds = _f.double(duration_seconds, "duration_seconds")
        if self.event is not _EXECUTION_TIME:
            _f.event(self.event, _EXECUTION_TIME)
        function: object = self.function
        if type(function) is not str:
            function = _f.string(function, "function")
        return {
            "class_name": class_name,
            "duration_seconds": duration_seconds,
            "event": "execution_time",
            "function": function,
        }


@dataclass(init=False, eq=False, repr=False)
class FilteringCompleteEvent(TelemetryEvent, _proto.FilteringCompleteEvent):
    """The files of a task were selected: how many were considered and how many passed.

    Emitted by RecordFilterAlgorithm at the end of its set-up, once a task, before the first batch.

    Args:
        total_files: Number of files considered.
        files_selected: Number of files that passed the filter criteria. Zero when none did.
    """

    _name = _FILTERING_COMPLETE
    event: TelemetryEventName = event_field(TelemetryEventName)

    def __init__(self, total_files: int, files_selected: int) -> None:
        self.event = _FILTERING_COMPLETE
        self.total_files = total_files
        self.files_selected = files_selected
        self._unknown_fields = b""

    def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:
        if self.event is not _FILTERING_COMPLETE:
            _f.event(self.event, _FILTERING_COMPLETE)
        files_selected: object = self.files_selected
        if type(files_selected) is not int:
            files_selected = _f.int64(files_selected, "files_selected")
        total_files: object = self.total_files
        if type(total_files) is not int:
            total_files = _f.int64(total_files, "total_files")
        return {"event": "filtering_complete", "files_selected": files_selected, "total_files": total_files}


@dataclass(init=False, eq=False, repr=False)
class GroupingSummaryEvent(TelemetryEvent, _proto.GroupingSummaryEvent):
    """What grouping-aware batching did in one of its steps, in aggregate.

    Emitted by the orchestrator, once a step; each count is there only in the steps that it has a
    meaning in.

    Args:
        step: The step of batching that is summarised.
        group_count: Number of groups, such as patients or studies. Absent where the step forms none.
        selected_files: Number of files selected for the batch. Absent where the step selects none.
        cached_files: Number of files whose groups came from the cache. Absent where no cache was asked.
        batch_size: Number of records that a batch is to hold. Absent where the step has no batch.
        maybe_final: Whether the batch may be the task's last. Absent where that is not known.
        include_non_new_group_files: Whether files of groups that are not new are taken too. Absent
            where it does not apply.
        oversized_cohort_size: Number of records of a group too large for one batch. Absent where no
            group was.
    """

    _name = _GROUPING_SUMMARY
    event: TelemetryEventName = event_field(TelemetryEventName)

    def __init__(
        self,
        step: str,
        group_count: int | None = None,
        selected_files: int | None = None,
        cached_files: int | None = None,
        batch_size: int | None = None,
        maybe_final: bool | None = None,
        include_non_new_group_files: bool | None = None,
        oversized_cohort_size: int | None = None,
    ) -> None:
        self.event = _GROUPING_SUMMARY
        self.step = step
        self.group_count = group_count
        self.selected_files = selected_files
        self.cached_files = cached_files
        self.batch_size = batch_size
        self.maybe_final = maybe_final
        self.include_non_new_group_files = include_non_new_group_files
        self.oversized_cohort_size = oversized_cohort_size
        self._unknown_fields = b""

    def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:
        _out: dict[str, object] = {}
        batch_size: object = self.batch_size
        if batch_size is not None:
            if type(batch_size) is not int:
                batch_size = _f.int64(batch_size, "batch_size")
            _out["batch_size"] = batch_size
        cached_files: object = self.cached_files
        if cached_files is not None:
            if type(cached_files) is not int:
                cached_files = _f.int64(cached_files, "cached_files")
            _out["cached_files"] = cached_files
        if self.event is not _GROUPING_SUMMARY:
            _f.event(self.event, _GROUPING_SUMMARY)
        _out["event"] = "grouping_summary"
        group_count: object = self.group_count
        if group_count is not None:
            if type(group_count) is not int:
                group_count = _f.int64(group_count, "group_count")
            _out["group_count"] = group_count
        include_non_new_group_files: object = self.include_non_new_group_files
        if include_non_new_group_files is not None:
            if type(include_non_new_group_files) is not bool:
                include_non_new_group_files = _f.boolean(
                    include_non_new_group_files, "include_non_new_group_files"
                )
            _out["include_non_new_group_files"] = include_non_new_group_files
        maybe_final: object = self.maybe_final
        if maybe_final is not None:
            if type(maybe_final) is not bool:
                maybe_final = _f.boolean(maybe_final, "maybe_final")
            _out["maybe_final"] = maybe_final
        oversized_cohort_size: object = self.oversized_cohort_size
        if oversized_cohort_size is not None:
            if type(oversized_cohort_size) is not int:
                oversized_cohort_size = _f.int64(oversized_cohort_size, "oversized_cohort_size")
            _out["oversized_cohort_size"] = oversized_cohort_size
        selected_files: object = self.selected_files
        if selected_files is not None:
            if type(selected_files) is not int:
                selected_files = _f.int64(selected_files, "selected_files")
            _out["selected_files"] = selected_files
        step: object = self.step
        if type(step) is not str:
            step = _f.string(step, "step")
        _out["step"] = step
        return _out


@dataclass(init=False, eq=False, repr=False)
class MissingColumnEvent(TelemetryEvent, _proto.MissingColumnEvent):
    """A file lacks a column that the work requires, such as DICOM pixel data.

    Emitted by the data source, once for each file and column.

    Args:
        file_name: The file. Redacted, because file names of medical images may spell out a patient.
        column_name: The column that is absent: a constant of the code, such as `Pixel Data`.
    """

    _redactors = {"file_name": _r.file_name}
    _name = _MISSING_COLUMN
    event: TelemetryEventName = event_field(TelemetryEventName)

    def __init__(self, file_name: str, column_name: str) -> None:
        self.event = _MISSING_COLUMN
        self.file_name = file_name
        self.column_name = column_name
        self._unknown_fields = b""

    def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:
        column_name: object = self.column_name
        if type(column_name) is not str:
            column_name = _f.string(column_name, "column_name")
        if self.event is not _MISSING_COLUMN:
            _f.event(self.event, _MISSING_COLUMN)
        file_name: object = self.file_name
        if type(file_name) is not str:
            file_name = _f.string(file_name, "file_name")
        return {
            "column_name": column_name,
            "event": "missing_column",
            "file_name": _r.file_name(file_name, _key),
        }


@dataclass(init=False, eq=False, repr=False)
class PatientEligibilityEvent(TelemetryEvent, _proto.PatientEligibilityEvent):
    """The number of eligible patients of a project was calculated.

    Emitted by the orchestrator after each calculation.

    Args:
        eligible_count: Number of patients found eligible. Zero when none was.
        datasource: The data source that was searched, as the platform names it.
        project_id: The project that the patients are eligible for.
        datetime: When the calculation finished: RFC 3339, in UTC.
    """

    _name = _PATIENT_ELIGIBILITY
    event: TelemetryEventName = event_field(TelemetryEventName)

    def __init__(self, eligible_count: int, datasource: str, project_id: str, datetime: str) -> None:
        self.event = _PATIENT_ELIGIBILITY
        self.eligible_count = eligible_count
        self.datasource = datasource
        self.project_id = project_id
        self.datetime = datetime
        self._unknown_fields = b""

    def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:
        datasource: object = self.datasource
        if type(datasource) is not str:
            datasource = _f.string(datasource, "datasource")
        datetime: object = self.datetime
        if type(datetime) is not str:
            datetime = _f.string(datetime, "datetime")
        eligible_count: object = self.eligible_count
        if type(eligible_count) is not int:
            eligible_count = _f.int64(eligible_count, "eligible_count")
        if self.event is not _PATIENT_ELIGIBILITY:
            _f.event(self.event, _PATIENT_ELIGIBILITY)
        project_id: object = self.project_id
        if type(project_id) is not str:
            project_id = _f.string(project_id, "project_id")
        return {
            "datasource": datasource,
            "datetime": datetime,
            "eligible_count": eligible_count,
            "event": "patient_eligibility",
            "project_id": project_id,
        }


@dataclass(init=False, eq=False, repr=False)
class SchemaGenerationEndEvent(TelemetryEvent, _proto.SchemaGenerationEndEvent):
    """The generation of a dataset's schema finished.

    Emitted by the Prefect schema worker: with SchemaGenerationStartEvent it brackets the generation.

    Args:
        dataset_id: The dataset whose schema was generated.
        source_of_initiation: What triggered the generation.
        datetime: When the generation finished: RFC 3339, in UTC.
    """

    _name = _SCHEMA_GENERATION_END
    event: TelemetryEventName = event_field(TelemetryEventName)

    def __init__(self, dataset_id: str, source_of_initiation: SchemaInitiationSource, datetime: str) -> None:
        self.event = _SCHEMA_GENERATION_END
        self.dataset_id = dataset_id
        self.source_of_initiation = source_of_initiation
        self.datetime = datetime
        self._unknown_fields = b""

    def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:
        dataset_id: object = self.dataset_id
        if type(dataset_id) is not str:
            dataset_id = _f.string(dataset_id, "dataset_id")
        datetime: object = self.datetime
        if type(datetime) is not str:
            datetime = _f.string(datetime, "datetime")
        if self.event is not _SCHEMA_GENERATION_END:
            _f.event(self.event, _SCHEMA_GENERATION_END)
        source_of_initiation: object = self.source_of_initiation
        return {
            "dataset_id": dataset_id,
            "datetime": datetime,
            "event": "schema_generation_end",
            "source_of_initiation": _f.enum(
                source_of_initiation,
                "source_of_initiation",
                SchemaInitiationSource,
                _SchemaInitiationSource_texts,
            ),
        }


@dataclass(init=False, eq=False, repr=False)
class SchemaGenerationStartEvent(TelemetryEvent, _proto.SchemaGenerationStartEvent):
    """The generation of a dataset's schema began.

    Emitted by the Prefect schema worker; SchemaGenerationEndEvent follows.

    Args:
        dataset_id: The dataset whose schema is generated.
        source_of_initiation: What triggered the generation.
        datetime: When the generation began: RFC 3339, in UTC.
    """

    _name = _SCHEMA_GENERATION_START
    event: TelemetryEventName = event_field(TelemetryEventName)

    def __init__(self, dataset_id: str, source_of_initiation: SchemaInitiationSource, datetime: str) -> None:
        self.event = _SCHEMA_GENERATION_START
        self.dataset_id = dataset_id
        self.source_of_initiation = source_of_initiation
        self.datetime = datetime
        self._unknown_fields = b""

    def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:
        dataset_id: object = self.dataset_id
        if type(dataset_id) is not str:
            dataset_id = _f.string(dataset_id, "dataset_id")
        datetime: object = self.datetime
        if type(datetime) is not str:
            datetime = _f.string(datetime, "datetime")
        if self.event is not _SCHEMA_GENERATION_START:
            _f.event(self.event, _SCHEMA_GENERATION_START)
        source_of_initiation: object = self.source_of_initiation
        return {
            "dataset_id": dataset_id,
            "datetime": datetime,
            "event": "schema_generation_start",
            "source_of_initiation": _f.enum(
                source_of_initiation,
                "source_of_initiation",
                SchemaInitiationSource,
                _SchemaInitiationSource_texts,
            ),
        }


@dataclass(init=False, eq=False, repr=False)
class SchemaUploadSuccessEvent(TelemetryEvent, _proto.SchemaUploadSuccessEvent):
    """A complete schema was uploaded to the hub.

    Emitted by the pod, after each successful upload of a full schema.

    Args:
        dataset_id: The dataset whose schema was uploaded.
        number_of_records: Number of records that the schema describes.
        datetime: When the upload finished: RFC 3339, in UTC.
    """

    _name = _SCHEMA_UPLOAD_SUCCESS
    event: TelemetryEventName = event_field(TelemetryEventName)

    def __init__(self, dataset_id: str, number_of_records: int, datetime: str) -> None:
        self.event = _SCHEMA_UPLOAD_SUCCESS
        self.dataset_id = dataset_id
        self.number_of_records = number_of_records
        self.datetime = datetime
        self._unknown_fields = b""

    def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:
        dataset_id: object = self.dataset_id
        if type(dataset_id) is not str:
            dataset_id = _f.string(dataset_id, "dataset_id")
        datetime: object = self.datetime
        if type(datetime) is not str:
            datetime = _f.string(datetime, "datetime")
        if self.event is not _SCHEMA_UPLOAD_SUCCESS:
            _f.event(self.event, _SCHEMA_UPLOAD_SUCCESS)
        number_of_records: object = self.number_of_records
        if type(number_of_records) is not int:
            number_of_records = _f.int64(number_of_records, "number_of_records")
        return {
            "dataset_id": dataset_id,
            "datetime": datetime,
            "event": "schema_upload_success",
            "number_of_records": number_of_records,
        }


@dataclass(init=False, eq=False, repr=False)
class TaskAcceptedByPodEvent(TelemetryEvent, _proto.TaskAcceptedByPodEvent):
    """A pod agreed to take part in a task.

    Emitted by the modeller, once for each pod that accepts its task request.

    Args:
        pod_identifier: The pod that accepted, as the platform identifies it.
        task_id: The task that was accepted.
        app_version: Version of the modeller's application.
        datetime: When the acceptance arrived: RFC 3339, in UTC.
    """

    _name = _TASK_ACCEPTED_BY_POD
    event: TelemetryEventName = event_field(TelemetryEventName)

    def __init__(self, pod_identifier: str, task_id: str, app_version: str, datetime: str) -> None:
        self.event = _TASK_ACCEPTED_BY_POD
        self.pod_identifier = pod_identifier
        self.task_id = task_id
        self.app_version = app_version
        self.datetime = datetime
        self._unknown_fields = b""

    def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:
        app_version: object = self.app_version
        if type(app_version) is not str:
            app_version = _f.string(app_version, "app_version")
        datetime: object = self.datetime
        if type(datetime) is not str:
            datetime = _f.string(datetime, "datetime")
        if self.event is not _TASK_ACCEPTED_BY_POD:
            _f.event(self.event, _TASK_ACCEPTED_BY_POD)
        pod_identifier: object = self.pod_identifier
        if type(pod_identifier) is not str:
            pod_identifier = _f.string(pod_identifier, "pod_identifier")
        task_id: object = self.task_id
        if type(task_id) is not str:
            task_id = _f.string(task_id, "task_id")
        return {
            "app_version": app_version,
            "datetime": datetime,
            "event": "task_accepted_by_pod",
            "pod_identifier": pod_identifier,
            "task_id": task_id,
        }


@dataclass(init=False, eq=False, repr=False)
class TaskAcceptedEvent(TelemetryEvent, _proto.TaskAcceptedEvent):
    """A worker took on a task and begins to run it.

    Emitted by the worker, once a task; TaskCompleteEvent or TaskErrorEvent follows.

    Args:
        task_id: The task that begins.
        pod_name: The pod that the worker runs in.
        modeller_username: The user of the platform who sent the task.
        datasource_type: Class of the data source that the task reads, such as `DICOMSource`.
        app_version: Version of the worker's application.
        datetime: When the worker accepted the task: RFC 3339, in UTC.
    """

    _name = _TASK_ACCEPTED
    event: TelemetryEventName = event_field(TelemetryEventName)

    def __init__(
        self,
        task_id: str,
        pod_name: str,
        modeller_username: str,
        datasource_type: str,
        app_version: str,
        datetime: str,
    ) -> None:
        self.event = _TASK_ACCEPTED
        self.task_id = task_id
        self.pod_name = pod_name
        self.modeller_username = modeller_username
        self.datasource_type = datasource_type
        self.app_version = app_version
        self.datetime = datetime
        self._unknown_fields = b""

    def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:
        app_version: object = self.app_version
        if type(app_version) is not str:
            app_version = _f.string(app_version, "app_version")
        datasource_type: object = self.datasource_type
        if type(datasource_type) is not str:
            datasource_type = _f.string(datasource_type, "datasource_type")
        datetime: object = self.datetime
        if type(datetime) is not str:
            datetime = _f.string(datetime, "datetime")
        if self.event is not _TASK_ACCEPTED:
            _f.event(self.event, _TASK_ACCEPTED)
        modeller_username: object = self.modeller_username
        if type(modeller_username) is not str:
            modeller_username = _f.string(modeller_username, "modeller_username")
        pod_name: object = self.pod_name
        if type(pod_name) is not str:
            pod_name = _f.string(pod_name, "pod_name")
        task_id: object = self.task_id
        if type(task_id) is not str:
            task_id = _f.string(task_id, "task_id")
        return {
            "app_version": app_version,
            "datasource_type": datasource_type,
            "datetime": datetime,
            "event": "task_accepted",
            "modeller_username": modeller_username,
            "pod_name": pod_name,
            "task_id": task_id,
        }


@dataclass(init=False, eq=False, repr=False)
class TaskCompleteEvent(TelemetryEvent, _proto.TaskCompleteEvent):
    """A task finished successfully.

    Emitted by the worker, once a task: with TaskAcceptedEvent it brackets the whole run.

    Args:
        task_id: The task that finished.
        pod_name: The pod that the worker runs in.
        modeller_username: The user of the platform who sent the task.
        datetime: When the task finished: RFC 3339, in UTC.
    """

    _name = _TASK_COMPLETE
    event: TelemetryEventName = event_field(TelemetryEventName)

    def __init__(self, task_id: str, pod_name: str, modeller_username: str, datetime: str) -> None:
        self.event = _TASK_COMPLETE
        self.task_id = task_id
        self.pod_name = pod_name
        self.modeller_username = modeller_username
        self.datetime = datetime
        self._unknown_fields = b""

    def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:
        datetime: object = self.datetime
        if type(datetime) is not str:
            datetime = _f.string(datetime, "datetime")
        if self.event is not _TASK_COMPLETE:
            _f.event(self.event, _TASK_COMPLETE)
        modeller_username: object = self.modeller_username
        if type(modeller_username) is not str:
            modeller_username = _f.string(modeller_username, "modeller_username")
        pod_name: object = self.pod_name
        if type(pod_name) is not str:
            pod_name = _f.string(pod_name, "pod_name")
        task_id: object = self.task_id
        if type(task_id) is not str:
            task_id = _f.string(task_id, "task_id")
        return {
            "datetime": datetime,
            "event": "task_complete",
            "modeller_username": modeller_username,
            "pod_name": pod_name,
            "task_id": task_id,
        }


@dataclass(init=False, eq=False, repr=False)
class TaskErrorEvent(TelemetryEvent, _proto.TaskErrorEvent):
    """An unhandled exception aborted a task.

    Emitted by the worker, once a task, in place of TaskCompleteEvent.

    Args:
        task_id: The task that was aborted.
        pod_name: The pod that the worker runs in.
        modeller_username: The user of the platform who sent the task.
        error_type: Class of the exception, such as `ValueError`. Never its message.
        stacktrace_frames: The stack's frames, the outermost first, one `File "…", line N, in name` a
            line. The exception's message and arguments are left out on purpose: they may hold patient
            names. Empty when the stack is not known.
    """

    _redactors = {"stacktrace_frames": _r.stack_frames}
    _name = _TASK_ERROR
    event: TelemetryEventName = event_field(TelemetryEventName)

    def __init__(
        self, task_id: str, pod_name: str, modeller_username: str, error_type: str, stacktrace_frames: str
    ) -> None:
        self.event = _TASK_ERROR
        self.task_id = task_id
        self.pod_name = pod_name
        self.modeller_username = modeller_username
        self.error_type = error_type
        self.stacktrace_frames = stacktrace_frames
        self._unknown_fields = b""

    def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:
        error_type: object = self.error_type
        if type(error_type) is not str:
            error_type = _f.string(error_type, "error_type")
        if self.event is not _TASK_ERROR:
            _f.event(self.event, _TASK_ERROR)
        modeller_username: object = self.modeller_username
        if type(modeller_username) is not str:
            modeller_username = _f.string(modeller_username, "modeller_username")
        pod_name: object = self.pod_name
        if type(pod_name) is not str:
            pod_name = _f.string(pod_name, "pod_name")
        stacktrace_frames: object = self.stacktrace_frames
        if type(stacktrace_frames) is not str:
            stacktrace_frames = _f.string(stacktrace_frames, "stacktrace_frames")
        task_id: object = self.task_id
        if type(task_id) is not str:
            task_id = _f.string(task_id, "task_id")
        return {
            "error_type": error_type,
            "event": "task_error",
            "modeller_username": modeller_username,
            "pod_name": pod_name,
            "stacktrace_frames": _r.stack_frames(stacktrace_frames, _key),
            "task_id": task_id,
        }


@dataclass(init=False, eq=False, repr=False)
class TelemetryContext(TelemetryMessage, _proto.TelemetryContext):
    """What the surrounding work has set for all records made within it.

    Its members come after the envelope's; where the event has a field of the same name, the event's
    holds.

    Args:
        task_id: The task being run. Absent outside of one.
        run_id: The run of the task. Absent outside of one.
        project_id: The project that the work is for. Absent when there is none.
        dataset_name: The dataset being worked on. Absent when there is none.
        pod_identifier: The pod that the work runs in. Absent outside of one.
        username: The user of the platform on whose behalf the work is done. Absent when there is none.
    """

    def __init__(
        self,
        task_id: str | None = None,
        run_id: str | None = None,
        project_id: str | None = None,
        dataset_name: str | None = None,
        pod_identifier: str | None = None,
        username: str | None = None,
    ) -> None:
        self.task_id = task_id
        self.run_id = run_id
        self.project_id = project_id
        self.dataset_name = dataset_name
        self.pod_identifier = pod_identifier
        self.username = username
        self._unknown_fields = b""

    def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:
        _out: dict[str, object] = {}
        dataset_name: object = self.dataset_name
        if dataset_name is not None:
            if type(dataset_name) is not str:
                dataset_name = _f.string(dataset_name, "dataset_name")
            _out["dataset_name"] = dataset_name
        pod_identifier: object = self.pod_identifier
        if pod_identifier is not None:
            if type(pod_identifier) is not str:
                pod_identifier = _f.string(pod_identifier, "pod_identifier")
            _out["pod_identifier"] = pod_identifier
        project_id: object = self.project_id
        if project_id is not None:
            if type(project_id) is not str:
                project_id = _f.string(project_id, "project_id")
            _out["project_id"] = project_id
        run_id: object = self.run_id
        if run_id is not None:
            if type(run_id) is not str:
                run_id = _f.string(run_id, "run_id")
            _out["run_id"] = run_id
        task_id: object = self.task_id
        if task_id is not None:
            if type(task_id) is not str:
                task_id = _f.string(task_id, "task_id")
            _out["task_id"] = task_id
        username: object = self.username
        if username is not None:
            if type(username) is not str:
                username = _f.string(username, "username")
            _out["username"] = username
        return _out


@dataclass(init=False, eq=False, repr=False)
class TelemetryDroppedEvent(TelemetryEvent, _proto.TelemetryDroppedEvent):
    """Events were refused, and so are missing from the journal.

    Emitted by the logger itself as soon as it can write again.

    Args:
        dropped_count: Number of events refused since the last TelemetryDroppedEvent of this emitter.
        reason: Why they were refused; the latest reason when there were several.
        first_datetime: When the first of them was refused: RFC 3339, in UTC.
        last_datetime: When the last of them was refused: RFC 3339, in UTC.
    """

    _name = _TELEMETRY_DROPPED
    event: TelemetryEventName = event_field(TelemetryEventName)

    def __init__(
        self, dropped_count: int, reason: TelemetryDropReason, first_datetime: str, last_datetime: str
    ) -> None:
        self.event = _TELEMETRY_DROPPED
        self.dropped_count = dropped_count
        self.reason = reason
        self.first_datetime = first_datetime
        self.last_datetime = last_datetime
        self._unknown_fields = b""

    def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:
        dropped_count: object = self.dropped_count
        if type(dropped_count) is not int:
            dropped_count = _f.int64(dropped_count, "dropped_count")
        if self.event is not _TELEMETRY_DROPPED:
            _f.event(self.event, _TELEMETRY_DROPPED)
        first_datetime: object = self.first_datetime
        if type(first_datetime) is not str:
            first_datetime = _f.string(first_datetime, "first_datetime")
        last_datetime: object = self.last_datetime
        if type(last_datetime) is not str:
            last_datetime = _f.string(last_datetime, "last_datetime")
        reason: object = self.reason
        return {
            "dropped_count": dropped_count,
            "event": "telemetry_dropped",
            "first_datetime": first_datetime,
            "last_datetime": last_datetime,
            "reason": _f.enum(reason, "reason", TelemetryDropReason, _TelemetryDropReason_texts),
        }


@dataclass(init=False, eq=False, repr=False)
class TelemetryException(TelemetryMessage, _proto.TelemetryException):
    """An exception that was logged with a record.

    Never its message.

    Args:
        kind: Class of the exception, such as `ValueError`.
        stack: The stack's frames, the outermost first, one a line. Empty when not known.
    """

    _redactors = {"stack": _r.stack_frames}

    def __init__(self, kind: str, stack: str) -> None:
        self.kind = kind
        self.stack = stack
        self._unknown_fields = b""

    def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:
        kind: object = self.kind
        if type(kind) is not str:
            kind = _f.string(kind, "kind")
        stack: object = self.stack
        if type(stack) is not str:
            stack = _f.string(stack, "stack")
        return {"kind": kind, "stack": _r.stack_frames(stack, _key)}


@dataclass(init=False, eq=False, repr=False)
class TelemetryTrace(TelemetryMessage, _proto.TelemetryTrace):
    """The trace and span that were active when a record was made, in Datadog's form.

    Args:
        trace_id: Identifier of the trace, as decimal or hexadecimal digits.
        span_id: Identifier of the span, in decimal digits.
    """

    def __init__(self, trace_id: str, span_id: str) -> None:
        self.trace_id = trace_id
        self.span_id = span_id
        self._unknown_fields = b""

    def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:
        span_id: object = self.span_id
        if type(span_id) is not str:
            span_id = _f.string(span_id, "span_id")
        trace_id: object = self.trace_id
        if type(trace_id) is not str:
            trace_id = _f.string(trace_id, "trace_id")
        return {"span_id": span_id, "trace_id": trace_id}


@dataclass(init=False, eq=False, repr=False)
class TelemetryEnvelope(TelemetryMessage, _proto.TelemetryEnvelope):
    """What each record says about itself: who emitted it, when, and as which of its emitter's records.

    Its members come first in the record's line.

    Args:
        ddsource: The technology that the record comes from; the service unless set.
        ddtags: Tags, as `key:value` joined by commas. Empty when there are none.
        emitter: The process that emitted the record: 80 random bits in base32, new after a fork.
        hostname: Name of the machine.
        message: The event's name, or the text of a plain message.
        seq: Number of the record among those of its emitter: 1, 2, 3 and so on. With emitter it
            identifies the record for ever; a gap is a loss.
        service: Name of the service.
        status: How severe the record is.
        timestamp: When the record was made: RFC 3339, in UTC, with milliseconds and `Z`.
        error: The exception that the record was logged with. Absent when there was none.
        dd: The active trace. Absent when there was none.
    """

    error: TelemetryException | None = betterproto2.field(10, betterproto2.TYPE_MESSAGE, optional=True)
    dd: TelemetryTrace | None = betterproto2.field(11, betterproto2.TYPE_MESSAGE, optional=True)

    def __init__(
        self,
        ddsource: str,
        ddtags: str,
        emitter: str,
        hostname: str,
        message: str,
        seq: int,
        service: str,
        status: TelemetryStatus,
        timestamp: str,
        error: TelemetryException | None = None,
        dd: TelemetryTrace | None = None,
    ) -> None:
        self.ddsource = ddsource
        self.ddtags = ddtags
        self.emitter = emitter
        self.hostname = hostname
        self.message = message
        self.seq = seq
        self.service = service
        self.status = status
        self.timestamp = timestamp
        self.error = error
        self.dd = dd
        self._unknown_fields = b""

    def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:
        _out: dict[str, object] = {}
        dd: object = self.dd
        if dd is not None:
            _out["dd"] = _f.message(dd, "dd", TelemetryTrace, _key)
        ddsource: object = self.ddsource
        if type(ddsource) is not str:
            ddsource = _f.string(ddsource, "ddsource")
        _out["ddsource"] = ddsource
        ddtags: object = self.ddtags
        if type(ddtags) is not str:
            ddtags = _f.string(ddtags, "ddtags")
        _out["ddtags"] = ddtags
        emitter: object = self.emitter
        if type(emitter) is not str:
            emitter = _f.string(emitter, "emitter")
        _out["emitter"] = emitter
        error: object = self.error
        if error is not None:
            _out["error"] = _f.message(error, "error", TelemetryException, _key)
        hostname: object = self.hostname
        if type(hostname) is not str:
            hostname = _f.string(hostname, "hostname")
        _out["hostname"] = hostname
        message: object = self.message
        if type(message) is not str:
            message = _f.string(message, "message")
        _out["message"] = message
        seq: object = self.seq
        if type(seq) is not int:
            seq = _f.int64(seq, "seq")
        _out["seq"] = seq
        service: object = self.service
        if type(service) is not str:
            service = _f.string(service, "service")
        _out["service"] = service
        status: object = self.status
        _out["status"] = _f.enum(status, "status", TelemetryStatus, _TelemetryStatus_texts)
        timestamp: object = self.timestamp
        if type(timestamp) is not str:
            timestamp = _f.string(timestamp, "timestamp")
        _out["timestamp"] = timestamp
        return _out


@dataclass(init=False, eq=False, repr=False)
class TelemetryInvalidEvent(TelemetryEvent, _proto.TelemetryInvalidEvent):
    """An event could not be encoded, and this stands in its place.

    Emitted by the logger itself. It names the fault and holds no value of the event.

    Args:
        invalid_event: Name of the event that could not be encoded, such as `task_error`. Empty when
            what was logged is no event.
        invalid_field: Path of the field at fault, such as `missing_columns[2]`. Empty when the fault
            lies with the event as a whole.
        error_kind: The fault.
    """

    _name = _TELEMETRY_INVALID
    event: TelemetryEventName = event_field(TelemetryEventName)

    def __init__(self, invalid_event: str, invalid_field: str, error_kind: TelemetryErrorKind) -> None:
        self.event = _TELEMETRY_INVALID
        self.invalid_event = invalid_event
        self.invalid_field = invalid_field
        self.error_kind = error_kind
        self._unknown_fields = b""

    def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:
        error_kind: object = self.error_kind
        if self.event is not _TELEMETRY_INVALID:
            _f.event(self.event, _TELEMETRY_INVALID)
        invalid_event: object = self.invalid_event
        if type(invalid_event) is not str:
            invalid_event = _f.string(invalid_event, "invalid_event")
        invalid_field: object = self.invalid_field
        if type(invalid_field) is not str:
            invalid_field = _f.string(invalid_field, "invalid_field")
        return {
            "error_kind": _f.enum(error_kind, "error_kind", TelemetryErrorKind, _TelemetryErrorKind_texts),
            "event": "telemetry_invalid",
            "invalid_event": invalid_event,
            "invalid_field": invalid_field,
        }


@dataclass(init=False, eq=False, repr=False)
class TrialFilterSummaryEvent(TelemetryEvent, _proto.TrialFilterSummaryEvent):
    """The outcome of one trial filter over the rows of a batch, in aggregate.

    Emitted by the filter, once a batch and filter.

    Args:
        step: The step of filtering that is summarised.
        filter_name: The filter, as the trial's definition names it.
        rows_matched: Number of rows that met the filter.
        rows_failed: Number of rows that did not meet the filter.
        rows_missing: Number of rows that lack an input which the filter requires. Such a row may count
            in rows_matched or rows_failed too.
        matching_column_count: Number of columns that the filter found to match its inputs. Absent where
            it does not search for columns.
        missing_columns: Names of the columns that the filter requires and the data lacks, in no
            particular order. Empty when none is lacking.
    """

    _name = _TRIAL_FILTER_SUMMARY
    event: TelemetryEventName = event_field(TelemetryEventName)

    def __init__(
        self,
        step: str,
        filter_name: str,
        rows_matched: int,
        rows_failed: int,
        rows_missing: int = 0,
        matching_column_count: int | None = None,
        missing_columns: list[str] | None = None,
    ) -> None:
        self.event = _TRIAL_FILTER_SUMMARY
        self.step = step
        self.filter_name = filter_name
        self.rows_matched = rows_matched
        self.rows_failed = rows_failed
        self.rows_missing = rows_missing
        self.matching_column_count = matching_column_count
        self.missing_columns = [] if missing_columns is None else missing_columns
        self._unknown_fields = b""

    def _members(self, _key: _r.RedactionKey | None) -> dict[str, object]:
        if self.event is not _TRIAL_FILTER_SUMMARY:
            _f.event(self.event, _TRIAL_FILTER_SUMMARY)
        filter_name: object = self.filter_name
        if type(filter_name) is not str:
            filter_name = _f.string(filter_name, "filter_name")
        _out: dict[str, object] = {"event": "trial_filter_summary", "filter_name": filter_name}
        matching_column_count: object = self.matching_column_count
        if matching_column_count is not None:
            if type(matching_column_count) is not int:
                matching_column_count = _f.int64(matching_column_count, "matching_column_count")
            _out["matching_column_count"] = matching_column_count
        missing_columns: object = self.missing_columns
        _out["missing_columns"] = _f.repeated(missing_columns, "missing_columns", _f.string)
        rows_failed: object = self.rows_failed
        if type(rows_failed) is not int:
            rows_failed = _f.int64(rows_failed, "rows_failed")
        _out["rows_failed"] = rows_failed
        rows_matched: object = self.rows_matched
        if type(rows_matched) is not int:
            rows_matched = _f.int64(rows_matched, "rows_matched")
        _out["rows_matched"] = rows_matched
        rows_missing: object = self.rows_missing
        if type(rows_missing) is not int:
            rows_missing = _f.int64(rows_missing, "rows_missing")
        _out["rows_missing"] = rows_missing
        step: object = self.step
        if type(step) is not str:
            step = _f.string(step, "step")
        _out["step"] = step
        return _out
