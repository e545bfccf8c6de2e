package dev.layerfs.erofs;

import dev.layerfs.changeset.ChangesetEntry;
import dev.layerfs.changeset.ChangesetEntry.Kind;
import dev.layerfs.changeset.DataSink;
import dev.layerfs.posix.Name;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A changeset of empty files in one directory, made one by one; there may be millions. */
public final class NumberedFiles implements LayerFile.Source {
  /** The directory that holds them. */
  public static final String DIRECTORY = "many";

  private static final byte[] NOTHING = {};

  private final int count;
  private int next = -1; // the directory

  private NumberedFiles(int count) {
    this.count = count;
  }

  /** Returns the name of a file. */
  public static String name(int number) {
    return "file-" + number;
  }

  /**
   * Writes an image of one layer.
   *
   * @param directory gets the two files
   * @param count how many files the image has
   */
  public static void write(Path directory, int count) throws IOException {
    Images.write(layer(directory), new NumberedFiles(count));
    try (ErofsImage layer = ErofsImage.open(layer(directory), List.of());
        FileChannel out = Images.create(tree(directory))) {
      ImageTree.write(List.of(layer), List.of("0".repeat(64)), Images.uuid(1), out);
    }
  }

  /** Opens the image that was written into a directory. */
  public static ErofsImage open(Path directory) throws IOException {
    return ErofsImage.open(tree(directory), List.of(layer(directory)));
  }

  private static Path layer(Path directory) {
    return directory.resolve("layer.erofs");
  }

  private static Path tree(Path directory) {
    return directory.resolve("tree.erofs");
  }

  @Override
  public String subject() {
    return "layer of " + count + " files";
  }

  @Override
  public List<String> notes() {
    return List.of();
  }

  @Override
  public @Nullable ChangesetEntry next() {
    if (next == count) {
      return null;
    }
    Name directory = Name.of(DIRECTORY);
    ChangesetEntry entry = next < 0
        ? entry(Kind.DIRECTORY, List.of(directory))
        : entry(Kind.FILE, List.of(directory, Name.of(name(next))));
    next++;
    return entry;
  }

  private ChangesetEntry entry(Kind kind, List<Name> path) {
    return new ChangesetEntry(
        next + 1, kind, path, 0755, 0, 0, 0, 0, 0, NOTHING, List.of(), 0, 0, new TreeMap<>());
  }

  @Override
  public void readData(DataSink sink) {}
}
