package dev.layerfs.examples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Draws requests to {@code ops} that are well-formed; many of them fail, each in its own way. */
final class RandomRequest {
  private static final List<String> NAMES = List.of("a", "b", "c", "dir", "link", "lost");
  private static final List<String> ENDS = List.of("", "", "", "", "", "", "/", "/.", "/..", "//");
  private static final List<String> TARGETS = List.of(
      "a", "b/c", "/dir", "../dir/a", "link", "/none/x", "..", "../..", "a/", "lost/", "link/");

  /** Not where there are two paths: which of two errors is told is not promised. */
  private static final String TOO_LONG = "/" + "n".repeat(256);

  /** No sticky bits: in such directories the kernel protects one user from another, even from root. */
  private static final List<String> MODES =
      List.of("0644", "0600", "0755", "4755", "2755", "2744", "0000", "0777");

  private static final List<String> ACCESS = List.of("", "r", "w", "x", "rwx");
  private static final List<String> XATTRS =
      List.of("user.a", "user.b", "user.overlay.opaque", "nobody.x", "user.", "a");
  private static final List<List<String>> XATTR_FLAGS =
      List.of(List.of(), List.of(), List.of("CREATE"), List.of("REPLACE"));
  private static final List<List<String>> RENAME_FLAGS =
      List.of(List.of(), List.of(), List.of(), List.of("NOREPLACE"), List.of("EXCHANGE"));
  private static final List<String> OPEN_FLAGS =
      List.of("O_CREAT", "O_CREAT", "O_EXCL", "O_TRUNC", "O_APPEND", "O_DIRECTORY", "O_NOFOLLOW");

  private final Random random;

  RandomRequest(long seed) {
    random = new Random(seed);
  }

  /** Returns a request as a line. */
  String next() {
    return Json.toString(Arrays.asList(draw()));
  }

  private @Nullable Object[] draw() {
    int kind = random.nextInt(100);
    if (kind < 40) {
      return names();
    } else if (kind < 60) {
      return handles();
    } else if (kind < 85) {
      return attributes();
    }
    return xattrs();
  }

  private @Nullable Object[] names() {
    return switch (random.nextInt(14)) {
      case 0, 1 -> request("mkdir", path(), pick(MODES));
      case 2 -> request("mknod", path(), pick(List.of("file", "fifo", "socket", "dir")), mode());
      case 3 -> request("mknod", path(), pick(List.of("char", "block")), mode(), List.of(60, 1));
      case 4, 5 -> request("symlink", pick(TARGETS), path());
      case 6, 7 -> request("link", path(), path());
      case 8 -> request("unlink", path());
      case 9 -> request("rmdir", path());
      case 10 -> request("readlink", path());
      default -> request("rename", path(), path(), pick(RENAME_FLAGS));
    };
  }

  private @Nullable Object[] handles() {
    int handle = 3 + random.nextInt(12); // the first ones are closed by and by
    return switch (random.nextInt(14)) {
      case 0, 1, 2, 3 -> request("open", path(), openFlags(), mode());
      case 4 -> request("pread", handle, random.nextInt(12), random.nextInt(12));
      case 5 -> request("pwrite", handle, random.nextInt(12), data());
      case 6, 7 -> request("write", handle, data());
      case 8 -> request("ftruncate", handle, random.nextInt(12));
      case 9 -> request("fstat", handle);
      case 10 -> request("fsync", handle);
      case 11 -> request("seek", handle, random.nextInt(14) - 1, pick(List.of("DATA", "HOLE")));
      case 12 -> request("close", handle);
      default -> request("readfile", path());
    };
  }

  private @Nullable Object[] attributes() {
    return switch (random.nextInt(12)) {
      case 0 -> request("stat", random.nextInt(9) == 0 ? TOO_LONG : path());
      case 1 -> request("lstat", path());
      case 2 -> request("readdir", path());
      case 3 -> request("chmod", path(), mode());
      case 4 -> request("chown", path(), random.nextInt(4) - 1, random.nextInt(4) - 1);
      case 5 -> request("lchown", path(), random.nextInt(4) - 1, random.nextInt(4) - 1);
      case 6 -> request("utimens", path(), time(), time());
      case 7 -> request("truncate", path(), random.nextInt(12));
      case 8 -> request("access", path(), pick(ACCESS));
      case 9 -> request("statfs", path());
      case 10 -> request("writefile", path(), data());
      default -> request("sync");
    };
  }

  private @Nullable Object[] xattrs() {
    String prefix = random.nextBoolean() ? "" : "l";
    return switch (random.nextInt(5)) {
      case 0, 1 -> request(prefix + "setxattr", path(), pick(XATTRS), data(), pick(XATTR_FLAGS));
      case 2 -> request(prefix + "getxattr", path(), pick(XATTRS));
      case 3 -> request(prefix + "listxattr", path());
      default -> request(prefix + "removexattr", path(), pick(XATTRS));
    };
  }

  private static @Nullable Object[] request(@Nullable Object... request) {
    return request;
  }

  private String path() {
    if (random.nextInt(50) == 0) {
      return pick(List.of("/", "//", "/.", "/..", ""));
    }
    StringBuilder path = new StringBuilder();
    for (int i = random.nextInt(3); i >= 0; i--) {
      path.append('/').append(pick(NAMES));
    }
    return path.append(pick(ENDS)).toString();
  }

  private List<String> openFlags() {
    List<String> flags = new ArrayList<>();
    flags.add(pick(List.of("O_RDONLY", "O_RDWR", "O_WRONLY")));
    for (int i = random.nextInt(3); i > 0; i--) {
      flags.add(pick(OPEN_FLAGS));
    }
    if (flags.contains("O_CREAT")) {
      flags.remove("O_DIRECTORY"); // before Linux 6.4 this made a file
    }
    return flags;
  }

  private String data() {
    return OpsClient.base64("0123456789".substring(random.nextInt(11)));
  }

  private String mode() {
    return pick(MODES);
  }

  private @Nullable Long time() {
    return random.nextInt(3) == 0 ? null : random.nextLong(2_000_000_000_000_000_000L);
  }

  private <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
