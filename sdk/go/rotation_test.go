package telemetry

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// opened returns a journal of a folder that does not exist yet, and how to read the sizes of its segments.
func opened(t *testing.T, capacity int64) (*journal, func() map[string]int64) {
	j := &journal{folder: filepath.Join(t.TempDir(), "f"), capacity: capacity}
	t.Cleanup(j.close)
	return j, func() map[string]int64 {
		sizes := map[string]int64{}
		entries, _ := os.ReadDir(j.folder)
		for _, entry := range entries {
			if info, err := entry.Info(); err == nil && isSegment(entry.Name()) {
				sizes[strings.TrimSuffix(entry.Name(), ".jsonl")] = info.Size()
			}
		}
		return sizes
	}
}

func mustWrite(t *testing.T, j *journal, line []byte) {
	t.Helper()
	if n, err := j.Write(line); n != len(line) || err != nil {
		t.Fatal(n, err)
	}
}

func TestASegmentIsLeftAtItsSize(t *testing.T) {
	// The next segment begins with the line after the one that reaches 8 MiB.
	j, sizes := opened(t, 1<<30)
	line := bytes.Repeat([]byte("x"), 1<<20)
	for range 17 {
		mustWrite(t, j, line)
	}
	if found := sizes(); len(found) != 3 || found["00000001"] != 8<<20 || found["00000002"] != 8<<20 || found["00000003"] != 1<<20 {
		t.Error(found)
	}
}

func TestASegmentIsLeftAtItsAge(t *testing.T) {
	// A line that comes a minute after a segment was opened begins another.
	j, sizes := opened(t, 1<<30)
	mustWrite(t, j, []byte("1\n"))
	j.opened = time.Now().Add(-59 * time.Second)
	mustWrite(t, j, []byte("2\n"))
	j.opened = time.Now().Add(-60 * time.Second)
	mustWrite(t, j, []byte("3\n"))
	if found := sizes(); len(found) != 2 || found["00000001"] != 4 || found["00000002"] != 2 {
		t.Error(found)
	}
}

func TestTheOldestSegmentsGo(t *testing.T) {
	// A folder never holds more than its capacity and a line, and what is missing is the oldest.
	j, sizes := opened(t, 1<<20)
	line := bytes.Repeat([]byte("x"), 50_000)
	mustWrite(t, j, line)
	theirs := []string{"00000001-385.cursor", "00000001.jsonl.new", "lock", "shipping", "to-deliver"}
	for _, name := range theirs { // neither counted nor deleted
		if err := os.WriteFile(filepath.Join(j.folder, name), bytes.Repeat(line, 20), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for range 99 {
		mustWrite(t, j, line)
		total := int64(0)
		for _, size := range sizes() {
			total += size
		}
		if total > 1<<20+int64(len(line)) {
			t.Fatal(total)
		}
	}
	found := sizes()
	if j.number != 34 || len(found) < 7 || found["00000034"] == 0 || found["00000033"] == 0 || found["00000001"] != 0 {
		t.Error(j.number, found)
	}
	for _, name := range theirs {
		if _, err := os.Stat(filepath.Join(j.folder, name)); err != nil {
			t.Error(err)
		}
	}
}

func TestAJournalThatIsToBeDelivered(t *testing.T) {
	// Nothing goes before delivery has deleted it: at its capacity the journal fills its open segment and then refuses,
	// looks once a second, and goes on when there is room.
	j, sizes := opened(t, 1<<20)
	j.isToDeliver = true
	line := bytes.Repeat([]byte("x"), 50_000)
	for range 19 {
		mustWrite(t, j, line)
	}
	for range 2 {
		j.opened = time.Time{} // long ago, and yet there is no next one
		mustWrite(t, j, line)
	}
	refused := func() {
		t.Helper()
		if n, err := j.Write(line); n != 0 || err != errFull {
			t.Fatal(n, err)
		}
	}
	j.retry = time.Time{}
	refused()
	if found := sizes(); len(found) != 7 || found["00000001"] != 150_000 || found["00000007"] != 150_000 {
		t.Error(found)
	}
	if err := os.Remove(filepath.Join(j.folder, "00000001.jsonl")); err != nil {
		t.Fatal(err)
	}
	refused() // within the second
	j.retry = time.Time{}
	mustWrite(t, j, line)
	if found := sizes(); len(found) != 7 || found["00000008"] != 50_000 {
		t.Error(found)
	}
}

func TestALastSegmentThatFillsAJournal(t *testing.T) {
	// The last segment, which delivery leaves alone, has nothing refused, however much it holds.
	j, sizes := opened(t, 1<<20)
	j.isToDeliver = true
	for range 2 {
		mustWrite(t, j, bytes.Repeat([]byte("x"), 1<<20))
	}
	if found := sizes(); len(found) != 2 {
		t.Error(found)
	}
}

func TestAMarkThatIsALink(t *testing.T) {
	// Where the mark cannot be made nothing is written, and what a link leads to is not touched.
	j, sizes := opened(t, 1<<30)
	j.isToDeliver = true
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	if err := errors.Join(os.Mkdir(j.folder, 0o700), os.Symlink(elsewhere, filepath.Join(j.folder, "to-deliver"))); err != nil {
		t.Fatal(err)
	}
	if n, err := j.Write([]byte("1\n")); n != 0 || err == nil {
		t.Error(n, err)
	}
	if _, err := os.Lstat(elsewhere); err == nil || len(sizes()) != 0 {
		t.Error(err, sizes())
	}
}

func TestAFolderThatCannotBeWrittenTo(t *testing.T) {
	// Another segment is tried for once a second at most; while none can be had, the open one that is whole goes on.
	j, sizes := opened(t, 1<<30)
	mustWrite(t, j, []byte("1\n"))
	real := j.folder
	j.folder = "/proc/none"
	for range 3 {
		j.opened = time.Now().Add(-time.Hour)
		mustWrite(t, j, []byte("2\n"))
	}
	if _ = j.segment.Close(); j.number != 1 {
		t.Error("it was tried for more than once") // a number is taken by each that is tried for in a folder that is there
	}
	for range 3 {
		if n, err := j.Write([]byte("3\n")); n != 0 || err == nil {
			t.Fatal("it was written", n, err)
		}
	}
	before := j.retry
	if n, err := j.Write([]byte("3\n")); n != 0 || err == nil || j.retry != before {
		t.Error("it was tried for at once", n, err)
	}
	j.folder, j.retry = real, time.Now()
	mustWrite(t, j, []byte("4\n"))
	if found := sizes(); found["00000001"] != 8 || len(found) != 2 {
		t.Error(found)
	}
}

func TestASegmentThatFails(t *testing.T) {
	// After an error a segment is left for good, and the line goes whole into another; one without a line is removed.
	j, sizes := opened(t, 1<<30)
	mustWrite(t, j, []byte("1\n"))
	closed := j.segment
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	mustWrite(t, j, []byte("2\n"))
	if found := sizes(); len(found) != 2 || found["00000002"] != 2 || j.segment == closed {
		t.Error(found)
	}
}

func TestALockThatIsHeld(t *testing.T) {
	// While another process holds the lock nothing is written; once taken, the lock is not lost by what was tried before.
	j, _ := opened(t, 1<<30)
	if err := os.Mkdir(j.folder, 0o700); err != nil {
		t.Fatal(err)
	}
	const hold = "import fcntl, sys\nlock = open(sys.argv[1], 'a+')\nfcntl.lockf(lock, fcntl.LOCK_EX)\nprint('held', flush=True)\nsys.stdin.read()"
	other := exec.Command("python3", "-c", hold, filepath.Join(j.folder, "lock"))
	release, err := other.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	said, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := said.Read(make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		j.retry = time.Time{}
		if n, err := j.Write([]byte("1\n")); n != 0 || err == nil {
			t.Fatal("it was written", n, err)
		}
	}
	_ = release.Close()
	_ = other.Wait()
	j.retry = time.Time{}
	mustWrite(t, j, []byte("2\n"))
	for range 3 {
		runtime.GC() // which closes files that nobody has
	}
	const ask = "import fcntl, sys\nfcntl.lockf(open(sys.argv[1], 'r+'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
	if err := exec.Command("python3", "-c", ask, filepath.Join(j.folder, "lock")).Run(); err == nil {
		t.Error("the lock is not held any more")
	}
}

func TestFlagsOfASegment(t *testing.T) {
	// A segment is appended to, is closed in a program that is started, and is never a file that was there.
	j, _ := opened(t, 1<<30)
	mustWrite(t, j, []byte("1\n"))
	if err := os.Symlink("/dev/null", filepath.Join(j.folder, "00000002.jsonl")); err != nil {
		t.Fatal(err)
	}
	flags, _, _ := syscall.Syscall(syscall.SYS_FCNTL, j.segment.Fd(), syscall.F_GETFL, 0)
	onExec, _, _ := syscall.Syscall(syscall.SYS_FCNTL, j.segment.Fd(), syscall.F_GETFD, 0)
	if flags&syscall.O_APPEND == 0 || onExec&syscall.FD_CLOEXEC == 0 {
		t.Error(flags, onExec)
	}
	j.opened = time.Time{}
	mustWrite(t, j, []byte("2\n")) // into the open one, as the next is taken
	j.retry = time.Time{}
	mustWrite(t, j, []byte("3\n"))
	if found, _ := os.ReadFile(filepath.Join(j.folder, "00000003.jsonl")); string(found) != "3\n" {
		t.Errorf("%q", found)
	}
}
