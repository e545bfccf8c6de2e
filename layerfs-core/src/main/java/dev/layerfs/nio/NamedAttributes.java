package dev.layerfs.nio;

import dev.layerfs.posix.Resolver.LastLink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Attributes by name, as in {@code Files.readAttributes(path, "posix:owner,size")}: {@code basic}, {@code owner}, {@code
 * posix}, {@code user}, and {@code unix} with the names and types that the JDK's provider gives them.
 */
final class NamedAttributes {
  private static final Map<String, Function<StatAttributes, Object>> OWNER =
      Map.of("owner", StatAttributes::owner);
  private static final Map<String, Function<StatAttributes, Object>> BASIC = Map.of(
      "size", StatAttributes::size,
      "creationTime", StatAttributes::creationTime,
      "lastAccessTime", StatAttributes::lastAccessTime,
      "lastModifiedTime", StatAttributes::lastModifiedTime,
      "isDirectory", StatAttributes::isDirectory,
      "isRegularFile", StatAttributes::isRegularFile,
      "isSymbolicLink", StatAttributes::isSymbolicLink,
      "isOther", StatAttributes::isOther,
      "fileKey", StatAttributes::fileKey);
  private static final Map<String, Function<StatAttributes, Object>> POSIX = with(
      BASIC,
      Map.of(
          "owner", StatAttributes::owner,
          "group", StatAttributes::group,
          "permissions", StatAttributes::permissions));
  private static final Map<String, Function<StatAttributes, Object>> UNIX = with(
      POSIX,
      Map.of(
          "mode", a -> a.stat().type().format() | a.stat().mode(),
          "ino", a -> a.stat().inode(),
          "dev", a -> (long) a.fileSystem().id().hashCode() + a.device() & 0x7FFF_FFFF,
          "rdev", a -> deviceNumber(a.stat().rdevMajor(), a.stat().rdevMinor()),
          "nlink", a -> a.stat().links(),
          "uid", a -> (int) a.stat().uid(),
          "gid", a -> (int) a.stat().gid(),
          "ctime", StatAttributes::changeTime));
  private static final Map<String, Map<String, Function<StatAttributes, Object>>> VIEWS =
      Map.of("basic", BASIC, "owner", OWNER, "posix", POSIX, "unix", UNIX);

  private final FileTree tree;
  private final LayerPath path;
  private final LastLink last;

  NamedAttributes(FileTree tree, LayerPath path, LastLink last) {
    this.tree = tree;
    this.path = path;
    this.last = last;
  }

  /**
   * Reads attributes.
   *
   * @param attributes {@code [view:]name,name…} or {@code [view:]*}
   * @throws UnsupportedOperationException if there is no such view
   * @throws IllegalArgumentException if the view has no such attribute, or none is named
   */
  Map<String, Object> read(String attributes) throws IOException {
    int colon = viewEnd(attributes);
    String view = colon < 0 ? "basic" : attributes.substring(0, colon);
    String[] names = attributes.substring(colon + 1).split(",", -1);
    if (view.equals("user")) {
      return readUser(names);
    }
    Map<String, Function<StatAttributes, Object>> known = VIEWS.get(view);
    if (known == null) {
      throw unavailable(view);
    }
    Map<String, Function<StatAttributes, Object>> wanted = new LinkedHashMap<>();
    for (String name : names) {
      if (name.equals("*")) {
        wanted.putAll(known);
      } else {
        wanted.put(name, require(known.get(name), name));
      }
    }
    StatAttributes all = tree.attributes(path, last);
    Map<String, Object> values = new LinkedHashMap<>();
    wanted.forEach((name, value) -> values.put(name, value.apply(all)));
    return values;
  }

  private Map<String, Object> readUser(String[] names) throws IOException {
    UserAttributeView view = new UserAttributeView(tree, path, last);
    Map<String, Object> values = new LinkedHashMap<>();
    for (String name : List.of(names).contains("*") ? view.list() : List.of(names)) {
      values.put(name, view.value(name));
    }
    return values;
  }

  /**
   * Sets an attribute.
   *
   * @param attribute {@code [view:]name}
   * @throws UnsupportedOperationException if there is no such view
   * @throws IllegalArgumentException if the view has no such attribute that can be set
   * @throws ClassCastException if the value has another type than the attribute
   */
  void set(String attribute, @Nullable Object value) throws IOException {
    int colon = viewEnd(attribute);
    String view = colon < 0 ? "basic" : attribute.substring(0, colon);
    String name = attribute.substring(colon + 1);
    if (view.equals("user")) {
      byte[] bytes = value instanceof byte[] array ? array : null;
      ByteBuffer buffer =
          bytes != null ? ByteBuffer.wrap(bytes) : (ByteBuffer) Objects.requireNonNull(value);
      new UserAttributeView(tree, path, last).write(name, buffer);
      return;
    }
    if (!VIEWS.containsKey(view)) {
      throw unavailable(view);
    }
    boolean unix = view.equals("unix");
    boolean done = (!view.equals("owner") && setTime(name, value))
        || (!view.equals("basic") && setOwner(name, value))
        || ((view.equals("posix") || unix) && setPosix(name, value))
        || (unix && setUnix(name, value));
    if (!done) {
      throw new IllegalArgumentException("'" + attribute + "' not recognized");
    }
  }

  private boolean setTime(String name, @Nullable Object value) throws IOException {
    switch (name) {
      case "lastModifiedTime" -> view().setTimes((FileTime) value, null, null);
      case "lastAccessTime" -> view().setTimes(null, (FileTime) value, null);
      case "creationTime" -> view().setTimes(null, null, (FileTime) value);
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean setOwner(String name, @Nullable Object value) throws IOException {
    if (name.equals("owner")) {
      view().setOwner((UserPrincipal) Objects.requireNonNull(value));
      return true;
    }
    return false;
  }

  private boolean setPosix(String name, @Nullable Object value) throws IOException {
    switch (name) {
      case "group" -> view().setGroup((GroupPrincipal) Objects.requireNonNull(value));
      case "permissions" ->
        view().setMode(Permissions.toMode((Set<?>) Objects.requireNonNull(value)));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean setUnix(String name, @Nullable Object value) throws IOException {
    switch (name) {
      case "mode" -> view().setMode((Integer) Objects.requireNonNull(value) & 07777);
      case "uid" -> view().setOwnerId(id(value));
      case "gid" -> view().setGroupId(id(value));
      default -> {
        return false;
      }
    }
    return true;
  }

  /** The JDK's ids are ints; those above 2^31 are negative. */
  private static long id(@Nullable Object value) {
    return Integer.toUnsignedLong((Integer) Objects.requireNonNull(value));
  }

  private FileAttributeViews view() {
    return new FileAttributeViews("unix", tree, path, last);
  }

  private static int viewEnd(String attributes) {
    int colon = attributes.indexOf(':');
    if (colon == 0) {
      throw new IllegalArgumentException(attributes);
    }
    return colon;
  }

  private static UnsupportedOperationException unavailable(String view) {
    return new UnsupportedOperationException("View '" + view + "' not available");
  }

  private static Function<StatAttributes, Object> require(
      @Nullable Function<StatAttributes, Object> attribute, String name) {
    if (attribute == null) {
      throw new IllegalArgumentException("'" + name + "' not recognized");
    }
    return attribute;
  }

  private static Map<String, Function<StatAttributes, Object>> with(
      Map<String, Function<StatAttributes, Object>> base,
      Map<String, Function<StatAttributes, Object>> more) {
    Map<String, Function<StatAttributes, Object>> all = new LinkedHashMap<>(base);
    all.putAll(more);
    return all;
  }

  /** As glibc's {@code gnu_dev_makedev} packs it. */
  private static long deviceNumber(long major, long minor) {
    return (minor & 0xFF) | (major & 0xFFF) << 8 | (minor & ~0xFFL) << 12 | (major & ~0xFFFL) << 32;
  }
}
