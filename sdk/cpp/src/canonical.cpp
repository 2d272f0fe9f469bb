#include <pthread.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <mutex>
#include <typeinfo>
#include <unordered_map>

#include "printing.hpp"
#include "telemetry_events/v1/options.pb.h"

namespace telemetry_events {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;
using F = google::protobuf::FieldDescriptor;
using Texts = std::unordered_map<int, std::string>;

// How one field is printed. Labels, `,"name":`, sort as the names do.
struct Field {
  const F* descriptor;
  v1::Sensitivity sensitivity;
  std::string label;
  // Of an enum's numbers, within quotes, and what another number is.
  Texts texts;
  v1::TelemetryErrorKind fault = v1::TELEMETRY_ERROR_KIND_UNKNOWN_ENUM;
};

// How a message is printed: found out once, from its descriptor.
struct Plan {
  Plan(const std::type_info& of, const Descriptor& descriptor, const Plan* other);

  const std::type_info* type;
  const Plan* next;
  std::vector<Field> fields;
  std::string event;
  bool is_supported;
};

// Returns the texts of an enum (4.1, 4.2); none where the names break the rules.
Texts texts_of(const google::protobuf::EnumDescriptor& type) {
  Texts texts;
  const std::string zero(type.value(0)->name()), prefix = zero.substr(0, zero.rfind("UNSPECIFIED"));
  for (int i = 0; i < type.value_count() && zero == prefix + "UNSPECIFIED"; ++i)
    if (const std::string name(type.value(i)->name()); name.starts_with(prefix))
      texts.emplace(type.value(i)->number(), '"' + detail::lower(name.substr(prefix.size())) + '"');
  return texts;
}

Plan::Plan(const std::type_info& of, const Descriptor& descriptor, const Plan* other) : type(&of), next(other) {
  const std::string name(descriptor.name());
  const bool is_event = name.ends_with("Event") && descriptor.containing_type() == nullptr;
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const F* const each = descriptor.field(i);
    Field& field = fields.emplace_back(Field{each, each->options().GetExtension(v1::sensitivity), {}, {}});
    field.label = ",\"" + std::string(each->name()) + "\":";
    if (each->enum_type() != nullptr) field.texts = texts_of(*each->enum_type());
    if (is_event && each->name() == "event") {
      // Of all names, the one with the letters of the type (docs/schema-rules.md, event-binding).
      std::erase_if(field.texts, [letters = '"' + detail::lower(name) + '"'](const auto& pair) {
        std::string text = pair.second;
        std::erase(text, '_');
        return text.insert(text.size() - 1, "event") != letters;
      });
      if (!field.texts.empty()) event = field.texts[0] = std::string(field.texts.begin()->second);
      field.fault = v1::TELEMETRY_ERROR_KIND_WRONG_EVENT;
    }
    if (field.texts.empty()) field.fault = v1::TELEMETRY_ERROR_KIND_UNSUPPORTED_TYPE;
  }
  std::ranges::sort(fields, {}, &Field::label);
  // A message whose type was made at run time, and may end, shares its C++ type with all such.
  const Message* const compiled = google::protobuf::MessageFactory::generated_factory()->GetPrototype(&descriptor);
  is_supported = is_event != event.empty() && descriptor.file()->package() != "google.protobuf" &&
                 compiled != nullptr && typeid(*compiled) == of;
}

// Held where a type is met for the first time, which takes locks of protobuf's. No process forks meanwhile: its child
// would find them locked for ever. A static within a function would be made under a lock of its own.
std::mutex planning;
[[maybe_unused]] const int kept_from_forks =
    ::pthread_atfork([] { planning.lock(); }, [] { planning.unlock(); }, [] { planning.unlock(); });
std::array<std::atomic<const Plan*>, 1024> buckets;

// Returns the plan of a message. Plans are only ever added, and never freed, so that most calls take no lock.
const Plan& plan_of(const Message& message) {
  // The descriptor of a message without a plan is not to be asked for without the lock.
  const std::type_info& type = typeid(message);
  auto& bucket = buckets[reinterpret_cast<std::uintptr_t>(&type) / 16 % buckets.size()];
  const auto found = [&] {
    const Plan* plan = bucket.load(std::memory_order_acquire);
    while (plan != nullptr && plan->type != &type) plan = plan->next;
    return plan;
  };
  if (const Plan* const plan = found()) return *plan;
  const std::lock_guard lock(planning);
  if (found() == nullptr)
    bucket.store(new Plan(type, *message.GetDescriptor(), bucket.load()), std::memory_order_release);
  return *found();
}

struct Encoder {
  std::string& out;
  const RedactionKey* key;
  bool is_cut;

  void object(const Message& message) const {
    const std::size_t begin = out.size();
    members(message, nullptr);
    out.replace(begin, 1, "{") += '}';
  }

  void members(const Message& message, const Message* over) const {
    const Plan& plan = plan_of(message);
    const auto& reflection = *message.GetReflection();
    if (!plan.is_supported) throw EncodeError(v1::TELEMETRY_ERROR_KIND_UNSUPPORTED_TYPE, "");
    for (const Field& field : plan.fields) {
      const F& each = *field.descriptor;
      if (each.has_presence() && !reflection.HasField(message, &each)) continue;
      if (over != nullptr && over->GetDescriptor()->FindFieldByName(each.name()) != nullptr) continue;
      const int size = each.is_repeated() ? reflection.FieldSize(message, &each) : 1;
      out.append(field.label).append(each.is_repeated() ? "[" : "");
      int i = 0;
      try {
        for (; i < size; ++i) value(message, reflection, field, each.is_repeated() ? i : -1);
      } catch (const EncodeError& error) {
        const std::string at = std::string(each.name()) + (each.is_repeated() ? "[" + std::to_string(i) + "]" : "");
        throw EncodeError(error.kind, at + (error.field.empty() ? "" : ".") + error.field);
      }
      out.append(each.is_repeated() ? "]" : "");
    }
  }

// The value, or that of an element.
#define GET(Type, ...) (i < 0 ? r.Get##Type(m, f __VA_ARGS__) : r.GetRepeated##Type(m, f, i __VA_ARGS__))
  void value(const Message& m, const google::protobuf::Reflection& r, const Field& field, int i) const {
    const F* const f = field.descriptor;
    constexpr std::int64_t kMax = (1LL << 53) - 1;
    if (f->is_map() || f->real_containing_oneof() != nullptr)
      throw EncodeError(v1::TELEMETRY_ERROR_KIND_UNSUPPORTED_TYPE, "");
    out.append(i > 0 ? "," : "");
    switch (f->type()) {
      case F::TYPE_BOOL: out += GET(Bool) ? "true" : "false"; break;
      case F::TYPE_INT32: detail::append_integer(out, GET(Int32)); break;
      case F::TYPE_UINT32: detail::append_integer(out, GET(UInt32)); break;
      case F::TYPE_MESSAGE: object(GET(Message)); break;
      case F::TYPE_INT64:
        if (const auto number = GET(Int64); number < -kMax || number > kMax)
          throw EncodeError(v1::TELEMETRY_ERROR_KIND_INTEGER_RANGE, "");
        detail::append_integer(out, GET(Int64));
        break;
      case F::TYPE_DOUBLE:
        if (!std::isfinite(GET(Double))) throw EncodeError(v1::TELEMETRY_ERROR_KIND_NOT_FINITE, "");
        detail::append_double(out, GET(Double));
        break;
      case F::TYPE_ENUM:
        if (!field.texts.contains(GET(EnumValue))) throw EncodeError(field.fault, "");
        out += field.texts.at(GET(EnumValue));
        break;
      case F::TYPE_STRING: {
        std::string scratch;
        text(GET(StringReference, , &scratch), field.sensitivity);
        break;
      }
      default: throw EncodeError(v1::TELEMETRY_ERROR_KIND_UNSUPPORTED_TYPE, "");
    }
  }
#undef GET

  void text(const std::string& value, v1::Sensitivity sensitivity) const {
    switch (sensitivity) {
      case v1::SENSITIVITY_NONE:
      case v1::SENSITIVITY_PLATFORM: return detail::append_string(out, value, is_cut);
      case v1::SENSITIVITY_PERSON: return detail::append_string(out, detail::person(value, key), is_cut);
      case v1::SENSITIVITY_FILE_NAME: return detail::append_string(out, detail::file_name(value, key), is_cut);
      case v1::SENSITIVITY_STACK_FRAMES: return detail::append_string(out, detail::stack_frames(value), is_cut);
      // Nothing says what it may reveal.
      default: throw EncodeError(v1::TELEMETRY_ERROR_KIND_UNSUPPORTED_TYPE, "");
    }
  }
};

}  // namespace

EncodeError::EncodeError(v1::TelemetryErrorKind fault, const std::string& path)
    : TelemetryError(path + (path.empty() ? "" : ": ") + enum_text(fault)), kind(fault), field(path) {}

std::string canonical_json(const Message& message, const RedactionKey* key) {
  std::string json;
  json.reserve(512);
  Encoder{json, key, false}.object(message);
  return json;
}

std::string enum_text(const google::protobuf::EnumDescriptor& type, int number) {
  const std::string text = texts_of(type)[number];
  return text.empty() ? "" : text.substr(1, text.size() - 2);
}

void detail::append_members(std::string& out, const Message& message, const RedactionKey* key, bool is_cut,
                            const Message* over) {
  Encoder{out, key, is_cut}.members(message, over);
}

const std::string& detail::event_name(const Message& message) { return plan_of(message).event; }

}  // namespace telemetry_events
