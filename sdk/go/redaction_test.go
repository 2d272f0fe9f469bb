package telemetry_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	telemetry "github.com/telemetry-events/telemetry-events/sdk/go"
	conformancev1 "github.com/telemetry-events/telemetry-events/sdk/go/internal/gen/telemetry_conformance/v1"
)

const secret = "hush-hush-hush-hush"

func key(t testing.TB) *telemetry.RedactionKey {
	t.Helper()
	key, err := telemetry.NewRedactionKey("k1", []byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestAKeyIsNeverShown(t *testing.T) {
	// However a key is printed, in whatever holds it, its secret does not show.
	key := key(t)
	holder := struct {
		shown  telemetry.RedactionKey
		Public *telemetry.RedactionKey
		list   []telemetry.RedactionKey
	}{*key, key, []telemetry.RedactionKey{*key}}
	var out bytes.Buffer
	for _, value := range []any{key, *key, holder, &holder, telemetry.Options{Key: key}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
			fmt.Fprintf(&out, verb+"\n", value)
		}
		_ = json.NewEncoder(&out).Encode(value)
		slog.New(slog.NewTextHandler(&out, nil)).Info("m", "key", value)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "key", value)
	}

	for _, form := range []string{secret, fmt.Sprintf("%x", secret), fmt.Sprintf("%X", secret), fmt.Sprint([]byte(secret))} {
		if strings.Contains(out.String(), strings.Trim(form, "[]")) {
			t.Errorf("it shows as %s", form)
		}
	}
	same(t, "RedactionKey(k1) RedactionKey(k1)", fmt.Sprintf("%v %#v", key, *key))
}

func TestAKeyOfText(t *testing.T) {
	// A key as text, with white space around it, gives the tokens of the same key made of bytes.
	for text, bytes := range map[string]string{"k1:" + secret: secret, " \nk1:" + secret + "\n": secret, "k1:a:" + secret: "a:" + secret, "k1:\xff" + secret: "\ufffd" + secret} {
		parsed, err := telemetry.ParseRedactionKey(text)
		if err != nil {
			t.Fatal(err)
		}
		made, err := telemetry.NewRedactionKey("k1", []byte(bytes))
		if err != nil {
			t.Fatal(err)
		}
		found, _ := telemetry.CanonicalJSON(&conformancev1.OnePerson{Value: "DOE^JANE"}, parsed)
		expected, _ := telemetry.CanonicalJSON(&conformancev1.OnePerson{Value: "DOE^JANE"}, made)
		same(t, expected, found)
	}
}

func TestKeysThatCannotBeUsed(t *testing.T) {
	// A key without a right id or with a short secret is an error, which shows neither.
	for _, text := range []string{"", ":" + secret, "K1:" + secret, "k-1:" + secret, "abcdefghi:" + secret, "k1:hush-hush-hush-", secret, "k1" + secret} {
		key, err := telemetry.ParseRedactionKey(text)
		if key != nil || err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("%q: %v, %v", text, key, err)
		}
	}
}

func TestAKeyThatNobodyMade(t *testing.T) {
	// A key that was not made by this package redacts without a token.
	text, err := telemetry.CanonicalJSON(&conformancev1.OnePerson{Value: "DOE^JANE"}, &telemetry.RedactionKey{})
	if err != nil {
		t.Fatal(err)
	}
	same(t, []byte(`{"value":"redacted"}`), text)
}

func TestASecretThatIsOverwrittenLater(t *testing.T) {
	// A program may wipe the bytes that it made a key of.
	wiped := []byte(secret)
	key, err := telemetry.NewRedactionKey("k1", wiped)
	if err != nil {
		t.Fatal(err)
	}
	before, _ := telemetry.CanonicalJSON(&conformancev1.OnePerson{Value: "DOE^JANE"}, key)
	clear(wiped)
	after, _ := telemetry.CanonicalJSON(&conformancev1.OnePerson{Value: "DOE^JANE"}, key)
	same(t, before, after)
}
