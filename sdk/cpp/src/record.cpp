#include "telemetry_events/record.hpp"

#include "printing.hpp"

namespace telemetry_events {

std::string print_envelope(v1::TelemetryEnvelope envelope) {
  envelope.clear_message();
  envelope.clear_seq();
  envelope.clear_timestamp();
  return canonical_json(envelope);
}

static Line join(const std::string& envelope, std::string_view timestamp, const v1::TelemetryContext& context,
                 const Entry& entry, const RedactionKey* key, bool is_cut) {
  // No string holds these bytes: it would have a backslash before each quote.
  const std::size_t gap = envelope.find(R"("message":"","seq":0,)") + 10;
  Line line{envelope.substr(0, gap), 0};
  line.text.reserve(1024);
  if (entry.event == nullptr) detail::append_string(line.text, entry.text, is_cut);
  else line.text += detail::event_name(*entry.event);
  line.number_at = line.text.append(R"(,"seq":)").size();
  line.text.append(envelope, gap + 10, envelope.size() - gap - 12).append(timestamp) += '"';
  detail::append_members(line.text, context, key, is_cut, entry.event);
  if (entry.event != nullptr) detail::append_members(line.text, *entry.event, key, is_cut);
  line.text += "}\n";
  return line;
}

Line record(const std::string& envelope, std::string_view timestamp, const v1::TelemetryContext& context,
            const Entry& entry, const RedactionKey* key, std::string& fault) {
  try {
    if (entry.event != nullptr && detail::event_name(*entry.event).empty())
      throw EncodeError(v1::TELEMETRY_ERROR_KIND_UNSUPPORTED_TYPE, "");
    // 16 bytes are kept for the number, whatever it is: no number has more digits.
    for (const bool is_cut : {false, true})
      if (Line line = join(envelope, timestamp, context, entry, key, is_cut); line.text.size() <= 900'000 - 16)
        return line;
    throw EncodeError(v1::TELEMETRY_ERROR_KIND_TOO_LONG, "");
  } catch (const EncodeError& error) {
    const std::string name = entry.event == nullptr ? "" : detail::event_name(*entry.event);
    v1::TelemetryInvalidEvent invalid;
    if (!name.empty()) invalid.set_invalid_event(name.substr(1, name.size() - 2));
    invalid.set_invalid_field(error.field);
    invalid.set_error_kind(error.kind);
    fault = error.what();
    return join(envelope, timestamp, context, invalid, key, true);
  }
}

}  // namespace telemetry_events
