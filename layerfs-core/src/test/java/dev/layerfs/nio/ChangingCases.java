package dev.layerfs.nio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Cases that create, delete and link files. */
final class ChangingCases {
  private final ProviderCases cases;

  private ChangingCases(ProviderCases cases) {
    this.cases = cases;
  }

  static void addTo(ProviderCases cases) {
    ChangingCases own = new ChangingCases(cases);
    own.creating();
    own.deleting();
    own.linking();
  }

  private void creating() {
    for (String name :
        List.of("new", "file", "empty", "dangling", "loop", "file/x", "none/x", "dirlink/x", ".")) {
      cases.add("createFile " + name, b -> Files.createFile(b.resolve(name)));
      cases.add("createDirectory " + name, b -> Files.createDirectory(b.resolve(name)));
      cases.add("createDirectories " + name, b -> Files.createDirectories(b.resolve(name)));
      cases.add("createSymbolicLink " + name, b -> link(b.resolve(name), "file"));
      cases.add("createLink " + name, b -> Files.createLink(b.resolve(name), b.resolve("other")));
    }
    cases.add("createDirectories deep", b -> Files.createDirectories(b.resolve("a/b/c")));
    cases.add("createFile long name", b -> Files.createFile(b.resolve("x".repeat(256))));
    cases.add(
        "owner at creation", b -> Files.createFile(b.resolve("new"), attribute("owner:owner")));
    cases.add(
        "unknown at creation", b -> Files.createDirectory(b.resolve("new"), attribute("a:b")));
    cases.add("permissions", b -> Files.createFile(b.resolve("new"), permissions("rwxr-x---")));
    cases.add("private", b -> Files.createDirectory(b.resolve("new"), permissions("rwx------")));
    cases.add("link with permissions", b -> link(b.resolve("new"), "x", permissions("rwx------")));
  }

  private static Path link(Path link, String target, FileAttribute<?>... attributes)
      throws IOException {
    return Files.createSymbolicLink(link, link.getFileSystem().getPath(target), attributes);
  }

  private static FileAttribute<?> permissions(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }

  private static FileAttribute<?> attribute(String name) {
    return new FileAttribute<String>() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String value() {
        return "value";
      }
    };
  }

  private void deleting() {
    for (String name : List.of(
        "file",
        "link",
        "dangling",
        "loop",
        "dirlink",
        "empty",
        "full",
        "none",
        "none/x",
        "file/x",
        "full/.",
        "full/..",
        "full/../file",
        "dirlink/entry")) {
      cases.add("delete " + name, b -> delete(b.resolve(name)));
      cases.add("deleteIfExists " + name, b -> Files.deleteIfExists(b.resolve(name)));
    }
    cases.add("delete the root", b -> delete(b.resolve("/")));
  }

  private static String delete(Path path) throws IOException {
    Files.delete(path);
    return "deleted";
  }

  private void linking() {
    cases.add("link to a directory", b -> Files.createLink(b.resolve("new"), b.resolve("full")));
    cases.add("link to a link", b -> Files.createLink(b.resolve("new"), b.resolve("link")));
    cases.add("link to nothing", b -> Files.createLink(b.resolve("new"), b.resolve("none")));
    cases.add("link to itself", b -> Files.createLink(b.resolve("file"), b.resolve("file")));
    cases.add("symlink to nothing", b -> link(b.resolve("new"), ""));
    cases.add("symlink kept verbatim", b -> link(b.resolve("new"), "../a/./b"));
  }
}
