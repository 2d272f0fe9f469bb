module github.com/telemetry-events/telemetry-events/examples/polyglot/go

go 1.24.0

require (
	github.com/telemetry-events/telemetry-events/sdk/go v0.1.0
	google.golang.org/protobuf v1.36.12
)

replace github.com/telemetry-events/telemetry-events/sdk/go => ../../../sdk/go
