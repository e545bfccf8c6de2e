package dev.layerfs.overlay;

import dev.layerfs.error.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Who keeps a mount from being unmounted: what is mounted on it, and processes that have something of it as their working or
 * root directory, program, open file or mapped file. A mount has a number, by which it is told from others of the same file
 * system, and files are found that have no name any more.
 */
final class Holders {
  private static final int MAX_NAMED = 10;

  private final MountCalls calls;
  private final MountEntry mount;
  private final Set<Long> mounts = new HashSet<>();
  private final List<String> found = new ArrayList<>();

  private Holders(MountCalls calls, MountEntry mount) {
    this.calls = calls;
    this.mount = mount;
  }

  /**
   * Describes who uses what was mounted last at a place.
   *
   * @param calls the system calls
   * @param target the place
   */
  static String describe(MountCalls calls, RawPath target) throws IOException {
    MountTable table = MountTable.own();
    Optional<MountEntry> mount = table.at(target);
    if (mount.isEmpty()) {
      return "in use";
    }
    Holders holders = new Holders(calls, mount.get());
    holders.collectMounts(table);
    for (ProcessEntry process : ProcessEntry.all()) {
      holders.collect(process);
    }
    return holders.text();
  }

  private void collectMounts(MountTable table) throws IOException {
    mounts.add(mount.id());
    table.on(mount).forEach(beneath -> found.add("mounted on it: " + printable(beneath.target())));
    Optional<String> group = mount.peers();
    Optional<String> parents = table.parent(mount).flatMap(MountEntry::peers);
    if (group.isPresent() && parents.isPresent()) {
      collectCopies(group.get(), parents.get(), table, "");
      for (ProcessEntry process : MountNamespaces.others()) {
        Optional<MountTable> other = process.mountTable();
        if (other.isPresent()) {
          collectCopies(
              group.get(), parents.get(), other.get(), " where " + name(process) + " sees it");
        }
      }
    }
  }

  /**
   * Notes what goes with this mount, wherever its parent is seen, too, and holds it as well: {@code propagate_mount_busy} in
   * {@code fs/pnode.c}.
   */
  private void collectCopies(String group, String parents, MountTable table, String where) {
    for (MountEntry copy : table.entries()) {
      if (copy.id() != mount.id()
          && copy.follows(group)
          && table.parent(copy).filter(parent -> parent.follows(parents)).isPresent()) {
        mounts.add(copy.id());
        table
            .on(copy)
            .forEach(
                beneath -> found.add("mounted on it" + where + ": " + printable(beneath.target())));
      }
    }
  }

  private void collect(ProcessEntry process) {
    collectOne(process, "cwd", "working directory ");
    collectOne(process, "root", "root directory ");
    collectOne(process, "exe", "program ");
    process.names("fd").forEach(name -> collectOne(process, name, "open file "));
    List<String> mapped = process.names("map_files");
    if (mapped.stream().anyMatch(name -> mountOf(process, name).isPresent())) {
      mapped.forEach(name -> collectOne(process, name, "mapped file "));
    } else {
      collectMapped(process);
    }
  }

  private OptionalLong mountOf(ProcessEntry process, String name) {
    return calls.mountOf(RawPath.of(process.path(name)));
  }

  private void collectOne(ProcessEntry process, String name, String use) {
    OptionalLong id = mountOf(process, name);
    if (id.isPresent() && mounts.contains(id.getAsLong())) {
      add(process, use + Printable.of(process.link(name).orElse("?")));
    }
  }

  /** In a user namespace nobody may follow the links of {@code map_files}; the names are all there is. */
  private void collectMapped(ProcessEntry process) {
    String inside = " " + mount.target() + "/";
    try {
      String maps = new String(Files.readAllBytes(process.path("maps")), StandardCharsets.UTF_8);
      maps.lines()
          .filter(line -> line.contains(inside))
          .forEach(line -> add(
              process, "mapped file " + Printable.of(line.substring(line.indexOf(inside) + 1))));
    } catch (IOException e) {
      // it is of another user, or has ended
    }
  }

  private void add(ProcessEntry process, String use) {
    String holder = name(process) + ": " + use;
    if (!found.contains(holder)) {
      found.add(holder);
    }
  }

  private static String name(ProcessEntry process) {
    return "process " + process.pid() + " (" + Printable.of(process.program()) + ")";
  }

  private static String printable(RawPath path) {
    return Printable.of(path.toString());
  }

  private String text() {
    if (found.isEmpty()) {
      return "in use, by nobody that this process can see; another user's process, a loop device or a swap file may be what"
          + " holds it";
    }
    int more = found.size() - MAX_NAMED;
    String named = String.join("; ", found.subList(0, Math.min(found.size(), MAX_NAMED)));
    return "in use; " + named + (more > 0 ? "; and " + more + " more" : "");
  }
}
