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
import picocli.CommandLine.Help.Ansi;

/**
 * What a command sees of the process it runs in. Tests give it another.
 *
 * @param in standard input
 * @param bytes standard output, for content; {@code out} must be flushed first
 * @param out standard output, for text
 * @param err standard error
 * @param interactive whether a person watches standard error, so that progress can be drawn
 * @param colours whether standard output shows colours
 * @param environment the environment variables
 * @param clock tells time and time zone
 */
record Terminal(
    InputStream in,
    OutputStream bytes,
    PrintWriter out,
    PrintWriter err,
    boolean interactive,
    boolean colours,
    Map<String, String> environment,
    Clock clock) {

  /**
   * Returns the terminal of this process. Text is in the encoding of the console if there is one, else UTF-8. The system
   * property {@code layerfs.terminal} ({@code true} or {@code false}) says whether standard error is one, for a launcher
   * that knows, and {@code layerfs.colours} whether standard output is one; a console is found only if standard input is one too.
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
        showsColours(Boolean.getBoolean("layerfs.colours"), System.getenv()),
        System.getenv(),
        Clock.systemDefaultZone());
  }

  /**
   * Tells whether colours are wanted.
   *
   * @param isTerminal whether standard output is a terminal
   * @param environment {@code NO_COLOR} that is not empty refuses them (no-color.org), and so does a terminal that is
   *     {@code dumb}
   */
  static boolean showsColours(boolean isTerminal, Map<String, String> environment) {
    return isTerminal
        && environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "").equals("dumb");
  }

  /**
   * Returns text in a colour, if colours are shown.
   *
   * @param style what picocli calls the colour, for example {@code green}
   * @param text text for a terminal, without control characters
   */
  String coloured(String style, String text) {
    return ansi().string("@|" + style + " " + text + "|@");
  }

  /** Returns how picocli is to write help. */
  Ansi ansi() {
    return colours ? Ansi.ON : Ansi.OFF;
  }
}
