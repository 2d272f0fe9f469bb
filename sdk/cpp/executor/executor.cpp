// Prints the messages that a runner sends (conformance/proto/telemetry_conformance/executor/v1/executor.proto).
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/util/delimited_message_util.h>
#include <poll.h>
#include <unistd.h>

#include <optional>

#include "telemetry_conformance/executor/v1/executor.pb.h"
#include "telemetry_events/record.hpp"

namespace {

namespace pb = google::protobuf;
using telemetry_conformance::executor::v1::Request;
using telemetry_conformance::executor::v1::Response;

void print(const Request& request, Response& response) {
  std::unique_ptr<pb::Message> message;
  if (!request.type().empty()) {
    const auto* type = pb::DescriptorPool::generated_pool()->FindMessageTypeByName(request.type());
    if (type == nullptr) return response.set_crash("unknown type: " + request.type());
    message.reset(pb::MessageFactory::generated_factory()->GetPrototype(type)->New());
    if (!message->ParseFromString(request.message())) return response.set_crash("not the wire form of the type");
  }
  std::optional<telemetry_events::RedactionKey> key;
  if (request.has_key()) key.emplace(request.key().id(), request.key().secret());
  const telemetry_events::RedactionKey* const given = key ? &*key : nullptr;
  if (request.has_record()) {
    const auto& envelope = request.record().envelope();
    std::string fault;
    const auto entry = message ? telemetry_events::Entry(*message) : telemetry_events::Entry(envelope.message());
    auto line = telemetry_events::record(telemetry_events::print_envelope(envelope), envelope.timestamp(),
                                         request.record().context(), entry, given, fault);
    response.set_record(line.text.insert(line.number_at, std::to_string(envelope.seq())));
  } else if (message) {
    response.set_canonical(telemetry_events::canonical_json(*message, given));
  } else {
    response.set_crash("neither a type nor a record");
  }
}

Response answer(const Request& request) {
  Response response;
  try {
    print(request, response);
  } catch (const telemetry_events::EncodeError& error) {
    response.mutable_error()->set_kind(telemetry_events::enum_text(error.kind));
    response.mutable_error()->set_field(error.field);
  } catch (const std::exception& error) { response.set_crash(error.what()); }
  response.set_name(request.name());
  return response;
}

}  // namespace

int main() {
  pb::io::FileInputStream input(STDIN_FILENO);
  pb::io::FileOutputStream output(STDOUT_FILENO);
  for (;;) {
    Request request;
    bool is_end = false;
    if (!pb::util::ParseDelimitedFromZeroCopyStream(&request, &input, &is_end)) return is_end ? 0 : 1;
    if (!pb::util::SerializeDelimitedToZeroCopyStream(answer(request), &output)) return 1;
    // The runner may be waiting, unless it has said more already.
    pollfd more{STDIN_FILENO, POLLIN, 0};
    if (::poll(&more, 1, 0) == 0 || (more.revents & POLLIN) == 0) output.Flush();
  }
}
