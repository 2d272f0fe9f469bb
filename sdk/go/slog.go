package telemetry

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"google.golang.org/protobuf/proto"
)

// handler makes records of those of slog.
type handler struct {
	logger *Logger
	event  proto.Message
	err    error
}

// loggedEvent is an event as an attribute. Another handler than ours shows its canonical form, redacted.
type loggedEvent struct{ proto.Message }

func (e loggedEvent) LogValue() slog.Value {
	text, _ := CanonicalJSON(e.Message, nil) // nothing is shown of what has none
	return slog.AnyValue(json.RawMessage(text))
}

// Event returns the attribute that makes a record of slog that of an event.
func Event(event proto.Message) slog.Attr { return slog.Any("event", loggedEvent{event}) }

// Handler returns a handler for slog. A record with an attribute of [Event] becomes the event's, and its message is the
// event's name; any other becomes that of a plain message. Of an attribute that is an error, the type is recorded.
// Other attributes, and groups, have no place in a record: they are left out.
func (l *Logger) Handler() slog.Handler { return handler{logger: l} }

func (h handler) Enabled(_ context.Context, level slog.Level) bool { return h.logger.enabled(level) }

func (h handler) WithGroup(string) slog.Handler { return h }

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	for _, attr := range attrs {
		h.take(attr)
	}
	return h
}

func (h handler) Handle(ctx context.Context, r slog.Record) error {
	r.Attrs(h.take)
	h.logger.log(ctx, r.Level, cmp.Or(r.Time, time.Now()), r.Message, h.event, h.err)
	return nil
}

func (h *handler) take(attr slog.Attr) bool {
	switch value := attr.Value.Any().(type) {
	case loggedEvent:
		h.event = cmp.Or(value.Message, noEvent)
	case error:
		h.err = value
	}
	return true
}
