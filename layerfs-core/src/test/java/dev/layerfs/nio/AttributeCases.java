package dev.layerfs.nio;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Cases that read and set attributes. */
final class AttributeCases {
  private final ProviderCases cases;

  private AttributeCases(ProviderCases cases) {
    this.cases = cases;
  }

  static void addTo(ProviderCases cases) {
    AttributeCases own = new AttributeCases(cases);
    own.attributes();
    own.settingAttributes();
  }

  private void attributes() {
    for (String names : List.of(
        "size",
        "*",
        "basic:size,*",
        "posix:*",
        "owner:*",
        "unix:*",
        "unix:nlink,mode",
        "",
        "basic:",
        ":size",
        "bogus",
        "bogus:x",
        "posix:mode",
        "unix:x",
        "user:*")) {
      cases.add(
          "attributes " + names,
          b -> new TreeMap<>(Files.readAttributes(b.resolve("file"), names)).keySet());
    }
    cases.add("getAttribute of two", b -> Files.getAttribute(b.resolve("file"), "size,isOther"));
    for (String name : List.of("file", "link", "dangling", "loop", "empty", "none")) {
      cases.add("basic " + name, b -> basic(b.resolve(name)));
      cases.add(
          "mode " + name,
          b -> new TreeMap<>(Files.readAttributes(b.resolve(name), "unix:mode,nlink")));
      cases.add(
          "permissions " + name,
          b -> new TreeSet<>(Files.getPosixFilePermissions(b.resolve(name))));
      cases.add("owner is root's " + name, b -> Files.getOwner(b.resolve(name)) != null);
    }
    cases.add("types", AttributeCases::types);
    cases.add("unknown class", b -> Files.readAttributes(b.resolve("file"), MoreAttributes.class));
  }

  private interface MoreAttributes extends BasicFileAttributes {}

  private static String basic(Path path) throws IOException {
    BasicFileAttributes a = Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
    String kind = "" + a.isDirectory() + a.isRegularFile() + a.isSymbolicLink() + a.isOther();
    boolean key = a.fileKey().equals(Files.getAttribute(path, "fileKey", NOFOLLOW_LINKS));
    return kind + (a.isDirectory() ? "" : a.size()) + key;
  }

  private static Object types(Path base) throws IOException {
    Map<String, String> types = new TreeMap<>();
    Files.readAttributes(base.resolve("file"), "unix:*").forEach((name, value) -> {
      boolean own = value.getClass().getPackageName().startsWith("java.");
      types.put(name, own ? value.getClass().getSimpleName() : "");
    });
    types.remove("permissions"); // some set
    return types;
  }

  private void settingAttributes() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("lastModifiedTime", FileTime.fromMillis(1_000));
    values.put("basic:lastAccessTime", FileTime.fromMillis(-1_000));
    values.put("creationTime", FileTime.fromMillis(0));
    values.put("posix:permissions", PosixFilePermissions.fromString("r-xr-----"));
    values.put("unix:mode", 02751);
    values.put("unix:nlink", 7);
    values.put("size", 3L);
    values.put("basic:permissions", PosixFilePermissions.fromString("r-xr-----"));
    values.put("bogus:x", 1);
    values.put("owner:x", 1);
    values.put("posix:x", 1);
    values.put("user:x", new byte[] {1, 2, 3});
    values.put("user:y", ByteBuffer.allocate(5));
    values.forEach((name, value) -> {
      for (String file : List.of("file", "link", "empty", "none")) {
        cases.add(
            "set " + name + " of " + file,
            b -> Files.setAttribute(b.resolve(file), name, value).getFileName());
      }
      cases.add("set " + name + " wrongly", b -> Files.setAttribute(b.resolve("file"), name, "x"));
    });
    cases.add("set no time", b -> Files.setAttribute(b.resolve("file"), "lastModifiedTime", null));
    cases.add("set no owner", b -> Files.setOwner(b.resolve("file"), null));
    cases.add("set a foreign owner", b -> Files.setOwner(b.resolve("file"), () -> "x"));
    cases.add(
        "numeric principals",
        b -> b.getFileSystem()
            .getUserPrincipalLookupService()
            .lookupPrincipalByName("4711")
            .getName());
    cases.add(
        "unknown principals",
        b -> b.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("no such"));
    cases.add("time to the nanosecond", AttributeCases::nanoseconds);
    cases.add("view names", AttributeCases::viewNames);
  }

  private static Object nanoseconds(Path base) throws IOException {
    FileTime time = FileTime.from(Instant.ofEpochSecond(5, 123_456_789));
    return Files.getLastModifiedTime(Files.setLastModifiedTime(base.resolve("file"), time));
  }

  private static Object viewNames(Path base) {
    Path file = base.resolve("none");
    return Files.getFileAttributeView(file, PosixFileAttributeView.class).name()
        + Files.getFileAttributeView(file, UserDefinedFileAttributeView.class).name();
  }
}
