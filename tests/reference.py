"""The constructors that the system which this project re-creates documents, word for word.

They are a requirement: programs that call these go on to work.
"""

# ruff: noqa: E501
SIGNATURES = """
AlgorithmProgressEvent(algorithm_name: str, task_context: str, step: str, datetime: str, current_epoch: int | None = None, max_epochs: int | None = None, step_info: str | None = None)
BatchProgressEvent(protocol_name: str, batch_number: int)
DatasetConnectedEvent(dataset_name: str, datasource_type: str, connection_datetime: str)
EHRQueryCompleteEvent(patients_queried: int, records_found: int, config_type: str)
EHRSessionInitialisedEvent(config_type: str)
EHRTokenRefreshedEvent(config_type: str)
ExecutionTimeEvent(class_name: str, function: str, duration_seconds: float)
FilteringCompleteEvent(total_files: int, files_selected: int)
GroupingSummaryEvent(step: str, group_count: int | None = None, selected_files: int | None = None, cached_files: int | None = None, batch_size: int | None = None, maybe_final: bool | None = None, include_non_new_group_files: bool | None = None, oversized_cohort_size: int | None = None)
MissingColumnEvent(file_name: str, column_name: str)
PatientEligibilityEvent(eligible_count: int, datasource: str, project_id: str, datetime: str)
SchemaGenerationEndEvent(dataset_id: str, source_of_initiation: SchemaInitiationSource, datetime: str)
SchemaGenerationStartEvent(dataset_id: str, source_of_initiation: SchemaInitiationSource, datetime: str)
SchemaUploadSuccessEvent(dataset_id: str, number_of_records: int, datetime: str)
TaskAcceptedByPodEvent(pod_identifier: str, task_id: str, app_version: str, datetime: str)
TaskAcceptedEvent(task_id: str, pod_name: str, modeller_username: str, datasource_type: str, app_version: str, datetime: str)
TaskCompleteEvent(task_id: str, pod_name: str, modeller_username: str, datetime: str)
TaskErrorEvent(task_id: str, pod_name: str, modeller_username: str, error_type: str, stacktrace_frames: str)
TrialFilterSummaryEvent(step: str, filter_name: str, rows_matched: int, rows_failed: int, rows_missing: int = 0, matching_column_count: int | None = None, missing_columns: list[str] | None = None)
""".strip().splitlines()
