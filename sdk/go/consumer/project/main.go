// Command scanner logs an event of its own schema, and one of telemetry_events.v1.
package main

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"os"

	telemetry "github.com/telemetry-events/telemetry-events/sdk/go"
	eventsv1 "github.com/telemetry-events/telemetry-events/sdk/go/gen/telemetry_events/v1"

	acmev1 "acme.example/scanner/gen/acme/v1"
)

func main() {
	logger, err := telemetry.New(telemetry.Options{Service: "scanner", Hostname: "pod-7", Writer: os.Stdout})
	if err != nil {
		log.Fatal(err)
	}
	event := &acmev1.ScanEndEvent{Folder: "/data/DOE^JANE", Files: 17}
	logger.Info(context.Background(), event)
	slog.New(logger.Handler()).Warn("a scan ended", telemetry.Event(event))
	logger.Info(context.Background(), &eventsv1.BatchProgressEvent{ProtocolName: "ResultsOnly", BatchNumber: 3})
	text, err := telemetry.CanonicalJSON(event, nil)
	fmt.Println(string(text), err)
}
