// Command executor prints messages for the conformance runner: a Request on standard input, a Response on standard
// output, each behind its length (conformance/proto/telemetry_conformance/executor/v1/executor.proto).
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"google.golang.org/protobuf/encoding/protodelim"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	telemetry "github.com/telemetry-events/telemetry-events/sdk/go"
	executorv1 "github.com/telemetry-events/telemetry-events/sdk/go/internal/gen/telemetry_conformance/executor/v1"
	_ "github.com/telemetry-events/telemetry-events/sdk/go/internal/gen/telemetry_conformance/v1"
)

func main() {
	in, out := bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout)
	for {
		request := &executorv1.Request{}
		err := protodelim.UnmarshalOptions{MaxSize: -1}.UnmarshalFrom(in, request)
		if errors.Is(err, io.EOF) {
			return
		}
		if err == nil {
			_, err = protodelim.MarshalTo(out, respond(request))
		}
		if err == nil && in.Buffered() == 0 {
			err = out.Flush()
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "executor:", err)
			os.Exit(1)
		}
	}
}

func respond(request *executorv1.Request) (response *executorv1.Response) {
	response = &executorv1.Response{Name: request.Name}
	defer func() {
		if crash := recover(); crash != nil {
			response.Result = &executorv1.Response_Crash{Crash: fmt.Sprint("panic: ", crash)}
		}
	}()
	json, err := answer(request)
	var fault *telemetry.EncodeError
	switch {
	case errors.As(err, &fault):
		response.Result = &executorv1.Response_Error{Error: &executorv1.Error{Kind: string(fault.Kind), Field: fault.Field}}
	case err != nil:
		response.Result = &executorv1.Response_Crash{Crash: err.Error()}
	case request.Record != nil:
		response.Result = &executorv1.Response_Record{Record: json}
	default:
		response.Result = &executorv1.Response_Canonical{Canonical: json}
	}
	return response
}

// answer returns a record's line where one is asked for, and the canonical form where none is.
func answer(request *executorv1.Request) ([]byte, error) {
	var key *telemetry.RedactionKey
	var event proto.Message
	if request.Key != nil {
		var err error
		if key, err = telemetry.NewRedactionKey(request.Key.Id, request.Key.Secret); err != nil {
			return nil, err
		}
	}
	if request.Type != "" {
		kind, err := protoregistry.GlobalTypes.FindMessageByName(protoreflect.FullName(request.Type))
		if err != nil {
			return nil, err
		}
		event = kind.New().Interface()
		if err := proto.Unmarshal(request.Message, event); err != nil {
			return nil, err
		}
	}
	if request.Record != nil {
		return telemetry.RecordLine(request.Record.Envelope, request.Record.Context, event, key)
	}
	return telemetry.CanonicalJSON(event, key)
}
