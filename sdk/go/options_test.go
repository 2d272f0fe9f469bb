// What options and the environment say, and those that cannot be used.

package telemetry_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	telemetry "github.com/telemetry-events/telemetry-events/sdk/go"
	eventsv1 "github.com/telemetry-events/telemetry-events/sdk/go/gen/telemetry_events/v1"
)

func TestTheEnvironment(t *testing.T) {
	// What is not given comes from the environment, and from what is usual where a variable is empty.
	names := []string{"DD_SERVICE", "DD_ENV", "DD_VERSION", "DD_TAGS", "DD_HOSTNAME", "TELEMETRY_EVENTS_KEY"}
	state := t.TempDir()
	t.Setenv("XDG_STATE_HOME", state)
	t.Setenv("TELEMETRY_EVENTS_DIR", "")
	told := func(options telemetry.Options, directory string) string {
		logger := made(t, options)
		logger.Info(ctx, &eventsv1.MissingColumnEvent{FileName: "a.dcm"})
		logger.Close()
		found := records(t, directory)
		record := found[len(found)-1]
		if err := os.RemoveAll(directory); err != nil {
			t.Fatal(err)
		}
		return words(record["service"], record["ddsource"], record["hostname"], record["ddtags"], record["file_name"].(string)[:6])
	}
	machine, _ := os.Hostname()
	program := regexp.MustCompile(`[^A-Za-z0-9_.-]`).ReplaceAllString(filepath.Base(os.Args[0]), "_")
	for _, empty := range []string{"", " \t"} {
		for _, name := range names {
			t.Setenv(name, empty)
		}
		same(t, program+" "+program+" "+machine+"  redact", told(telemetry.Options{}, filepath.Join(state, "telemetry-events")))
	}
	for i, value := range []string{"svc", " Prod,a:b ", "1.4.2", "Team:CT, site:north region:eu,", "pod-7", "k1:" + secret + "\n"} {
		t.Setenv(names[i], value)
	}
	directory := t.TempDir()
	t.Setenv("TELEMETRY_EVENTS_DIR", directory)
	same(t, "svc svc pod-7 env:prod_a:b,version:1.4.2,team:ct,site:north,region:eu h1:k1:", told(telemetry.Options{}, directory))
	other, err := telemetry.NewRedactionKey("k2", []byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	options := telemetry.Options{Service: "s", Source: "go", Env: "e", Version: "v", Tags: []string{}, Hostname: "h", Key: other, Directory: state}
	same(t, "s go h env:e,version:v h1:k2:", told(options, state))
}

func TestWhoDelivers(t *testing.T) {
	// A folder is marked as to be delivered where an option, or else the environment, says `none`.
	for said, isMarked := range map[[2]string]bool{
		{"none", ""}: true, {"", " none"}: true, {"none", "never"}: true, {"", ""}: false, {"never", "none"}: false, {"", "never"}: false, {"", "thread"}: false,
	} {
		directory := t.TempDir()
		t.Setenv("TELEMETRY_EVENTS_SHIP", said[1])
		made(t, telemetry.Options{Directory: directory, Ship: said[0]}).Info(ctx, batch(1))
		mark, err := os.Lstat(filepath.Join(filepath.Dir(segments(t, directory)[0]), "to-deliver"))
		same(t, isMarked, err == nil)
		if err == nil {
			same(t, words("-rw-------", 0), words(mark.Mode(), mark.Size()))
		}
	}
	t.Setenv("TELEMETRY_EVENTS_SHIP", "nobody")
	if logger, err := telemetry.New(telemetry.Options{}); logger != nil || err == nil || !strings.HasPrefix(err.Error(), "telemetry: Ship: ") {
		t.Error(logger, err)
	}
}

func TestOptionsThatCannotBeUsed(t *testing.T) {
	// What cannot be used is an error before any record, which names the option and shows no key.
	t.Setenv("DD_TAGS", "")
	directory := t.TempDir()
	if err := os.WriteFile(filepath.Join(directory, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for option, wrong := range map[string][]telemetry.Options{
		"Service":       {{Service: "bad service"}, {Service: "-x"}, {Service: strings.Repeat("x", 101)}, {Service: "ä"}, {Service: "a\n"}},
		"Source":        {{Source: "a b"}},
		"Hostname":      {{Hostname: "bad host"}, {Hostname: strings.Repeat("x", 256)}},
		"Tags":          {{Tags: make101()}, {Tags: []string{strings.Repeat("x", 201)}}, {Env: strings.Repeat("x", 197)}},
		"CapacityBytes": {{CapacityBytes: -1}, {CapacityBytes: 1<<20 - 1}},
		"Key":           {{Key: &telemetry.RedactionKey{}}},
		"Ship":          {{Ship: "thread"}, {Ship: "None"}},
		"Directory":     {{Directory: filepath.Join(directory, "file")}, {Directory: "/proc/none"}, {Directory: "a\x00b"}},
	} {
		for _, options := range wrong {
			if options.Directory == "" {
				options.Directory = directory
			}
			logger, err := telemetry.New(options)
			if logger != nil || err == nil || !strings.HasPrefix(err.Error(), "telemetry: "+option+": ") {
				t.Errorf("%s: %v %v", option, logger, err)
			}
		}
	}
	t.Setenv("TELEMETRY_EVENTS_KEY", "Bad:"+secret)
	if logger, err := telemetry.New(telemetry.Options{Directory: directory}); logger != nil || err == nil || strings.Contains(err.Error(), "hush") {
		t.Error(logger, err)
	}
	t.Setenv("TELEMETRY_EVENTS_KEY", "")
	t.Setenv("TELEMETRY_EVENTS_DIR", "")
	t.Setenv("XDG_STATE_HOME", "")
	t.Setenv("HOME", "")
	if logger, err := telemetry.New(telemetry.Options{}); logger != nil || err == nil {
		t.Error(logger, err)
	}
}

func make101() []string {
	tags := make([]string, 101)
	for i := range tags {
		tags[i] = "x"
	}
	return tags
}
