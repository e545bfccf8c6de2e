package dev.layerfs.union.differential;

import dev.layerfs.union.differential.Operation.Rename;
import dev.layerfs.union.differential.Syscalls.Renaming;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the kernel would answer if hard links of the image stayed links: an inode that is copied up is copied up with all
 * its names, and its links are those that are seen. The names are {@code n} and {@code nl}.
 */
final class HardLinks {
  private static final String OTHER = "nl";

  private HardLinks() {}

  /** Returns the kernel's answer as it would be. */
  static Outcome kept(Case question, Outcome kernel) {
    State state = question.state();
    if (state.upper() == ObjectKind.HARD_LINKS) {
      return kernel; // both names are the upper's, which has links as any file system
    } else if (state.image() == ObjectKind.HARD_LINKS) {
      return state.upper() == ObjectKind.ABSENT ? copiedUp(question, kernel) : kernel;
    } else if (state.second() == ObjectKind.HARD_LINKS) {
      return withEntry(kernel, Set.of(OTHER), entry(kernel, OTHER).withLinks(1));
    }
    return kernel;
  }

  private static Outcome copiedUp(Case question, Outcome kernel) {
    List<String> names = namesAfter(question.operation(), kernel);
    Tree raw = Objects.requireNonNull(kernel.raw());
    if (!names.isEmpty() && names.stream().allMatch(name -> raw.get(name) == null)) {
      return kernel;
    }
    Set<String> all = new TreeSet<>(names);
    all.add(OTHER);
    TreeEntry changed = entry(kernel, names.isEmpty() ? OTHER : names.get(0)).withLinks(all.size());
    Tree inUpper = raw;
    for (String name : all) {
      inUpper = inUpper.with(name, changed.withoutXattrs());
    }
    return withEntry(kernel, all, changed).withRaw(inUpper);
  }

  /** Returns what has become of the name {@code n}. */
  private static List<String> namesAfter(Operation operation, Outcome kernel) {
    Rename rename = operation.rename();
    if (!kernel.succeeded()) {
      return List.of("n");
    } else if (rename == null) {
      return switch (operation) {
        case UNLINK -> List.of();
        case LINK_FROM -> List.of("n", "new");
        default -> List.of("n");
      };
    }
    boolean survives = rename.from().equals("n") || rename.flag() == Renaming.EXCHANGE;
    return survives ? List.of(rename.to()) : List.of();
  }

  private static TreeEntry entry(Outcome kernel, String path) {
    return Objects.requireNonNull(kernel.visible().get(path), path);
  }

  private static Outcome withEntry(Outcome kernel, Set<String> paths, TreeEntry entry) {
    Tree visible = kernel.visible();
    for (String path : paths) {
      visible = visible.with(path, entry);
    }
    return new Outcome(kernel.results(), visible, kernel.raw());
  }
}
