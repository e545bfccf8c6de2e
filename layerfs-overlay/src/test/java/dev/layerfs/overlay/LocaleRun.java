package dev.layerfs.overlay;

import dev.layerfs.spi.MountBackend.Union;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Mounts below the one directory that is in another, whatever its name is, and prints whether the mount table has it. */
final class LocaleRun {
  private LocaleRun() {}

  /** Takes a directory. */
  public static void main(String[] args) throws IOException {
    Path named;
    try (DirectoryStream<Path> only = Files.newDirectoryStream(Path.of(args[0]))) {
      named = only.iterator().next().toRealPath();
    }
    for (String name : List.of("lower", "upper", "work", "target")) {
      Files.createDirectory(named.resolve(name));
    }
    Path target = named.resolve("target");
    List<Path> lowers = List.of(named.resolve("lower"));
    for (Way way : Way.values()) {
      OverlayBackend backend = way.backend();
      backend.mountUnion(
          new Union(
              "layerfs-test", lowers, named.resolve("upper"), named.resolve("work"), false, true),
          target);
      System.out.println(way + " "
          + backend.mounted().stream()
              .anyMatch(
                  mounted -> mounted.target().equals(target) && mounted.lowers().equals(lowers)));
      backend.unmount(target, false);
    }
  }
}
