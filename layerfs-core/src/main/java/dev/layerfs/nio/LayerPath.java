package dev.layerfs.nio;

import dev.layerfs.posix.Name;
import dev.layerfs.posix.Resolver;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A path of a {@link LayerFileSystem}, by the rules of the JDK's paths on Unix. Names are bytes; as text, bytes that are
 * not UTF-8 appear as {@link Name} says. Relative paths begin at the root. Immutable.
 */
final class LayerPath implements Path {
  private static final Name[] NO_NAMES = {};

  private final LayerFileSystem fileSystem;
  private final boolean absolute;
  private final Name[] names; // none in the root and in the empty path; none of them empty
  private @Nullable String text; // made on first use
  private int hash;

  LayerPath(LayerFileSystem fileSystem, boolean absolute, Name[] names) {
    this.fileSystem = fileSystem;
    this.absolute = absolute;
    this.names = names;
  }

  /** Makes a path of the bytes of its text. */
  static LayerPath ofBytes(LayerFileSystem fileSystem, byte[] bytes) {
    boolean absolute = bytes.length > 0 && bytes[0] == '/';
    return new LayerPath(fileSystem, absolute, Resolver.split(bytes).toArray(NO_NAMES));
  }

  /** Returns a path as one of the file systems of this kind. */
  static LayerPath of(Path path) {
    if (path instanceof LayerPath own) {
      return own;
    }
    Objects.requireNonNull(path);
    throw new ProviderMismatchException();
  }

  /** Returns a path as one of a file system. */
  static LayerPath of(Path path, LayerFileSystem fileSystem) {
    LayerPath own = of(path);
    if (own.fileSystem != fileSystem) {
      throw new ProviderMismatchException();
    }
    return own;
  }

  /** The operations on the files of the path's file system, which must be open. */
  FileTree tree() {
    fileSystem.checkOpen();
    return fileSystem.tree();
  }

  /** The path's names, not to be changed. */
  Name[] names() {
    return names;
  }

  boolean isEmpty() {
    return names.length == 0 && !absolute;
  }

  LayerPath resolve(Name name) {
    Name[] joined = Arrays.copyOf(names, names.length + 1);
    joined[names.length] = name;
    return new LayerPath(fileSystem, absolute, joined);
  }

  @Override
  public LayerFileSystem getFileSystem() {
    return fileSystem;
  }

  @Override
  public boolean isAbsolute() {
    return absolute;
  }

  @Override
  public @Nullable Path getRoot() {
    return absolute ? fileSystem.root() : null;
  }

  @Override
  public @Nullable Path getFileName() {
    if (names.length == 0) {
      return absolute ? null : this;
    }
    return names.length == 1 && !absolute ? this : part(names.length - 1, names.length);
  }

  @Override
  public @Nullable Path getParent() {
    if (names.length < 2) {
      return names.length == 1 ? getRoot() : null;
    }
    return new LayerPath(fileSystem, absolute, Arrays.copyOf(names, names.length - 1));
  }

  @Override
  public int getNameCount() {
    return isEmpty() ? 1 : names.length;
  }

  @Override
  public Path getName(int index) {
    return subpath(index, index + 1);
  }

  @Override
  public Path subpath(int beginIndex, int endIndex) {
    if (beginIndex < 0 || endIndex > getNameCount() || beginIndex >= endIndex) {
      throw new IllegalArgumentException("no names " + beginIndex + " to " + endIndex);
    }
    return isEmpty() ? this : part(beginIndex, endIndex);
  }

  private LayerPath part(int from, int to) {
    return new LayerPath(fileSystem, false, Arrays.copyOfRange(names, from, to));
  }

  @Override
  public boolean startsWith(Path other) {
    Objects.requireNonNull(other);
    return other instanceof LayerPath prefix
        && prefix.fileSystem == fileSystem
        && prefix.absolute == absolute
        && prefix.isEmpty() == isEmpty()
        && prefix.names.length <= names.length
        && Arrays.equals(prefix.names, 0, prefix.names.length, names, 0, prefix.names.length);
  }

  @Override
  public boolean endsWith(Path other) {
    Objects.requireNonNull(other);
    if (!(other instanceof LayerPath suffix) || suffix.fileSystem != fileSystem) {
      return false;
    }
    int from = names.length - suffix.names.length;
    if (suffix.absolute || suffix.isEmpty()) {
      return suffix.equals(this);
    }
    return from >= 0
        && Arrays.equals(suffix.names, 0, suffix.names.length, names, from, names.length);
  }

  @Override
  public Path normalize() {
    Name[] kept = new Name[names.length];
    int count = 0;
    for (Name name : names) {
      if (isDotDot(name) && (count > 0 ? !isDotDot(kept[count - 1]) : absolute)) {
        count = Math.max(0, count - 1);
      } else if (!isDot(name)) {
        kept[count] = name;
        count++;
      }
    }
    return count == names.length
        ? this
        : new LayerPath(fileSystem, absolute, Arrays.copyOf(kept, count));
  }

  private static boolean isDot(Name name) {
    return name.length() == 1 && name.byteAt(0) == '.';
  }

  private static boolean isDotDot(Name name) {
    return name.length() == 2 && name.byteAt(0) == '.' && name.byteAt(1) == '.';
  }

  @Override
  public Path resolve(Path other) {
    LayerPath path = of(other, fileSystem);
    if (path.absolute || isEmpty()) {
      return path;
    }
    if (path.names.length == 0) {
      return this;
    }
    Name[] joined = Arrays.copyOf(names, names.length + path.names.length);
    System.arraycopy(path.names, 0, joined, names.length, path.names.length);
    return new LayerPath(fileSystem, absolute, joined);
  }

  @Override
  public Path relativize(Path other) {
    LayerPath target = of(other, fileSystem);
    if (target.equals(this)) {
      return new LayerPath(fileSystem, false, NO_NAMES);
    }
    if (absolute != target.absolute) {
      throw new IllegalArgumentException("one path is absolute, the other is not");
    }
    if (isEmpty()) {
      return target;
    }
    LayerPath base = this;
    if (base.hasDots() || target.hasDots()) {
      base = (LayerPath) base.normalize();
      target = (LayerPath) target.normalize();
    }
    int common = Arrays.mismatch(base.names, target.names);
    common = common < 0 ? base.names.length : common;
    int up = base.names.length - common;
    if (up > 0 && isDotDot(base.names[common])) {
      throw new IllegalArgumentException("no way from " + this + " to " + other);
    }
    Name[] way = new Name[up + target.names.length - common];
    Arrays.fill(way, 0, up, Name.of(".."));
    System.arraycopy(target.names, common, way, up, target.names.length - common);
    return new LayerPath(fileSystem, false, way);
  }

  private boolean hasDots() {
    for (Name name : names) {
      if (isDot(name) || isDotDot(name)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Path toAbsolutePath() {
    return absolute ? this : new LayerPath(fileSystem, true, names);
  }

  @Override
  public Path toRealPath(LinkOption... options) throws IOException {
    return fileSystem.tree().realPath(this, Options.lastLink(options));
  }

  @Override
  public URI toUri() {
    return LayerUri.of(fileSystem.name(), (LayerPath) toAbsolutePath());
  }

  @Override
  public File toFile() {
    throw new UnsupportedOperationException("not a path of the default file system");
  }

  /** Takes no modifiers. */
  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers)
      throws IOException {
    Objects.requireNonNull(watcher);
    Watches watches = fileSystem.watches();
    if (!(watcher instanceof LayerWatchService service) || service.watches() != watches) {
      throw new ProviderMismatchException();
    }
    return watches.register(service, this, Watches.kinds(events, modifiers));
  }

  @Override
  public Iterator<Path> iterator() {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < getNameCount();
      }

      @Override
      public Path next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return getName(next++);
      }
    };
  }

  /** Compares the bytes of the paths' texts; all paths of a file system come before those of one opened later. */
  @Override
  public int compareTo(Path other) {
    LayerPath path = (LayerPath) other;
    if (path.fileSystem != fileSystem) {
      return compareFileSystems(path);
    }
    if (absolute != path.absolute) {
      // An absolute text begins with a slash, which a name can only come after or before.
      return absolute ? compareSlash(path) : -compareSlash(this);
    }
    int common = Arrays.mismatch(names, path.names);
    if (common < 0) {
      return 0;
    }
    if (common == names.length || common == path.names.length) {
      return names.length - path.names.length;
    }
    return compareNames(
        names[common],
        common + 1 < names.length,
        path.names[common],
        common + 1 < path.names.length);
  }

  private int compareFileSystems(LayerPath path) {
    if (path.fileSystem.provider() != fileSystem.provider()) {
      throw new ClassCastException("a path of another provider");
    }
    return Long.compare(fileSystem.number(), path.fileSystem.number());
  }

  private static int compareSlash(LayerPath relative) {
    return relative.isEmpty() ? 1 : '/' - (relative.names[0].byteAt(0) & 0xFF);
  }

  private static int compareNames(Name a, boolean slashAfterA, Name b, boolean slashAfterB) {
    if (b.length() > a.length() && slashAfterA && b.startsWith(a)) {
      return '/' - (b.byteAt(a.length()) & 0xFF);
    }
    if (a.length() > b.length() && slashAfterB && a.startsWith(b)) {
      return (a.byteAt(b.length()) & 0xFF) - '/';
    }
    return a.compareTo(b);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LayerPath path
        && path.fileSystem == fileSystem
        && path.absolute == absolute
        && Arrays.equals(path.names, names);
  }

  @Override
  public int hashCode() {
    int h = hash;
    if (h == 0) {
      h = 31 * Arrays.hashCode(names) + Boolean.hashCode(absolute);
      hash = h;
    }
    return h;
  }

  @Override
  public String toString() {
    String t = text;
    if (t == null) {
      t = join();
      text = t;
    }
    return t;
  }

  private String join() {
    if (names.length == 1 && !absolute) {
      return names[0].toString();
    }
    StringBuilder out = new StringBuilder(absolute ? "/" : "");
    for (int i = 0; i < names.length; i++) {
      out.append(i == 0 ? "" : "/").append(names[i]);
    }
    return out.toString();
  }

  /** The bytes of the path's text. */
  byte[] toBytes() {
    return Name.encode(toString());
  }
}
