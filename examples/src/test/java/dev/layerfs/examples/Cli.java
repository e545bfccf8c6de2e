package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Runs commands in this process, on a store of their own. */
final class Cli {
  private final Path directory;

  /**
   * What a command did.
   *
   * @param exitCode its exit code
   * @param bytes what it wrote to standard output
   * @param err what it wrote to standard error
   */
  record Result(int exitCode, byte[] bytes, String err) {
    String out() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    List<String> lines() {
      return out().lines().toList();
    }

    /** Returns standard output as JSON, which it must be. */
    Object json() {
      return JsonReader.unbounded().read(bytes);
    }

    Result fails(int expected) {
      assertEquals(expected, exitCode, () -> out() + err);
      return this;
    }
  }

  /**
   * Chooses where things are.
   *
   * @param directory an empty directory
   */
  Cli(Path directory) {
    this.directory = directory;
  }

  Path store() {
    return directory.resolve("data").resolve("layerfs");
  }

  /** Runs a command that must succeed. */
  Result run(String... args) {
    return execute(args).fails(0);
  }

  /** Runs a command. */
  Result execute(String... args) {
    return execute(new ByteArrayInputStream(new byte[0]), args);
  }

  /** Runs a command with a standard input. */
  Result execute(InputStream in, String... args) {
    return execute(in, environment(), args);
  }

  private Map<String, String> environment() {
    return Map.of("XDG_DATA_HOME", directory.resolve("data").toString());
  }

  /** Runs a command that must succeed, and prints to a terminal that shows colours. */
  Result onTerminal(String... args) {
    return execute(InputStream.nullInputStream(), environment(), true, args).fails(0);
  }

  static Result execute(InputStream in, Map<String, String> environment, String... args) {
    return execute(in, environment, false, args);
  }

  private static Result execute(
      InputStream in, Map<String, String> environment, boolean colours, String... args) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    StringWriter err = new StringWriter();
    PrintWriter out = new PrintWriter(bytes, false, StandardCharsets.UTF_8);
    Terminal terminal = new Terminal(
        in, bytes, out, new PrintWriter(err), false, colours, environment, Clock.systemUTC());
    int exitCode = Main.run(terminal, args);
    return new Result(exitCode, bytes.toByteArray(), err.toString());
  }

  /** Loads {@link #writeSample} as {@code sample:1}. */
  Cli withSample() throws IOException {
    run("load", writeSample("sample:1").toString());
    return this;
  }

  /** Writes an image of two layers, as an OCI layout. */
  Path writeSample(String name) throws IOException {
    Path layout = directory.resolve("layout");
    try (LayerTar base = new LayerTar();
        LayerTar top = new LayerTar()) {
      base.file("etc/hosts", "127.0.0.1 localhost\n")
          .file("etc/motd", "first\n")
          .file("opt/old", "old\n")
          .file("usr/bin/tool", 04755, new byte[] {0x7f, 'E', 'L', 'F', (byte) 0xff})
          .file("usr/share/doc/tool/copyright", "free\n")
          .symlink("bin", "usr/bin")
          .symlink("etc/loop", "loop");
      top.file("etc/motd", "second\n").whiteout("opt/old");
      return new ImageLayout(layout)
          .layer("ADD base /", base.toBytes())
          .layer("RUN echo second >/etc/motd &&\t\trm /opt/old", top.toBytes())
          .write(name);
    }
  }

  /** Writes an image of names that are no text, as an OCI layout. */
  Path writeOdd(String name) throws IOException {
    return new ImageLayout(directory.resolve("odd")).layer("x", odd()).write(name);
  }

  /** Returns a layer with a name of bytes that are not UTF-8, an extended attribute, a large owner and a pipe. */
  private static byte[] odd() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "ISO-8859-1")) {
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
      TarArchiveEntry file = new TarArchiveEntry("a\u00ff\u001b", TarConstants.LF_NORMAL);
      file.setUserId(4_294_967_294L);
      file.addPaxHeader("SCHILY.xattr.user.note", "hi");
      tar.putArchiveEntry(file);
      tar.closeArchiveEntry();
      TarArchiveEntry pipe = new TarArchiveEntry("pipe", TarConstants.LF_FIFO);
      pipe.setMode(0644);
      tar.putArchiveEntry(pipe);
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }
}
