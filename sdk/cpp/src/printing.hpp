// What canonical JSON is made of (docs/canonical-json.md).
#pragma once

#include "telemetry_events/canonical.hpp"

namespace telemetry_events::detail {

// Appends a text with U+FFFD for each byte outside of a well-formed sequence (6.6), escaped as in JSON or not (6.1
// to 6.3).
void append_well_formed(std::string& out, std::string_view text, bool is_escaped = false);
// Appends a string of JSON. A long one is cut where a line is too long (docs/record.md, 7.2).
void append_string(std::string& out, std::string_view text, bool is_cut);
// Appends an integer (5.1).
void append_integer(std::string& out, std::int64_t value);
// Appends a finite double (5.4 to 5.7).
void append_double(std::string& out, double value);

// Returns the first bits of a number of bytes as characters of base32 (RFC 4648).
std::string base32(const unsigned char* bytes, std::size_t characters);
// Returns a text with ASCII's letters in lower case.
std::string lower(std::string_view text);
// Returns a text without ASCII's white space at its ends.
std::string_view trimmed(std::string_view text);

// Returns what stands for a person (8.2, 8.3), for a file (8.4, 8.5), and for a stack (8.8 to 8.11).
std::string person(std::string_view text, const RedactionKey* key);
std::string file_name(std::string_view text, const RedactionKey* key);
std::string stack_frames(std::string_view text);

// Appends each member of a message, with a comma before it, but for those of whose name `over` has one, too.
// Throws `EncodeError`.
void append_members(std::string& out, const google::protobuf::Message& message, const RedactionKey* key, bool is_cut,
                    const google::protobuf::Message* over = nullptr);
// Returns the name that an event is bound to, within quotes; empty where the message is none.
const std::string& event_name(const google::protobuf::Message& message);

}  // namespace telemetry_events::detail
