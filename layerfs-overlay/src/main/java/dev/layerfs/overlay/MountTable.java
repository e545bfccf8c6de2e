package dev.layerfs.overlay;

import dev.layerfs.error.Printable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The mount table of a mount namespace, in the kernel's order: as bytes, since that is what names are. */
final class MountTable {
  /** Where the optional fields begin. */
  private static final int FIXED_FIELDS = 6;

  private final List<MountEntry> entries;

  private MountTable(List<MountEntry> entries) {
    this.entries = entries;
  }

  /** Reads that of this process. */
  static MountTable own() throws IOException {
    return read(Path.of("/proc/self/mountinfo"));
  }

  /** Reads a file of that format. */
  static MountTable read(Path file) throws IOException {
    return parse(Files.readAllBytes(file));
  }

  /** Reads the content of such a file. */
  static MountTable parse(byte[] content) throws IOException {
    List<MountEntry> entries = new ArrayList<>();
    for (byte[] line : split(content, '\n')) {
      if (line.length > 0) {
        entries.add(entry(line));
      }
    }
    return new MountTable(List.copyOf(entries));
  }

  private static MountEntry entry(byte[] line) throws IOException {
    List<byte[]> fields = split(line, ' ');
    int separator = FIXED_FIELDS;
    List<String> propagation = new ArrayList<>();
    while (separator < fields.size() && !text(fields.get(separator)).equals("-")) {
      propagation.add(text(fields.get(separator)));
      separator++;
    }
    if (fields.size() < separator + 4) {
      throw new IOException(
          "a line of the mount table has too few fields: " + Printable.of(text(line)));
    }
    return new MountEntry(
        Long.parseLong(text(fields.get(0))),
        Long.parseLong(text(fields.get(1))),
        text(fields.get(2)),
        new RawPath(unescape(fields.get(4))),
        propagation,
        text(unescape(fields.get(separator + 1))),
        text(unescape(fields.get(separator + 2))),
        fields.get(separator + 3));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Returns the parts between separators, of which an empty text has one. */
  static List<byte[]> split(byte[] bytes, char separator) {
    List<byte[]> parts = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= bytes.length; i++) {
      if (i == bytes.length || bytes[i] == separator) {
        parts.add(Arrays.copyOfRange(bytes, start, i));
        start = i + 1;
      }
    }
    return parts;
  }

  /** Replaces a backslash and three octal digits by the byte they stand for. */
  static byte[] unescape(byte[] bytes) {
    ByteArrayOutputStream plain = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\\' && i + 3 < bytes.length && isOctal(bytes, i + 1)) {
        plain.write((bytes[i + 1] - '0') << 6 | (bytes[i + 2] - '0') << 3 | bytes[i + 3] - '0');
        i += 3;
      } else {
        plain.write(bytes[i]);
      }
    }
    return plain.toByteArray();
  }

  private static boolean isOctal(byte[] bytes, int from) {
    for (int i = from; i < from + 3; i++) {
      if (bytes[i] < '0' || bytes[i] > '7') {
        return false;
      }
    }
    return true;
  }

  /** Returns all mounts. */
  List<MountEntry> entries() {
    return entries;
  }

  /** Returns what was mounted last at a place. */
  Optional<MountEntry> at(RawPath target) {
    return entries.stream()
        .filter(entry -> Arrays.equals(entry.target().bytes(), target.bytes()))
        .reduce((first, second) -> second);
  }

  /** Returns what a mount is on, if that can be seen from here. */
  Optional<MountEntry> parent(MountEntry mount) {
    return entries.stream().filter(entry -> entry.id() == mount.parent()).findFirst();
  }

  /** Returns the mounts that are directly on another. */
  List<MountEntry> on(MountEntry parent) {
    return entries.stream().filter(entry -> entry.parent() == parent.id()).toList();
  }
}
