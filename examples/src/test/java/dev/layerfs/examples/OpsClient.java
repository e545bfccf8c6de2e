package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Talks to {@code layerfs ops} as another program would: writes a line, and reads its answer before it writes the next. */
final class OpsClient implements Closeable {
  private static final long PATIENCE_MINUTES =
      5; // a guard against waiting for ever, not a measurement

  private final PipedOutputStream requests = new PipedOutputStream();
  private final FlushedLines answers = new FlushedLines();
  private final StringWriter err = new StringWriter();
  private final FutureTask<Integer> command;

  /**
   * Starts the command.
   *
   * @param store the store's directory
   * @param container the container
   */
  OpsClient(Path store, String container) throws IOException {
    Terminal terminal = new Terminal(
        new PipedInputStream(requests, 1 << 16),
        answers,
        new PrintWriter(answers, false, StandardCharsets.UTF_8),
        new PrintWriter(err),
        false,
        false,
        Map.of("LAYERFS_STORE", store.toString()),
        Clock.systemUTC());
    command = new FutureTask<>(() -> Main.run(terminal, "ops", container));
    Thread thread = new Thread(command, "ops");
    thread.setDaemon(true);
    thread.start();
  }

  /** Starts the command on a container of {@link Cli#writeSample}. */
  static OpsClient onSample(Path directory) throws IOException {
    Cli cli = new Cli(directory).withSample();
    cli.run("create", "sample:1", "--name", "web");
    return new OpsClient(cli.store(), "web");
  }

  /** Lines that were written and flushed; what was not flushed can't be seen. */
  private static final class FlushedLines extends OutputStream {
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();

    @Override
    public void write(int b) {
      pending.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      pending.write(bytes, offset, length);
    }

    @Override
    public void flush() {
      int start = 0;
      byte[] bytes = pending.toByteArray();
      pending.reset();
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] == '\n') {
          line.write(bytes, start, i - start);
          lines.add(line.toString(StandardCharsets.UTF_8));
          line = new ByteArrayOutputStream();
          start = i + 1;
        }
      }
      line.write(bytes, start, bytes.length - start);
    }
  }

  /** Sends a line as it is and returns the line that answers it. */
  String send(String line) {
    try {
      requests.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      requests.flush();
      String answer = answers.lines.poll(PATIENCE_MINUTES, TimeUnit.MINUTES);
      assertNotNull(answer, () -> "no answer to " + line + ": " + err);
      return answer;
    } catch (IOException e) {
      throw new AssertionError("ops has ended: " + err, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Sends a request and returns the answer, an object. */
  Map<?, ?> ask(@Nullable Object... request) {
    return answer(Json.toString(Arrays.asList(request)));
  }

  /** Sends a line as it is and returns the answer, an object. */
  Map<?, ?> answer(String line) {
    byte[] answer = send(line).getBytes(StandardCharsets.UTF_8);
    return (Map<?, ?>) Objects.requireNonNull(JsonReader.unbounded().read(answer));
  }

  /** Sends a request that must succeed, and returns its result. */
  Object ok(@Nullable Object... request) {
    Map<?, ?> answer = ask(request);
    assertEquals(1, answer.size(), () -> Arrays.toString(request) + ": " + answer);
    return Objects.requireNonNull(answer.get("ok"));
  }

  /** Sends a request that must fail, and returns the message. */
  String fails(String errno, @Nullable Object... request) {
    Map<?, ?> answer = ask(request);
    assertEquals(errno, answer.get("errno"), () -> Arrays.toString(request) + ": " + answer);
    assertEquals(2, answer.size(), answer::toString);
    return String.valueOf(answer.get("message"));
  }

  /** Opens a file and returns its handle. */
  Object open(String path, Object flags) {
    return ok("open", path, flags, "0640");
  }

  /** Returns a file's text. */
  String text(String path) {
    return fromBase64(ok("readfile", path));
  }

  static String fromBase64(Object value) {
    return new String(
        Base64.getDecoder().decode(String.valueOf(value)), StandardCharsets.ISO_8859_1);
  }

  static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Ends the input and returns the exit code. */
  int end() throws IOException {
    requests.close();
    try {
      return command.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    assertEquals(0, end(), err::toString);
    assertEquals(0, answers.pending.size() + answers.line.size() + answers.lines.size());
  }
}
