package dev.layerfs.nio;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.erofs.NumberedFiles;
import dev.layerfs.union.UnionView;
import dev.layerfs.union.Upper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.BitSet;

/** The program of {@link MillionNamesTest}: uses a directory of very many files with little memory. */
final class MillionNames {
  private static final String NEW = "new";

  private final Path directory;
  private final int count;
  private final int middle;

  private MillionNames(Path directory, int count) {
    this.directory = directory;
    this.count = count;
    this.middle = count / 2;
  }

  /**
   * Runs with the directory of the image, an empty one for the container, and the number of files. Fails if something is not as
   * it should be.
   */
  public static void main(String[] arguments) throws IOException {
    Path container = Path.of(arguments[1]);
    Upper.Format format = Upper.bestFormat(container);
    try (ErofsImage image = NumberedFiles.open(Path.of(arguments[0]))) {
      Upper.create(container, format, image);
      Upper upper = Upper.open(container, format);
      try (FileSystem door = LayerFileSystem.of(UnionView.open(image, upper), "test")) {
        new MillionNames(door.getPath("/", NumberedFiles.DIRECTORY), Integer.parseInt(arguments[2]))
            .use();
      }
    }
  }

  private Path file(int number) {
    return directory.resolve(NumberedFiles.name(number));
  }

  private void use() throws IOException {
    for (int number = 0; number < count; number += 997) {
      require(Files.size(file(number)) == 0, file(number));
      require(Files.notExists(file(count + number)), file(count + number));
    }
    require(list().cardinality() == count, "all are listed");
    Files.writeString(file(middle), "changed");
    Files.delete(file(0));
    Files.move(file(1), directory.resolve(NEW));
    Files.createFile(file(count));
    change();
    BitSet listed = list();
    require(listed.cardinality() == count - 1, "two are gone and one has come");
    require(!listed.get(0) && !listed.get(1) && listed.get(count), "those");
  }

  private void change() throws IOException {
    require(Files.readString(file(middle)).equals("changed"), file(middle));
    require(Files.size(directory.resolve(NEW)) == 0, NEW);
    try {
      Files.delete(file(0));
      throw new IllegalStateException("deleted twice");
    } catch (NoSuchFileException e) {
      require(Files.exists(file(2)), file(2));
    }
  }

  /** Returns the numbers of the files that are listed; none may come twice. */
  private BitSet list() throws IOException {
    BitSet listed = new BitSet(count + 1);
    String prefix = NumberedFiles.name(0).replace("0", "");
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (!name.equals(NEW)) {
          int number = Integer.parseInt(name.substring(prefix.length()));
          require(!listed.get(number), name);
          listed.set(number);
        }
      }
    }
    return listed;
  }

  private static void require(boolean holds, Object what) {
    if (!holds) {
      throw new IllegalStateException(what.toString());
    }
  }
}
