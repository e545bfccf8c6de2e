package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sends requests to {@code ops} and to the kernel, and compares what they answer. */
final class OpsComparison {
  private final KernelOps kernel;
  private final BigInteger start = RootFile.nanos(Instant.now().getEpochSecond() - 1, 0);

  /**
   * Begins now; times from now on are equal.
   *
   * @param kernel what is right
   */
  OpsComparison(KernelOps kernel) {
    this.kernel = kernel;
  }

  /** Sends a request to both. */
  void compare(OpsClient ops, String request, String where) throws IOException {
    Map<?, ?> expected = kernel.answer(request);
    Map<?, ?> actual = ops.answer(request);
    assertEquals(
        comparable(request, expected), comparable(request, actual), () -> where + ": " + request);
  }

  /** Compares all that there is, from the root. */
  void compareTrees(OpsClient ops, String where) throws IOException {
    new TreeComparison(ops, where).compare("/");
  }

  /** Returns what is comparable of an answer: not the message, and no figures of the host. */
  private @Nullable Object comparable(String request, Map<?, ?> answer) {
    if (answer.containsKey("errno")) {
      return answer.get("errno");
    } else if (request.startsWith("[\"statfs\"")) {
      return true;
    }
    return answer.get("ok") instanceof Map<?, ?> stat ? comparable(stat) : answer.get("ok");
  }

  private Map<Object, Object> comparable(Map<?, ?> stat) {
    Map<Object, Object> comparable = new LinkedHashMap<>(stat);
    comparable.keySet().removeAll(List.of("ino", "ctime", "atime")); // no access times are kept
    if (Objects.equals(stat.get("type"), "dir")) {
      comparable.remove("size"); // of the host's directory blocks
    }
    if (((BigInteger) stat.get("mtime")).compareTo(start) >= 0) {
      comparable.put("mtime", "now");
    }
    return comparable;
  }

  /** One walk of both trees; in each the inodes are numbered as they are met, so that links show. */
  private final class TreeComparison {
    private final OpsClient ops;
    private final String where;
    private final Map<Object, Integer> inodes = new HashMap<>();
    private final Map<Object, Integer> kernelInodes = new HashMap<>();

    TreeComparison(OpsClient ops, String where) {
      this.ops = ops;
      this.where = where;
    }

    void compare(String directory) throws IOException {
      for (Object entry : (List<?>) ask("readdir", directory)) {
        String path = directory + ((List<?>) entry).get(0);
        for (Object attribute : (List<?>) ask("llistxattr", path)) {
          ask("lgetxattr", path, attribute);
        }
        Object type = ((Map<?, ?>) ask("lstat", path)).get("type");
        if (Objects.equals(type, "dir")) {
          compare(path + "/");
        } else if (Objects.equals(type, "file")) {
          ask("readfile", path);
        } else if (Objects.equals(type, "symlink")) {
          ask("readlink", path);
        }
      }
    }

    /** Sends a request that must succeed to both, and returns the result. */
    private Object ask(Object... request) throws IOException {
      String line = Json.toString(List.of(request));
      Map<?, ?> expected = kernel.answer(line);
      Map<?, ?> actual = ops.answer(line);
      assertEquals(
          List.of(numbered(line, expected, kernelInodes)),
          List.of(numbered(line, actual, inodes)),
          () -> where + ": " + line);
      return Objects.requireNonNull(actual.get("ok"), line);
    }

    private Object numbered(String line, Map<?, ?> answer, Map<Object, Integer> numbers) {
      Object comparable = Objects.requireNonNull(comparable(line, answer));
      if (answer.get("ok") instanceof Map<?, ?> stat) {
        int number = numbers.computeIfAbsent(stat.get("ino"), ino -> numbers.size());
        return List.of(comparable, number);
      }
      return comparable;
    }
  }
}
