#include "telemetry_events/logger.hpp"

#include <cxxabi.h>
#include <pthread.h>
#include <signal.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <mutex>

#include "journal.hpp"
#include "printing.hpp"

namespace telemetry_events {
namespace {

using std::chrono::steady_clock;
using std::chrono::system_clock;

// How often this process is the child of a fork.
std::atomic<unsigned> forks = 0;
const int followed = ::pthread_atfork(nullptr, nullptr, [] { ++forks; });
// No object, which would have ended before a static one that logs from its destructor.
thread_local const v1::TelemetryContext* innermost = nullptr;

// Returns RFC 3339 in UTC, cut to milliseconds. gmtime_r takes a lock, which a forked child could find locked for ever.
std::string rfc3339(system_clock::time_point time) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<milliseconds>(time - day));
  std::string text = "0000-00-00T00:00:00.000Z";
  const auto put = [&text](std::size_t last, auto value) {
    for (auto rest = static_cast<unsigned>(value); rest > 0 && last < text.size(); rest /= 10, --last)
      text[last] = static_cast<char>('0' + rest % 10);
  };
  put(3, static_cast<int>(date.year())), put(6, static_cast<unsigned>(date.month()));
  put(9, static_cast<unsigned>(date.day())), put(12, clock.hours().count()), put(15, clock.minutes().count());
  put(18, clock.seconds().count()), put(22, clock.subseconds().count());
  return text;
}

// Says on standard error what goes wrong with telemetry itself, or counts it if something was said within a minute.
void alarm(const std::string& problem) noexcept {
  static std::atomic<steady_clock::time_point> next = steady_clock::time_point::min();
  static std::atomic<int> unsaid = 0;
  auto due = next.load();
  const auto now = steady_clock::now();
  if (now < due || !next.compare_exchange_strong(due, now + std::chrono::minutes(1))) return void(++unsaid);
  const int more = unsaid.exchange(0);
  // A reader that is gone must not end the program.
  sigset_t broken, before;
  ::sigemptyset(&broken);
  ::sigaddset(&broken, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &broken, &before);
  const int said = ::dprintf(STDERR_FILENO, "telemetry-events: %s%s\n", problem.c_str(),
                             more == 0 ? "" : ("; " + std::to_string(more) + " more before it").c_str());
  const timespec at_once{};
  if (said < 0) ::sigtimedwait(&broken, nullptr, &at_once);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

// Returns what records say of where they come from, as a new emitter: 80 random bits (docs/record.md, 5.1).
v1::TelemetryEnvelope new_source(const Options& options) {
  unsigned char bits[10];
  if (::getentropy(bits, sizeof bits) != 0) throw TelemetryError("no random bits are to be had");
  v1::TelemetryEnvelope source;
  source.set_ddsource(options.ddsource);
  source.set_ddtags(options.tags);
  source.set_emitter(detail::base32(bits, 16));
  source.set_hostname(options.hostname);
  source.set_service(options.service);
  return source;
}

// Returns the path of an emitter's folder (docs/record.md, 8.1).
std::filesystem::path folder_of(const std::filesystem::path& directory, const v1::TelemetryEnvelope& source) {
  std::string start = rfc3339(system_clock::now()).substr(0, 19), service = source.service();
  std::erase_if(start, [](char each) { return each == '-' || each == ':'; });
  std::ranges::replace_if(
      service, [](char each) { return each == ':' || each == '/'; }, '_');
  return directory / (service + "-" + std::to_string(::getpid()) + "-" + start + "Z-" + source.emitter());
}

}  // namespace

// What one process records: its name, its numbers, and where its lines go.
struct Logger::Emitter {
  explicit Emitter(const Options& given)
      : options(given), journal(folder_of(given.directory, source), given.capacity_bytes, given.ship == "none") {
    for (int status = 0; status < 6; ++status)
      envelopes[status] = envelope(static_cast<v1::TelemetryStatus>(status), nullptr);
  }

  std::string envelope(v1::TelemetryStatus status, const std::exception* cause) const {
    v1::TelemetryEnvelope full = source;
    full.set_status(status);
    if (cause != nullptr) {
      const char* const name = typeid(*cause).name();
      const std::unique_ptr<char, decltype(&std::free)> plain(abi::__cxa_demangle(name, nullptr, nullptr, nullptr),
                                                              &std::free);
      full.mutable_error()->set_kind(plain ? plain.get() : name);
    }
    return print_envelope(full);
  }

  // Writes a line as the next one, behind the report of those that were lost.
  void append(Line& line) {
    const std::lock_guard lock(mutex);
    if (lost.dropped_count() > 0 && steady_clock::now() >= retry_at) {
      std::string fault;
      Line report =
          record(envelopes[v1::TELEMETRY_STATUS_ERROR], rfc3339(system_clock::now()), {}, lost, nullptr, fault);
      if (put(report)) lost.Clear();
    }
    put(line);
  }

  bool put(Line& line) {
    line.text.insert(line.number_at, std::to_string(++seq));
    v1::TelemetryDropReason reason = lost.reason();
    if (lost.dropped_count() == 0 || steady_clock::now() >= retry_at) {
      reason = write(line.text);
      if (reason == v1::TELEMETRY_DROP_REASON_UNSPECIFIED) return true;
      retry_at = steady_clock::now() + std::chrono::seconds(1);
    }
    lost.set_last_datetime(rfc3339(system_clock::now()));
    if (lost.dropped_count() == 0) lost.set_first_datetime(lost.last_datetime());
    lost.set_dropped_count(lost.dropped_count() + 1);
    lost.set_reason(reason);
    alarm("records are missing: " + enum_text(reason));
    return false;
  }

  v1::TelemetryDropReason write(const std::string& line) noexcept try {
    if (!options.writer) return journal.write(line);
    return options.writer(line) ? v1::TELEMETRY_DROP_REASON_UNSPECIFIED : v1::TELEMETRY_DROP_REASON_WRITE_FAILED;
  } catch (...) { return v1::TELEMETRY_DROP_REASON_WRITE_FAILED; }

  const Options& options;
  const unsigned generation = forks;
  const v1::TelemetryEnvelope source = new_source(options);
  std::array<std::string, 6> envelopes;
  detail::Journal journal;
  std::mutex mutex;
  std::int64_t seq = 0;
  v1::TelemetryDroppedEvent lost;
  steady_clock::time_point retry_at;
};

Logger::Logger(Options options) : options_(options.settled()), emitter_(new Emitter(options_)) {
  if (followed != 0) throw TelemetryError("forks cannot be followed");
  // What a child may need, and must not find half made.
  detail::event_name(v1::TelemetryInvalidEvent());
  detail::event_name(v1::TelemetryDroppedEvent());
  if (options_.key) options_.key->token("");
}

Logger::~Logger() {
  Emitter* const last = emitter_;
  if (last->generation == forks) delete last;
  else last->journal.abandon();
}

// A forked child leaves its parent's emitter as it is, for another thread may have been changing it: it only closes
// the files.
Logger::Emitter& Logger::emitter() {
  Emitter* known = emitter_;
  if (known->generation == forks) return *known;
  auto made = std::make_unique<Emitter>(options_);
  if (!emitter_.compare_exchange_strong(known, made.get())) return *known;
  known->journal.abandon();
  return *made.release();
}

void Logger::log(v1::TelemetryStatus status, const Entry& entry, const std::exception* cause,
                 system_clock::time_point time) noexcept try {
  Emitter& emitter = this->emitter();
  status = std::clamp(status, v1::TELEMETRY_STATUS_DEBUG, v1::TELEMETRY_STATUS_CRITICAL);
  std::string fault;
  Line line = record(cause == nullptr ? emitter.envelopes[status] : emitter.envelope(status, cause), rfc3339(time),
                     ContextScope::current(), entry, options_.key ? &*options_.key : nullptr, fault);
  if (!fault.empty())
    alarm((entry.event == nullptr ? "a text" : entry.event->GetTypeName()) + " could not be recorded: " + fault);
  emitter.append(line);
} catch (...) { alarm("a call could not be recorded"); }

ContextScope::ContextScope(const v1::TelemetryContext& context) : context_(current()), outer_(innermost) {
  context_.MergeFrom(context);
  innermost = &context_;
}

ContextScope::~ContextScope() { innermost = outer_; }

const v1::TelemetryContext& ContextScope::current() noexcept {
  return innermost != nullptr ? *innermost : v1::TelemetryContext::default_instance();
}

}  // namespace telemetry_events
