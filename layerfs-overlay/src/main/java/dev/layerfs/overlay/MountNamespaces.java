package dev.layerfs.overlay;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The mount namespaces of other processes, as far as this process may look into them. */
final class MountNamespaces {
  private MountNamespaces() {}

  /** Returns a process of each namespace but this process's own. */
  static Iterable<ProcessEntry> others() throws IOException {
    Optional<String> own = new ProcessEntry(ProcessHandle.current().pid()).mountNamespace();
    Map<String, ProcessEntry> found = new LinkedHashMap<>();
    for (ProcessEntry process : ProcessEntry.all()) {
      Optional<String> namespace = process.mountNamespace();
      if (namespace.isPresent() && !namespace.equals(own)) {
        found.putIfAbsent(namespace.get(), process);
      }
    }
    return found.values();
  }
}
