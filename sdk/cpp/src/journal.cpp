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

static v1::TelemetryDropReason reason_of(int error) noexcept {
  return error == ENOSPC || error == EDQUOT ? v1::TELEMETRY_DROP_REASON_DISK_FULL
                                            : v1::TELEMETRY_DROP_REASON_WRITE_FAILED;
}

v1::TelemetryDropReason Journal::write(std::string_view line, Time now) {
  int reason = 0;
  for (int tries = 0; tries < 2; ++tries) {
    if (segment_ < 0 || (now >= leave_at_ || sizes_[last_] >= limit_)) {
      const auto refusal = open();
      if (refusal == v1::TELEMETRY_DROP_REASON_UNSPECIFIED) leave_at_ = now + std::chrono::seconds(60);
      // Better a segment that is too long, or too old, than no record. A write beyond the file's most would raise
      // SIGXFSZ.
      else if (segment_ >= 0 && sizes_[last_] < most_) leave_at_ = now + std::chrono::seconds(1), limit_ = most_;
      else return refusal;
    }
    const ssize_t written = ::write(segment_, line.data(), line.size());
    if (written == static_cast<ssize_t>(line.size()))
      return sizes_[last_] += line.size(), v1::TELEMETRY_DROP_REASON_UNSPECIFIED;
    // It may end in half a line by now, and nothing is appended to it any more.
    reason = written < 0 ? errno : ENOSPC;
    leave();
  }
  return reason_of(reason);
}

// Leaves the open segment for the next, in the folder, which is there and locked by then. Returns why it cannot, or 0.
v1::TelemetryDropReason Journal::open() {
  std::error_code ignored;
  std::filesystem::create_directories(folder_.parent_path(), ignored);
  const bool is_new = ::mkdir(folder_.c_str(), 0700) == 0;
  if (is_new) close_file(lock_);
  int mark = is_to_deliver_ ? open_file(folder_ / "to-deliver", O_WRONLY) : -1;
  if (is_to_deliver_ && mark < 0) return reason_of(errno);
  close_file(mark);
  if (lock_ < 0) lock_ = open_file(folder_ / "lock", O_RDWR);
  struct flock whole {
    .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0, .l_pid = 0
  };
  // Whoever asks whether this process lives has the lock for a moment. To lock again what is locked does nothing.
  for (int tries = 0; ::fcntl(lock_, F_SETLK, &whole) != 0; ++tries, ::sched_yield())
    if (lock_ < 0 || tries == 1000) return reason_of(errno);
  rlimit most{};
  ::getrlimit(RLIMIT_FSIZE, &most);
  most_ = most.rlim_cur;
  limit_ = std::min<std::uint64_t>({8 << 20, capacity_ / 8, most_});
  if (limit_ == 0) return reason_of(EFBIG);
  // Delivery deletes what it has sent.
  if (is_to_deliver_)
    std::erase_if(sizes_, [this](const auto& each) { return ::access(path_of(each.first).c_str(), F_OK) != 0; });
  std::uint64_t total = limit_, next = last_;
  for (const auto& [number, size] : sizes_) total += size;
  // The last one stays: delivery leaves it alone, too.
  for (; total > capacity_ && sizes_.size() > 1; sizes_.erase(sizes_.begin())) {
    if (is_to_deliver_) return most_ = limit_, v1::TELEMETRY_DROP_REASON_JOURNAL_FULL;
    ::unlink(path_of(sizes_.begin()->first).c_str());
    total -= sizes_.begin()->second;
  }
  int opened;
  do opened = open_file(path_of(++next), O_WRONLY | O_APPEND | O_EXCL);
  while (opened < 0 && errno == EEXIST);
  if (opened < 0) return reason_of(errno);
  leave();
  segment_ = opened;
  sizes_[last_ = next] = 0;
  return v1::TELEMETRY_DROP_REASON_UNSPECIFIED;
}

// Appends nothing more to the open segment, and deletes it if it holds nothing.
void Journal::leave() noexcept {
  if (segment_ >= 0 && sizes_[last_] == 0) ::unlink(path_of(last_).c_str()), sizes_.erase(last_);
  close_file(segment_);
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
