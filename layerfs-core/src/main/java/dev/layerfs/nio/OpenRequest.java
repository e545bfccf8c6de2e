package dev.layerfs.nio;

import dev.layerfs.posix.OpenFlag;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What the options of {@code newByteChannel} and its like ask for, with the rules of the JDK's default provider.
 *
 * @param flags how an existing file is opened
 * @param create whether a missing file is created
 * @param createNew whether the file must be missing, and is created
 * @param deleteOnClose whether the file goes when it is closed
 * @param noFollow whether a symbolic link is an error
 */
record OpenRequest(
    Set<OpenFlag> flags,
    boolean create,
    boolean createNew,
    boolean deleteOnClose,
    boolean noFollow) {

  private static final Set<OpenFlag> READ_ONLY =
      Collections.unmodifiableSet(EnumSet.of(OpenFlag.READ));

  /** What {@code Files.readAllBytes} and most others ask for. */
  private static final OpenRequest TO_READ = new OpenRequest(READ_ONLY, false, false, false, false);

  /**
   * Reads options.
   *
   * @throws IllegalArgumentException if they don't go together
   * @throws UnsupportedOperationException if one is unknown
   */
  static OpenRequest of(Set<? extends OpenOption> options) {
    return options.isEmpty() ? TO_READ : of(options, EnumSet.noneOf(StandardOpenOption.class));
  }

  /**
   * Reads the options of {@code newOutputStream}, which always writes; without any it creates or empties the file.
   *
   * @throws IllegalArgumentException if they don't go together, or one is {@code READ}
   * @throws UnsupportedOperationException if one is unknown
   */
  static OpenRequest ofOutputStream(OpenOption... options) {
    List<OpenOption> given = Arrays.asList(options);
    if (given.contains(StandardOpenOption.READ)) {
      throw new IllegalArgumentException("READ not allowed");
    }
    Set<StandardOpenOption> standard = EnumSet.of(StandardOpenOption.WRITE);
    if (given.isEmpty()) {
      standard.add(StandardOpenOption.CREATE);
      standard.add(StandardOpenOption.TRUNCATE_EXISTING);
    }
    return of(given, standard);
  }

  /**
   * Reads options.
   *
   * @param standard those that are known already; the others are added
   */
  private static OpenRequest of(
      Collection<? extends OpenOption> options, Set<StandardOpenOption> standard) {
    boolean noFollow = false;
    for (OpenOption option : options) {
      if (option instanceof StandardOpenOption known) {
        standard.add(known);
      } else if (option == LinkOption.NOFOLLOW_LINKS) {
        noFollow = true;
      } else {
        throw new UnsupportedOperationException(Objects.requireNonNull(option) + " not supported");
      }
    }
    Set<OpenFlag> flags = flags(standard);
    boolean write = flags.contains(OpenFlag.WRITE);
    return new OpenRequest(
        flags,
        write && standard.contains(StandardOpenOption.CREATE),
        write && standard.contains(StandardOpenOption.CREATE_NEW),
        standard.contains(StandardOpenOption.DELETE_ON_CLOSE),
        noFollow);
  }

  /**
   * Reads the options of {@code newAsynchronousFileChannel}.
   *
   * @throws IllegalArgumentException if they don't go together
   * @throws UnsupportedOperationException if one is unknown, or is {@code APPEND}
   */
  static OpenRequest ofAsynchronous(Set<? extends OpenOption> options) {
    if (options.contains(StandardOpenOption.APPEND)) {
      throw new UnsupportedOperationException("APPEND not allowed");
    }
    return of(options);
  }

  private static Set<OpenFlag> flags(Set<StandardOpenOption> options) {
    boolean append = options.contains(StandardOpenOption.APPEND);
    boolean write = append || options.contains(StandardOpenOption.WRITE);
    boolean read = !write || options.contains(StandardOpenOption.READ);
    boolean truncate = options.contains(StandardOpenOption.TRUNCATE_EXISTING);
    if (read && append) {
      throw new IllegalArgumentException("READ + APPEND not allowed");
    }
    if (append && truncate) {
      throw new IllegalArgumentException("APPEND + TRUNCATE_EXISTING not allowed");
    }
    if (!write) {
      return READ_ONLY;
    }
    Set<OpenFlag> flags = EnumSet.of(OpenFlag.WRITE);
    addIf(read, OpenFlag.READ, flags);
    addIf(append, OpenFlag.APPEND, flags);
    addIf(truncate, OpenFlag.TRUNCATE, flags);
    boolean sync =
        options.contains(StandardOpenOption.SYNC) || options.contains(StandardOpenOption.DSYNC);
    addIf(sync, OpenFlag.SYNC, flags);
    return flags;
  }

  private static void addIf(boolean condition, OpenFlag flag, Set<OpenFlag> flags) {
    if (condition) {
      flags.add(flag);
    }
  }

  boolean write() {
    return flags.contains(OpenFlag.WRITE);
  }

  boolean creates() {
    return create || createNew;
  }

  /** A file that is created, or deleted on closing, is the one that the path itself names. */
  boolean followsLinks() {
    return !createNew && !refusesLinks();
  }

  /** Whether a link at the end of the path is an error of its own kind. */
  boolean refusesLinks() {
    return !createNew && (noFollow || deleteOnClose);
  }
}
