package dev.layerfs.examples;

import java.io.Console;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;

/**
 * What a command sees of the process it runs in. Tests give it another.
 *
 * @param in standard input
 * @param bytes standard output, for content; {@code out} must be flushed first
 * @param out standard output, for text
 * @param err standard error
 * @param interactive whether a person watches standard error, so that progress can be drawn
 * @param environment the environment variables
 * @param clock tells time and time zone
 */
record Terminal(
    InputStream in,
    OutputStream bytes,
    PrintWriter out,
    PrintWriter err,
    boolean interactive,
    Map<String, String> environment,
    Clock clock) {

  /**
   * Returns the terminal of this process. Text is in the encoding of the console if there is one, else UTF-8. The system
   * property {@code layerfs.terminal} ({@code true} or {@code false}) says whether standard error is one, for a launcher
   * that knows; a console is found only if standard input is one too.
   *
   * @param in standard input
   * @param out standard output
   * @param err standard error
   * @return the terminal
   */
  @SuppressWarnings({
    "SystemConsoleNull", // asked only for its encoding where the launcher says what is a terminal
    "JavaTimeDefaultTimeZone" // people read times in their own zone
  })
  static Terminal ofProcess(InputStream in, OutputStream out, OutputStream err) {
    Console console = System.console();
    Charset charset = console == null ? StandardCharsets.UTF_8 : console.charset();
    String terminal = System.getProperty("layerfs.terminal", String.valueOf(console != null));
    return new Terminal(
        in,
        out,
        new PrintWriter(new OutputStreamWriter(out, charset)),
        new PrintWriter(new OutputStreamWriter(err, charset), true),
        Boolean.parseBoolean(terminal),
        System.getenv(),
        Clock.systemDefaultZone());
  }
}
