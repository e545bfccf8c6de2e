package dev.layerfs.store;

import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.json.JsonObject;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Where the upper of a container with limits is, as {@code limited.json} beside it says. */
enum LimitedState {
  /** Where it always was; a copy of it is being made in a file system of fixed size. */
  FILLING,
  /** In the file system of fixed size. */
  INSIDE,
  /** A copy of what was there is complete, and takes its old place. */
  RETURNED;

  private static final String STATE = "state";

  byte[] encode() {
    return RecordFile.encode(JsonObject.empty().with(STATE, name().toLowerCase(Locale.ROOT)));
  }

  /**
   * Reads the file.
   *
   * @return the state; empty if there is no file, and nothing was begun
   * @throws StoreCorruptException if it is damaged
   */
  static Optional<LimitedState> read(Path file) throws IOException {
    try {
      return Optional.of(
          RecordFile.read(file, fields -> valueOf(fields.string(STATE).toUpperCase(Locale.ROOT))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
