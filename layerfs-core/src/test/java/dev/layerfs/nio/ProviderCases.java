package dev.layerfs.nio;

import dev.layerfs.testing.TarBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The contract of a provider: operations, each done in a directory of its own that holds the same small tree, on any file
 * system. What came of them can be compared with what the JDK's own provider makes of them.
 */
final class ProviderCases {
  private final Map<String, Operation> operations = new LinkedHashMap<>();

  /** An operation in a directory that holds what {@link #fill} puts there. */
  @FunctionalInterface
  interface Operation {
    /** Does it, and returns what is to be compared. */
    Object on(Path base) throws Exception;
  }

  /** Returns all cases. */
  static ProviderCases all() {
    ProviderCases cases = new ProviderCases();
    ReadingCases.addTo(cases);
    OpeningCases.addTo(cases);
    ChangingCases.addTo(cases);
    TransferCases.addTo(cases);
    AttributeCases.addTo(cases);
    SlashedLinkCases.addTo(cases);
    return cases;
  }

  void add(String name, Operation operation) {
    if (operations.put(name, operation) != null) {
      throw new IllegalStateException("two operations are called " + name);
    }
  }

  /** Returns the operations by their names. */
  Map<String, Operation> operations() {
    return operations;
  }

  /** Makes the tree. */
  static void fill(Path base) throws IOException {
    Files.writeString(base.resolve("file"), "content");
    Files.writeString(base.resolve("other"), "");
    Files.createDirectory(base.resolve("empty"));
    Files.createDirectory(base.resolve("full"));
    Files.writeString(base.resolve("full/entry"), "x");
    Files.createDirectory(base.resolve("full/sub"));
    Path name = base.resolve("n").getFileName();
    Files.createSymbolicLink(base.resolve("link"), name.resolveSibling("file"));
    Files.createSymbolicLink(base.resolve("dangling"), name.resolveSibling("nowhere"));
    Files.createSymbolicLink(base.resolve("loop"), name.resolveSibling("loop"));
    Files.createSymbolicLink(base.resolve("dirlink"), name.resolveSibling("full"));
    Files.createSymbolicLink(base.resolve("up"), name.resolveSibling("full/sub/../../file"));
    Files.createLink(base.resolve("hard"), base.resolve("file"));
  }

  /** Adds the tree to a layer. */
  static void fill(TarBuilder layer, String base) {
    layer.directory(base + "/");
    layer.file(base + "/file", "content").file(base + "/other", "");
    layer.directory(base + "/empty/").directory(base + "/full/");
    layer.file(base + "/full/entry", "x").directory(base + "/full/sub/");
    layer.symlink(base + "/link", "file").symlink(base + "/dangling", "nowhere");
    layer.symlink(base + "/loop", "loop").symlink(base + "/dirlink", "full");
    layer.symlink(base + "/up", "full/sub/../../file");
    layer.hardLink(base + "/hard", base + "/file");
  }

  /** Does an operation, and returns its outcome and the tree afterwards. */
  static String result(Path base, Operation operation) throws IOException {
    String outcome = Outcome.of(base, () -> operation.on(base));
    return outcome + "\n" + Trees.describe(base);
  }
}
