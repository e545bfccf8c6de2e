package dev.layerfs.overlay;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.spi.HostFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The program that {@link OtherProcessTest} runs with {@code LC_ALL=C}. */
final class LocaleFilesRun {
  private LocaleFilesRun() {}

  /** Makes an upper in a directory, with a name that this locale does not know. */
  public static void main(String[] arguments) throws IOException {
    Path container = Path.of(arguments[0]);
    Path upper = container.resolve("upper");
    HostFiles files = new LinuxFilesFactory()
        .open(UserFiles.LABEL, Files.createDirectory(container.resolve("work")));
    files.create(upper, FileType.DIRECTORY, 0755, 0, 0);
    Name name = Name.ofBytes(new byte[] {'c', 'a', 'f', (byte) 0xC3, (byte) 0xA9, (byte) 0xFF});
    Path place = files.resolve(upper, name);
    files.create(place, FileType.REGULAR, 0644, 0, 0);
    try (FileChannel channel = files.open(place, true)) {
      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    }
    if (!files.list(upper).equals(List.of(name)) || files.stat(place).size() != 3) {
      throw new AssertionError(files.list(upper));
    }
    if (Files.readAllBytes(files.content(place)).length != 3) {
      throw new AssertionError("the JDK finds another file");
    }
  }
}
