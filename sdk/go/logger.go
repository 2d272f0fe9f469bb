package telemetry

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"syscall"
	"time"

	"google.golang.org/protobuf/proto"

	eventsv1 "github.com/telemetry-events/telemetry-events/sdk/go/gen/telemetry_events/v1"
)

// LevelCritical is above the levels of slog: the program cannot go on.
const LevelCritical = slog.LevelError + 4

// A Logger makes records, and writes each as one line. It may be used by many goroutines at once. No method panics or
// returns an error for a record that cannot be made or written: an event that cannot be encoded is replaced by a
// `telemetry_invalid` record, and what cannot be written is counted by a `telemetry_dropped` record as soon as one can
// be written (docs/record.md, section 7). Standard error says so once a minute at most. A nil Logger discards.
type Logger struct {
	options         Options // as they were resolved
	emitter, ddtags string
	mutex           sync.Mutex
	line            []byte
	torn            string // a line feed, where the writer has taken a part of a line
	seq             int64
	lost            *eventsv1.TelemetryDroppedEvent
	told            time.Time // when standard error was
	untold          int
}

type contextKey struct{}

// WithContext returns a context whose records carry these fields, unless the event has them itself. Contexts nest: an
// inner one adds fields, and overrides those of the same name.
func WithContext(ctx context.Context, fields *eventsv1.TelemetryContext) context.Context {
	merged := &eventsv1.TelemetryContext{}
	if outer, ok := ctx.Value(contextKey{}).(*eventsv1.TelemetryContext); ok {
		proto.Merge(merged, outer)
	}
	proto.Merge(merged, fields)
	return context.WithValue(ctx, contextKey{}, merged)
}

// Debug logs an event of interest to those who look for a fault.
func (l *Logger) Debug(ctx context.Context, event proto.Message) {
	l.Log(ctx, slog.LevelDebug, event, nil)
}

// Info logs an event of the ordinary course.
func (l *Logger) Info(ctx context.Context, event proto.Message) {
	l.Log(ctx, slog.LevelInfo, event, nil)
}

// Warn logs an event to look at, from which the program went on.
func (l *Logger) Warn(ctx context.Context, event proto.Message) {
	l.Log(ctx, slog.LevelWarn, event, nil)
}

// Error logs that something failed. Of err, which may be nil, the type is recorded, and never the message.
func (l *Logger) Error(ctx context.Context, event proto.Message, err error) {
	l.Log(ctx, slog.LevelError, event, err)
}

// Critical logs that the program cannot go on. Of err, which may be nil, the type is recorded, and never the message.
func (l *Logger) Critical(ctx context.Context, event proto.Message, err error) {
	l.Log(ctx, LevelCritical, event, err)
}

// Log logs an event at any level. One between two statuses counts as the lower one (docs/record.md, 2.1).
func (l *Logger) Log(ctx context.Context, level slog.Level, event proto.Message, err error) {
	l.log(ctx, level, time.Now(), "", cmp.Or(event, noEvent), err)
}

// Text logs a plain message, which is not redacted: where patients are near, log events.
func (l *Logger) Text(ctx context.Context, level slog.Level, text string, err error) {
	l.log(ctx, level, time.Now(), text, nil, err)
}

// Close leaves the journal's open segment, and gives up its lock. A later record opens another.
func (l *Logger) Close() {
	if l == nil {
		return
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if j, isJournal := l.options.Writer.(*journal); isJournal {
		j.close()
	}
}

// noEvent stands for an event that is nil.
var noEvent proto.Message = &eventsv1.TelemetryInvalidEvent{ErrorKind: eventsv1.TelemetryErrorKind_TELEMETRY_ERROR_KIND_UNSUPPORTED_TYPE}

func (l *Logger) enabled(level slog.Level) bool { return l != nil && level >= l.options.Level }

func (l *Logger) log(ctx context.Context, level slog.Level, at time.Time, text string, event proto.Message, err error) {
	if !l.enabled(level) {
		return
	}
	defer func() {
		if recover() != nil { // the program's own context, Trace or Writer may panic
			l.mutex.Lock()
			defer l.mutex.Unlock()
			l.alarm("a record could not be made")
		}
	}()
	r := record{l.envelope(level, at, text, err), nil, event}
	if ctx != nil {
		r.context, _ = ctx.Value(contextKey{}).(*eventsv1.TelemetryContext)
		if l.options.Trace != nil {
			r.envelope.Dd = l.options.Trace(ctx)
		}
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.write(r) && l.lost.DroppedCount > 0 && l.write(record{l.envelope(slog.LevelError, time.Now(), "", nil), nil, l.lost}) {
		l.lost.DroppedCount = 0
	}
}

func (l *Logger) envelope(level slog.Level, at time.Time, text string, err error) *eventsv1.TelemetryEnvelope {
	envelope := &eventsv1.TelemetryEnvelope{
		Ddsource: l.options.Source, Ddtags: l.ddtags, Emitter: l.emitter, Hostname: l.options.Hostname, Service: l.options.Service,
		Message: text, Status: eventsv1.TelemetryStatus(min(max(level>>2+2, 1), 5)), Timestamp: timestamp(at),
	}
	if err != nil {
		for fmt.Sprintf("%T", err) == "*fmt.wrapError" { // which says nothing: fmt.Errorf makes it
			err = errors.Unwrap(err)
		}
		envelope.Error = &eventsv1.TelemetryException{Kind: fmt.Sprintf("%T", err)}
	}
	return envelope
}

func timestamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }

// write gives a record its number, and returns whether it was written. What was not is counted.
func (l *Logger) write(r record) (isWritten bool) {
	reason := eventsv1.TelemetryDropReason_TELEMETRY_DROP_REASON_WRITE_FAILED
	defer func() {
		if !isWritten {
			l.lost.Reason, l.lost.LastDatetime = reason, timestamp(time.Now())
			if l.lost.DroppedCount++; l.lost.DroppedCount == 1 {
				l.lost.FirstDatetime = l.lost.LastDatetime
			}
			l.alarm("records are missing")
		}
	}()
	l.seq++
	r.envelope.Seq = l.seq
	line, fault := r.line(append(l.line[:0], l.torn...), l.options.Key)
	if l.line = line; fault != nil {
		l.alarm("an event could not be recorded: " + fault.Error())
	}
	n, err := l.options.Writer.Write(line)
	if n > 0 {
		l.torn = "\n"[:min(len(line)-n, 1)]
	}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		reason = eventsv1.TelemetryDropReason_TELEMETRY_DROP_REASON_DISK_FULL
	} else if errors.Is(err, errFull) {
		reason = eventsv1.TelemetryDropReason_TELEMETRY_DROP_REASON_JOURNAL_FULL
	}
	return err == nil && n == len(line)
}

// alarm says on standard error what goes wrong, in words that hold nothing of any event.
func (l *Logger) alarm(problem string) {
	if l.untold++; time.Since(l.told) >= time.Minute {
		fmt.Fprintf(os.Stderr, "telemetry-events: %s (%d since the last time)\n", problem, l.untold)
		l.told, l.untold = time.Now(), 0
	}
}
