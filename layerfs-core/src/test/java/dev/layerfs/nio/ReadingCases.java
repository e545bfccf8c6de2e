package dev.layerfs.nio;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.AccessMode;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Cases that look at files. */
final class ReadingCases {
  private final ProviderCases cases;

  private ReadingCases(ProviderCases cases) {
    this.cases = cases;
  }

  static void addTo(ProviderCases cases) {
    ReadingCases own = new ReadingCases(cases);
    own.reading();
    own.readingUnderFiles();
  }

  private void reading() {
    for (String name : List.of("file", "link", "up", "dangling", "loop", "full", "none", ".")) {
      cases.add("read " + name, b -> Files.readString(b.resolve(name)));
      cases.add("exists " + name, b -> Files.exists(b.resolve(name)));
      cases.add("exists nofollow " + name, b -> Files.exists(b.resolve(name), NOFOLLOW_LINKS));
      cases.add("notExists " + name, b -> Files.notExists(b.resolve(name)));
      cases.add("isDirectory " + name, b -> Files.isDirectory(b.resolve(name)));
      cases.add("isRegularFile " + name, b -> Files.isRegularFile(b.resolve(name)));
      cases.add("isSymbolicLink " + name, b -> Files.isSymbolicLink(b.resolve(name)));
      cases.add("isHidden " + name, b -> Files.isHidden(b.resolve(name)));
      cases.add("isWritable " + name, b -> Files.isWritable(b.resolve(name)));
      cases.add("isExecutable " + name, b -> Files.isExecutable(b.resolve(name)));
      cases.add("readSymbolicLink " + name, b -> Files.readSymbolicLink(b.resolve(name)));
      cases.add("list " + name, b -> list(b.resolve(name)));
      cases.add("toRealPath " + name, b -> b.resolve(name).toRealPath());
      cases.add("toRealPath nofollow " + name, b -> b.resolve(name).toRealPath(NOFOLLOW_LINKS));
      cases.add("isSameFile " + name, b -> Files.isSameFile(b.resolve(name), b.resolve("hard")));
      cases.add("getFileStore " + name, b -> Files.getFileStore(b.resolve(name)) != null);
    }
    cases.add(
        "real path through links", b -> b.resolve("dirlink/sub/../../link").toRealPath());
    cases.add("real path nofollow", b -> b.resolve("dirlink/./../link").toRealPath(NOFOLLOW_LINKS));
    cases.add("real path nofollow dirs", b -> b.resolve("full/../link").toRealPath(NOFOLLOW_LINKS));
    cases.add("same path need not exist", b -> Files.isSameFile(b.resolve("no"), b.resolve("no")));
    cases.add("mismatch", b -> Files.mismatch(b.resolve("file"), b.resolve("other")));
    for (String name : List.of("a.html", "a.png", "a.tar.gz", "a.nosuch", "none")) {
      cases.add("content type of " + name, b -> Files.probeContentType(b.resolve(name)));
    }
    cases.add("long name", b -> Files.exists(b.resolve("x".repeat(256))));
    cases.add("read through link", b -> Files.readString(b.resolve("dirlink/entry")));
    cases.add("read past dots", b -> Files.readString(b.resolve("full/../full/./entry")));
    cases.add("dots past nothing", b -> Files.readString(b.resolve("none/../file")));
  }

  private static List<String> list(Path directory) throws IOException {
    TreeSet<String> names = new TreeSet<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(path -> names.add(path.toString()));
    }
    return new ArrayList<>(names);
  }

  private void readingUnderFiles() {
    cases.add("size under file", b -> Files.size(b.resolve("file/x")));
    cases.add("isDirectory under file", b -> Files.isDirectory(b.resolve("file/x")));
    cases.add("isReadable under file", b -> Files.isReadable(b.resolve("file/x")));
    for (String name : List.of("file/x", "none/x", "link/x", "loop", "file")) {
      cases.add("access " + name, b -> access(b.resolve(name)));
      cases.add("access to read " + name, b -> access(b.resolve(name), AccessMode.READ));
    }
    cases.add("dots under file", b -> Files.size(b.resolve("file/..")));
  }

  private static String access(Path path, AccessMode... modes) throws IOException {
    path.getFileSystem().provider().checkAccess(path, modes);
    return "allowed";
  }
}
