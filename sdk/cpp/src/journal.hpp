// The files that one emitter's lines go to (docs/record.md, section 8).
#pragma once

#include <chrono>
#include <filesystem>
#include <map>

#include "telemetry_events/v1/telemetry.pb.h"

namespace telemetry_events::detail {

// Segments that this process alone appends to, for one thread at a time. Folder and lock are made at the first line.
class Journal {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // `capacity` is that of all segments together, in bytes. What is to be delivered is deleted by delivery alone.
  Journal(std::filesystem::path folder, std::uint64_t capacity, bool is_to_deliver = false)
      : folder_(std::move(folder)), capacity_(capacity), is_to_deliver_(is_to_deliver) {}
  ~Journal() { abandon(); }

  // Appends a line by one write: whole, or not at all. Returns why not, or 0.
  v1::TelemetryDropReason write(std::string_view line, Time now = std::chrono::steady_clock::now());
  // Closes all files, as a forked child does with its parent's.
  void abandon() noexcept;

 private:
  v1::TelemetryDropReason open();
  void leave() noexcept;
  std::string path_of(std::uint64_t number) const;

  const std::filesystem::path folder_;
  const std::uint64_t capacity_;
  const bool is_to_deliver_;
  // The segments there are, with their sizes in bytes. The last one is open, if any is.
  std::map<std::uint64_t, std::uint64_t> sizes_;
  std::uint64_t last_ = 0;
  // In bytes: of what a segment is to hold, and of what one may hold where there can be no other.
  std::uint64_t limit_ = 0, most_ = 0;
  // When the open segment is to be left for the next.
  Time leave_at_;
  int segment_ = -1, lock_ = -1;
};

}  // namespace telemetry_events::detail
