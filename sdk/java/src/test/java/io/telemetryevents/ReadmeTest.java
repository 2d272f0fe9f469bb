package io.telemetryevents;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTest {
    private static String block(String language) throws IOException {
        Matcher found =
                Pattern.compile("(?s)```" + language + "\n(.*?)```").matcher(Files.readString(Path.of("README.md")));
        if (!found.find()) { throw new AssertionError("README.md has no block of " + language); }
        return found.group(1);
    }

    @Test
    @DisplayName("The example of README.md records what README.md says")
    void example(@TempDir Path directory) throws Exception {
        String program = "import io.telemetryevents.*;\nimport io.telemetryevents.v1.*;\nclass Example {\n"
                + "public static void main(String[] arguments) {\n" + block("java") + "}\n}\n";
        JavaFileObject source =
                new SimpleJavaFileObject(URI.create("string:///Example.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignored) { return program; }
                };
        String classpath = System.getProperty("java.class.path");
        List<String> options = List.of("-proc:none", "-cp", classpath, "-d", directory.toString());
        assertEquals(true,
                ToolProvider.getSystemJavaCompiler().getTask(null, null, null, options, null, List.of(source)).call());
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder run = new ProcessBuilder(java, "-cp", directory + ":" + classpath, "Example").inheritIO();
        run.environment().put("TELEMETRY_EVENTS_DIR", directory.toString());
        run.environment().put("DD_HOSTNAME", "pod-7");
        run.environment().keySet().removeAll(List.of("DD_TAGS", "TELEMETRY_EVENTS_KEY"));
        assertEquals(0, run.start().waitFor());
        List<String> lines = Lines.of(directory);
        assertEquals(List.of(Lines.steady(block("json").strip())), lines.stream().map(Lines::steady).toList());
    }
}
