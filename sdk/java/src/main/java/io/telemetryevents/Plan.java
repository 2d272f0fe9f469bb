package io.telemetryevents;

import static io.telemetryevents.v1.TelemetryErrorKind.TELEMETRY_ERROR_KIND_UNSUPPORTED_TYPE;

import com.google.protobuf.Descriptors.*;
import io.telemetryevents.v1.*;
import java.util.*;
import java.util.concurrent.ConcurrentHashMap;

/** What there is to know of a message's type before a message is printed: its fields in the order of their members. */
record Plan(Descriptor type, String name, List<Field> fields) {
    private static final Set<String> TYPES =
            Set.of("STRING", "BOOL", "INT32", "INT64", "UINT32", "DOUBLE", "ENUM", "MESSAGE");
    private static final Map<Descriptor, Plan> PLANS = new ConcurrentHashMap<>();

    /** A field, how its member begins, and what its values need: the texts of an enum by index, or a message's plan. */
    record Field(FieldDescriptor field, FieldDescriptor.Type type, String name, String member, boolean hasPresence,
            boolean isList, boolean isName, Sensitivity sensitivity, String[] texts, Plan plan) {}

    /** Returns the plan of a type. One that breaks a rule that the form depends on is an error. */
    static Plan of(Descriptor type) {
        Plan found = PLANS.get(type);
        if (found == null) { PLANS.put(type, found = of(type, "", List.of())); }
        return found;
    }

    private static Plan of(Descriptor type, String path, List<Descriptor> around) {
        String name = nameOf(type);
        check(type.getFile().toProto().getSyntax().equals("proto3") && !around.contains(type), path);
        check(!type.getFile().getPackage().equals("google.protobuf"), path);
        check(!name.isEmpty() || !type.getName().endsWith("Event"), path);
        List<Descriptor> within = new ArrayList<>(around);
        within.add(type);
        List<Field> fields = new ArrayList<>();
        for (FieldDescriptor field : type.getFields()) {
            fields.add(field(field, name, (path.isEmpty() ? "" : path + ".") + field.getName(), within));
        }
        fields.sort(Comparator.comparing(Field::member));
        return new Plan(type, name, fields);
    }

    private static Field field(FieldDescriptor field, String name, String path, List<Descriptor> around) {
        Sensitivity sensitivity = field.getOptions().getExtension(Options.sensitivity);
        boolean isOpen = sensitivity == Sensitivity.SENSITIVITY_UNSPECIFIED && field.getType().name().equals("STRING");
        check(TYPES.contains(field.getType().name()) && !field.isMapField() && !isOpen, path);
        check(field.getRealContainingOneof() == null, path);
        boolean isEnum = field.getJavaType() == FieldDescriptor.JavaType.ENUM;
        boolean isMessage = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
        boolean isName = !name.isEmpty() && field.getName().equals("event");
        String[] texts = isEnum ? texts(field.getEnumType(), isName ? name : "", path) : null;
        Plan plan = isMessage ? of(field.getMessageType(), path, around) : null;
        return new Field(field, field.getType(), field.getName(), "\"" + field.getName() + "\":", field.hasPresence(),
                field.isRepeated(), isName, sensitivity, texts, plan);
    }

    /** Returns the texts of an enum's values. Where that is an event's, there is the one that the event is bound to. */
    private static String[] texts(EnumDescriptor type, String name, String path) {
        String[] texts = new String[type.getValues().size()];
        for (EnumValueDescriptor value : type.getValues()) {
            check(!text(value).isEmpty(), path);
            String text = value.getNumber() == 0 && !name.isEmpty() ? name : text(value);
            texts[value.getIndex()] = name.isEmpty() || name.equals(text) ? "\"" + text + "\"" : null;
        }
        return texts;
    }

    /** Returns the text of the value that an event is bound to, and nothing for what is no event. */
    static String nameOf(Descriptor type) {
        FieldDescriptor event = type.findFieldByName("event");
        boolean isEvent = event != null && event.getType().name().equals("ENUM") && type.getName().endsWith("Event");
        return (isEvent ? event.getEnumType().getValues() : List.<EnumValueDescriptor>of()).stream().skip(1)
                .map(Plan::text).filter(text -> type.getName().equalsIgnoreCase(text.replace("_", "") + "event"))
                .findFirst().orElse("");
    }

    private static String text(EnumValueDescriptor value) {
        String zero = value.getType().getValues().get(0).getName();
        String prefix = zero.endsWith("UNSPECIFIED") ? zero.substring(0, zero.length() - 11) : "\0";
        boolean isUsual = value.getName().startsWith(prefix);
        return isUsual ? value.getName().substring(prefix.length()).toLowerCase(Locale.ROOT) : "";
    }

    private static void check(boolean isSupported, String path) {
        if (!isSupported) { throw new EncodeException(TELEMETRY_ERROR_KIND_UNSUPPORTED_TYPE, path); }
    }
}
