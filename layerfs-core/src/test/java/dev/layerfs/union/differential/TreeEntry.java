package dev.layerfs.union.differential;

import dev.layerfs.posix.FileType;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One object of a tree, with what is compared of it.
 *
 * @param type its type
 * @param mode permission, set-id and sticky bits
 * @param content a file's content, a link's target, a device's numbers, else nothing
 * @param links how many names a file or link has, else 0
 * @param ownerAndTime owner, group and modification time; empty where they are not known
 * @param xattrs extended attributes that are seen; none in a raw upper
 * @param marks in a raw upper: what is needed to read the object right
 */
record TreeEntry(
    FileType type,
    int mode,
    String content,
    int links,
    String ownerAndTime,
    SortedMap<String, String> xattrs,
    SortedSet<String> marks) {

  /** The mark of an opaque directory. */
  static final String OPAQUE = "opaque=y";

  /** The mark of a regular file that represents something that the JDK can't make. */
  static final String STAND_IN = "stand-in";

  /** A whiteout, whatever its mode, owner and times. */
  static final TreeEntry WHITEOUT = of(FileType.CHARACTER_DEVICE, 0, "whiteout", 0);

  /** Every time that a case sets is before this one (2020), and every clock is after it. */
  private static final long FIRST_OF_CLOCKS = 1_577_836_800L;

  /** An object of which no more is known. */
  static TreeEntry of(FileType type, int mode, String content, int links) {
    boolean counted = type == FileType.REGULAR || type == FileType.SYMLINK;
    return new TreeEntry(
        type, mode, content, counted ? links : 0, "", new TreeMap<>(), new TreeSet<>());
  }

  /** Times are compared to the nanosecond if a case has set them; of others, only that a clock did. */
  TreeEntry withOwnerAndTime(long uid, long gid, long seconds, int nanos) {
    String time = seconds >= FIRST_OF_CLOCKS ? "now" : seconds + " s " + nanos + " ns";
    return with(uid + ":" + gid + " " + time, xattrs, marks);
  }

  /** Returns it with an owner and another's time. */
  TreeEntry withTimeOf(TreeEntry other, long uid, long gid) {
    String time = other.ownerAndTime.substring(other.ownerAndTime.indexOf(' '));
    return with(uid + ":" + gid + time, xattrs, marks);
  }

  TreeEntry withoutTime() {
    return with(ownerAndTime.replaceFirst(" .*", ""), xattrs, marks);
  }

  TreeEntry withXattrs(SortedMap<String, String> newXattrs) {
    return with(ownerAndTime, newXattrs, marks);
  }

  TreeEntry withLinks(int newLinks) {
    return new TreeEntry(type, mode, content, newLinks, ownerAndTime, xattrs, marks);
  }

  TreeEntry withoutXattr(String name) {
    SortedMap<String, String> rest = new TreeMap<>(xattrs);
    rest.remove(name);
    return withXattrs(rest);
  }

  TreeEntry withoutXattrs() {
    return withXattrs(new TreeMap<>());
  }

  TreeEntry withMarks(Set<String> newMarks) {
    return with(ownerAndTime, xattrs, new TreeSet<>(newMarks));
  }

  TreeEntry withMark(String mark) {
    SortedSet<String> all = new TreeSet<>(marks);
    all.add(mark);
    return withMarks(all);
  }

  TreeEntry withoutMark(String mark) {
    SortedSet<String> rest = new TreeSet<>(marks);
    rest.remove(mark);
    return withMarks(rest);
  }

  /** Returns what the prototype recorded of an object. */
  TreeEntry plain() {
    return with("", new TreeMap<>(), marks);
  }

  private TreeEntry with(
      String newOwnerAndTime, SortedMap<String, String> newXattrs, SortedSet<String> newMarks) {
    return new TreeEntry(type, mode, content, links, newOwnerAndTime, newXattrs, newMarks);
  }

  /** Whether it is a pipe, or a device that is no whiteout. */
  boolean isSpecial() {
    boolean device = type == FileType.CHARACTER_DEVICE && !equals(WHITEOUT);
    return device || type == FileType.FIFO;
  }

  /** Whether a mount lists a whiteout, instead of hiding it. */
  boolean isGhost() {
    return type == FileType.CHARACTER_DEVICE && content.equals("0:0");
  }

  boolean isDirectory() {
    return type == FileType.DIRECTORY;
  }

  @Override
  public String toString() {
    return String.format(
        "%s %04o '%s' n%d %s %s %s", type, mode, content, links, ownerAndTime, xattrs, marks);
  }
}
