// Command go is a service that does one task and tells of it: `example TASK_ID`.
//
// Each folder beside this one holds the same service in another language. Their records differ in nothing but who
// emitted them, and when.
package main

import (
	"cmp"
	"context"
	"log"
	"os"

	"google.golang.org/protobuf/proto"

	telemetry "github.com/telemetry-events/telemetry-events/sdk/go"
	eventsv1 "github.com/telemetry-events/telemetry-events/sdk/go/gen/telemetry_events/v1"
)

const stack = `Traceback (most recent call last):
  File "/srv/app/worker/run.py", line 12, in run
    raise ValueError("DOE^JANE")
ValueError: DOE^JANE`

func main() {
	logger, err := telemetry.New(telemetry.Options{Service: cmp.Or(os.Getenv("DD_SERVICE"), "polyglot-go")})
	if err != nil {
		log.Fatal(err)
	}
	defer logger.Close()
	work(logger, os.Args[1])
}

// work logs what a task may log.
func work(logger *telemetry.Logger, taskID string) {
	ctx := telemetry.WithContext(context.Background(), &eventsv1.TelemetryContext{TaskId: &taskID})
	logger.Info(ctx, &eventsv1.TaskAcceptedEvent{
		TaskId:           taskID,
		PodName:          "pod-7",
		ModellerUsername: "dr.jones",
		DatasourceType:   "DICOMSource",
		AppVersion:       "1.4.2",
		Datetime:         "2026-11-23T10:00:00.000Z",
	})
	logger.Info(ctx, &eventsv1.BatchProgressEvent{ProtocolName: "ResultsOnly", BatchNumber: 3})
	logger.Info(ctx, &eventsv1.MissingColumnEvent{FileName: "/data/ct/DOE^JANE^19700101.DCM", ColumnName: "Pixel Data"})
	logger.Info(ctx, &eventsv1.TrialFilterSummaryEvent{
		Step:                "age",
		FilterName:          "Älter als 40 – ≥",
		RowsMatched:         12,
		RowsFailed:          3,
		RowsMissing:         1,
		MatchingColumnCount: proto.Int64(2),
		MissingColumns:      []string{"PatientAge", "StudyDate"},
	})
	logger.Error(ctx, &eventsv1.TaskErrorEvent{
		TaskId:           taskID,
		PodName:          "pod-7",
		ModellerUsername: "dr.jones",
		ErrorType:        "ValueError",
		StacktraceFrames: stack,
	}, nil)
}
