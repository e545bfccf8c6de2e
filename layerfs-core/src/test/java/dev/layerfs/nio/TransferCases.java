package dev.layerfs.nio;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;

/** Cases that move and copy files. */
final class TransferCases {
  private final ProviderCases cases;

  private TransferCases(ProviderCases cases) {
    this.cases = cases;
  }

  static void addTo(ProviderCases cases) {
    TransferCases own = new TransferCases(cases);
    own.moving();
    own.copying();
  }

  private void moving() {
    List<CopyOption[]> options = List.of(
        new CopyOption[] {},
        new CopyOption[] {REPLACE_EXISTING},
        new CopyOption[] {ATOMIC_MOVE},
        new CopyOption[] {NOFOLLOW_LINKS},
        new CopyOption[] {COPY_ATTRIBUTES});
    transfer("move", options, Files::move);
    cases.add("move the root", b -> Files.move(b.resolve("/"), b.resolve("new")));
    cases.add("move dots", b -> Files.move(b.resolve("full/."), b.resolve("new")));
  }

  private void copying() {
    List<CopyOption[]> options = List.of(
        new CopyOption[] {},
        new CopyOption[] {REPLACE_EXISTING},
        new CopyOption[] {REPLACE_EXISTING, NOFOLLOW_LINKS},
        new CopyOption[] {COPY_ATTRIBUTES},
        new CopyOption[] {ATOMIC_MOVE});
    transfer("copy", options, Files::copy);
    for (String mode : List.of("4751", "2777", "1644")) {
      cases.add("copy of mode " + mode, b -> copyWithMode(b.resolve("file"), mode));
      cases.add("copy of directory " + mode, b -> copyWithMode(b.resolve("full"), mode));
      cases.add(
          "copy with attributes " + mode,
          b -> copyWithMode(b.resolve("file"), mode, COPY_ATTRIBUTES));
    }
    cases.add("copy user attributes", TransferCases::copyUserAttribute);
    cases.add("copy from stream", b -> copyStream(b.resolve("file"), b.resolve("new")));
    cases.add("copy from stream onto", b -> copyStream(b.resolve("file"), b.resolve("other")));
  }

  @FunctionalInterface
  private interface Transfer {
    Path apply(Path from, Path to, CopyOption... options) throws IOException;
  }

  private void transfer(String name, List<CopyOption[]> options, Transfer transfer) {
    for (String from : List.of("file", "hard", "link", "dangling", "empty", "full", "none")) {
      for (String to : List.of(
          "new", "file", "link", "empty", "full", "dirlink", "none/x", "other/x", "full/x")) {
        for (CopyOption[] option : options) {
          if (from.equals("link") && to.equals("link")) {
            continue; // the JDK deletes the link, then looks for what it led to
          }
          cases.add(
              name + " " + from + " to " + to + " " + List.of(option),
              b -> transfer.apply(b.resolve(from), b.resolve(to), option).getFileName());
        }
      }
    }
  }

  private static String copyWithMode(Path from, String mode, CopyOption... options)
      throws IOException {
    Files.setAttribute(from, "unix:mode", Integer.parseInt(mode, 8));
    Files.setLastModifiedTime(from, FileTime.fromMillis(86_400_000));
    Path copy = Files.copy(from, from.resolveSibling("new"), options);
    boolean sameTime = Files.getLastModifiedTime(copy).equals(FileTime.fromMillis(86_400_000));
    return Integer.toOctalString((Integer) Files.getAttribute(copy, "unix:mode")) + sameTime;
  }

  private static Object copyUserAttribute(Path base) throws IOException {
    Files.setAttribute(base.resolve("file"), "user:a", new byte[] {1});
    Files.copy(base.resolve("file"), base.resolve("new"), COPY_ATTRIBUTES);
    Files.copy(base.resolve("file"), base.resolve("new2"));
    return Files.readAttributes(base.resolve("new"), "user:*").keySet()
        + ""
        + Files.readAttributes(base.resolve("new2"), "user:*").keySet();
  }

  private static Object copyStream(Path from, Path to) throws IOException {
    try (var in = Files.newInputStream(from)) {
      return Files.copy(in, to);
    }
  }
}
