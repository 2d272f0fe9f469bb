package telemetry_test

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"os"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	telemetry "github.com/telemetry-events/telemetry-events/sdk/go"
	eventsv1 "github.com/telemetry-events/telemetry-events/sdk/go/gen/telemetry_events/v1"
)

func Example() {
	key, err := telemetry.NewRedactionKey("site1", []byte("a secret of 16 bytes or more"))
	if err != nil {
		log.Fatal(err)
	}
	logger, err := telemetry.New(telemetry.Options{Service: "worker", Env: "prod", Version: "1.4.2", Key: key})
	if err != nil {
		log.Fatal(err)
	}
	defer logger.Close()

	ctx := telemetry.WithContext(context.Background(), &eventsv1.TelemetryContext{TaskId: proto.String("9d1c7f4e")})
	event := &eventsv1.MissingColumnEvent{FileName: "/data/ct/DOE^JANE^19700101.DCM", ColumnName: "Pixel Data"}

	// One line is on disk when the call returns, and stays there if the process is killed.
	logger.Info(ctx, event)
	// The same, by slog.
	slog.New(logger.Handler()).InfoContext(ctx, "a column is missing", telemetry.Event(event))

	text, err := telemetry.CanonicalJSON(event, key)
	fmt.Println(string(text), err)
	// Output:
	// {"column_name":"Pixel Data","event":"missing_column","file_name":"h1:site1:rj6737jyzrdle3b2yhtw3z3sew.dcm"} <nil>
}

func TestTheReadme(t *testing.T) {
	// The README's program is the one above, and its output is what that prints.
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	own, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, program, _ := strings.Cut(string(own), "func Example() {\n")
	program, output, _ := strings.Cut(program, "\t// Output:\n\t// ")
	output, _, _ = strings.Cut(output, "\n")
	unindented := strings.TrimPrefix(strings.ReplaceAll("\n"+program, "\n\t", "\n"), "\n")
	for _, block := range []string{"```go\n" + unindented + "```\n", "```text\n" + output + "\n```\n"} {
		if !strings.Contains(string(readme), block) {
			t.Errorf("the README does not show\n%s", block)
		}
	}
}
