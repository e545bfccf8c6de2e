package dev.layerfs.nio;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Cases that open files, with every set of options that means something else. */
final class OpeningCases {
  private final ProviderCases cases;

  private OpeningCases(ProviderCases cases) {
    this.cases = cases;
  }

  static void addTo(ProviderCases cases) {
    OpeningCases own = new OpeningCases(cases);
    own.opening();
  }

  private void opening() {
    List<List<OpenOption>> options = List.of(
        List.of(),
        List.of(READ),
        List.of(WRITE),
        List.of(APPEND),
        List.of(READ, WRITE),
        List.of(READ, APPEND),
        List.of(APPEND, TRUNCATE_EXISTING),
        List.of(READ, TRUNCATE_EXISTING),
        List.of(WRITE, TRUNCATE_EXISTING),
        List.of(CREATE),
        List.of(READ, CREATE_NEW),
        List.of(WRITE, CREATE),
        List.of(WRITE, CREATE, NOFOLLOW_LINKS),
        List.of(WRITE, CREATE_NEW),
        List.of(APPEND, CREATE),
        List.of(WRITE, CREATE, TRUNCATE_EXISTING),
        List.of(READ, NOFOLLOW_LINKS),
        List.of(READ, DELETE_ON_CLOSE),
        List.of(WRITE, CREATE, DELETE_ON_CLOSE));
    for (String name :
        List.of("file", "link", "dangling", "loop", "empty", "none", "none/x", "file/x", ".")) {
      for (List<OpenOption> option : options) {
        cases.add("open " + name + " " + option, b -> use(b.resolve(name), option));
        cases.add(
            "open asynchronously " + name + " " + option, b -> await(b.resolve(name), option));
      }
    }
    cases.add(
        "open asynchronously with an unknown option",
        b -> await(b.resolve("file"), List.of(new OpenOption() {})));
    cases.add(
        "open with an unknown option", b -> use(b.resolve("file"), List.of(new OpenOption() {})));
    cases.add("input stream", b -> Files.newInputStream(b.resolve("file"), WRITE));
    cases.add("output stream", b -> Files.newOutputStream(b.resolve("file"), READ));
    cases.add("write", b -> Files.writeString(b.resolve("dangling"), "made").getFileName());
    cases.add(
        "lines", b -> Files.write(b.resolve("file"), List.of("a", "b"), APPEND).getFileName());
  }

  /** Opens, asks for all that can differ, writes if it can. */
  private static String use(Path file, List<OpenOption> options) throws IOException {
    try (SeekableByteChannel channel =
        Files.newByteChannel(file, options.toArray(new OpenOption[0]))) {
      StringBuilder seen = new StringBuilder();
      seen.append(channel.position()).append(' ');
      seen.append(Files.isDirectory(file) ? "directory" : channel.size()).append(' ');
      seen.append(Files.exists(file)).append(' ');
      ByteBuffer buffer = ByteBuffer.wrap("written".getBytes(StandardCharsets.US_ASCII));
      seen.append(Outcome.of(file, () -> channel.write(buffer))).append(' ');
      seen.append(channel.position()).append(' ');
      seen.append(Outcome.of(file, () -> channel.position(1).read(ByteBuffer.allocate(3))));
      seen.append(' ').append(channel.position());
      return seen.toString();
    }
  }

  /** Opens an asynchronous channel, asks for all that can differ, writes if it can. */
  private static String await(Path file, List<OpenOption> options) throws IOException {
    try (AsynchronousFileChannel channel =
        AsynchronousFileChannel.open(file, options.toArray(new OpenOption[0]))) {
      StringBuilder seen = new StringBuilder();
      seen.append(Files.isDirectory(file) ? "directory" : channel.size()).append(' ');
      seen.append(Files.exists(file)).append(' ');
      ByteBuffer buffer = ByteBuffer.wrap("written".getBytes(StandardCharsets.US_ASCII));
      seen.append(Outcome.of(file, () -> result(channel.write(buffer, 2)))).append(' ');
      ByteBuffer target = ByteBuffer.allocate(3);
      return seen.append(Outcome.of(file, () -> result(channel.read(target, 1))))
          .toString();
    }
  }

  private static Object result(Future<?> future) throws Exception {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw (IOException) e.getCause();
    }
  }
}
