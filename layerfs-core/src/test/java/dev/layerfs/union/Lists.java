package dev.layerfs.union;

import dev.layerfs.posix.Acl;
import dev.layerfs.posix.Acl.Entry;
import dev.layerfs.posix.Acl.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Access control lists for tests. */
final class Lists {
  private Lists() {}

  /** Returns the list that {@code setfacl} would make of a text with short tags and numbers. */
  static Acl of(String text) {
    List<Entry> entries = new ArrayList<>();
    for (String line : text.split(",")) {
      String[] fields = line.split(":");
      boolean named = !fields[1].isEmpty();
      Tag tag = switch (fields[0]) {
        case "u" -> named ? Tag.USER : Tag.USER_OBJ;
        case "g" -> named ? Tag.GROUP : Tag.GROUP_OBJ;
        case "m" -> Tag.MASK;
        case "o" -> Tag.OTHER;
        default -> throw new IllegalArgumentException(text);
      };
      int permissions = (fields[2].contains("r") ? 4 : 0)
          | (fields[2].contains("w") ? 2 : 0)
          | (fields[2].contains("x") ? 1 : 0);
      entries.add(new Entry(tag, permissions, named ? Long.parseLong(fields[1]) : Entry.NO_ID));
    }
    return new Acl(entries);
  }

  /** Returns a valid list, with named entries more often than not. */
  static Acl valid(Random random, long[] uids, long[] gids) {
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry(Tag.USER_OBJ, random.nextInt(8), Entry.NO_ID));
    int users = random.nextInt(3);
    for (int i = 0; i < users; i++) {
      entries.add(new Entry(Tag.USER, random.nextInt(8), uids[random.nextInt(uids.length)]));
    }
    entries.add(new Entry(Tag.GROUP_OBJ, random.nextInt(8), Entry.NO_ID));
    int groups = random.nextInt(3);
    for (int i = 0; i < groups; i++) {
      entries.add(new Entry(Tag.GROUP, random.nextInt(8), gids[random.nextInt(gids.length)]));
    }
    if (users + groups > 0 || random.nextBoolean()) {
      entries.add(new Entry(Tag.MASK, random.nextInt(8), Entry.NO_ID));
    }
    entries.add(new Entry(Tag.OTHER, random.nextInt(8), Entry.NO_ID));
    return new Acl(entries);
  }

  /** Returns a value that may be no list: a list with something wrong in it, perhaps. */
  static byte[] damaged(Random random, Acl list) {
    List<Entry> entries = new ArrayList<>(list.entries());
    int index = random.nextInt(entries.size());
    Entry entry = entries.get(index);
    switch (random.nextInt(5)) {
      case 0 -> entries.remove(index);
      case 1 -> entries.add(random.nextInt(entries.size() + 1), entry);
      case 2 -> entries.set(index, new Entry(entry.tag(), 1 << random.nextInt(16), entry.id()));
      case 3 -> entries.add(entries.remove(random.nextInt(entries.size())));
      default -> {
        byte[] bytes = list.toBytes();
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        return random.nextBoolean()
            ? bytes
            : java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
    }
    return new Acl(entries).toBytes();
  }
}
