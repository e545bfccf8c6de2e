package dev.layerfs.overlay;

import dev.layerfs.error.InUseException;
import dev.layerfs.posix.Name;
import dev.layerfs.spi.MountBackend.Bind;
import dev.layerfs.spi.MountBackend.ImageFiles;
import dev.layerfs.spi.MountBackend.Memory;
import dev.layerfs.spi.MountBackend.Union;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Mounts and unmounts in the user namespace that it is started in, and prints what came of it. */
final class UserNamespaceRun {
  private UserNamespaceRun() {}

  /** Takes a tree, a layer, a lower, an upper and a work directory, and a target. */
  public static void main(String[] args) throws IOException {
    OverlayBackend backend = new OverlayBackend();
    ImageFiles image = new ImageFiles(Path.of(args[0]), List.of(Path.of(args[1])));
    Path lower = Path.of(args[2]);
    Union union =
        new Union("layerfs-test", List.of(lower), Path.of(args[3]), Path.of(args[4]), true, true);
    Path target = Path.of(args[5]);
    System.out.println("unavailable: " + backend.unavailable());
    System.out.println("images: " + backend.mountsImages() + " " + backend.mountsImage(image) + " "
        + backend.mountImage(image, target));
    Files.createDirectory(lower.resolve("dir"));
    int before = backend.mounted().size();
    backend.mountUnion(union, target);
    System.out.println("file: " + Files.readString(target.resolve("file")));
    System.out.println("options: "
        + String.join(
            " ",
            backend.options(union).stream()
                .filter(option -> option.equals("userxattr") || option.startsWith("redirect"))
                .toList()));
    Files.writeString(target.resolve("file"), "changed");
    Files.delete(target.resolve("dir"));
    Files.createDirectory(target.resolve("dir"));
    try (FileInputStream open = new FileInputStream(target.resolve("file").toFile())) {
      System.out.println("busy: " + refusal(backend, target));
    }
    try (Arena arena = Arena.ofConfined()) {
      try (FileChannel channel = FileChannel.open(target.resolve("file"))) {
        channel.map(MapMode.READ_ONLY, 0, 7, arena);
      }
      System.out.println(
          "mapped: " + refusal(backend, target).contains("mapped file " + target + "/file"));
    }
    System.out.println("volumes: " + volumes(backend, lower, target));
    System.out.println("left: " + (backend.mounted().size() - before));
  }

  /** Mounts one of each kind that needs no device, and unmounts all with the container. */
  private static String volumes(OverlayBackend backend, Path lower, Path target)
      throws IOException {
    Path source = lower.toRealPath();
    Path bound = backend.mountVolume(
        new Bind(source, List.of(), true), target, List.of(Name.of("run"), Name.of("bound")));
    Path memory = backend.mountVolume(
        new Memory(1 << 20, 10, 0700, false), target, List.of(Name.of("memory")));
    Files.writeString(memory.resolve("file"), "m");
    String found = Files.readString(bound.resolve("file"))
        + Files.readString(memory.resolve("file"))
        + Files.isWritable(bound);
    backend.unmountWithVolumes(target, List.of(bound, memory));
    return found;
  }

  private static String refusal(OverlayBackend backend, Path target) throws IOException {
    try {
      backend.unmount(target, false);
      return "no";
    } catch (InUseException e) {
      return e.getMessage();
    }
  }
}
