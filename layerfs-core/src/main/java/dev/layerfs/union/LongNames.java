package dev.layerfs.union;

import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names whose escaped form is too long for hosts: the object is called by the name's hash, and a small file beside it
 * holds the name. That file is written first and deleted last; one without its object means nothing.
 */
final class LongNames {
  static final String OBJECT = "%h-";
  private static final String NAME = "%n-";

  private LongNames() {}

  /** Returns the place of a long name, having noted the name. */
  static Path resolve(Path directory, Name name) throws PosixException {
    byte[] bytes = name.toBytes();
    String hash = hash(bytes);
    Path note = directory.resolve(NAME + hash);
    try {
      if (!Files.exists(note) || Files.size(note) != bytes.length) {
        Files.write(note, bytes);
        Channels.sync(note); // without it nobody knows what the object is called
      }
    } catch (IOException e) {
      throw HostErrors.of(e, note);
    }
    return directory.resolve(OBJECT + hash);
  }

  private static String hash(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, 20);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static Name nameOf(Path object) throws PosixException {
    try {
      return Name.ofBytes(Files.readAllBytes(note(object)));
    } catch (IOException e) {
      throw HostErrors.of(e, object);
    }
  }

  private static Path note(Path object) {
    String hash = String.valueOf(object.getFileName()).substring(OBJECT.length());
    return object.resolveSibling(NAME + hash);
  }

  /** Deletes the note of a name that is gone. */
  static void forget(Path object) throws PosixException {
    if (!String.valueOf(object.getFileName()).startsWith(OBJECT)) {
      return;
    }
    try {
      Files.deleteIfExists(note(object));
    } catch (IOException e) {
      throw HostErrors.of(e, object);
    }
  }

  /** Deletes notes without objects from a directory that is about to be deleted. */
  static void clear(Path directory) throws IOException {
    try (DirectoryStream<Path> notes = Files.newDirectoryStream(directory, NAME + "*")) {
      for (Path note : notes) {
        String hash = String.valueOf(note.getFileName()).substring(NAME.length());
        if (!Files.exists(directory.resolve(OBJECT + hash))) {
          Files.delete(note);
        }
      }
    }
  }
}
