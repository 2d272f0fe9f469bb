package telemetry_test

import (
	"context"
	"encoding/json"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	telemetry "github.com/telemetry-events/telemetry-events/sdk/go"
	eventsv1 "github.com/telemetry-events/telemetry-events/sdk/go/gen/telemetry_events/v1"
)

// stack has the frames that the demo of the project records.
const stack = "Traceback (most recent call last):\n" +
	"  File \"/srv/app/worker/run.py\", line 12, in run\n    task.execute(batch)\n" +
	"  File \"/srv/app/worker/tasks/execution.py\", line 118, in execute\n    result = self.algorithm.run(batch)\n" +
	"  File \"/srv/app/worker/algorithms/mean.py\", line 41, in run\n    raise ValueError(name)\n" +
	"ValueError: DOE^JANE"

type taskError struct {
	ErrorType        string `json:"error_type"`
	Event            string `json:"event"`
	ModellerUsername string `json:"modeller_username"`
	PodName          string `json:"pod_name"`
	StacktraceFrames string `json:"stacktrace_frames"`
	TaskID           string `json:"task_id"`
}

type batchProgress struct {
	BatchNumber  int32  `json:"batch_number"`
	Event        string `json:"event"`
	ProtocolName string `json:"protocol_name"`
}

type trialFilterSummary struct {
	Event               string   `json:"event"`
	FilterName          string   `json:"filter_name"`
	MatchingColumnCount *int64   `json:"matching_column_count,omitempty"`
	MissingColumns      []string `json:"missing_columns"`
	RowsFailed          int64    `json:"rows_failed"`
	RowsMatched         int64    `json:"rows_matched"`
	RowsMissing         int64    `json:"rows_missing"`
	Step                string   `json:"step"`
}

type taskAccepted struct {
	AppVersion       string `json:"app_version"`
	DatasourceType   string `json:"datasource_type"`
	Datetime         string `json:"datetime"`
	Event            string `json:"event"`
	ModellerUsername string `json:"modeller_username"`
	PodName          string `json:"pod_name"`
	TaskID           string `json:"task_id"`
}

// subjects are events, and plain structs that say the same.
var subjects = []struct {
	name  string
	event proto.Message
	plain any
}{
	{"TaskError",
		&eventsv1.TaskErrorEvent{TaskId: "9d1c7f4e", PodName: "pod-7", ModellerUsername: "dr.jones", ErrorType: "ValueError", StacktraceFrames: stack},
		&taskError{"ValueError", "task_error", "dr.jones", "pod-7", stack, "9d1c7f4e"}},
	{"BatchProgress",
		&eventsv1.BatchProgressEvent{ProtocolName: "ResultsOnly", BatchNumber: 3},
		&batchProgress{3, "batch_progress", "ResultsOnly"}},
	{"TrialFilterSummary",
		&eventsv1.TrialFilterSummaryEvent{Step: "age", FilterName: "Älter als 40 – ≥", RowsMatched: 12, RowsFailed: 3, RowsMissing: 1,
			MatchingColumnCount: proto.Int64(2), MissingColumns: []string{"PatientAge", "StudyDate"}},
		&trialFilterSummary{"trial_filter_summary", "Älter als 40 – ≥", proto.Int64(2), []string{"PatientAge", "StudyDate"}, 3, 12, 1, "age"}},
	{"TaskAccepted",
		&eventsv1.TaskAcceptedEvent{TaskId: "9d1c7f4e", PodName: "pod-7", ModellerUsername: "dr.jones", DatasourceType: "DICOMSource",
			AppVersion: "1.4.2", Datetime: "2026-11-23T10:00:00.000Z"},
		&taskAccepted{"1.4.2", "DICOMSource", "2026-11-23T10:00:00.000Z", "task_accepted", "dr.jones", "pod-7", "9d1c7f4e"}},
}

func BenchmarkCanonical(b *testing.B) {
	each(b, func(event proto.Message, _ any) error { _, err := telemetry.CanonicalJSON(event, nil); return err })
}

func BenchmarkProtojson(b *testing.B) {
	each(b, func(event proto.Message, _ any) error { _, err := protojson.Marshal(event); return err })
}

func BenchmarkEncodingJSON(b *testing.B) {
	each(b, func(_ proto.Message, plain any) error { _, err := json.Marshal(plain); return err })
}

// BenchmarkLog times the whole call, up to the line's being in the journal.
func BenchmarkLog(b *testing.B) {
	logger, err := telemetry.New(telemetry.Options{Directory: b.TempDir(), Service: "worker"})
	if err != nil {
		b.Fatal(err)
	}
	defer logger.Close()
	ctx := telemetry.WithContext(context.Background(), &eventsv1.TelemetryContext{TaskId: proto.String("9d1c7f4e")})
	each(b, func(event proto.Message, _ any) error { logger.Info(ctx, event); return nil })
}

func each(b *testing.B, do func(proto.Message, any) error) {
	for _, subject := range subjects {
		b.Run(subject.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := do(subject.event, subject.plain); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
