package telemetry_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"math"
	"strconv"
	"strings"
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	telemetry "github.com/telemetry-events/telemetry-events/sdk/go"
	eventsv1 "github.com/telemetry-events/telemetry-events/sdk/go/gen/telemetry_events/v1"
	conformancev1 "github.com/telemetry-events/telemetry-events/sdk/go/internal/gen/telemetry_conformance/v1"
)

func TestCanonicalEventOfAUsersSchema(t *testing.T) {
	// An event of a schema that the library does not know is printed with every field, sorted and redacted.
	event := &conformancev1.KitchenSinkEvent{
		Text: "\"\\/\b\t\n\f\r\x00\x1f<\x7f\u2028😀", Flag: true, Small: math.MinInt32, Large: 1<<53 - 1, Natural: math.MaxUint32, Ratio: 1e-7,
		Kind: conformancev1.EHRQueryV2Kind_EHR_QUERY_V2_KIND_2D, Username: "dr.jones", FileName: "/data/DOE^JANE.NII.GZ", Patient: "DOE^JANE",
		Stack: "x\n  File \"/a/b/c.py\", line 3, in f\n", OptionalText: proto.String(""), OptionalKind: conformancev1.EHRQueryV2Kind_EHR_QUERY_V2_KIND_UNSPECIFIED.Enum(),
		Branch: &conformancev1.Branch{Favourite: &conformancev1.Leaf{}}, Ratios: []float64{math.Copysign(0, -1), 1e21, 100},
	}

	text, err := telemetry.CanonicalJSON(event, nil)

	if err != nil {
		t.Fatal(err)
	}
	same(t, []byte(`{"branch":{"favourite":{"leaf_file_name":"","weight":0},"label":"","leaves":[]},"branches":[],"defaulted_count":0,`+
		`"event":"kitchen_sink","file_name":"redacted.nii.gz","file_names":[],"flag":true,"flags":[],"kind":"2d","kinds":[],"large":9007199254740991,`+
		`"larges":[],"natural":4294967295,"naturals":[],"optional_kind":"unspecified","optional_text":"","patient":"redacted","patients":[],`+
		`"ratio":1e-7,"ratios":[0,1e+21,100],"small":-2147483648,"smalls":[],"sort1":0,"sort_a":0,"sorta":0,`+
		`"stack":"File \"b/c.py\", line 3, in f","text":"\"\\/\b\t\n\f\r\u0000\u001f<`+"\x7f\u2028😀"+`","texts":[],"username":"dr.jones"}`), text)
}

func TestBytesThatAreNotUTF8(t *testing.T) {
	// Each byte outside of a well-formed sequence becomes one U+FFFD, before a string is redacted too (6.6).
	for text, mended := range map[string]string{
		"a\xffb": "a\ufffdb", "\xe2\x82": "\ufffd\ufffd", "\xed\xa0\x80": "\ufffd\ufffd\ufffd", "\xf0\x9f\x98\x80\x80": "😀\ufffd", "\xc0\xaf": "\ufffd\ufffd", "\ufffd": "\ufffd",
	} {
		key := key(t)
		for _, pair := range [][2]proto.Message{
			{&conformancev1.OneText{Value: text}, &conformancev1.OneText{Value: mended}},
			{&conformancev1.OneFile{Value: text + ".dcm"}, &conformancev1.OneFile{Value: mended + ".dcm"}},
			{&conformancev1.OnePerson{Value: text}, &conformancev1.OnePerson{Value: mended}},
			{&conformancev1.OneStack{Value: `File "` + text + `", line 1, in f`}, &conformancev1.OneStack{Value: `File "` + mended + `", line 1, in f`}},
		} {
			found, err := telemetry.CanonicalJSON(pair[0], key)
			expected, _ := telemetry.CanonicalJSON(pair[1], key)
			if err != nil || len(expected) < 12 {
				t.Fatal(err, expected)
			}
			same(t, expected, found)
		}
	}
	found, _ := telemetry.CanonicalJSON(&conformancev1.OneText{Value: "a\xff\xfeb"}, nil)
	same(t, []byte("{\"value\":\"a\ufffd\ufffdb\"}"), found)
}

func TestEncodeErrors(t *testing.T) {
	// An error has a kind, and the path of the field at fault.
	for _, wrong := range []struct {
		event       proto.Message
		kind, field string
	}{
		{nil, "unsupported_type", ""},
		{(*eventsv1.TaskErrorEvent)(nil), "wrong_type", ""},
		{&conformancev1.Trunk{Branches: []*conformancev1.Branch{{}, nil}}, "wrong_type", "branches[1]"},
		{&conformancev1.Trunk{Branches: []*conformancev1.Branch{{}, {Favourite: &conformancev1.Leaf{Weight: math.Inf(1)}}}}, "not_finite", "branches[1].favourite.weight"},
		{&conformancev1.Many{Ratios: []float64{0, math.NaN()}}, "not_finite", "ratios[1]"},
		{&conformancev1.OneInt64{Value: -1 << 53}, "integer_range", "value"},
		{&conformancev1.OneKind{Kind: 77}, "unknown_enum", "kind"},
		{&eventsv1.BatchProgressEvent{Event: eventsv1.TelemetryEventName_TELEMETRY_EVENT_NAME_TASK_ERROR}, "wrong_event", "event"},
		{timestamppb.Now(), "unsupported_type", ""},
	} {
		text, err := telemetry.CanonicalJSON(wrong.event, nil)

		var fault *telemetry.EncodeError
		if !errors.As(err, &fault) || text != nil || fault.Kind != wrong.kind || fault.Field != wrong.field {
			t.Errorf("%T: expected %s at %q, found %v", wrong.event, wrong.kind, wrong.field, err)
		}
	}
	_, err := telemetry.CanonicalJSON(&conformancev1.OneInt64{Value: 1<<53 + 12345}, nil)
	same(t, "value: integer_range", err.Error())
}

func TestTypesThatAreNotCovered(t *testing.T) {
	// A field of a type outside of the closed set, a string that nobody classified, and an event without a name have no form.
	for fields, field := range map[string]string{
		`name:"a" number:1 type:TYPE_FLOAT`:                                                        "a",
		`name:"a" number:1 type:TYPE_BYTES`:                                                        "a",
		`name:"a" number:1 type:TYPE_UINT64`:                                                       "a",
		`name:"a" number:1 type:TYPE_SINT32`:                                                       "a",
		`name:"a" number:1 type:TYPE_STRING`:                                                       "a",
		`name:"a" number:1 type:TYPE_STRING label:LABEL_REPEATED`:                                  "a[0]",
		`name:"a" number:1 type:TYPE_INT32 oneof_index:0`:                                          "a",
		`name:"a" number:1 type:TYPE_MESSAGE type_name:".wrong.v1.WrongEvent" `:                    "a",
		`name:"a" number:1 type:TYPE_MESSAGE type_name:".google.protobuf.Timestamp" `:              "a",
		`name:"a" number:1 type:TYPE_MESSAGE type_name:".wrong.v1.M.AEntry" label:LABEL_REPEATED `: "a",
	} {
		m := dynamicpb.NewMessage(wrongType(t, fields))
		set(m, m.Descriptor().Fields().Get(0))

		_, err := telemetry.CanonicalJSON(m, nil)

		var fault *telemetry.EncodeError
		if !errors.As(err, &fault) || fault.Kind != "unsupported_type" || fault.Field != field {
			t.Errorf("%s: found %v", fields, err)
		}
	}
}

func TestManyGoroutinesMeetATypeFirst(t *testing.T) {
	// What there is to know of a type is found once, by whichever goroutine comes first; the others wait for nothing.
	var group sync.WaitGroup
	for range 16 {
		group.Add(1)
		go func() {
			defer group.Done()
			text, err := telemetry.CanonicalJSON(&eventsv1.EHRQueryCompleteEvent{}, nil)
			if err != nil || !strings.Contains(string(text), `"event":"ehr_query_complete"`) {
				t.Errorf("%s: %v", text, err)
			}
		}()
	}
	group.Wait()
}

func TestDoublesOfThePublishedSequence(t *testing.T) {
	// 100 000 doubles have the hash that the author of RFC 8785 has published for them.
	sum := sha256.New()
	count := 0
	for bits := range sequence {
		text, err := telemetry.CanonicalJSON(&conformancev1.OneDouble{Value: math.Float64frombits(bits)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		writeLine(sum, bits, strings.TrimSuffix(strings.TrimPrefix(string(text), `{"value":`), "}"))
		if count++; count == 100_000 {
			break
		}
	}

	same(t, "22776e6d4b49fa294a0d0f349268e5c28808fe7e0cb2bcbe28f63894e494d4c7", hex.EncodeToString(sum.Sum(nil)))
}

func writeLine(sum hash.Hash, bits uint64, number string) { fmt.Fprintf(sum, "%x,%s\n", bits, number) }

// sequence yields the bits of the test sequence that testdata/README.md of cyberphone/json-canonicalization describes.
func sequence(yield func(uint64) bool) {
	var first []uint64
	numbers := func(text string) (found []uint64) {
		for _, word := range strings.Fields(text) {
			bits, err := strconv.ParseUint(word, 16, 64)
			if err != nil {
				panic(err)
			}
			found = append(found, bits)
		}
		return found
	}
	first = append(numbers("0 8000000000000000 1 8000000000000001"), numbers(negativeThirds)...)
	for _, bits := range numbers(negativeThirds) {
		first = append(first, bits&^(1<<63))
	}
	first = append(first, numbers(edges)...)
	for i := range uint64(2000) {
		first = append(first, 0x0010000000000000+i)
	}
	for _, bits := range first {
		if !yield(bits) {
			return
		}
	}
	for block := [32]byte{}; ; {
		block = sha256.Sum256(block[:])
		for i := 0; i < 32; i += 8 {
			bits := binary.LittleEndian.Uint64(block[i:])
			if value := math.Float64frombits(bits); !math.IsNaN(value) && !math.IsInf(value, 0) && value != 0 && !yield(bits) {
				return
			}
		}
	}
}

const negativeThirds = `
	c46696695dbd1cc3 c43211ede4974a35 c3fce97ca0f21056 c3c7213080c1a6ac c39280f39a348556 c35d9b1f5d20d557
	c327af4c4a80aaac c2f2f2a36ecd5556 c2be51057e155558 c28840d131aaaaac c253670dc1555557 c21f0b4935555557
	c1e8d5d42aaaaaac c1b3de4355555556 c17fca0555555556 c1496e6aaaaaaaab c114585555555555 c0e046aaaaaaaaab
	c0aa0aaaaaaaaaaa c074d55555555555 c040aaaaaaaaaaab c00aaaaaaaaaaaab bfd5555555555555 bfa1111111111111
	bf6b4e81b4e81b4f bf35d867c3ece2a5 bf0179ec9cbd821e becbf647612f3696 be965e9f80f29212 be61e54c672874db
	be2ca213d840baf8 bdf6e80fe033c8c6 bdc2533fe68fd3d2 bd8d51ffd74c861c bd5774ccac3d3817 bd22c3d6f030f9ac
	bcee0624b3818f79 bcb804ea293472c7 bc833721ba905bd3 bc4ebe9c5db3c61e bc18987d17c304e5 bbe3ad30dfcf371d
	bbaf7b816618582f bb792f9ab81379bf bb442615600f9499 bb101e77800c76e1 bad9ca58cce0be35 baa4a1e0a3e6fe90
	ba708180831f320d ba3a68cd9e985016
`

const edges = `
	4024000000000000 4014000000000000 3fe0000000000000 3fa999999999999a 3f747ae147ae147b 3f40624dd2f1a9fc
	3f0a36e2eb1c432d 3ed4f8b588e368f1 3ea0c6f7a0b5ed8d 3e6ad7f29abcaf48 3e35798ee2308c3a 3ed539223589fa95
	3ed4ff26cd5a7781 3ed4f95a762283ff 3ed4f8c60703520c 3ed4f8b72f19cd0d 3ed4f8b5b31c0c8d 3ed4f8b58d1c461a
	3ed4f8b5894f7f0e 3ed4f8b588ee37f3 3ed4f8b588e47da4 3ed4f8b588e3849c 3ed4f8b588e36bb5 3ed4f8b588e36937
	3ed4f8b588e368f8 3ed4f8b588e368f1 3ff0000000000000 bff0000000000000 bfeffffffffffffa bfeffffffffffffb
	3feffffffffffffa 3feffffffffffffb 3feffffffffffffc 3feffffffffffffe bfefffffffffffff bfefffffffffffff
	3fefffffffffffff 3fefffffffffffff 3fd3333333333332 3fd3333333333333 3fd3333333333334 0010000000000000
	000ffffffffffffd 000fffffffffffff 7fefffffffffffff ffefffffffffffff 4340000000000000 c340000000000000
	4430000000000000 44b52d02c7e14af5 44b52d02c7e14af6 44b52d02c7e14af7 444b1ae4d6e2ef4e 444b1ae4d6e2ef4f
	444b1ae4d6e2ef50 3eb0c6f7a0b5ed8c 3eb0c6f7a0b5ed8d 41b3de4355555553 41b3de4355555554 41b3de4355555555
	41b3de4355555556 41b3de4355555557 becbf647612f3696 43143ff3c1cb0959
`
