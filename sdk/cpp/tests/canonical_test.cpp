// What the vectors of conformance/ cannot carry.
#include <google/protobuf/dynamic_message.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <bit>
#include <cmath>
#include <thread>

#include "printing.hpp"
#include "telemetry_conformance/v1/kitchen_sink.pb.h"
#include "telemetry_events/v1/algorithm.pb.h"
#include "telemetry_events/v1/task.pb.h"
#include "unsupported.pb.h"

namespace {

namespace kitchen = telemetry_conformance::v1;
using telemetry_events::canonical_json;
using telemetry_events::EncodeError;
using telemetry_events::enum_text;

template <typename Value>
concept Printable = requires(std::ostream& out, const Value& value) {
  out << value;
};

std::string text_of(const std::string& value) {
  kitchen::OneText message;
  message.set_value(value);
  return canonical_json(message);
}

// Returns `kind field` of the error that a message is.
std::string fault_of(const google::protobuf::Message& message) {
  try {
    return canonical_json(message);
  } catch (const EncodeError& error) { return enum_text(error.kind) + " " + error.field; }
}

// Each byte outside of a well-formed sequence becomes one U+FFFD (6.6).
TEST(Canonical, ReplacesEachByteThatIsNotUtf8) {
  const std::string r = "\uFFFD";
  EXPECT_EQ(text_of("a\xFF"
                    "b"),
            "{\"value\":\"a" + r + "b\"}");
  EXPECT_EQ(text_of("\x80"), "{\"value\":\"" + r + "\"}");
  EXPECT_EQ(text_of("\xC3"), "{\"value\":\"" + r + "\"}") << "cut off";
  EXPECT_EQ(text_of("\xE2\x82"), "{\"value\":\"" + r + r + "\"}") << "cut off: two bytes, two characters";
  EXPECT_EQ(text_of("\xF0\x9F\x98!"), "{\"value\":\"" + r + r + r + "!\"}");
  EXPECT_EQ(text_of("\xC0\xAF"), "{\"value\":\"" + r + r + "\"}") << "overlong";
  EXPECT_EQ(text_of("\xE0\x9F\xBF"), "{\"value\":\"" + r + r + r + "\"}") << "overlong";
  EXPECT_EQ(text_of("\xF0\x8F\xBF\xBF"), "{\"value\":\"" + r + r + r + r + "\"}") << "overlong";
  EXPECT_EQ(text_of("\xED\xA0\x80"), "{\"value\":\"" + r + r + r + "\"}") << "a surrogate";
  EXPECT_EQ(text_of("\xF4\x90\x80\x80"), "{\"value\":\"" + r + r + r + r + "\"}") << "beyond U+10FFFF";
  EXPECT_EQ(text_of("\xF5\x80\x80\x80"), "{\"value\":\"" + r + r + r + r + "\"}");
}

// What is well-formed stays, up to the edges of each length.
TEST(Canonical, KeepsWellFormedUtf8) {
  for (const std::string text :
       {"\u0080", "\u07FF", "\u0800", "\uD7FF", "\uE000", "\uFFFF", "\U00010000", "\U0010FFFF"}) {
    EXPECT_EQ(text_of(text), "{\"value\":\"" + text + "\"}");
  }
  EXPECT_EQ(text_of(std::string("a\0b", 3)), "{\"value\":\"a\\u0000b\"}");
}

// A token is of the text after its repair (8.2), and so is that of its repaired form.
TEST(Canonical, HashesTheRepairedText) {
  const telemetry_events::RedactionKey key("k", "a secret of 16 bytes or more");
  EXPECT_EQ(key.token("DOE\xFF"), key.token("DOE\uFFFD"));
  EXPECT_NE(key.token("DOE\xFF"), key.token("DOE"));
}

// RFC 8785's author publishes the hash of 10^5 lines, `bits,number`, of a sequence that anybody can make.
TEST(Canonical, PrintsThePublishedDoubles) {
  const std::vector<std::uint64_t> fixed{
#include "doubles.inc"
  };
  std::string lines;
  unsigned char block[32] = {}, digest[32];
  std::size_t offset = sizeof block;
  for (std::size_t i = 0; i < 100'000; ++i) {
    std::uint64_t bits = i < fixed.size() ? fixed[i] : 0x0010000000000000 + i - fixed.size();
    // Then all that is finite and not 0 in a chain of hashes.
    while (i >= fixed.size() + 2000) {
      if (offset == sizeof block) {
        EVP_Digest(block, sizeof block, block, nullptr, EVP_sha256(), nullptr);
        offset = 0;
      }
      std::memcpy(&bits, block + offset, sizeof bits);
      offset += sizeof bits;
      if (std::isfinite(std::bit_cast<double>(bits)) && std::bit_cast<double>(bits) != 0) break;
    }
    char hexadecimal[20];
    std::snprintf(hexadecimal, sizeof hexadecimal, "%lx,", bits);
    lines += hexadecimal;
    telemetry_events::detail::append_double(lines, std::bit_cast<double>(bits));
    lines += '\n';
  }
  EVP_Digest(lines.data(), lines.size(), digest, nullptr, EVP_sha256(), nullptr);
  std::string found;
  for (const unsigned each : digest) {
    char pair[3];
    std::snprintf(pair, sizeof pair, "%02x", each & 0xFF);
    found += pair;
  }
  EXPECT_EQ(found, "22776e6d4b49fa294a0d0f349268e5c28808fe7e0cb2bcbe28f63894e494d4c7");
}

// A schema of one's own is printed as the project's is.
TEST(Canonical, PrintsAnEventOfAnotherSchema) {
  kitchen::KitchenSinkEvent event;
  event.set_text("t");
  event.set_kind(kitchen::EHR_QUERY_V2_KIND_2D);
  event.set_file_name("/d/DOE^JANE.NII.GZ");
  event.set_optional_patient("");
  event.set_ratio(-0.0);
  event.add_larges(9007199254740991);
  event.add_branches()->mutable_favourite()->set_weight(0.5);
  EXPECT_EQ(canonical_json(event),
            R"({"branches":[{"favourite":{"leaf_file_name":"","weight":0.5},"label":"","leaves":[]}],)"
            R"("defaulted_count":0,"event":"kitchen_sink","file_name":"redacted.nii.gz","file_names":[],"flag":false,)"
            R"("flags":[],"kind":"2d","kinds":[],"large":0,"larges":[9007199254740991],"natural":0,"naturals":[],)"
            R"("optional_patient":"","patient":"","patients":[],"ratio":0,"ratios":[],"small":0,"smalls":[],)"
            R"("sort1":0,"sort_a":0,"sorta":0,"stack":"","text":"t","texts":[],"username":""})");
}

// The path of a fault names every message and element on the way.
TEST(Canonical, SaysWhereAFaultLies) {
  kitchen::KitchenSinkEvent event;
  event.add_branches();
  event.add_branches()->mutable_favourite()->set_weight(std::nan(""));
  EXPECT_EQ(fault_of(event), "not_finite branches[1].favourite.weight");
}

// A type that is not of the closed set is refused, and so is a string that nobody has classified.
TEST(Canonical, RefusesWhatTheFormDoesNotCover) {
  using unsupported::v1::Unsupported;
  const auto fault = [](auto set) {
    Unsupported message;
    set(message);
    return fault_of(message);
  };
  EXPECT_EQ(fault([](auto& m) { m.set_single(1); }), "unsupported_type single");
  EXPECT_EQ(fault([](auto& m) { m.set_raw("x"); }), "unsupported_type raw");
  EXPECT_EQ(fault([](auto& m) { (*m.mutable_counts())["DOE"] = 1; }), "unsupported_type counts[0]");
  EXPECT_EQ(fault([](auto& m) { m.set_left(1); }), "unsupported_type left");
  EXPECT_EQ(fault([](auto& m) { m.set_natural(1); }), "unsupported_type natural");
  EXPECT_EQ(fault([](auto& m) { m.mutable_at(); }), "unsupported_type at");
  EXPECT_EQ(fault([](auto& m) { m.set_unclassified("x"); }), "unsupported_type unclassified");
  EXPECT_EQ(fault([](auto& m) { m.mutable_names(); }), "unsupported_type names.colour");
  EXPECT_EQ(fault_of(unsupported::v1::NamelessEvent()), "unsupported_type ");
}

// A message whose type was made at run time, and may end, is refused.
TEST(Canonical, RefusesTypesThatMayEnd) {
  google::protobuf::FileDescriptorProto file;
  file.set_name("own.proto");
  file.add_message_type()->set_name("Own");
  google::protobuf::DescriptorPool pool;
  google::protobuf::DynamicMessageFactory factory;
  const auto* type = pool.BuildFile(file)->message_type(0);
  EXPECT_EQ(fault_of(*factory.GetPrototype(kitchen::OneText::descriptor())), "unsupported_type ");
  EXPECT_EQ(fault_of(*factory.GetPrototype(type)), "unsupported_type ");
}

// No error says what the value was.
TEST(Canonical, HasNoValueInAnError) {
  kitchen::OneInt64 message;
  message.set_value(9007199254740993);
  try {
    canonical_json(message);
    FAIL();
  } catch (const EncodeError& error) { EXPECT_STREQ(error.what(), "value: integer_range"); }
}

// A number that an enum does not know has no text.
TEST(Canonical, KnowsTheTextsOfEnums) {
  EXPECT_EQ(enum_text(telemetry_events::v1::TELEMETRY_EVENT_NAME_TASK_ERROR), "task_error");
  EXPECT_EQ(enum_text(*kitchen::EHRQueryV2Kind_descriptor(), 77), "");
}

// Keys that would not do are refused without being shown, and nothing prints those that do.
TEST(Redaction, ShowsNoKey) {
  const auto message_of = [](std::string_view id, std::string_view secret) -> std::string {
    try {
      telemetry_events::RedactionKey(id, secret);
      return "";
    } catch (const telemetry_events::TelemetryError& error) { return error.what(); }
  };
  EXPECT_EQ(message_of("site1", "a secret of 15b"), "the secret of a redaction key is at least 16 bytes");
  for (const char* id : {"", "Site", "123456789", "a:b"}) {
    EXPECT_EQ(message_of(id, "a secret of 16 bytes or more"),
              "the id of a redaction key is 1 to 8 characters of a-z and 0-9");
  }
  EXPECT_EQ(message_of("site1", "a secret of 16 b"), "");
  static_assert(!Printable<telemetry_events::RedactionKey>);
}

// The form of TELEMETRY_EVENTS_KEY, with a line feed at its end, as a mounted secret has it.
TEST(Redaction, ParsesAKey) {
  using telemetry_events::RedactionKey;
  EXPECT_EQ(RedactionKey::parse(" site1:a secret:of 16 bytes or more\n").token("x"),
            RedactionKey("site1", "a secret:of 16 bytes or more").token("x"));
  EXPECT_THROW(RedactionKey::parse("a secret of 16 bytes or more"), telemetry_events::TelemetryError);
  EXPECT_EQ(RedactionKey("site1", "a secret of 16 bytes or more").token("/data/ct/DOE^JANE^19700101.DCM"),
            "h1:site1:rj6737jyzrdle3b2yhtw3z3sew");
}

// The plan of a type is made by many threads at once, and is the same to all.
TEST(CanonicalThreads, ShareOnePlan) {
  std::vector<std::thread> threads;
  std::array<std::string, 8> printed;
  for (std::string& each : printed) threads.emplace_back([&each] { each = canonical_json(kitchen::Trunk()); });
  for (std::thread& each : threads) each.join();
  for (const std::string& each : printed) EXPECT_EQ(each, R"({"branches":[],"maybes":[]})");
}

}  // namespace
