package dev.layerfs.changeset;

import dev.layerfs.oci.Limits;
import dev.layerfs.posix.Name;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Reads whole archives, content included, for tests to look at. */
final class Archives {
  private Archives() {}

  /** A member with its content, holes as zeros. */
  record Member(TarEntry entry, byte[] content) {
    String name() {
      return Name.decode(entry.name());
    }
  }

  /** A change with its content, holes as zeros. */
  record Change(ChangesetEntry entry, byte[] content) {
    String path() {
      return String.join("/", entry.path().stream().map(Name::toString).toList());
    }

    @Override
    public String toString() {
      return entry.kind() + " " + path();
    }
  }

  static List<Member> members(byte[] tar) throws IOException {
    return members(new ByteArrayInputStream(tar), Limits.DEFAULT);
  }

  static List<Member> members(InputStream tar, Limits limits) throws IOException {
    List<Member> members = new ArrayList<>();
    try (TarReader reader = new TarReader(tar, "test", limits)) {
      for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
        members.add(new Member(entry, reader.content().readAllBytes()));
      }
    }
    return members;
  }

  static List<String> names(byte[] tar) throws IOException {
    return members(tar).stream().map(Member::name).toList();
  }

  static List<Change> changes(byte[] tar) throws IOException {
    return changes(new ByteArrayInputStream(tar), Limits.DEFAULT);
  }

  static List<Change> changes(InputStream tar, Limits limits) throws IOException {
    List<Change> changes = new ArrayList<>();
    try (ChangesetReader reader = new ChangesetReader(tar, "test", limits)) {
      for (ChangesetEntry e = reader.next(); e != null; e = reader.next()) {
        changes.add(new Change(e, e.size() > 1 << 28 ? new byte[0] : content(reader, e.size())));
      }
    }
    return changes;
  }

  private static byte[] content(ChangesetReader reader, long size) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    reader.readData((position, buffer, offset, length) -> {
      content.writeBytes(new byte[(int) position - content.size()]);
      content.write(buffer, offset, length);
    });
    content.writeBytes(new byte[(int) size - content.size()]);
    return content.toByteArray();
  }

  static List<String> notes(byte[] tar) throws IOException {
    try (ChangesetReader reader =
        new ChangesetReader(new ByteArrayInputStream(tar), "test", Limits.DEFAULT)) {
      while (reader.next() != null) {
        // all of it
      }
      return reader.notes();
    }
  }
}
