package telemetry

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	eventsv1 "github.com/telemetry-events/telemetry-events/sdk/go/gen/telemetry_events/v1"
)

// Options say what a [Logger] is configured with. What is left out comes from the environment, where a variable that is
// empty counts as none, and then from what is usual (docs/logging.md).
type Options struct {
	Service   string   // DD_SERVICE, else the program's name
	Env       string   // DD_ENV; a tag
	Version   string   // DD_VERSION; a tag
	Tags      []string // further tags, as `key:value`; DD_TAGS, separated by commas
	Hostname  string   // DD_HOSTNAME, else the machine's name
	Source    string   // the technology that the records come from; else the service
	Directory string   // where the journal's folder is made; TELEMETRY_EVENTS_DIR, else in the user's state directory

	// Key makes the tokens that stand for file names and persons; TELEMETRY_EVENTS_KEY, as `<id>:<secret>`. Without
	// one they become `redacted`.
	Key *RedactionKey
	// CapacityBytes is what the journal's folder may hold, at least 1 MiB; else 1 GiB. Beyond it the oldest segments go.
	CapacityBytes int64
	// Ship is `none` where another process delivers the journal (docs/delivery.md): no segment goes before, and a full
	// journal refuses records. TELEMETRY_EVENTS_SHIP, of which `thread` is for other languages; else `never`.
	Ship string
	// Level is the lowest that is recorded; else slog.LevelInfo.
	Level slog.Level
	// Writer takes the lines instead of a journal: each in one call, and one at a time.
	Writer io.Writer
	// Trace returns the active trace as docs/record.md, section 4, has it, or nil.
	Trace func(context.Context) *eventsv1.TelemetryTrace
}

var (
	isService  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,99}$`).MatchString
	isHostname = regexp.MustCompile(`^[A-Za-z0-9_.:-]{1,255}$`).MatchString
	notOfName  = regexp.MustCompile(`[^A-Za-z0-9_.-]`)
	notOfTag   = regexp.MustCompile(`[^A-Za-z0-9_:./-]`)
)

// New returns a logger. The journal's folder and its first segment are made at the first record; the directory that they
// will lie in is made now. An error says which option cannot be used, and shows no key.
func New(o Options) (_ *Logger, err error) {
	machine, _ := os.Hostname()
	program := strings.TrimLeft(notOfName.ReplaceAllString(filepath.Base(os.Args[0]), "_"), "_.-")
	o.Service = cmp.Or(o.Service, variable("DD_SERVICE"), program[:min(len(program), 100)], "go")
	o.Source = cmp.Or(o.Source, o.Service)
	o.Hostname = cmp.Or(o.Hostname, variable("DD_HOSTNAME"), notOfName.ReplaceAllString(machine, "_"))
	o.CapacityBytes = cmp.Or(o.CapacityBytes, 1<<30)
	if ship := variable("TELEMETRY_EVENTS_SHIP"); o.Ship == "" && ship != "thread" {
		o.Ship = ship
	}
	o.Ship = cmp.Or(o.Ship, "never")
	if text := variable("TELEMETRY_EVENTS_KEY"); o.Key == nil && text != "" {
		if o.Key, err = ParseRedactionKey(text); err != nil {
			return nil, err
		}
	}
	tags := o.tags()
	for option, isRight := range map[string]bool{
		"Service": isService(o.Service), "Source": o.Source == o.Service || isService(o.Source), "Hostname": isHostname(o.Hostname),
		"Tags":          len(tags) <= 100 && !slices.ContainsFunc(tags, func(tag string) bool { return len(tag) > 200 }),
		"CapacityBytes": o.CapacityBytes >= 1<<20, "Key": o.Key == nil || o.Key.sum != nil,
		"Ship": o.Ship == "none" || o.Ship == "never",
	} {
		if !isRight {
			return nil, fmt.Errorf("telemetry: %s: not one that can be used", option)
		}
	}
	random := make([]byte, 10)
	_, _ = rand.Read(random) // which never fails
	emitter := lowerBase32.EncodeToString(random)
	if o.Writer == nil {
		if o.Writer, err = o.journal(emitter); err != nil {
			return nil, fmt.Errorf("telemetry: Directory: %w", err)
		}
	}
	return &Logger{options: o, emitter: emitter, ddtags: strings.Join(tags, ","), lost: &eventsv1.TelemetryDroppedEvent{}}, nil
}

// variable returns a variable of the environment without the white space around it.
func variable(name string) string { return strings.TrimSpace(os.Getenv(name)) }

// tags returns all tags as docs/record.md, section 3, has them.
func (o Options) tags() (tags []string) {
	if o.Tags == nil {
		o.Tags = strings.FieldsFunc(os.Getenv("DD_TAGS"), func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
	}
	env, version := "env:"+cmp.Or(o.Env, variable("DD_ENV")), "version:"+cmp.Or(o.Version, variable("DD_VERSION"))
	for _, tag := range append([]string{env, version}, o.Tags...) {
		if tag != "" && tag != "env:" && tag != "version:" {
			tags = append(tags, strings.ToLower(notOfTag.ReplaceAllString(tag, "_")))
		}
	}
	return tags
}

// journal returns a journal in the directory that is configured, which it makes and tries.
func (o Options) journal(emitter string) (*journal, error) {
	directory, state := cmp.Or(o.Directory, variable("TELEMETRY_EVENTS_DIR")), os.Getenv("XDG_STATE_HOME")
	if home, err := os.UserHomeDir(); directory == "" && !filepath.IsAbs(state) {
		if state = filepath.Join(home, ".local", "state"); err != nil {
			return nil, err
		}
	}
	directory, err := filepath.Abs(cmp.Or(directory, filepath.Join(state, "telemetry-events")))
	if err == nil {
		err = os.MkdirAll(directory, 0o700)
	}
	probe, failed := os.MkdirTemp(directory, ".probe-")
	if err = cmp.Or(err, failed); err != nil {
		return nil, err
	}
	start := time.Now().UTC().Format("20060102T150405Z")
	name := fmt.Sprintf("%s-%d-%s-%s", notOfName.ReplaceAllString(o.Service, "_"), os.Getpid(), start, emitter)
	return &journal{folder: filepath.Join(directory, name), capacity: o.CapacityBytes, isToDeliver: o.Ship == "none"}, os.Remove(probe)
}
