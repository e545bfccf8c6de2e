package dev.layerfs.examples;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Resolver.LastLink;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Set;
import picocli.CommandLine.Command;

/** Prints a file's content. */
@Command(
    name = "cat",
    description = {
      "Print the content of a file.",
      "With --json: its path, and its content in base64."
    },
    footer = {"", "Example:", "  layerfs cat debian:12:/etc/os-release"})
final class CatCommand extends LookCommand {
  @Override
  void look(PosixView view, String path) throws IOException {
    RootFile file = RootFile.find(view, path, LastLink.FOLLOW);
    if (file.type() == FileType.DIRECTORY) {
      throw new PosixException(Errno.EISDIR, file.path());
    }
    if (!json()) {
      out().flush();
      copy(file, terminal().bytes());
      terminal().bytes().flush();
      return;
    }
    out().print("{\"path\":" + Json.toString(file.path()) + ",\"data64\":\"");
    out().flush();
    try (OutputStream base64 = Base64.getEncoder().wrap(unclosed(terminal().bytes()))) {
      copy(file, base64);
    }
    out().println("\"}");
  }

  private static void copy(RootFile file, OutputStream target) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    try (FileHandle handle = file.view().open(file.node(), Set.of(OpenFlag.READ))) {
      long position = 0;
      while (handle.read(buffer, position) > 0) {
        target.write(buffer.array(), 0, buffer.position());
        position += buffer.position();
        buffer.clear();
      }
    }
  }

  private static OutputStream unclosed(OutputStream out) {
    return new FilterOutputStream(out) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
      }

      @Override
      public void close() throws IOException {
        flush();
      }
    };
  }
}
