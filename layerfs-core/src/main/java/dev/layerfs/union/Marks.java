package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.CreatedFile;
import dev.layerfs.spi.HostFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * overlayfs's own attributes (fs/overlayfs/overlayfs.h): those that an upper of ours carries, those of a kernel that
 * change nothing, and those that must not be misread.
 */
final class Marks {
  private static final byte[] YES = {'y'};
  private static final byte[] EMPTY = {};

  /** What a kernel notes for itself; it changes nothing of what the upper shows while there is no index. */
  private static final Set<String> NOTES = Set.of("origin", "impure", "nlink", "uuid", "upper");

  /** How marks came about that would have to be followed; any other that is not known is refused as well. */
  private static final Map<String, String> REFUSED = Map.of(
      "redirect",
          "renamed under a mount with redirect_dir=on, which no kernel follows in this namespace",
      "metacopy", "changed under a kernel's mount with metacopy=on, it has no content of its own",
      "protattr", "an object that is immutable or append-only, which a view can't keep");

  private final HostFiles host;
  private final MarkNames names;

  Marks(HostFiles host) {
    this.host = host;
    this.names = MarkNames.of(host.markPrefix());
  }

  /** Returns the names of the marks. */
  MarkNames names() {
    return names;
  }

  /**
   * What the marks of an object of the upper say.
   *
   * @param opaque whether nothing of the image shows through
   * @param whiteout whether the object hides a name
   * @param inode the inode number that the object had in the image, or null
   * @param redirect which directory beneath it shows, or null
   * @param sparse whose content the file's holes are, or null if they are zeros
   */
  record Meaning(
      boolean opaque,
      boolean whiteout,
      @Nullable Long inode,
      @Nullable Redirect redirect,
      @Nullable SparseMark sparse) {}

  /** Whether directories may say that they show another directory than that of their name. */
  boolean followRedirects() {
    return names.followsRedirects();
  }

  /**
   * Reads the marks of an object.
   *
   * @throws PosixException {@link Errno#EIO} if one is of a kind that would have to be followed to read the object right
   */
  Meaning read(Path place) throws PosixException {
    List<Name> stored = host.xattrs(place);
    boolean isOpaque = false;
    Long number = null;
    Redirect target = null;
    SparseMark content = null;
    for (Name name : stored) {
      if (name.equals(names.opaque)) {
        isOpaque = Arrays.equals(host.xattr(place, name), YES);
      } else if (name.equals(names.inode)) {
        number = number(host.xattr(place, name));
      } else if (followRedirects() && name.equals(names.redirect)) {
        target = redirect(place);
      } else if (name.equals(names.sparse)) {
        content = sparse(place);
      } else if (!name.equals(names.whiteout)) {
        requireHarmless(place, name);
      }
    }
    return new Meaning(isOpaque, stored.contains(names.whiteout), number, target, content);
  }

  private @Nullable Redirect redirect(Path place) throws PosixException {
    byte[] value = host.xattr(place, names.redirect);
    Redirect parsed = value == null ? null : Redirect.parse(value);
    if (value != null && parsed == null) {
      throw new PosixException(
          Errno.EIO,
          place.getFileName() + ": the redirect '" + Name.decode(value) + "' is no path");
    }
    return parsed;
  }

  /** Returns what a file says of its holes, null if nothing. */
  @Nullable
  SparseMark sparse(Path place) throws PosixException {
    byte[] value = host.xattr(place, names.sparse);
    SparseMark parsed = value == null ? null : SparseMark.parse(value);
    if (value != null && parsed == null) {
      throw new PosixException(
          Errno.EIO, place.getFileName() + ": the mark '" + names.sparse + "' can't be read");
    }
    return parsed;
  }

  private void requireHarmless(Path place, Name name) throws PosixException {
    String suffix =
        name.startsWith(names.prefix) ? name.toString().substring(names.prefix.length()) : "";
    if (suffix.isEmpty() || NOTES.contains(suffix) || suffix.startsWith(MarkNames.ESCAPE)) {
      return;
    }
    String reason = REFUSED.getOrDefault(suffix, "which this version does not know");
    throw new PosixException(
        Errno.EIO,
        place.getFileName() + ": the upper carries the mark '" + name + "' (" + reason + ")");
  }

  private static @Nullable Long number(byte @Nullable [] value) {
    try {
      return value == null ? null : Long.valueOf(new String(value, StandardCharsets.US_ASCII));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  void setOpaque(Path directory) throws PosixException {
    host.setXattr(directory, names.opaque, YES);
  }

  /** Makes the kernel filter whiteouts when it lists a directory: one without this mark and without lower shows them. */
  void setOrigin(Path directory) throws PosixException {
    host.setXattr(directory, names.origin, EMPTY);
  }

  void setRedirect(Path directory, Redirect target) throws PosixException {
    host.setXattr(directory, names.redirect, target.toBytes());
  }

  /** Says that a file's holes are content of the image, or, with null, that they are zeros. */
  void setSparse(Path file, @Nullable SparseMark mark) throws PosixException {
    host.setXattr(file, names.sparse, mark == null ? null : mark.toBytes());
  }

  void setInode(Path place, long number) throws PosixException {
    host.setXattr(place, names.inode, digits(number));
  }

  /** Does the same with a file that was just made. */
  void setInode(CreatedFile file, long number) throws PosixException {
    file.setMark(names.inode, digits(number));
  }

  private static byte[] digits(long number) {
    return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
  }
}
