package telemetry

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"time"
)

const segmentBytes, segmentAge, retryAfter = 8 << 20, time.Minute, time.Second

var (
	isSegment = regexp.MustCompile(`^\d{8,18}\.jsonl$`).MatchString
	errFull   = errors.New("what the journal holds is still to be delivered")
)

// A journal is an emitter's folder of segments (docs/record.md, section 8). It is used by one goroutine at a time.
type journal struct {
	folder         string
	capacity, size int64 // bytes: of what the folder may hold, and of the open segment
	number         int   // of the last segment
	isToDeliver    bool  // by another process, before which no segment goes
	lock, segment  *os.File
	opened, retry  time.Time // when the open segment was, and before when no other is to be
	refusal        error
}

// Write appends a line in one write. Where that writes less, the line goes whole into another segment.
func (j *journal) Write(line []byte) (int, error) {
	now, limit := time.Now(), min(segmentBytes, j.capacity/8)
	isDue := j.segment == nil || j.size >= limit || now.Sub(j.opened) >= segmentAge
	for attempt := range 2 {
		if isDue && (attempt > 0 || now.After(j.retry)) {
			if err := j.open(limit); err != nil {
				j.retry, j.refusal = now.Add(retryAfter), err
				if err == errFull && j.size >= limit {
					j.leave()
				}
			}
		}
		if j.segment == nil {
			break
		}
		n, err := syscall.Write(int(j.segment.Fd()), line)
		if n == len(line) {
			j.size += int64(n)
			return n, nil
		}
		j.leave() // for good: it may end in half a line
		isDue, j.retry, j.refusal = true, now.Add(retryAfter), cmp.Or(err, error(syscall.ENOSPC))
	}
	return 0, j.refusal
}

// open leaves the open segment for the next one, for which the oldest make room, unless they are to be delivered. Where
// there is no next one, it stays.
func (j *journal) open(limit int64) error {
	if _, err := os.Lstat(filepath.Join(j.folder, "lock")); j.lock == nil || errors.Is(err, fs.ErrNotExist) {
		if err := j.begin(); err != nil {
			return err
		}
	}
	files, _ := os.ReadDir(j.folder) // by their names, and so by age
	files = slices.DeleteFunc(files, func(file fs.DirEntry) bool { return !isSegment(file.Name()) })
	for i := len(files) - 1; i >= 0; i-- {
		if file, err := files[i].Info(); err == nil {
			limit += file.Size()
		}
		if limit > j.capacity && i < len(files)-1 { // the last one is left alone by delivery, too
			if j.isToDeliver {
				return errFull
			}
			_ = os.Remove(filepath.Join(j.folder, files[i].Name()))
		}
	}
	j.number++
	path := filepath.Join(j.folder, fmt.Sprintf("%08d.jsonl", j.number))
	segment, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE|os.O_EXCL|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return err
	}
	j.leave()
	j.segment, j.opened, j.size = segment, time.Now(), 0
	return nil
}

// begin makes the folder, and takes its lock for as long as the process lives.
func (j *journal) begin() error {
	if err := os.MkdirAll(j.folder, 0o700); err != nil {
		return err
	}
	if j.isToDeliver {
		mark, err := os.OpenFile(filepath.Join(j.folder, "to-deliver"), os.O_WRONLY|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
		if err != nil {
			return err
		}
		_ = mark.Close()
	}
	lock, err := os.OpenFile(filepath.Join(j.folder, "lock"), os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
	for try := 0; err == nil && try < 1000; try++ { // another process that asks whether this one lives has it for a moment
		if syscall.FcntlFlock(lock.Fd(), syscall.F_SETLK, &syscall.Flock_t{Type: syscall.F_WRLCK}) == nil {
			j.lock = lock
			return nil
		}
	}
	_ = lock.Close() // now: to close it later would give up a lock that was taken meanwhile
	return cmp.Or(err, error(syscall.EAGAIN))
}

// leave appends nothing more to the open segment, and removes it where it holds nothing.
func (j *journal) leave() {
	if j.segment != nil && j.size == 0 {
		_ = os.Remove(j.segment.Name())
	}
	_ = j.segment.Close()
	j.segment = nil
}

// close leaves the open segment, and gives up the lock.
func (j *journal) close() {
	j.leave()
	_ = j.lock.Close()
	j.lock = nil
}
