#include <openssl/hmac.h>

#include <algorithm>
#include <ranges>

#include "printing.hpp"

namespace telemetry_events {

RedactionKey::RedactionKey(std::string_view id, std::string_view secret)
    : prefix_("h1:" + std::string(id) + ":"), secret_(secret) {
  if (id.empty() || id.size() > 8 || id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") != id.npos)
    throw TelemetryError("the id of a redaction key is 1 to 8 characters of a-z and 0-9");
  if (secret.size() < 16) throw TelemetryError("the secret of a redaction key is at least 16 bytes");
}

RedactionKey RedactionKey::parse(std::string_view text) {
  text = detail::trimmed(text);
  const std::size_t colon = text.find(':');
  if (colon == text.npos) throw TelemetryError("a redaction key is written <id>:<secret>");
  std::string secret;
  detail::append_well_formed(secret, text.substr(colon + 1));
  return {text.substr(0, colon), secret};
}

std::string RedactionKey::token(std::string_view text) const {
  std::string whole;
  detail::append_well_formed(whole, text);
  unsigned char digest[32];
  const auto* bytes = reinterpret_cast<const unsigned char*>(whole.data());
  if (!HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()), bytes, whole.size(), digest, nullptr))
    throw TelemetryError("HMAC-SHA256 has failed");
  return prefix_ + detail::base32(digest, 26);
}

namespace detail {

std::string person(std::string_view text, const RedactionKey* key) {
  return text.empty() ? "" : key == nullptr ? "redacted" : key->token(text);
}

std::string file_name(std::string_view text, const RedactionKey* key) {
  static constexpr std::string_view kSuffixes[] = {".nii.gz", ".dcm",     ".nii",  ".nrrd", ".svs", ".ndpi", ".tif",
                                                   ".tiff",   ".png",     ".jpg",  ".jpeg", ".e2e", ".fda",  ".sdb",
                                                   ".csv",    ".parquet", ".json", ".xml",  ".pdf", ".zip"};
  const std::string tail = lower(text.substr(text.size() - std::min<std::size_t>(text.size(), 8)));
  const auto found = std::ranges::find_if(kSuffixes, [&](auto suffix) { return tail.ends_with(suffix); });
  return person(text, key).append(found == std::end(kSuffixes) ? "" : *found);
}

// Returns what a line tells of a frame, if it is one: `[ \t]*File "PATH", line N, in NAME[ \t\r]*` (8.8, 8.9).
static std::string frame(std::string_view line) {
  const auto take = [&line](std::size_t size) {
    const std::string_view taken = line.substr(0, size);
    line.remove_prefix(taken.size());
    return std::string(taken);
  };
  const auto skip = [&](std::string_view text) { return take(text.size()) == text; };
  take(line.find_first_not_of(" \t"));
  if (!skip("File \"")) return "";
  std::string path = take(line.find('"')), last, before;
  if (!skip("\", line ")) return "";
  const std::string number = take(line.find_first_not_of("0123456789"));
  if (number.empty() || number.size() > 9 || !skip(", in ")) return "";
  const auto is_end = [](unsigned char each) { return each <= 0x20 || each == '"' || each == 0x7F; };
  const std::string name = take(std::ranges::find_if(line, is_end) - line.begin());
  if (name.empty() || line.find_first_not_of(" \t\r") != line.npos) return "";
  std::ranges::replace(path, '\\', '/');
  for (const auto segment : std::views::split(path, '/'))
    if (!segment.empty()) before = std::exchange(last, {segment.begin(), segment.end()});
  return "File \"" + before + (before.empty() ? "" : "/") + last + "\", line " + number + ", in " + name;
}

std::string stack_frames(std::string_view text) {
  std::string whole, kept;
  append_well_formed(whole, text);
  std::vector<std::string> frames;
  for (const auto line : std::views::split(whole, '\n')) frames.push_back(frame({line.begin(), line.end()}));
  std::erase(frames, "");
  // The deepest come last: as many of them as there is room for (8.10, 8.11).
  for (int count = 0; count < 30 && !frames.empty(); ++count, frames.pop_back()) {
    if (frames.back().size() + !kept.empty() + kept.size() > 16'384) break;
    kept = frames.back() + (kept.empty() ? "" : "\n") + kept;
  }
  return kept;
}

}  // namespace detail
}  // namespace telemetry_events
