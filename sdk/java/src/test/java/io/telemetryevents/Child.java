package io.telemetryevents;

import io.telemetryevents.v1.BatchProgressEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A process that logs events to a journal, and says the number of each when its call has returned. */
final class Child {
    private Child() {}

    public static void main(String[] arguments) {
        TelemetryLogger logger =
                new TelemetryLogger(new TelemetryOptions(Map.of()).service("child").directory(Path.of(arguments[0])));
        for (int i = 1; i <= Integer.parseInt(arguments[1]); i++) {
            logger.info(BatchProgressEvent.newBuilder().setProtocolName("ResultsOnly").setBatchNumber(i).build());
            System.out.println(i);
            System.out.flush();
        }
    }

    /** Starts one, behind words of a shell. */
    static Process start(String before, Path directory, int count) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of("bash", "-c", before + " exec \"$@\"", "bash", java, "-cp",
                System.getProperty("java.class.path"), Child.class.getName(), directory.toString(), "" + count));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }
}
