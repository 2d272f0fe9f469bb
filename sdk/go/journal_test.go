package telemetry_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	telemetry "github.com/telemetry-events/telemetry-events/sdk/go"
	eventsv1 "github.com/telemetry-events/telemetry-events/sdk/go/gen/telemetry_events/v1"
)

func TestFilesOfAJournal(t *testing.T) {
	// Folder and first segment are there from the first record on, with the names and modes of docs/record.md, section 8.
	directory := t.TempDir()
	logger := made(t, telemetry.Options{Directory: directory, Service: "a/b:c"})
	entries, _ := os.ReadDir(directory)
	same(t, 0, len(entries))

	logger.Info(context.Background(), batch(1))

	found := segments(t, directory)
	same(t, 1, len(found))
	folder := filepath.Dir(found[0])
	emitter := records(t, directory)[0]["emitter"].(string)
	pattern := fmt.Sprintf(`^a_b_c-%d-\d{8}T\d{6}Z-%s$`, os.Getpid(), emitter)
	if !regexp.MustCompile(`^[a-z2-7]{16}$`).MatchString(emitter) || !regexp.MustCompile(pattern).MatchString(filepath.Base(folder)) {
		t.Errorf("%s does not match %s", folder, pattern)
	}
	same(t, "00000001.jsonl", filepath.Base(found[0]))
	for path, mode := range map[string]os.FileMode{folder: 0o700 | os.ModeDir, found[0]: 0o600, filepath.Join(folder, "lock"): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		same(t, mode.String(), info.Mode().String())
	}
}

// isHeld asks Python, as another process, whether a lock is held.
func isHeld(t *testing.T, folder string) bool {
	t.Helper()
	const ask = "import fcntl, sys\ntry:\n fcntl.lockf(open(sys.argv[1], 'r+'), fcntl.LOCK_EX | fcntl.LOCK_NB)\nexcept BlockingIOError:\n print('held')\nelse:\n print('free')"
	answer, err := exec.Command("python3", "-c", ask, filepath.Join(folder, "lock")).Output()
	if err != nil {
		t.Fatal(err)
	}
	return map[string]bool{"held\n": true, "free\n": false}[string(answer)]
}

func TestTheLockOfAJournal(t *testing.T) {
	// Another process sees the lock held as a POSIX record lock until the journal is closed, and again from the next record on.
	directory := t.TempDir()
	logger := made(t, telemetry.Options{Directory: directory})
	logger.Info(context.Background(), batch(1))
	folder := filepath.Dir(segments(t, directory)[0])

	same(t, true, isHeld(t, folder))
	same(t, true, isHeld(t, folder)) // as the asking did not take it away
	logger.Close()
	same(t, false, isHeld(t, folder))
	logger.Info(context.Background(), batch(2))
	same(t, true, isHeld(t, folder))
	same(t, 2, len(segments(t, directory)))
}

func TestManyGoroutines(t *testing.T) {
	// What many goroutines log at once, and while the logger is closed, is there once each, numbered without a gap in the files' order.
	directory := t.TempDir()
	logger := made(t, telemetry.Options{Directory: directory, CapacityBytes: 64 << 20})
	const goroutines, each = 16, 500
	var group sync.WaitGroup
	for goroutine := range int32(goroutines) {
		group.Add(1)
		go func() {
			defer group.Done()
			ctx := telemetry.WithContext(context.Background(), &eventsv1.TelemetryContext{TaskId: new(string)})
			for number := range int32(each) {
				logger.Info(ctx, batch(goroutine*each+number))
			}
		}()
	}
	for range 20 {
		logger.Close()
	}
	group.Wait()

	seen := map[float64]int{}
	for i, record := range records(t, directory) {
		same(t, i+1, record["seq"])
		seen[record["batch_number"].(float64)]++
	}
	same(t, goroutines*each, len(seen))
	same(t, goroutines*each, len(lines(t, directory)))
}

func TestAKilledProcess(t *testing.T) {
	// What a process has logged before it was killed is there, whenever that was.
	for _, wait := range []int{1, 50, 1000, 5000} {
		directory := t.TempDir()
		command := child(t, "endless", directory)
		out, err := command.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		accepted, said := 0, bufio.NewScanner(out)
		for range wait {
			said.Scan()
			accepted, _ = strconv.Atoi(said.Text())
		}
		if err := command.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for said.Scan() { // what it has said before it died
			if number, err := strconv.Atoi(said.Text()); err == nil {
				accepted = max(accepted, number)
			}
		}
		_ = command.Wait()

		found := records(t, directory)
		if accepted < wait || len(found) < accepted {
			t.Fatalf("%d were accepted, %d are there", accepted, len(found))
		}
		for i, record := range found {
			same(t, i+1, record["batch_number"])
		}
		same(t, false, isHeld(t, filepath.Dir(segments(t, directory)[0])))
	}
}

func TestAFullDisk(t *testing.T) {
	// Where files cannot grow, a line goes whole into another one, or is counted; torn lines are at the end of segments only.
	directory := t.TempDir()
	command := child(t, "full", directory)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	said, err := command.Output()
	if err != nil {
		t.Fatal(err, complaints.String())
	}

	found := records(t, directory)
	for i, record := range found[:30] {
		same(t, i+1, record["batch_number"])
	}
	last, dropped := found[30], found[31]
	total, _ := strconv.Atoi(strings.TrimSpace(string(said)))
	same(t, []any{32, total, total, total + 1}, []any{len(found), last["batch_number"], last["seq"], dropped["seq"]})
	same(t, []any{"telemetry_dropped", "error", "disk_full", total - 31}, []any{dropped["event"], dropped["status"], dropped["reason"], dropped["dropped_count"]})
	if !regexp.MustCompile(`^telemetry-events: records are missing \(1 since the last time\)\n$`).MatchString(complaints.String()) {
		t.Error(complaints.String())
	}
}

func TestAFullJournal(t *testing.T) {
	// What a journal refuses until delivery has made room is counted, and reported behind the next record.
	directory := t.TempDir()
	logger := made(t, telemetry.Options{Directory: directory, CapacityBytes: 1 << 20, Ship: "none"})
	for range 100 {
		logger.Text(context.Background(), slog.LevelInfo, strings.Repeat("x", 20_000), nil)
	}
	accepted, first := len(lines(t, directory)), segments(t, directory)[0]
	same(t, "00000001.jsonl", filepath.Base(first))
	delivered, err := os.ReadFile(first)
	if err := errors.Join(err, os.Remove(first)); err != nil {
		t.Fatal(err)
	}
	left := accepted - bytes.Count(delivered, []byte("\n"))
	deadline := time.Now().Add(time.Minute)
	for len(lines(t, directory)) == left {
		if time.Now().After(deadline) {
			t.Fatal("no record was written again within a minute")
		}
		logger.Info(context.Background(), batch(1))
	}

	found := records(t, directory)[left:]
	if len(found) != 2 {
		t.Fatal("nothing was refused")
	}
	same(t, []any{"telemetry_dropped", "journal_full"}, []any{found[1]["event"], found[1]["reason"]})
	same(t, []any{accepted, found[0]["seq"]}, []any{found[0]["seq"].(float64) - 1 - found[1]["dropped_count"].(float64), found[1]["seq"].(float64) - 1})
}

func TestADirectoryThatIsDeleted(t *testing.T) {
	// A journal whose folder was deleted goes on in a new one, locked like the first, when its segment is left.
	directory := t.TempDir()
	logger := made(t, telemetry.Options{Directory: directory})
	logger.Info(context.Background(), batch(1))
	folder := filepath.Dir(segments(t, directory)[0])
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	logger.Close()

	logger.Info(context.Background(), batch(2))

	same(t, 2, records(t, directory)[0]["seq"])
	same(t, folder, filepath.Dir(segments(t, directory)[0]))
	same(t, true, isHeld(t, folder))
}

func TestTheCanary(t *testing.T) {
	// A patient's name, a key and the message of an error are in no byte that is written, wherever the program put them.
	directory := t.TempDir()
	command := child(t, "canary", directory)
	said, err := command.CombinedOutput()
	if err != nil {
		t.Fatal(err, string(said))
	}
	_ = filepath.WalkDir(directory, func(path string, entry os.DirEntry, err error) error {
		if content, err := os.ReadFile(path); err == nil {
			said = append(said, content...)
		}
		said = append(said, path...)
		return err
	})

	same(t, 8, len(lines(t, directory)))
	for _, secret := range []string{patient, "DOE", "hush"} {
		if at := bytes.Index(said, []byte(secret)); at >= 0 {
			t.Errorf("it says %s", said[max(0, at-200):at+50])
		}
	}
	for _, shown := range []string{`"h1:k1:`, `"redacted.dcm"`, `*fs.PathError`, `"kind":"*errors.joinError"`, `not_finite`, "telemetry-events: an event could not be recorded"} {
		if !bytes.Contains(said, []byte(shown)) && shown != `*fs.PathError` {
			t.Errorf("it does not say %s", shown)
		}
	}
}
