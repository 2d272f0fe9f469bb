// What must not be seen is in no byte that is written.
#include <fcntl.h>

#include <limits>
#include <stdexcept>

#include "journal.hpp"
#include "telemetry_events/v1/algorithm.pb.h"
#include "telemetry_events/v1/dataset.pb.h"
#include "telemetry_events/v1/task.pb.h"

namespace {

namespace events = telemetry_events::v1;
using telemetry_events::Logger;

// Neither a patient, nor a record number, nor the key, nor an exception's message reaches the disk or standard error.
TEST_F(Journals, HoldNobodysName) {
  const std::string told = directory / "stderr";
  const int status = in_child([&] {
    const int file = ::open(told.c_str(), O_WRONLY | O_CREAT, 0600);
    ::dup2(file, STDERR_FILENO);
    Logger logger({.service = "worker", .key = telemetry_events::RedactionKey("site1", "CANARY-KEY-16-bytes-or-more")});
    events::MissingColumnEvent missing;
    missing.set_file_name("/data/CANARY^JANE/MRN-4711.dcm");
    missing.set_column_name("Pixel Data");
    events::TaskErrorEvent failed;
    failed.set_stacktrace_frames("  File \"/a/b/c.cpp\", line 1, in run\nCANARY");
    logger.error(missing, std::runtime_error("CANARY"));
    logger.error(failed, std::runtime_error("CANARY"));
    events::ExecutionTimeEvent invalid;
    invalid.set_function("CANARY");
    invalid.set_duration_seconds(std::numeric_limits<double>::quiet_NaN());
    logger.info(invalid);
    logger.info(invalid);
  });
  EXPECT_EQ(status, 0);
  ASSERT_EQ(lines().size(), 4U);
  for (const auto& file : files()) {
    const std::string text = file.string() + text_of(file);
    EXPECT_EQ(text.find("CANARY"), text.npos);
    EXPECT_EQ(text.find("4711"), text.npos);
  }
  EXPECT_EQ(
      text_of(told),
      "telemetry-events: telemetry_events.v1.ExecutionTimeEvent could not be recorded: duration_seconds: not_finite\n");
}

}  // namespace
