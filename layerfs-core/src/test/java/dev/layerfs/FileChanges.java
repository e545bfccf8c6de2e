package dev.layerfs;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.Set;

/** A rule about what changes files of a host. What is not known to read only is taken for a change. */
final class FileChanges {
  private static final Set<String> READING = Set.of(
      "exists",
      "list",
      "lines",
      "mismatch",
      "newBufferedReader",
      "newDirectoryStream",
      "newInputStream",
      "notExists",
      "size",
      "walk",
      "walkFileTree");
  private static final Set<String> READING_PREFIXES = Set.of("get", "is", "read");
  private static final Set<String> CHANNEL_CHANGES =
      Set.of("force", "open", "transferFrom", "truncate", "write");

  private FileChanges() {}

  /** A call that may change a file, or makes a change durable. */
  static DescribedPredicate<JavaAccess<?>> calls() {
    return DescribedPredicate.describe("may change a file", access -> changes(access.getTarget()));
  }

  private static boolean changes(AccessTarget target) {
    if (target.getOwner().isEquivalentTo(Files.class)) {
      return !READING.contains(target.getName())
          && READING_PREFIXES.stream().noneMatch(target.getName()::startsWith);
    }
    return target.getOwner().isAssignableTo(FileChannel.class)
        && CHANNEL_CHANGES.contains(target.getName());
  }
}
