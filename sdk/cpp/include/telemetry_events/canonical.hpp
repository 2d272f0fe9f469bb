/// \file
/// The bytes that an event is, in every language (docs/canonical-json.md), and what can be wrong with it.
#pragma once

#include <google/protobuf/message.h>

#include <stdexcept>

#include "telemetry_events/v1/telemetry.pb.h"

namespace telemetry_events {

/// A configuration that cannot be used. Base of all errors that this library throws; none holds a value of an event.
struct TelemetryError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A message that has no canonical form (section 7).
struct EncodeError : TelemetryError {
  EncodeError(v1::TelemetryErrorKind kind, const std::string& field);

  /// The fault; `enum_text(error.kind)` is its text, such as `not_finite`.
  v1::TelemetryErrorKind kind;
  /// Path of the field at fault, such as `branches[1].favourite.weight`. Empty where it is the message itself.
  std::string field;
};

/// The secret that turns a file name or a person into a token, always the same one. Nothing shows it.
class RedactionKey {
 public:
  /// `id` is 1 to 8 characters of `a-z0-9` and stands in each token; `secret` has at least 16 bytes (8.7).
  /// Throws `TelemetryError`, which shows neither.
  RedactionKey(std::string_view id, std::string_view secret);

  /// Reads `<id>:<secret>`, the form of `TELEMETRY_EVENTS_KEY`. White space around it does not count.
  static RedactionKey parse(std::string_view text);

  /// Returns `h1:<id>:` and 26 characters of base32 of HMAC-SHA256 over the text (8.2).
  std::string token(std::string_view text) const;

 private:
  std::string prefix_, secret_;
};

/// Returns the canonical form of a message of any schema that keeps docs/schema-rules.md, redacted.
///
/// Without a key nothing is hashed: what is sensitive becomes `redacted` (8.3). Throws `EncodeError`. The message is of
/// a compiled type: a `DynamicMessage` is an `unsupported_type`.
std::string canonical_json(const google::protobuf::Message& message, const RedactionKey* key = nullptr);

/// Returns the text that is printed for a number of an enum (4.1); empty where the schema does not know it.
std::string enum_text(const google::protobuf::EnumDescriptor& type, int number);

/// Returns the text that is printed for a value of an enum, such as `task_error` (4.1).
std::string enum_text(auto value) { return enum_text(*google::protobuf::GetEnumDescriptor<decltype(value)>(), value); }

}  // namespace telemetry_events
