#include <unistd.h>

#include <regex>

#include "printing.hpp"
#include "telemetry_events/logger.hpp"

namespace telemetry_events {

static constexpr char kService[] = "[A-Za-z0-9][A-Za-z0-9_.:/-]{0,99}";

// Returns what is given, else what the environment says, else what is usual.
static std::string either(const std::string& given, const char* variable, const std::string& usual = "") {
  const char* const value = std::getenv(variable);
  const std::string found(detail::trimmed(value == nullptr ? "" : value));
  return !given.empty() ? given : !found.empty() ? found : usual;
}

static void check(const char* option, const std::string& value, const char* pattern) {
  if (!std::regex_match(value, std::regex(pattern)))
    throw TelemetryError(std::string(option) + ": does not match " + pattern);
}

// Returns a tag as docs/record.md, section 3, has it: nothing in it can begin another.
static std::string cleaned(const std::string& tag) {
  std::string well_formed;
  detail::append_well_formed(well_formed, detail::lower(tag));
  // Of a character of several bytes, only the first one counts.
  std::erase_if(well_formed, [](char each) { return (each & 0xC0) == 0x80; });
  return std::regex_replace(well_formed, std::regex("[^a-z0-9_:./-]"), "_");
}

Options Options::settled() const {
  Options options = *this;
  char machine[256] = "";
  ::gethostname(machine, sizeof machine - 1);
  const std::string file = std::regex_replace(::program_invocation_short_name, std::regex("[^A-Za-z0-9_.-]"), "_");
  const std::string program = std::regex_replace(file, std::regex("^[_.-]+"), "");
  options.service = either(options.service, "DD_SERVICE", program.empty() ? "program" : program.substr(0, 100));
  options.hostname =
      either(options.hostname, "DD_HOSTNAME", std::regex_replace(machine, std::regex("[^A-Za-z0-9_.:-]"), "_"));
  options.ddsource = either(options.ddsource, "", options.service);
  check("service", options.service, kService);
  check("ddsource", options.ddsource, kService);
  check("hostname", options.hostname, "[A-Za-z0-9_.:-]{1,255}");
  const std::string env = either(options.env, "DD_ENV"), version = either(options.version, "DD_VERSION");
  const std::string tags = either(options.tags, "DD_TAGS");
  std::vector<std::string> all{cleaned(env.empty() ? "" : "env:" + env),
                               cleaned(version.empty() ? "" : "version:" + version)};
  const std::regex separator("[,\\s]+");
  for (std::sregex_token_iterator each(tags.begin(), tags.end(), separator, -1), end; each != end; ++each)
    all.push_back(cleaned(*each));
  std::erase(all, "");
  if (all.size() > 100) throw TelemetryError("tags: there are more than 100 of them");
  options.tags.clear();
  for (const std::string& tag : all) {
    if (tag.size() > 200) throw TelemetryError("tags: one is longer than 200 characters");
    options.tags += (options.tags.empty() ? "" : ",") + tag;
  }
  if (const std::string key = either("", "TELEMETRY_EVENTS_KEY"); !options.key && !key.empty())
    options.key = RedactionKey::parse(key);
  if (const std::string ship = either("", "TELEMETRY_EVENTS_SHIP", "never"); options.ship.empty())
    options.ship = ship == "thread" ? "never" : ship;
  check("ship", options.ship, "none|never");
  if (options.capacity_bytes < 1 << 20) throw TelemetryError("capacity_bytes: less than 2^20");
  if (options.writer) return options;
  std::filesystem::path state = either("", "XDG_STATE_HOME");
  if (!state.is_absolute()) state = std::filesystem::path(either("", "HOME")) / ".local" / "state";
  options.directory =
      either(options.directory, "TELEMETRY_EVENTS_DIR", state.is_absolute() ? state / "telemetry-events" : "");
  if (options.directory.empty())
    throw TelemetryError("directory: no home directory is known; set TELEMETRY_EVENTS_DIR");
  options.directory = std::filesystem::absolute(options.directory);
  std::error_code ignored;
  std::filesystem::create_directories(options.directory, ignored);
  if (::access(options.directory.c_str(), W_OK | X_OK) != 0)
    throw TelemetryError("directory: " + options.directory.string() + ": cannot be written to");
  return options;
}

}  // namespace telemetry_events
