// What a record says: its line, level, context, error and trace, and what stands in for an event that cannot be recorded.

package telemetry_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"regexp"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	telemetry "github.com/telemetry-events/telemetry-events/sdk/go"
	eventsv1 "github.com/telemetry-events/telemetry-events/sdk/go/gen/telemetry_events/v1"
	conformancev1 "github.com/telemetry-events/telemetry-events/sdk/go/internal/gen/telemetry_conformance/v1"
)

// panicking is like a message, and panics with what it holds.
type panicking struct{ message string }

func (p panicking) ProtoReflect() protoreflect.Message { panic(p.message) }

func TestALine(t *testing.T) {
	// A record is one line: envelope, context, event.
	logger, out := written(t, telemetry.Options{Service: "worker", Env: "prod", Version: "1.4.2", Tags: []string{"Site:Nörth", ""}, Hostname: "pod-7"})
	work := telemetry.WithContext(ctx, &eventsv1.TelemetryContext{TaskId: proto.String("9d1c7f4e"), RunId: proto.String("a\xff")})

	logger.Info(work, &eventsv1.BatchProgressEvent{ProtocolName: "ResultsOnly", BatchNumber: 3})
	logger.Warn(work, &eventsv1.TaskCompleteEvent{PodName: "pod-7"}) // which has a task_id of its own
	logger.Text(ctx, slog.LevelError, "the queue\nis long", nil)

	found := regexp.MustCompile(`"emitter":"[a-z2-7]{16}"`).ReplaceAllString(out.String(), `"emitter":"E"`)
	found = regexp.MustCompile(`"timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"`).ReplaceAllString(found, `"timestamp":"T"`)
	around := `{"ddsource":"worker","ddtags":"env:prod,version:1.4.2,site:n_rth","emitter":"E","hostname":"pod-7","message":%s,"service":"worker","status":%s,"timestamp":"T"`
	same(t, []byte(fmt.Sprintf(around, `"batch_progress","seq":1`, `"info"`)+",\"run_id\":\"a\ufffd\",\"task_id\":\"9d1c7f4e\",\"batch_number\":3,\"event\":\"batch_progress\",\"protocol_name\":\"ResultsOnly\"}\n"+
		fmt.Sprintf(around, `"task_complete","seq":2`, `"warn"`)+",\"run_id\":\"a\ufffd\",\"datetime\":\"\",\"event\":\"task_complete\",\"modeller_username\":\"\",\"pod_name\":\"pod-7\",\"task_id\":\"\"}\n"+
		fmt.Sprintf(around, `"the queue\nis long","seq":3`, `"error"`)+"}\n"), []byte(found))
}

func TestLevels(t *testing.T) {
	// A level between two statuses counts as the lower one; what is below the logger's own is not recorded.
	logger, out := written(t, telemetry.Options{Level: slog.LevelDebug})
	for level := slog.Level(-9); level <= 17; level++ {
		logger.Log(ctx, level, batch(int32(level)), nil)
	}
	logger.Debug(ctx, batch(100))
	logger.Info(ctx, batch(101))
	logger.Warn(ctx, batch(102))
	logger.Error(ctx, batch(103), nil)
	logger.Critical(ctx, batch(104), nil)
	var found []string
	for _, record := range parsed(t, out.Bytes()) {
		found = append(found, words(record["batch_number"], record["status"]))
	}
	same(t, strings.Split("-4 debug,-3 debug,-2 debug,-1 debug,0 info,1 info,2 info,3 info,4 warn,5 warn,6 warn,7 warn,8 error,9 error,10 error,"+
		"11 error,12 critical,13 critical,14 critical,15 critical,16 critical,17 critical,100 debug,101 info,102 warn,103 error,104 critical", ","), found)

	logger, out = written(t, telemetry.Options{})
	logger.Debug(ctx, batch(1))
	same(t, 0, out.Len())
	logger.Log(ctx, -20, batch(1), nil)
	same(t, 0, out.Len())
}

func TestContextsNest(t *testing.T) {
	// An inner context adds fields and overrides those of the same name; the outer one stays as it was.
	logger, out := written(t, telemetry.Options{})
	given := &eventsv1.TelemetryContext{TaskId: proto.String("1"), Username: proto.String("u")}
	outer := telemetry.WithContext(ctx, given)
	given.TaskId = proto.String("changed later")
	inner := telemetry.WithContext(outer, &eventsv1.TelemetryContext{TaskId: proto.String("2"), RunId: proto.String("r")})
	for _, each := range []context.Context{inner, outer, telemetry.WithContext(outer, nil), ctx, nil} {
		logger.Info(each, batch(1))
	}
	var found []string
	for _, record := range parsed(t, out.Bytes()) {
		found = append(found, words(record["task_id"], record["run_id"], record["username"]))
	}
	same(t, []string{"2 r u", "1 <nil> u", "1 <nil> u", "<nil> <nil> <nil>", "<nil> <nil> <nil>"}, found)
}

type ownError struct{ name string }

func (e *ownError) Error() string { panic(e.name) }

func TestTheTypeOfAnError(t *testing.T) {
	// Of an error the type is recorded, behind what fmt.Errorf wraps it in; its frames are not known, its message is not asked for.
	logger, out := written(t, telemetry.Options{})
	for _, err := range []error{fs.ErrNotExist, &fs.PathError{}, fmt.Errorf("a: %w", fmt.Errorf("b: %w", &fs.PathError{})), &ownError{patient}, (*ownError)(nil), errors.Join(nil, fs.ErrExist)} {
		logger.Error(ctx, batch(1), err)
	}
	logger.Error(ctx, batch(1), nil)
	var found []any
	for _, record := range parsed(t, out.Bytes()) {
		found = append(found, record["error"])
	}
	kind := func(name string) map[string]any { return map[string]any{"kind": name, "stack": ""} }
	same(t, []any{kind("*errors.errorString"), kind("*fs.PathError"), kind("*fs.PathError"), kind("*telemetry_test.ownError"), kind("*telemetry_test.ownError"),
		kind("*errors.joinError"), nil}, found)
}

func TestAnActiveTrace(t *testing.T) {
	// The active trace is part of a record, and no trace is none.
	trace := &eventsv1.TelemetryTrace{TraceId: "1", SpanId: "2"}
	logger, out := written(t, telemetry.Options{Trace: func(context.Context) *eventsv1.TelemetryTrace { return trace }})
	logger.Info(ctx, batch(1))
	trace = nil
	logger.Info(ctx, batch(1))
	found := parsed(t, out.Bytes())
	same(t, []any{map[string]any{"trace_id": "1", "span_id": "2"}, nil}, []any{found[0]["dd"], found[1]["dd"]})
}

func TestWhatCannotBeRecorded(t *testing.T) {
	// What cannot be recorded is replaced, at its own level and in its own context, and no call panics.
	logger, out := written(t, telemetry.Options{})
	work := telemetry.WithContext(ctx, &eventsv1.TelemetryContext{ProjectId: proto.String("p")})
	for _, event := range []proto.Message{
		nil, (*eventsv1.TaskErrorEvent)(nil), panicking{patient}, struct{ proto.Message }{}, &conformancev1.OneText{}, &conformancev1.KitchenSinkEvent{Ratios: []float64{math.NaN()}},
		&eventsv1.BatchProgressEvent{Event: 99}, &eventsv1.TelemetryInvalidEvent{ErrorKind: 99},
		&eventsv1.TrialFilterSummaryEvent{MissingColumns: strings.Split(strings.Repeat("x,", 400_000), ",")},
	} {
		logger.Warn(work, event)
	}
	var found []string
	for _, record := range parsed(t, out.Bytes()) {
		same(t, []any{"telemetry_invalid", "warn", "p"}, []any{record["message"], record["status"], record["project_id"]})
		found = append(found, fmt.Sprintf("%s %s %s", record["invalid_event"], record["invalid_field"], record["error_kind"]))
	}
	same(t, []string{"  unsupported_type", "task_error  wrong_type", "  unspecified", "  unspecified", "  unsupported_type", "kitchen_sink ratios[0] not_finite",
		"batch_progress event wrong_event", "telemetry_invalid error_kind unknown_enum", "trial_filter_summary  too_long"}, found)
}

func TestAProgramsOwnPanics(t *testing.T) {
	// A trace that cannot be told of does not reach the program.
	logger, out := written(t, telemetry.Options{Trace: func(context.Context) *eventsv1.TelemetryTrace { panic(patient) }})
	logger.Info(ctx, batch(1))
	same(t, 0, out.Len())
}

func TestNoLogger(t *testing.T) {
	// A logger that is nil discards.
	var logger *telemetry.Logger
	logger.Info(ctx, batch(1))
	logger.Text(ctx, slog.LevelError, "text", nil)
	slog.New(logger.Handler()).Info("text")
	logger.Close()
}
