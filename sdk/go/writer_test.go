// What becomes of the lines that a program's own writer refuses.

package telemetry_test

import (
	"bytes"
	"errors"
	"testing"

	telemetry "github.com/telemetry-events/telemetry-events/sdk/go"
)

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
