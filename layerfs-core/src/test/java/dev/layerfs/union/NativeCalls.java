package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;

/** Runs {@code native.py}, which makes the system calls that the JDK can't. One call at a time. */
final class NativeCalls implements AutoCloseable {
  private static final HexFormat HEX = HexFormat.of();

  private final Process process;
  private final BufferedWriter calls;
  private final BufferedReader answers;

  private NativeCalls(Process process) {
    this.process = process;
    this.calls = process.outputWriter(StandardCharsets.US_ASCII);
    this.answers = process.inputReader(StandardCharsets.US_ASCII);
  }

  /** Starts the program; the test is skipped where there is no Python. */
  static NativeCalls start() throws IOException {
    try (InputStream source = NativeCalls.class.getResourceAsStream("native.py")) {
      String program = new String(
          Objects.requireNonNull(source, "native.py").readAllBytes(), StandardCharsets.UTF_8);
      return new NativeCalls(new ProcessBuilder("python3", "-c", program)
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start());
    } catch (IOException e) {
      return Assumptions.abort("needs python3: " + e.getMessage());
    }
  }

  /** Makes a call with arguments of text. */
  List<byte[]> call(String name, String... arguments) throws PosixException {
    List<byte[]> fields = new ArrayList<>();
    for (String argument : arguments) {
      fields.add(Name.encode(argument));
    }
    return call(name, fields);
  }

  synchronized List<byte[]> call(String name, List<byte[]> arguments) throws PosixException {
    StringBuilder line = new StringBuilder(name);
    arguments.forEach(argument -> line.append('\t').append(HEX.formatHex(argument)));
    String answer;
    try {
      calls.write(line.append('\n').toString());
      calls.flush();
      answer = answers.readLine();
    } catch (IOException e) {
      throw new IllegalStateException("native.py", e);
    }
    String[] fields = Objects.requireNonNull(answer, "native.py has ended").split("\t", -1);
    if (!fields[0].equals("ok")) {
      throw new PosixException(errno(fields[0]), name);
    }
    List<byte[]> result = new ArrayList<>();
    for (int i = 1; i < fields.length; i++) {
      result.add(HEX.parseHex(fields[i]));
    }
    return result;
  }

  private static Errno errno(String name) {
    return name.equals("EOPNOTSUPP") ? Errno.ENOTSUP : Errno.valueOf(name);
  }

  @Override
  public void close() throws IOException {
    calls.close();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
    }
  }
}
