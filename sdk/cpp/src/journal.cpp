#include "journal.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace telemetry_events::detail {

static int open_file(const std::string& path, int flags) {
  return ::open(path.c_str(), flags | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
}

static void close_file(int& file) noexcept {
  if (file >= 0) ::close(std::exchange(file, -1));
}

v1::TelemetryDropReason Journal::write(std::string_view line, Time now) {
  int reason = 0;
  for (int tries = 0; tries < 2; ++tries) {
    if (segment_ >= 0 && (sizes_[last_] >= limit_ || now - opened_ >= std::chrono::seconds(60))) close_file(segment_);
    if (segment_ < 0 && !open()) {
      reason = errno;
      break;
    }
    opened_ = sizes_[last_] == 0 ? now : opened_;
    const ssize_t written = ::write(segment_, line.data(), line.size());
    if (written == static_cast<ssize_t>(line.size()))
      return sizes_[last_] += line.size(), v1::TELEMETRY_DROP_REASON_UNSPECIFIED;
    // It may end in half a line by now, and nothing is appended to it any more.
    reason = written < 0 ? errno : ENOSPC;
    close_file(segment_);
    if (sizes_[last_] == 0) ::unlink(path_of(last_).c_str());
  }
  return reason == ENOSPC || reason == EDQUOT ? v1::TELEMETRY_DROP_REASON_DISK_FULL
                                              : v1::TELEMETRY_DROP_REASON_WRITE_FAILED;
}

// Opens the next segment, in the folder, which is there and locked by then. errno says why it cannot.
bool Journal::open() {
  std::error_code ignored;
  std::filesystem::create_directories(folder_.parent_path(), ignored);
  const bool is_new = ::mkdir(folder_.c_str(), 0700) == 0;
  if (is_new) close_file(lock_);
  if (lock_ < 0) lock_ = open_file(folder_ / "lock", O_RDWR);
  struct flock whole {
    .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0, .l_pid = 0
  };
  // Whoever asks whether this process lives has the lock for a moment. To lock again what is locked does nothing.
  for (int tries = 0; ::fcntl(lock_, F_SETLK, &whole) != 0; ++tries, ::sched_yield())
    if (lock_ < 0 || tries == 1000) return false;
  // A write beyond the limit would raise SIGXFSZ.
  rlimit most{};
  ::getrlimit(RLIMIT_FSIZE, &most);
  limit_ = std::min<std::uint64_t>({8 << 20, capacity_ / 8, most.rlim_cur});
  if (limit_ == 0) return errno = EFBIG, false;
  std::uint64_t total = limit_;
  for (const auto& [number, size] : sizes_) total += size;
  for (; total > capacity_ && !sizes_.empty(); sizes_.erase(sizes_.begin())) {
    ::unlink(path_of(sizes_.begin()->first).c_str());
    total -= sizes_.begin()->second;
  }
  do segment_ = open_file(path_of(++last_), O_WRONLY | O_APPEND | O_EXCL);
  while (segment_ < 0 && errno == EEXIST);
  if (segment_ >= 0) sizes_[last_] = 0;
  return segment_ >= 0;
}

std::string Journal::path_of(std::uint64_t number) const {
  const std::string digits = std::to_string(number);
  return folder_ / (std::string(8 - std::min<std::size_t>(digits.size(), 8), '0') + digits + ".jsonl");
}

void Journal::abandon() noexcept {
  close_file(segment_);
  close_file(lock_);
}

}  // namespace telemetry_events::detail
