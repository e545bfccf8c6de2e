package dev.layerfs.spi;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.PosixException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Owner, mode and type of an object that the host keeps as something else: the value of the attribute {@code
 * user.containers.override_stat}, {@code uid:gid:0mode[:type]}, as containers/storage and fuse-overlayfs write it.
 *
 * @param type what the object represents
 * @param mode permission, set-id and sticky bits
 * @param uid owner
 * @param gid group
 * @param rdevMajor major device number; 0 unless a device
 * @param rdevMinor minor device number; 0 unless a device
 */
public record OverrideStat(
    FileType type, int mode, long uid, long gid, int rdevMajor, int rdevMinor) {
  /** The attribute's full name. */
  public static final String ATTRIBUTE = "user.containers.override_stat";

  private static final Pattern FORMAT = Pattern.compile("(\\d{1,10}):(\\d{1,10}):0?([0-7]{1,7})"
      + "(?::(file|dir|symlink|pipe|socket|(?:block|char)-(\\d{1,5})-(\\d{1,8})))?");

  /**
   * Returns the same object with another owner and mode.
   *
   * @param newUid owner
   * @param newGid group
   * @param newMode permission, set-id and sticky bits
   * @return the changed value
   */
  public OverrideStat withOwnerAndMode(long newUid, long newGid, int newMode) {
    return new OverrideStat(type, newMode, newUid, newGid, rdevMajor, rdevMinor);
  }

  /**
   * Tells whether the object represents a whiteout.
   *
   * @return whether it is the character device 0:0
   */
  public boolean isWhiteout() {
    return type == FileType.CHARACTER_DEVICE && rdevMajor == 0 && rdevMinor == 0;
  }

  /**
   * Parses a value.
   *
   * @param value the attribute's bytes
   * @param hostType the type of an object whose value names none
   * @param subject what carries the attribute, for the message
   * @return what it says
   * @throws PosixException {@link Errno#EIO} if the value is of another form
   */
  public static OverrideStat parse(byte[] value, FileType hostType, String subject)
      throws PosixException {
    Matcher m = FORMAT.matcher(new String(value, StandardCharsets.ISO_8859_1));
    if (!m.matches()) {
      throw new PosixException(Errno.EIO, subject + ": unknown form of " + ATTRIBUTE);
    }
    FileType type = m.group(4) == null ? hostType : typeOf(m.group(4));
    int major = m.group(5) == null ? 0 : Integer.parseInt(m.group(5));
    int minor = m.group(6) == null ? 0 : Integer.parseInt(m.group(6));
    int mode = Integer.parseInt(m.group(3), 8) & 07777;
    return new OverrideStat(
        type, mode, Long.parseLong(m.group(1)), Long.parseLong(m.group(2)), major, minor);
  }

  private static FileType typeOf(String text) {
    return switch (text) {
      case "file" -> FileType.REGULAR;
      case "dir" -> FileType.DIRECTORY;
      case "symlink" -> FileType.SYMLINK;
      case "pipe" -> FileType.FIFO;
      case "socket" -> FileType.SOCKET;
      default -> text.startsWith("block") ? FileType.BLOCK_DEVICE : FileType.CHARACTER_DEVICE;
    };
  }

  /**
   * Returns the attribute's value; a type is named unless it is the host's own.
   *
   * @return the bytes that {@link #parse} reads
   */
  public byte[] format() {
    String type = switch (this.type) {
      case REGULAR, DIRECTORY -> "";
      case SYMLINK -> ":symlink";
      case FIFO -> ":pipe";
      case SOCKET -> ":socket";
      case BLOCK_DEVICE -> ":block-" + rdevMajor + "-" + rdevMinor;
      case CHARACTER_DEVICE -> ":char-" + rdevMajor + "-" + rdevMinor;
    };
    String text = uid + ":" + gid + ":0" + Integer.toOctalString(mode) + type;
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
