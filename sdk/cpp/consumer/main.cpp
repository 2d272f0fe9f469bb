// Logs an event of a schema of its own.
#include <telemetry_events/logger.hpp>

#include "acme/v1/events.pb.h"

int main() {
  telemetry_events::Logger logger({.service = "consumer"});
  acme::v1::ScanEndEvent event;
  event.set_folder_name("/data/DOE^JANE");
  event.set_file_count(12);
  logger.info(event);
}
