package dev.layerfs.changeset;

import dev.layerfs.posix.Name;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TarEntryBuilder;
import dev.layerfs.testing.TarEntryBuilder.Format;
import java.util.Random;

/** Makes archives of all sorts of members, every reader's view of which is the same. */
final class RandomTars {
  private static final char[] TYPES = {'0', '0', '0', '0', '1', '2', '3', '4', '5', '6', '7'};

  private final Random random;

  RandomTars(long seed) {
    random = new Random(seed);
  }

  byte[] next() {
    TarBuilder tar = new TarBuilder();
    int count = 1 + random.nextInt(12);
    for (int i = 0; i < count; i++) {
      addEntry(tar);
    }
    return random.nextInt(4) == 0 ? tar.buildWithoutEnd() : tar.build();
  }

  private void addEntry(TarBuilder tar) {
    char type = TYPES[random.nextInt(TYPES.length)];
    boolean gnu = random.nextBoolean();
    String name = name();
    String link = name();
    if (gnu && name.length() > 100) {
      tar.gnuLong('L', name);
    }
    if (gnu && link.length() > 100) {
      tar.gnuLong('K', link);
    }
    TarEntryBuilder entry = TarEntryBuilder.of(type, type == '5' ? name + "/" : name)
        .format(gnu ? Format.GNU : Format.USTAR)
        .mode(random.nextInt(010000))
        .owner(id(), id())
        .mtime(time(gnu), gnu ? 0 : random.nextInt(1000) * 1_000_000);
    if (type == '1' || type == '2') {
      entry.link(link);
    }
    if (type == '3' || type == '4') {
      entry.device(random.nextInt(4096), random.nextInt(1 << 20));
    }
    if (type == '0' || type == '7') {
      entry.data(content());
    }
    tar.add(gnu ? entry.withoutPax() : entry);
  }

  private long id() {
    return random.nextBoolean() ? random.nextInt(70_000) : random.nextLong(1L << 32);
  }

  private long time(boolean gnu) {
    long seconds = random.nextLong(1L << 34);
    return !gnu && random.nextInt(4) == 0 ? -seconds : seconds;
  }

  private byte[] content() {
    int[] sizes = {0, 1, 511, 512, 513, 1024, random.nextInt(5000), random.nextInt(400_000)};
    byte[] content = new byte[sizes[random.nextInt(sizes.length)]];
    random.nextBytes(content);
    return content;
  }

  private String name() {
    int length = 1 + random.nextInt(random.nextBoolean() ? 20 : 250);
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    for (int i = 0; i < length; i++) {
      if (random.nextInt(10) > 0 || bytes[i] == 0 || bytes[i] == '/') {
        bytes[i] = (byte) ('a' + random.nextInt(26));
      }
      if (i > 0 && i < length - 1 && random.nextInt(12) == 0 && bytes[i - 1] != '/') {
        bytes[i] = '/';
      }
    }
    return Name.decode(bytes);
  }
}
