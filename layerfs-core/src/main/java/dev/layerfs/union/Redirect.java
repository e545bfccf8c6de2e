package dev.layerfs.union;

import dev.layerfs.posix.Name;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The value of overlayfs's mark {@code redirect}: which directory beneath shows through one of the upper that was renamed.
 *
 * @param fromRoot whether the names lead there from the root; else there is one, in what is beneath the parent
 * @param names the names, at least one
 */
record Redirect(boolean fromRoot, List<Name> names) {
  /** The longest that a kernel writes with all its names ({@code redirect_max} of fs/overlayfs/dir.c), in bytes. */
  static final int MAX_LENGTH = 256;

  /** Returns the mark of a directory that stays in its parent. */
  static Redirect inParent(Name name) {
    return new Redirect(false, List.of(name));
  }

  /** Returns the mark of a directory that may come anywhere. */
  static Redirect fromRoot(List<Name> names) {
    return new Redirect(true, List.copyOf(names));
  }

  /** Parses a mark; null for what a kernel refuses as well ({@code ovl_get_redirect_xattr}, {@code lookup_one_len}). */
  static @Nullable Redirect parse(byte[] value) {
    boolean fromRoot = value.length > 0 && value[0] == '/';
    List<Name> names = new ArrayList<>();
    int start = fromRoot ? 1 : 0;
    for (int end = start; end <= value.length; end++) {
      if (end == value.length || value[end] == '/') {
        if (!isName(value, start, end)) {
          return null;
        }
        names.add(Name.ofBytes(value, start, end));
        start = end + 1;
      }
    }
    return fromRoot || names.size() == 1 ? new Redirect(fromRoot, List.copyOf(names)) : null;
  }

  private static boolean isName(byte[] value, int from, int to) {
    boolean dots = to - from <= 2; // nothing, "." or ".."
    for (int i = from; i < to; i++) {
      dots &= value[i] == '.';
      if (value[i] == 0) {
        return false;
      }
    }
    return !dots && to - from <= Name.MAX_LENGTH;
  }

  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (Name name : names) {
      if (fromRoot) {
        bytes.write('/');
      }
      bytes.writeBytes(name.toBytes());
    }
    return bytes.toByteArray();
  }

  /** Whether a kernel would write it. */
  boolean isShort() {
    return !fromRoot || toBytes().length <= MAX_LENGTH;
  }

  @Override
  public String toString() {
    return Name.decode(toBytes());
  }
}
