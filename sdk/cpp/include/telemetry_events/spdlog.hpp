/// \file
/// Has a logger of spdlog record events: `log->info(event)`, `log->info("{}", event)`. Needs spdlog.
#pragma once

#include <spdlog/fmt/fmt.h>
#include <spdlog/sinks/sink.h>

#include <algorithm>

#include "telemetry_events/logger.hpp"

namespace telemetry_events {

/// The event that this thread has formatted last, and what came of it: a sink is given text only.
struct Formatted {
  // A copy, as the text may outlive the event.
  std::shared_ptr<google::protobuf::Message> event;
  std::string text;

  static Formatted& last() {
    thread_local Formatted formatted;
    return formatted;
  }
};

/// A sink that records what is logged: an event that is the whole of a message as that event, all else as a plain text.
/// Patterns mean nothing to it.
///
/// It is for loggers that call their sinks in the thread that logs: from an asynchronous one, events arrive as texts,
/// redacted.
class SpdlogSink final : public spdlog::sinks::sink {
 public:
  explicit SpdlogSink(std::shared_ptr<Logger> logger) : logger_(std::move(logger)) {}

  void log(const spdlog::details::log_msg& message) override {
    // spdlog counts from 0, `trace`, to 5, `critical`.
    const int status = std::clamp<int>(message.level, v1::TELEMETRY_STATUS_DEBUG, v1::TELEMETRY_STATUS_CRITICAL);
    const std::string_view text(message.payload.data(), message.payload.size());
    const Formatted& last = Formatted::last();
    const Entry entry = last.event && last.text == text ? Entry(*last.event) : Entry(text);
    logger_->log(static_cast<v1::TelemetryStatus>(status), entry, nullptr, message.time);
  }
  void flush() override {}
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

 private:
  const std::shared_ptr<Logger> logger_;
};

}  // namespace telemetry_events

/// Formats an event as its canonical form, redacted without a key.
template <std::derived_from<google::protobuf::Message> Event>
requires(Event::kEventFieldNumber == 1) struct fmt::formatter<Event> : fmt::formatter<std::string_view> {
  auto format(const Event& event, auto& context) const {
    auto& [copy, text] = telemetry_events::Formatted::last();
    copy.reset(event.New());
    copy->CopyFrom(event);
    try {
      text = telemetry_events::canonical_json(event);
    } catch (const telemetry_events::EncodeError& error) { text = event.GetTypeName() + ": " + error.what(); }
    return fmt::formatter<std::string_view>::format(text, context);
  }
};
