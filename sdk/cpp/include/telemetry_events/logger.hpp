/// \file
/// The logger: an event, one call, one line on disk (docs/logging.md).
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>

#include "telemetry_events/record.hpp"

namespace telemetry_events {

/// What a logger is configured with. What is empty is the environment's; a variable that is empty counts as none.
struct Options {
  /// `DD_SERVICE`, else the program's name.
  std::string service = {};
  /// `DD_ENV` and `DD_VERSION`, else no such tag.
  std::string env = {}, version = {};
  /// As `site:north,team:imaging`: `DD_TAGS`, else none.
  std::string tags = {};
  /// `DD_HOSTNAME`, else the machine's name.
  std::string hostname = {};
  /// The technology that records come from, else the service.
  std::string ddsource = {};
  /// Where journals lie: `TELEMETRY_EVENTS_DIR`, else `$XDG_STATE_HOME/telemetry-events`, else
  /// `~/.local/state/telemetry-events`. Each process makes a folder of its own in it.
  std::filesystem::path directory = {};
  /// `TELEMETRY_EVENTS_KEY`, as `<id>:<secret>`, else none: what is sensitive becomes `redacted`.
  std::optional<RedactionKey> key = {};
  /// What this process's journal may take of the disk, in bytes, at least 2^20. Then its oldest segments go.
  std::uint64_t capacity_bytes = 1 << 30;
  /// `none` where another process delivers the journal (docs/delivery.md): no segment goes before, and a full journal
  /// refuses records. `TELEMETRY_EVENTS_SHIP`, of which `thread` is for other languages, else `never`.
  std::string ship = {};
  /// What takes lines, each with its line feed and one at a time, in place of a journal. Returns whether it was
  /// written; after a failure it is tried again once a second.
  std::function<bool(std::string_view line)> writer = {};

  /// Returns the options with what they leave to the environment. Throws `TelemetryError` for what cannot be used.
  Options settled() const;
};

/// Sets the context of this thread while it lives. What an inner one leaves unset is the outer one's.
class ContextScope {
 public:
  explicit ContextScope(const v1::TelemetryContext& context);
  ~ContextScope();
  ContextScope(const ContextScope&) = delete;

  /// Returns the context of this thread, to be given to another.
  static const v1::TelemetryContext& current() noexcept;

 private:
  v1::TelemetryContext context_;
  const v1::TelemetryContext* outer_;
};

/// Records events and plain texts, each as one line, in the context of the calling thread.
///
/// A call may be made from any thread, takes as long as a write to the disk, and never throws. What is wrong with an
/// event is said by a `telemetry_invalid` record in its place, and what is wrong with the disk by a `telemetry_dropped`
/// record as soon as one can be written; both on standard error, without content and once a minute at most. A forked
/// child goes on as another emitter, with a folder of its own.
class Logger {
 public:
  /// Throws `TelemetryError` for a configuration that cannot be used.
  explicit Logger(Options options = {});
  ~Logger();
  Logger(const Logger&) = delete;

  void debug(const Entry& entry) noexcept { log(v1::TELEMETRY_STATUS_DEBUG, entry); }
  void info(const Entry& entry) noexcept { log(v1::TELEMETRY_STATUS_INFO, entry); }
  void warn(const Entry& entry) noexcept { log(v1::TELEMETRY_STATUS_WARN, entry); }
  void error(const Entry& entry) noexcept { log(v1::TELEMETRY_STATUS_ERROR, entry); }
  void critical(const Entry& entry) noexcept { log(v1::TELEMETRY_STATUS_CRITICAL, entry); }
  /// Of an exception, the class is recorded and the message is not (docs/record.md, section 6). It has no frames.
  void error(const Entry& entry, const std::exception& cause) noexcept {
    log(v1::TELEMETRY_STATUS_ERROR, entry, &cause);
  }
  /// Records what was logged at `time`, as an adapter to another logger does.
  void log(v1::TelemetryStatus status, const Entry& entry, const std::exception* cause = nullptr,
           std::chrono::system_clock::time_point time = std::chrono::system_clock::now()) noexcept;

 private:
  struct Emitter;

  Emitter& emitter();

  const Options options_;
  std::atomic<Emitter*> emitter_;
};

}  // namespace telemetry_events
