package telemetry_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	telemetry "github.com/telemetry-events/telemetry-events/sdk/go"
	eventsv1 "github.com/telemetry-events/telemetry-events/sdk/go/gen/telemetry_events/v1"
)

func TestEventsOfSlog(t *testing.T) {
	// An event as an attribute of a call, or of the logger, gives the very line that our own logger gives.
	ours, out := written(t, telemetry.Options{})
	work := telemetry.WithContext(context.Background(), &eventsv1.TelemetryContext{TaskId: proto.String("t")})
	logger := slog.New(ours.Handler())
	event := telemetry.Event(&eventsv1.MissingColumnEvent{FileName: "/data/DOE^JANE.dcm", ColumnName: "c"})

	logger.ErrorContext(work, "a column is missing", event, "err", fs.ErrExist)
	logger.With(event).WithGroup("g").ErrorContext(work, "a column is missing", slog.Any("err", fs.ErrExist), "more", 1)
	ours.Error(work, &eventsv1.MissingColumnEvent{FileName: "/data/DOE^JANE.dcm", ColumnName: "c"}, fs.ErrExist)

	found := parsed(t, out.Bytes())
	for i, record := range found {
		same(t, i+1, record["seq"])
		delete(record, "seq")
		delete(record, "timestamp")
	}
	same(t, []any{found[2], found[2]}, []any{found[0], found[1]})
	same(t, 3, len(found))
	same(t, "redacted.dcm", found[0]["file_name"])
}

func TestTextsOfSlog(t *testing.T) {
	// A record of slog without an event is a plain message, at its own time and level, without the attributes.
	ours, out := written(t, telemetry.Options{Level: slog.LevelWarn})
	logger := slog.New(ours.Handler())

	logger.Info("not recorded")
	logger.Warn("the queue is long", "length", 17)
	r := slog.NewRecord(time.Date(2026, 11, 23, 11, 0, 0, 123_999_999, time.FixedZone("", 3600)), slog.LevelError+1, "late", 0)
	if err := ours.Handler().Handle(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	r.Time = time.Time{}
	_ = ours.Handler().Handle(context.Background(), r)

	found := parsed(t, out.Bytes())
	same(t, 3, len(found))
	same(t, "the queue is long warn", fmt.Sprint(found[0]["message"], " ", found[0]["status"]))
	same(t, "late error 2026-11-23T10:00:00.123Z", fmt.Sprint(found[1]["message"], " ", found[1]["status"], " ", found[1]["timestamp"]))
	if found[2]["timestamp"].(string) < "2026" {
		t.Error(found[2])
	}
	for _, record := range found {
		same(t, 9, len(record))
	}
}

func TestAnotherHandlerOfSlog(t *testing.T) {
	// Another handler than ours shows an event's canonical form, redacted, and nothing of what has none.
	event := telemetry.Event(&eventsv1.MissingColumnEvent{FileName: "/data/DOE^JANE.dcm", ColumnName: "<c>"})
	wrong := telemetry.Event(&eventsv1.MissingColumnEvent{Event: 99, FileName: "/data/DOE^JANE.dcm"})
	var out bytes.Buffer
	noTime := &slog.HandlerOptions{ReplaceAttr: func(_ []string, attr slog.Attr) slog.Attr {
		if attr.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return attr
	}}
	slog.New(slog.NewJSONHandler(&out, noTime)).Info("m", event)
	slog.New(slog.NewTextHandler(&out, noTime)).Info("m", event)
	slog.New(slog.NewJSONHandler(&out, noTime)).Info("m", wrong)

	same(t, []byte(`{"level":"INFO","msg":"m","event":{"column_name":"<c>","event":"missing_column","file_name":"redacted.dcm"}}`+"\n"+
		`level=INFO msg=m event="{\"column_name\":\"<c>\",\"event\":\"missing_column\",\"file_name\":\"redacted.dcm\"}"`+"\n"+
		`{"level":"INFO","msg":"m","event":null}`+"\n"), out.Bytes())
}

func TestWrongEventsOfSlog(t *testing.T) {
	// What is no event gives a record that says so, and that does not hold the message of slog.
	ours, out := written(t, telemetry.Options{})
	slog.New(ours.Handler()).Info(patient, telemetry.Event(nil))
	slog.New(ours.Handler()).Info(patient, telemetry.Event(panicking{patient}))
	for i, kind := range []string{"unsupported_type", "unspecified"} {
		record := parsed(t, out.Bytes())[i]
		same(t, "telemetry_invalid  "+kind, words(record["message"], record["invalid_event"], record["error_kind"]))
	}
}
