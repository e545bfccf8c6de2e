package dev.layerfs.union.differential;

import dev.layerfs.posix.FileType;
import java.util.List;

/** What one layer has under the name {@code n}. */
enum ObjectKind {
  /** Nothing. */
  ABSENT('-'),
  /** A regular file. */
  FILE('f'),
  /** An empty directory. */
  EMPTY_DIRECTORY('d'),
  /** A directory with one file, whose name tells the layer. */
  DIRECTORY('D'),
  /** A symbolic link that leads nowhere. */
  SYMLINK('s'),
  /** A whiteout. */
  WHITEOUT('w'),
  /** A directory with one file that hides what is beneath. */
  OPAQUE('o'),
  /** A named pipe. */
  FIFO('p'),
  /** A character device. */
  DEVICE('c'),
  /** A regular file with a second name, {@code nl}. */
  HARD_LINKS('h');

  /** The kinds that the prototype enumerated. */
  static final List<ObjectKind> BASE =
      List.of(ABSENT, FILE, EMPTY_DIRECTORY, DIRECTORY, SYMLINK, WHITEOUT, OPAQUE);

  private final char code;

  ObjectKind(char code) {
    this.code = code;
  }

  char code() {
    return code;
  }

  static ObjectKind of(String code) {
    for (ObjectKind kind : values()) {
      if (code.equals(String.valueOf(kind.code))) {
        return kind;
      }
    }
    throw new IllegalArgumentException("no kind of object: " + code);
  }

  boolean isDirectory() {
    return this == EMPTY_DIRECTORY || this == DIRECTORY || this == OPAQUE;
  }

  /** Whether a layer has an object of its own at the name. */
  boolean isObject() {
    return this != ABSENT && this != WHITEOUT;
  }

  /**
   * Returns the objects that are this kind in a layer.
   *
   * @param tag what names the layer in contents and names
   * @param metadata what they have
   */
  List<Planted> objects(String tag, Metadata metadata) {
    int mode = metadata.fileMode();
    Planted directory = Planted.directory("n", metadata.directoryMode(), metadata);
    Planted child = Planted.file("n/c" + tag, 0644, tag, metadata);
    return switch (this) {
      case ABSENT -> List.of();
      case FILE -> List.of(Planted.file("n", mode, metadata.content(tag), metadata));
      case EMPTY_DIRECTORY -> List.of(directory);
      case DIRECTORY -> List.of(directory, child);
      case SYMLINK -> List.of(Planted.symlink("n", "tgt-" + tag, metadata));
      case WHITEOUT -> List.of(Planted.whiteout("n"));
      case OPAQUE -> List.of(directory.opaque(), child);
      case FIFO -> List.of(Planted.special("n", FileType.FIFO, mode, metadata));
      case DEVICE -> List.of(Planted.special("n", FileType.CHARACTER_DEVICE, mode, metadata));
      case HARD_LINKS ->
        List.of(Planted.file("n", mode, tag, metadata), Planted.hardLink("nl", "n", metadata));
    };
  }
}
