package dev.layerfs.examples;

import dev.layerfs.VolumeMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What {@code create} is told of volumes, in docker's words. */
final class VolumeFlags {
  @Option(
      names = {"-v", "--volume"},
      paramLabel = "SRC:DST[:ro,nocopy]",
      description = {
        "Mount a volume by its name, made if there is none, or a directory or file of the host: a path",
        "that begins with / or ., a directory made if there is nothing. May be repeated."
      })
  private List<String> volumes = new ArrayList<>();

  @Option(
      names = "--mount",
      paramLabel = "type=TYPE,...",
      description = {
        "Mount a volume, bind, tmpfs or location: source=, target=, readonly, volume-nocopy, subpath=,",
        "tmpfs-size=, tmpfs-mode=, tmpfs-inodes=. What is bound must exist. May be repeated."
      })
  private List<String> mounts = new ArrayList<>();

  @Option(
      names = "--tmpfs",
      paramLabel = "DST[:size=S,mode=M]",
      description = "Mount a file system in memory, of 64M unless said otherwise. May be repeated.")
  private List<String> memory = new ArrayList<>();

  @Option(
      names = "--no-image-volumes",
      description = "Leave out the volumes that the image asks for.")
  private boolean withoutImageVolumes;

  boolean withoutImageVolumes() {
    return withoutImageVolumes;
  }

  /**
   * Returns what shall be mounted.
   *
   * @throws IllegalArgumentException that says what is wrong with an option
   */
  List<VolumeMount> mounts() {
    List<VolumeMount> all = new ArrayList<>();
    volumes.forEach(text -> all.add(MountSyntax.volume(text)));
    mounts.forEach(text -> all.add(MountSyntax.mount(text)));
    memory.forEach(text -> all.add(MountSyntax.tmpfs(text)));
    return all;
  }

  /** Makes the directories of the host that {@code -v} names and that are missing, as docker does. */
  void makeBound() throws IOException {
    for (String text : volumes) {
      String source = text.substring(0, text.indexOf(':'));
      if (MountSyntax.isPath(source) && Files.notExists(Path.of(source))) {
        Files.createDirectories(Path.of(source));
      }
    }
  }
}
