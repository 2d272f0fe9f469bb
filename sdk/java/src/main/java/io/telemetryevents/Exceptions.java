package io.telemetryevents;

import io.telemetryevents.v1.TelemetryException;
import java.util.function.Supplier;

/** An exception as its class and its frames, and nothing that it says (docs/record.md, section 6). */
final class Exceptions {
    private Exceptions() {}

    static TelemetryException told(Throwable thrown) {
        StringBuilder stack = new StringBuilder();
        StackTraceElement[] frames = safely(thrown::getStackTrace, new StackTraceElement[0]);
        for (int i = Math.min(frames.length, Redaction.FRAME_LIMIT) - 1; i >= 0; i--) { // Java has the deepest first
            String file = frames[i].getFileName() == null ? "<unknown>" : frames[i].getFileName();
            String path = frames[i].getClassName().replace('.', '/').replaceFirst("[^/]*$", "") + file;
            int line = Math.max(0, frames[i].getLineNumber());
            stack.append("File \"" + path + "\", line " + line + ", in " + frames[i].getMethodName() + "\n");
        }
        return TelemetryException.newBuilder().setKind(kind(thrown.getClass())).setStack(stack.toString()).build();
    }

    /** Returns what is given by code of others, whatever that may do. */
    static <T> T safely(Supplier<T> given, T otherwise) {
        try {
            T found = given.get();
            return found == null ? otherwise : found;
        } catch (RuntimeException | LinkageError | StackOverflowError fault) {
            return otherwise;
        }
    }

    /** Returns the name of a class, or of its nearest base, that is found by its name: one made at run time is not. */
    private static String kind(Class<?> type) {
        try {
            if (Class.forName(type.getName(), false, type.getClassLoader()) == type) { return type.getName(); }
        } catch (ClassNotFoundException | LinkageError hidden) {}
        return kind(type.getSuperclass());
    }
}
