package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.OverrideStat;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a portable upper keeps of an inode beside its content and its times: lines of text, the first an {@link
 * OverrideStat}, the second inode number and number of names, then an extended attribute each, name and value.
 *
 * @param stat type, mode, owner, device number
 * @param inode the inode number
 * @param links the number of names
 * @param xattrs extended attributes by full name; not changed after construction
 */
record PortableRecord(OverrideStat stat, long inode, int links, SortedMap<Name, byte[]> xattrs) {
  static PortableRecord of(OverrideStat stat, long inode) {
    return new PortableRecord(stat, inode, 1, new TreeMap<>());
  }

  PortableRecord with(OverrideStat changed) {
    return new PortableRecord(changed, inode, links, xattrs);
  }

  PortableRecord withLinks(int changed) {
    return new PortableRecord(stat, inode, changed, xattrs);
  }

  PortableRecord withXattr(Name name, byte @Nullable [] value) {
    SortedMap<Name, byte[]> changed = new TreeMap<>(xattrs);
    if (value == null) {
      changed.remove(name);
    } else {
      changed.put(name, value.clone());
    }
    return new PortableRecord(stat, inode, links, changed);
  }

  byte[] format() {
    StringBuilder out = new StringBuilder();
    out.append(new String(stat.format(), StandardCharsets.US_ASCII)).append('\n');
    out.append(inode).append(' ').append(links).append('\n');
    for (Map.Entry<Name, byte[]> xattr : xattrs.entrySet()) {
      out.append(PortableName.escape(xattr.getKey())).append(' ');
      out.append(Base64.getEncoder().encodeToString(xattr.getValue())).append('\n');
    }
    return out.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Parses a record.
   *
   * @throws PosixException {@link Errno#EIO} if it is damaged
   */
  static PortableRecord parse(byte[] bytes, FileType hostType, String subject)
      throws PosixException {
    String[] lines = new String(bytes, StandardCharsets.US_ASCII).split("\n");
    try {
      OverrideStat stat =
          OverrideStat.parse(lines[0].getBytes(StandardCharsets.US_ASCII), hostType, subject);
      String[] numbers = lines[1].split(" ");
      SortedMap<Name, byte[]> xattrs = new TreeMap<>();
      for (int i = 2; i < lines.length; i++) {
        int space = lines[i].indexOf(' ');
        Name name = PortableName.unescape(lines[i].substring(0, space));
        if (name == null) {
          throw new IllegalArgumentException("attribute name");
        }
        xattrs.put(name, Base64.getDecoder().decode(lines[i].substring(space + 1)));
      }
      return new PortableRecord(
          stat, Long.parseLong(numbers[0]), Integer.parseInt(numbers[1]), xattrs);
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new PosixException(Errno.EIO, subject + ": its record is damaged");
    }
  }
}
