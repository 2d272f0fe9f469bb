package io.telemetryevents;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import com.google.protobuf.Timestamp;
import io.telemetryevents.conformance.v1.Branch;
import io.telemetryevents.conformance.v1.EHRQueryV2Kind;
import io.telemetryevents.conformance.v1.KitchenSinkEvent;
import io.telemetryevents.conformance.v1.Leaf;
import io.telemetryevents.conformance.v1.Many;
import io.telemetryevents.conformance.v1.OneFile;
import io.telemetryevents.conformance.v1.OneInt32;
import io.telemetryevents.conformance.v1.OneInt64;
import io.telemetryevents.conformance.v1.OnePerson;
import io.telemetryevents.conformance.v1.OneStack;
import io.telemetryevents.conformance.v1.OneText;
import io.telemetryevents.conformance.v1.OneUint32;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {
    private static final RedactionKey KEY = new RedactionKey("k1", new byte[16]);

    private static void assertPrinted(String expected, Message message, RedactionKey key) {
        assertArrayEquals(expected.getBytes(StandardCharsets.UTF_8), CanonicalJson.canonicalJson(message, key));
    }

    private static OneText text(String value) { return OneText.newBuilder().setValue(value).build(); }

    @Test
    @DisplayName("Each unpaired surrogate is one U+FFFD, and a pair is the character it stands for (6.5)")
    void surrogates() {
        assertPrinted("{\"value\":\"a\uFFFDb\"}", text("a\uD800b"), null);
        assertPrinted("{\"value\":\"\uFFFD\uFFFD\uD83D\uDE00\uFFFD\"}", text("\uDC00\uD800\uD83D\uDE00\uD83D"), null);
        assertPrinted("{\"value\":\"?ä\\n\uFFFD\"}", text("?ä\n\uDFFF"), null);
    }

    @Test
    @DisplayName("A token is of the string after its unpaired surrogates were replaced (8.2)")
    void surrogatesInTokens() {
        assertArrayEquals(CanonicalJson.canonicalJson(OnePerson.newBuilder().setValue("\uFFFDx").build(), KEY),
                CanonicalJson.canonicalJson(OnePerson.newBuilder().setValue("\uD800x").build(), KEY));
    }

    @Test
    @DisplayName("Bytes that are no UTF-8 never reach the encoder: the runtime does not parse them (6.6)")
    void invalidUtf8() {
        byte[] wire = {0x0a, 2, 'a', (byte) 0xFF};
        assertThrows(Exception.class, () -> OneText.parseFrom(wire));
        assertPrinted("{\"value\":\"a\uFFFD\"}",
                OneText.newBuilder().setValue(ByteString.copyFrom(new byte[]{'a', (byte) 0xFF}).toStringUtf8()).build(),
                null);
    }

    @Test
    @DisplayName("An unsigned integer, which Java holds as a negative one, is printed as what it is (5.1)")
    void unsigned() {
        assertPrinted("{\"value\":4294967295}", OneUint32.newBuilder().setValue(-1).build(), null);
        assertPrinted("{\"value\":-1}", OneInt32.newBuilder().setValue(-1).build(), null);
    }

    @Test
    @DisplayName("An integer beyond 2^53-1 either way is an error, and one at the limit is none (5.2)")
    void integers() {
        assertPrinted("{\"value\":-9007199254740991}", OneInt64.newBuilder().setValue(-(1L << 53) + 1).build(), null);
        for (long beyond : new long[]{1L << 53, -(1L << 53), Long.MIN_VALUE, Long.MAX_VALUE}) {
            EncodeException fault = assertThrows(EncodeException.class,
                    () -> CanonicalJson.canonicalJson(OneInt64.newBuilder().setValue(beyond).build()));
            assertEquals("integer_range value", fault.kind() + " " + fault.field());
            assertEquals("value: integer_range", fault.getMessage());
        }
    }

    @Test
    @DisplayName("The path of an error names fields and indexes, and the error holds no value (7.1)")
    void path() {
        Leaf leaf = Leaf.newBuilder().setLeafFileName("DOE^JANE").setWeight(Double.NaN).build();
        KitchenSinkEvent event = KitchenSinkEvent.newBuilder().addBranches(Branch.getDefaultInstance())
                .addBranches(Branch.newBuilder().addLeaves(Leaf.getDefaultInstance()).addLeaves(leaf)).build();
        EncodeException fault = assertThrows(EncodeException.class, () -> CanonicalJson.canonicalJson(event));
        assertEquals("branches[1].leaves[1].weight: not_finite", fault.getMessage());
    }

    @Test
    @DisplayName("What is no message of a schema that keeps the rules is an error")
    void unsupported() {
        Message[] unsupported =
                {null, Timestamp.getDefaultInstance(), StringValue.of("DOE^JANE"), OneText.getDescriptor().toProto()};
        for (Message each : unsupported) {
            EncodeException fault = assertThrows(EncodeException.class, () -> CanonicalJson.canonicalJson(each));
            assertEquals("unsupported_type", fault.kind());
        }
    }

    @Test
    @DisplayName("A message of a schema that was loaded at run time, and so is of no class, is printed alike")
    void dynamic() throws Exception {
        Many many = Many.newBuilder().addTexts("a").addSmalls(-1).addKindsValue(1).addRatios(1e21).build();
        Message dynamic = com.google.protobuf.DynamicMessage.parseFrom(Many.getDescriptor(), many.toByteArray());
        assertArrayEquals(CanonicalJson.canonicalJson(many), CanonicalJson.canonicalJson(dynamic));
    }

    @Test
    @DisplayName("An event of a user's own schema is printed: members sorted, enums as texts, redacted, with its name")
    void usersOwn() {
        KitchenSinkEvent event = KitchenSinkEvent.newBuilder().setText("t").setFlag(true).setSmall(-1).setLarge(2)
                .setNatural(3).setRatio(0.5).setKind(EHRQueryV2Kind.EHR_QUERY_V2_KIND_2D).setUsername("u")
                .setFileName("/DOE^JANE.DCM").setPatient("DOE^JANE")
                .setStack("x\n File \"/a/b/c.py\", line 3, in f\nDOE").setOptionalText("")
                .setBranch(Branch.newBuilder().setLabel("l")).addTexts("é").build();
        assertPrinted("{\"branch\":{\"label\":\"l\",\"leaves\":[]},\"branches\":[],\"defaulted_count\":0,"
                + "\"event\":\"kitchen_sink\",\"file_name\":\"redacted.dcm\",\"file_names\":[],\"flag\":true,"
                + "\"flags\":[],\"kind\":\"2d\",\"kinds\":[],\"large\":2,\"larges\":[],\"natural\":3,\"naturals\":[],"
                + "\"optional_text\":\"\",\"patient\":\"redacted\",\"patients\":[],\"ratio\":0.5,\"ratios\":[],"
                + "\"small\":-1,\"smalls\":[],\"sort1\":0,\"sort_a\":0,\"sorta\":0,"
                + "\"stack\":\"File \\\"b/c.py\\\", line 3, in f\",\"text\":\"t\",\"texts\":[\"é\"],\"username\":\"u\"}",
                event, null);
    }

    @Test
    @DisplayName("A key is never shown: not by printing it, and not by an error about it")
    void keyIsSecret() {
        String secret = "a secret of 16 bytes or more";
        RedactionKey key = RedactionKey.parse(" site1:" + secret + "\n");
        assertEquals("RedactionKey(site1)", key.toString());
        assertEquals("site1", key.id());
        for (String wrong : new String[]{secret, "Site1:" + secret, "site1:short", ":" + secret,
                "site12345:" + secret}) {
            String message = assertThrows(IllegalArgumentException.class, () -> RedactionKey.parse(wrong)).toString();
            assertFalse(message.contains("secret of 16 bytes or more") || message.contains("short"), message);
        }
    }

    @Test
    @DisplayName("The token of a file is that of README.md, whichever way the key was given")
    void token() {
        OneFile file = OneFile.newBuilder().setValue("/data/ct/DOE^JANE^19700101.DCM").build();
        String expected = "{\"value\":\"h1:site1:rj6737jyzrdle3b2yhtw3z3sew.dcm\"}";
        byte[] secret = "a secret of 16 bytes or more".getBytes(StandardCharsets.UTF_8);
        assertPrinted(expected, file, new RedactionKey("site1", secret));
        assertPrinted(expected, file, RedactionKey.parse("site1:a secret of 16 bytes or more"));
    }

    @Test
    @DisplayName("A stack that is large, or all of one line, is reduced in time that grows with its size alone")
    void largeStack() {
        String frame = "  File \"/srv/DOE/run.py\", line 1, in run\n";
        String kept = "File \\\"DOE/run.py\\\", line 1, in run";
        assertPrinted("{\"value\":\"" + String.join("\\n", java.util.Collections.nCopies(30, kept)) + "\"}",
                OneStack.newBuilder().setValue(frame.repeat(100_000)).build(), null);
        assertPrinted("{\"value\":\"\"}", OneStack.newBuilder().setValue("File \"".repeat(500_000)).build(), null);
    }
}
