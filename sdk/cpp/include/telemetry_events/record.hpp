/// \file
/// The record: the one line of JSON that stands for an event in the journal (docs/record.md).
#pragma once

#include "telemetry_events/canonical.hpp"
#include "telemetry_events/v1/record.pb.h"

namespace telemetry_events {

/// What a call records: an event, or a plain text, which is not redacted. It holds neither.
struct Entry {
  Entry(const google::protobuf::Message& message) noexcept : event(&message) {}
  Entry(const std::convertible_to<std::string_view> auto& words) noexcept : text(words) {}
  Entry(const char* words) noexcept : text(words == nullptr ? "" : words) {}

  const google::protobuf::Message* event = nullptr;
  std::string_view text;
};

/// A record's line. Its number is to be put in at `number_at`.
struct Line {
  std::string text;
  std::size_t number_at;
};

/// Returns what the records of an envelope have in common. Its `message`, `seq` and `timestamp` are not looked at.
std::string print_envelope(v1::TelemetryEnvelope envelope);

/// Returns the line of an entry, or of the `telemetry_invalid` event in its place (section 7) with the reason in
/// `fault`.
///
/// `envelope` is what `print_envelope` gave, and `timestamp` RFC 3339 in UTC, with milliseconds.
Line record(const std::string& envelope, std::string_view timestamp, const v1::TelemetryContext& context,
            const Entry& entry, const RedactionKey* key, std::string& fault);

}  // namespace telemetry_events
