package dev.layerfs.changeset;

import dev.layerfs.changeset.ChangesetEntry.Kind;
import dev.layerfs.posix.Name;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes changes of all kinds with everything that they can have: whatever is made, a layer can express. */
final class RandomChanges {
  private static final byte[] NOTHING = {};
  private static final String[] XATTRS = {
    "user.a", "user.mime_type", "security.capability", "trusted.x", "user.\u00fc\u65e5"
  };

  private final Random random;
  private final int clock;

  RandomChanges(long seed) {
    this(seed, 1);
  }

  /** Makes changes whose times are multiples of some nanoseconds. */
  RandomChanges(long seed, int clock) {
    this.random = new Random(seed);
    this.clock = clock;
  }

  /** Returns some changes, numbered as a reader numbers them. */
  List<Archives.Change> next() {
    int count = 1 + random.nextInt(12);
    List<Archives.Change> changes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      changes.add(change(i));
    }
    return changes;
  }

  /** Returns the tar that the writer makes of changes. */
  static byte[] write(List<Archives.Change> changes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ChangesetWriter writer = new ChangesetWriter(out);
    for (Archives.Change change : changes) {
      writer.add(change.entry());
      byte[] content = change.content();
      for (int i = 0; i < content.length; i += 1000) {
        writer.content(i, content, i, Math.min(1000, content.length - i));
      }
    }
    writer.finish();
    return out.toByteArray();
  }

  private Archives.Change change(int index) {
    Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
    boolean mark = kind == Kind.WHITEOUT || kind == Kind.OPAQUE;
    boolean device = kind == Kind.CHARACTER_DEVICE || kind == Kind.BLOCK_DEVICE;
    byte[] content = kind == Kind.FILE ? content() : NOTHING;
    boolean root = kind == Kind.OPAQUE || kind == Kind.DIRECTORY;
    ChangesetEntry entry = new ChangesetEntry(
        index,
        kind,
        root && random.nextInt(5) == 0 ? List.of() : path(),
        mark ? 0 : random.nextInt(010000),
        mark ? 0 : id(),
        mark ? 0 : id(),
        content.length,
        mark ? 0 : seconds(),
        mark || random.nextBoolean() ? 0 : random.nextInt(1_000_000_000 / clock) * clock,
        kind == Kind.SYMLINK ? target() : NOTHING,
        kind == Kind.HARD_LINK ? path() : List.of(),
        device ? 1 + random.nextInt(4095) : 0,
        device ? random.nextInt(1 << 20) : 0,
        mark ? Collections.emptySortedMap() : xattrs());
    return new Archives.Change(entry, content);
  }

  private long id() {
    return switch (random.nextInt(3)) {
      case 0 -> 0;
      case 1 -> random.nextInt(70_000);
      default -> random.nextLong(0xFFFF_FFFFL);
    };
  }

  private long seconds() {
    long seconds = random.nextLong(random.nextBoolean() ? 1L << 31 : 1L << 40);
    return random.nextInt(4) == 0 ? -seconds % 3 : seconds;
  }

  private SortedMap<Name, byte[]> xattrs() {
    SortedMap<Name, byte[]> xattrs = new TreeMap<>();
    for (int i = random.nextInt(4); i > 1; i--) {
      byte[] value = new byte[random.nextInt(3) * random.nextInt(600)];
      random.nextBytes(value);
      xattrs.put(Name.of(XATTRS[random.nextInt(XATTRS.length)]), value);
    }
    return xattrs;
  }

  private byte[] content() {
    int[] sizes = {0, 1, 511, 512, 513, random.nextInt(20_000)};
    byte[] content = new byte[sizes[random.nextInt(sizes.length)]];
    random.nextBytes(content);
    return content;
  }

  private byte[] target() {
    return ChangesetWriter.absolute(path());
  }

  private List<Name> path() {
    List<Name> path = new ArrayList<>();
    for (int depth = random.nextInt(random.nextInt(4) == 0 ? 12 : 3); depth >= 0; depth--) {
      path.add(name());
    }
    return path;
  }

  private Name name() {
    byte[] bytes = new byte[1 + random.nextInt(random.nextInt(3) == 0 ? 255 : 12)];
    random.nextBytes(bytes);
    boolean ascii = random.nextBoolean();
    for (int i = 0; i < bytes.length; i++) {
      boolean impossible = bytes[i] == 0 || bytes[i] == '/' || bytes[i] == '.';
      if (ascii || impossible || random.nextInt(4) > 0) {
        bytes[i] = (byte) ('a' + random.nextInt(26));
      }
    }
    return Name.ofBytes(bytes);
  }
}
