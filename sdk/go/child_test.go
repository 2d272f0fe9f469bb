package telemetry_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	telemetry "github.com/telemetry-events/telemetry-events/sdk/go"
	eventsv1 "github.com/telemetry-events/telemetry-events/sdk/go/gen/telemetry_events/v1"
	conformancev1 "github.com/telemetry-events/telemetry-events/sdk/go/internal/gen/telemetry_conformance/v1"
)

const patient = "DOE^JANE"

// programs are what this very program does when a test starts it as a child.
var programs = map[string]func(logger *telemetry.Logger){
	// Logs without end, and says each number that was accepted.
	"endless": func(logger *telemetry.Logger) {
		for number := int32(1); ; number++ {
			logger.Info(context.Background(), batch(number))
			fmt.Println(number)
		}
	},
	// Logs while no file may have more than 1000 bytes, then 10, then without a limit until a record is written again.
	"full": func(logger *telemetry.Logger) {
		signal.Ignore(syscall.SIGXFSZ)
		number := int32(0)
		log := func() {
			number++
			logger.Info(context.Background(), batch(number))
		}
		for _, most := range []uint64{1000, 10} {
			limit(most)
			for range 30 {
				log()
			}
		}
		limit(math.MaxInt64)
		deadline := time.Now().Add(time.Minute)
		for before := inJournals(); inJournals() == before; {
			if time.Now().After(deadline) {
				panic("no record was written again within a minute")
			}
			log()
		}
		fmt.Println(number)
	},
	// Logs a patient's name in every place where one could be.
	"canary": func(logger *telemetry.Logger) {
		ctx, path := context.Background(), "/data/"+patient+"/"+patient+".dcm"
		stack := patient + "\n  File \"/" + patient + "/a/b.py\", line 1, in f\n    raise ValueError(\"" + patient + "\")\nValueError: " + patient
		err := fmt.Errorf("%s: %w", patient, errors.Join(errors.New(patient), &os.PathError{Op: patient, Path: path, Err: errors.New(patient)}))
		logger.Error(ctx, &eventsv1.MissingColumnEvent{FileName: path, ColumnName: "c"}, err)
		logger.Critical(ctx, &eventsv1.TaskErrorEvent{ErrorType: "ValueError", StacktraceFrames: stack}, err)
		logger.Info(ctx, &conformancev1.KitchenSinkEvent{Patient: patient, Patients: []string{patient}, OptionalPatient: proto.String(patient),
			FileNames: []string{path}, Branch: &conformancev1.Branch{Favourite: &conformancev1.Leaf{LeafFileName: path}}})
		logger.Info(ctx, &conformancev1.KitchenSinkEvent{Text: patient, Ratio: math.NaN()})
		logger.Info(ctx, &conformancev1.OnePerson{Value: patient})
		logger.Info(ctx, panicking{patient})
		logger.Text(ctx, slog.LevelError, "a task failed", err)
		slog.New(logger.Handler()).With("patient", patient).WithGroup("g").Error("a task failed", "err", err, "path", path, telemetry.Event(&eventsv1.MissingColumnEvent{FileName: path}))
		slog.New(slog.NewJSONHandler(os.Stderr, nil)).Error("a task failed", telemetry.Event(&eventsv1.MissingColumnEvent{FileName: path}))
		slog.New(slog.NewTextHandler(os.Stderr, nil)).Error("a task failed", telemetry.Event(&eventsv1.MissingColumnEvent{FileName: path}))
	},
}

// limit sets how many bytes a file may have.
func limit(most uint64) {
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: most, Max: math.MaxUint64}); err != nil {
		panic(err)
	}
}

// inJournals returns how many bytes the journals of this process have.
func inJournals() (size int64) {
	found, _ := filepath.Glob(filepath.Join(os.Getenv("TELEMETRY_EVENTS_DIR"), "*", "*.jsonl"))
	for _, path := range found {
		if info, err := os.Stat(path); err == nil {
			size += info.Size()
		}
	}
	return size
}

func batch(number int32) *eventsv1.BatchProgressEvent {
	return &eventsv1.BatchProgressEvent{ProtocolName: "p", BatchNumber: number}
}

// child returns the command that runs a program, with a journal in a directory.
func child(t *testing.T, program, directory string) *exec.Cmd {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), "CHILD="+program, "TELEMETRY_EVENTS_DIR="+directory, "TELEMETRY_EVENTS_KEY=k1:"+secret)
	return command
}

func TestMain(m *testing.M) {
	program, isChild := programs[os.Getenv("CHILD")]
	if !isChild {
		os.Exit(run(m))
	}
	logger, err := telemetry.New(telemetry.Options{Service: "child", Level: slog.LevelDebug})
	if err != nil {
		panic(err)
	}
	program(logger)
}

// run runs the tests with no configuration but a directory that is removed.
func run(m *testing.M) int {
	directory, err := os.MkdirTemp("", "telemetry-events-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(directory)
	for _, name := range []string{"DD_SERVICE", "DD_ENV", "DD_VERSION", "DD_TAGS", "DD_HOSTNAME", "TELEMETRY_EVENTS_KEY", "TELEMETRY_EVENTS_SHIP"} {
		os.Unsetenv(name)
	}
	os.Setenv("TELEMETRY_EVENTS_DIR", directory)
	return m.Run()
}
