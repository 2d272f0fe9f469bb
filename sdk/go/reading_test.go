package telemetry_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	telemetry "github.com/telemetry-events/telemetry-events/sdk/go"
)

var ctx = context.Background()

// made returns a logger, or fails the test.
func made(t testing.TB, options telemetry.Options) *telemetry.Logger {
	t.Helper()
	logger, err := telemetry.New(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(logger.Close)
	return logger
}

// written returns a logger that writes to a buffer, and that.
func written(t *testing.T, options telemetry.Options) (*telemetry.Logger, *bytes.Buffer) {
	var out bytes.Buffer
	options.Writer = &out
	return made(t, options), &out
}

// segments returns the paths of all segments of a directory of journals, in their order.
func segments(t testing.TB, directory string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(directory, "*", "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// lines returns all whole lines of a directory of journals. What follows the last line feed of a segment is no record.
func lines(t testing.TB, directory string) [][]byte {
	t.Helper()
	var found [][]byte
	for _, path := range segments(t, directory) {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		whole := bytes.SplitAfter(content, []byte("\n"))
		found = append(found, whole[:len(whole)-1]...)
	}
	return found
}

// records returns the members of all lines of a directory of journals.
func records(t testing.TB, directory string) []map[string]any {
	t.Helper()
	return parsed(t, bytes.Join(lines(t, directory), nil))
}

// parsed returns the members of all lines.
func parsed(t testing.TB, content []byte) []map[string]any {
	t.Helper()
	var found []map[string]any
	for line := range bytes.Lines(content) {
		var members map[string]any
		if err := json.Unmarshal(line, &members); err != nil {
			t.Fatalf("%v: %q", err, line)
		}
		found = append(found, members)
	}
	return found
}

// words returns values as they print, with a space between each two.
func words(values ...any) string { return strings.TrimSuffix(fmt.Sprintln(values...), "\n") }

// same fails the test where two values are not the same.
func same(t testing.TB, expected, found any) {
	t.Helper()
	if !bytes.Equal(asJSON(t, expected), asJSON(t, found)) {
		t.Errorf("expected %s\n   found %s", asJSON(t, expected), asJSON(t, found))
	}
}

func asJSON(t testing.TB, value any) []byte {
	t.Helper()
	if text, isText := value.([]byte); isText {
		return text
	}
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
