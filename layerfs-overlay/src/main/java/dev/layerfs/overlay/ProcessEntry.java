package dev.layerfs.overlay;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code /proc} tells of a process. A process may end at any time, and one of another user keeps most things to itself:
 * what can't be read is not there.
 *
 * @param pid the process
 */
record ProcessEntry(long pid) {
  /** Lists the processes that this one sees. */
  static List<ProcessEntry> all() throws IOException {
    List<ProcessEntry> processes = new ArrayList<>();
    try (DirectoryStream<Path> numbers = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      numbers.forEach(number ->
          processes.add(new ProcessEntry(Long.parseLong(number.getFileName().toString()))));
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return processes;
  }

  /** Returns the path of something that the process has. */
  Path path(String name) {
    return Path.of("/proc", Long.toString(pid), name);
  }

  /** Returns the name of the program. */
  String program() {
    try {
      return new String(Files.readAllBytes(path("comm")), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "?";
    }
  }

  /** Returns where a link of the process leads. */
  Optional<String> link(String name) {
    try {
      return Optional.of(Files.readSymbolicLink(path(name)).toString());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Returns the names of what is in a directory of the process, each with that of the directory. */
  List<String> names(String directory) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path(directory))) {
      entries.forEach(entry -> names.add(directory + "/" + entry.getFileName()));
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
    return names;
  }

  /** Returns the mount namespace that it is in. */
  Optional<String> mountNamespace() {
    return link("ns/mnt");
  }

  /** Returns the mounts that it sees. */
  Optional<MountTable> mountTable() {
    try {
      return Optional.of(MountTable.read(path("mountinfo")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
