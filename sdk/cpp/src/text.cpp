#include <algorithm>
#include <charconv>
#include <cmath>

#include "printing.hpp"

namespace telemetry_events::detail {

// Returns the length of the well-formed sequence that a text begins with, or 0 (Unicode, table 3-7).
static std::size_t sequence_length(std::string_view text) {
  const auto at = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = at(0), second = at(1);
  const std::size_t length = first < 0x80 ? 1 : first < 0xC2 || first > 0xF4 ? 0 : 2 + (first > 0xDF) + (first > 0xEF);
  if (length < 2) return length;
  if (second < (first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80)) return 0;
  if (second > (first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF)) return 0;
  return (length > 2 && (at(2) & 0xC0) != 0x80) || (length > 3 && (at(3) & 0xC0) != 0x80) ? 0 : length;
}

void append_well_formed(std::string& out, std::string_view text, bool is_escaped) {
  const auto is_plain = [](signed char each) { return each >= ' ' && each != '"' && each != '\\'; };  // and of ASCII
  for (std::size_t begin = 0, end = 0;; begin = end) {
    while (end < text.size() && is_plain(text[end])) ++end;
    out.append(text, begin, end - begin);
    if (end == text.size()) return;
    const std::size_t length = sequence_length(text.substr(end));
    if (const char byte = text[end]; length == 1 && is_escaped) {
      const std::size_t letter = std::string_view("\"\\\b\t\n\f\r").find(byte);
      if (letter != text.npos) out.append({'\\', "\"\\btnfr"[letter]});
      else out.append({'\\', 'u', '0', '0', "01"[byte >> 4], "0123456789abcdef"[byte & 15]});
    } else {
      out += length == 0 ? "\uFFFD" : text.substr(end, length);
    }
    end += std::max<std::size_t>(length, 1);
  }
}

void append_string(std::string& out, std::string_view text, bool is_cut) {
  std::string mended;
  if (is_cut) append_well_formed(mended, text);
  if (std::size_t end = 16'384; mended.size() > end) {
    while ((mended[end] & 0xC0) == 0x80) --end;
    text = mended = mended.substr(0, end) + "…[cut from " + std::to_string(mended.size()) + " bytes]";
  }
  append_well_formed(out += '"', text, true);
  out += '"';
}

void append_integer(std::string& out, std::int64_t value) {
  char digits[20];
  out.append(digits, std::to_chars(digits, std::end(digits), value).ptr);
}

void append_double(std::string& out, double value) {
  const double size = std::abs(value);
  // The shortest digits, of equally near ones the even; whole numbers from 2^53 on would get more as `fixed`.
  const bool is_fixed = size == 0 || (size >= 1e-6 && size < 0x1p53);
  char buffer[32];
  const auto end =
      std::to_chars(buffer, std::end(buffer), size, is_fixed ? std::chars_format::fixed : std::chars_format::scientific)
          .ptr;
  std::string text(buffer, end);
  if (!is_fixed) {
    const std::string exponent = text.substr(text.find('e') + 1);
    text.resize(text.find('e'));
    if (size < 1e-6 || size >= 1e21) text.append(size < 1 ? "e" : "e+").append(std::to_string(std::stoi(exponent)));
    else std::erase(text, '.'), text.resize(std::stoi(exponent) + 1, '0');
  }
  out.append(value < 0 ? "-" : "").append(text);
}

std::string base32(const unsigned char* bytes, std::size_t characters) {
  std::string text;
  for (unsigned bits = 0, held = 0; text.size() < characters; held -= 5) {
    for (; held < 5; held += 8) bits = bits << 8 | *bytes++;
    text += "abcdefghijklmnopqrstuvwxyz234567"[bits >> (held - 5) & 31];
  }
  return text;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& each : result) each = static_cast<char>(each >= 'A' && each <= 'Z' ? each + 32 : each);
  return result;
}

std::string_view trimmed(std::string_view text) {
  text = text.substr(0, text.find_last_not_of(" \t\n\v\f\r") + 1);
  return text.substr(std::min(text.find_first_not_of(" \t\n\v\f\r"), text.size()));
}

}  // namespace telemetry_events::detail
