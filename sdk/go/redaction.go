package telemetry

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	eventsv1 "github.com/telemetry-events/telemetry-events/sdk/go/gen/telemetry_events/v1"
)

const frameLimit, stackLimit = 30, 16 * 1024 // bytes of UTF-8

var (
	lowerBase32 = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
	suffixes    = strings.Fields(".dcm .nii .nii.gz .nrrd .svs .ndpi .tif .tiff .png .jpg .jpeg .e2e .fda .sdb .csv .parquet .json .xml .pdf .zip")
)

// A RedactionKey turns a file name or a person into a token, always the same one (docs/canonical-json.md, 8.2).
// However it is printed, its secret does not show. It may be used by many goroutines at once.
type RedactionKey struct {
	id  string
	sum func(text string) []byte // which alone knows the secret
}

// NewRedactionKey returns a key with an id of 1 to 8 characters of `a-z0-9`, which stands in each token, and a secret
// of at least 16 bytes. The error names neither.
func NewRedactionKey(id string, secret []byte) (*RedactionKey, error) {
	if len(id) < 1 || len(id) > 8 || strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789") != "" || len(secret) < 16 {
		return nil, errors.New("telemetry: a redaction key has an id of 1 to 8 characters of a-z and 0-9, and a secret of at least 16 bytes")
	}
	secret = slices.Clone(secret)
	return &RedactionKey{id, func(text string) []byte {
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(text))
		return mac.Sum(nil)
	}}, nil
}

// ParseRedactionKey returns the key that a text such as `site1:a secret of 16 bytes or more` says: `<id>:<secret>`.
// White space around it does not count, as a mounted secret may end in a line feed.
func ParseRedactionKey(text string) (*RedactionKey, error) {
	id, secret, _ := strings.Cut(strings.TrimSpace(wellFormed(text)), ":")
	return NewRedactionKey(id, []byte(secret))
}

// Format prints the key's id alone, whatever the verb.
func (k RedactionKey) Format(s fmt.State, _ rune) { fmt.Fprint(s, "RedactionKey("+k.id+")") }

// token returns what stands for a person: nothing for nothing, and `redacted` without a key.
func (k *RedactionKey) token(text string) string {
	if text == "" {
		return ""
	} else if k == nil || k.sum == nil {
		return "redacted"
	}
	return "h1:" + k.id + ":" + lowerBase32.EncodeToString(k.sum(text))[:26]
}

// text prints a string as its sensitivity has it (docs/canonical-json.md, section 8).
func (e *encoder) text(s string, sensitivity eventsv1.Sensitivity) {
	s = wellFormed(s)
	switch sensitivity {
	case eventsv1.Sensitivity_SENSITIVITY_PERSON:
		s = e.key.token(s)
	case eventsv1.Sensitivity_SENSITIVITY_FILE_NAME:
		s = e.key.token(s) + suffixOf(s)
	case eventsv1.Sensitivity_SENSITIVITY_STACK_FRAMES:
		s = reducedFrames(s)
	}
	e.json = appendString(e.json, cut(s, e.limit))
}

// wellFormed returns a string with U+FFFD for each byte outside of a well-formed sequence (docs/canonical-json.md, 6.6).
func wellFormed(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}

// suffixOf returns the suffix of the list that a name ends in. None of the list ends in another.
func suffixOf(name string) string {
	for _, suffix := range suffixes {
		// What has as many bytes, and is the same without case, is ASCII too.
		if end := len(name) - len(suffix); end >= 0 && strings.EqualFold(name[end:], suffix) {
			return suffix
		}
	}
	return ""
}

// reducedFrames returns the last frames of a stack, one a line, and nothing else (docs/canonical-json.md, 8.8 to 8.11).
func reducedFrames(stack string) string {
	frames, count := make([]byte, 0, len(stack)), 0
	for line := range strings.SplitSeq(stack, "\n") {
		if more := appendFrame(frames, line); len(more) > len(frames) {
			frames, count = more, count+1
		}
	}
	frames = bytes.TrimSuffix(frames, []byte{'\n'})
	for ; count > frameLimit || len(frames) > stackLimit; count-- {
		_, frames, _ = bytes.Cut(frames, []byte{'\n'})
	}
	return string(frames)
}

// appendFrame appends a frame with the last two segments of its path, and a line feed, or nothing for another line.
func appendFrame(frames []byte, line string) []byte {
	before, line, _ := strings.Cut(line, `File "`)
	path, line, _ := strings.Cut(line, `", line `)
	number, name, isFrame := strings.Cut(line, ", in ")
	name = strings.TrimRight(name, " \t\r")
	if !isFrame || strings.Trim(before, " \t") != "" || strings.Contains(path, `"`) || name == "" || strings.ContainsFunc(name, isNotOfName) ||
		len(number) < 1 || len(number) > 9 || strings.Trim(number, "0123456789") != "" {
		return frames
	}
	path = strings.TrimRight(path, `/\`)
	file := path[strings.LastIndexAny(path, `/\`)+1:]
	folder := strings.TrimRight(path[:len(path)-len(file)], `/\`)
	if folder = folder[strings.LastIndexAny(folder, `/\`)+1:]; folder != "" {
		folder += "/"
	}
	for _, part := range []string{`File "`, folder, file, `", line `, number, ", in ", name, "\n"} {
		frames = append(frames, part...)
	}
	return frames
}

func isNotOfName(r rune) bool { return r <= ' ' || r == '"' || r == 0x7F }
