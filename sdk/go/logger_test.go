package telemetry_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"path/filepath"
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

// written returns a logger that writes to a buffer, and that.
func written(t *testing.T, options telemetry.Options) (*telemetry.Logger, *bytes.Buffer) {
	var out bytes.Buffer
	options.Writer = &out
	return made(t, options), &out
}

var ctx = context.Background()

// words returns values as they print, with a space between each two.
func words(values ...any) string { return strings.TrimSuffix(fmt.Sprintln(values...), "\n") }

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

// A faulty writer fails as it is told to.
type faulty struct {
	out  bytes.Buffer
	fail func() (int, error)
}

func (f *faulty) Write(line []byte) (int, error) {
	if f.fail != nil {
		return f.fail()
	}
	return f.out.Write(line)
}

func TestAWriterThatFails(t *testing.T) {
	// What a writer refuses takes its number and is counted; the next line that is written is followed by how many there were.
	for name, fail := range map[string]func() (int, error){
		"error": func() (int, error) { return 0, errors.New(patient) },
		"panic": func() (int, error) { panic(patient) },
		"short": func() (int, error) { return 0, nil },
	} {
		t.Run(name, func(t *testing.T) {
			writer := &faulty{}
			logger := made(t, telemetry.Options{Writer: writer})
			logger.Info(ctx, batch(1))
			writer.fail = fail
			logger.Info(ctx, batch(2))
			logger.Info(ctx, batch(3))
			writer.fail = nil
			logger.Info(ctx, batch(4))
			logger.Info(ctx, batch(5))

			var found []string
			for _, record := range parsed(t, writer.out.Bytes()) {
				found = append(found, words(record["seq"], record["message"], record["status"], record["batch_number"], record["dropped_count"], record["reason"]))
			}
			same(t, []string{"1 batch_progress info 1 <nil> <nil>", "4 batch_progress info 4 <nil> <nil>", "5 telemetry_dropped error <nil> 2 write_failed", "6 batch_progress info 5 <nil> <nil>"}, found)
			if dropped := parsed(t, writer.out.Bytes())[2]; dropped["first_datetime"].(string) > dropped["last_datetime"].(string) || len(dropped["first_datetime"].(string)) != 24 {
				t.Error(dropped)
			}
		})
	}
}

func TestAWriterThatTakesAPartOfALine(t *testing.T) {
	// A part of a line that a writer has taken does not spoil the next line.
	writer := &faulty{}
	logger := made(t, telemetry.Options{Writer: writer})
	writer.fail = func() (int, error) { writer.out.WriteString(`{"dds`); return 5, errors.New("no room") }
	logger.Info(ctx, batch(1))
	writer.fail = func() (int, error) { return 0, errors.New("no room") }
	logger.Info(ctx, batch(2))
	writer.fail = nil
	logger.Info(ctx, batch(3))

	part, rest, _ := bytes.Cut(writer.out.Bytes(), []byte("\n"))
	same(t, []byte(`{"dds`), part)
	found := parsed(t, rest)
	same(t, "2 3 4 2", words(len(found), found[0]["seq"], found[1]["seq"], found[1]["dropped_count"]))
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

func TestTheEnvironment(t *testing.T) {
	// What is not given comes from the environment, and from what is usual where a variable is empty.
	names := []string{"DD_SERVICE", "DD_ENV", "DD_VERSION", "DD_TAGS", "DD_HOSTNAME", "TELEMETRY_EVENTS_KEY"}
	state := t.TempDir()
	t.Setenv("XDG_STATE_HOME", state)
	t.Setenv("TELEMETRY_EVENTS_DIR", "")
	told := func(options telemetry.Options, directory string) string {
		logger := made(t, options)
		logger.Info(ctx, &eventsv1.MissingColumnEvent{FileName: "a.dcm"})
		logger.Close()
		found := records(t, directory)
		record := found[len(found)-1]
		if err := os.RemoveAll(directory); err != nil {
			t.Fatal(err)
		}
		return words(record["service"], record["ddsource"], record["hostname"], record["ddtags"], record["file_name"].(string)[:6])
	}
	machine, _ := os.Hostname()
	program := regexp.MustCompile(`[^A-Za-z0-9_.-]`).ReplaceAllString(filepath.Base(os.Args[0]), "_")
	for _, empty := range []string{"", " \t"} {
		for _, name := range names {
			t.Setenv(name, empty)
		}
		same(t, program+" "+program+" "+machine+"  redact", told(telemetry.Options{}, filepath.Join(state, "telemetry-events")))
	}
	for i, value := range []string{"svc", " Prod,a:b ", "1.4.2", "Team:CT, site:north region:eu,", "pod-7", "k1:" + secret + "\n"} {
		t.Setenv(names[i], value)
	}
	directory := t.TempDir()
	t.Setenv("TELEMETRY_EVENTS_DIR", directory)
	same(t, "svc svc pod-7 env:prod_a:b,version:1.4.2,team:ct,site:north,region:eu h1:k1:", told(telemetry.Options{}, directory))
	other, err := telemetry.NewRedactionKey("k2", []byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	options := telemetry.Options{Service: "s", Source: "go", Env: "e", Version: "v", Tags: []string{}, Hostname: "h", Key: other, Directory: state}
	same(t, "s go h env:e,version:v h1:k2:", told(options, state))
}

func TestWhoDelivers(t *testing.T) {
	// A folder is marked as to be delivered where an option, or else the environment, says `none`.
	for said, isMarked := range map[[2]string]bool{
		{"none", ""}: true, {"", " none"}: true, {"none", "never"}: true, {"", ""}: false, {"never", "none"}: false, {"", "never"}: false, {"", "thread"}: false,
	} {
		directory := t.TempDir()
		t.Setenv("TELEMETRY_EVENTS_SHIP", said[1])
		made(t, telemetry.Options{Directory: directory, Ship: said[0]}).Info(ctx, batch(1))
		mark, err := os.Lstat(filepath.Join(filepath.Dir(segments(t, directory)[0]), "to-deliver"))
		same(t, isMarked, err == nil)
		if err == nil {
			same(t, words("-rw-------", 0), words(mark.Mode(), mark.Size()))
		}
	}
	t.Setenv("TELEMETRY_EVENTS_SHIP", "nobody")
	if logger, err := telemetry.New(telemetry.Options{}); logger != nil || err == nil || !strings.HasPrefix(err.Error(), "telemetry: Ship: ") {
		t.Error(logger, err)
	}
}

func TestOptionsThatCannotBeUsed(t *testing.T) {
	// What cannot be used is an error before any record, which names the option and shows no key.
	t.Setenv("DD_TAGS", "")
	directory := t.TempDir()
	if err := os.WriteFile(filepath.Join(directory, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for option, wrong := range map[string][]telemetry.Options{
		"Service":       {{Service: "bad service"}, {Service: "-x"}, {Service: strings.Repeat("x", 101)}, {Service: "ä"}, {Service: "a\n"}},
		"Source":        {{Source: "a b"}},
		"Hostname":      {{Hostname: "bad host"}, {Hostname: strings.Repeat("x", 256)}},
		"Tags":          {{Tags: make101()}, {Tags: []string{strings.Repeat("x", 201)}}, {Env: strings.Repeat("x", 197)}},
		"CapacityBytes": {{CapacityBytes: -1}, {CapacityBytes: 1<<20 - 1}},
		"Key":           {{Key: &telemetry.RedactionKey{}}},
		"Ship":          {{Ship: "thread"}, {Ship: "None"}},
		"Directory":     {{Directory: filepath.Join(directory, "file")}, {Directory: "/proc/none"}, {Directory: "a\x00b"}},
	} {
		for _, options := range wrong {
			if options.Directory == "" {
				options.Directory = directory
			}
			logger, err := telemetry.New(options)
			if logger != nil || err == nil || !strings.HasPrefix(err.Error(), "telemetry: "+option+": ") {
				t.Errorf("%s: %v %v", option, logger, err)
			}
		}
	}
	t.Setenv("TELEMETRY_EVENTS_KEY", "Bad:"+secret)
	if logger, err := telemetry.New(telemetry.Options{Directory: directory}); logger != nil || err == nil || strings.Contains(err.Error(), "hush") {
		t.Error(logger, err)
	}
	t.Setenv("TELEMETRY_EVENTS_KEY", "")
	t.Setenv("TELEMETRY_EVENTS_DIR", "")
	t.Setenv("XDG_STATE_HOME", "")
	t.Setenv("HOME", "")
	if logger, err := telemetry.New(telemetry.Options{}); logger != nil || err == nil {
		t.Error(logger, err)
	}
}

func make101() []string {
	tags := make([]string, 101)
	for i := range tags {
		tags[i] = "x"
	}
	return tags
}
