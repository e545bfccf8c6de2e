package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import dev.layerfs.Rootfs;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Resolved;
import dev.layerfs.posix.Resolver;
import dev.layerfs.posix.Resolver.LastLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies between the host and a container, either way, with the rules of {@code cp -r} for what goes where. */
@Command(
    name = "cp",
    description = {
      "Copy files between the host and a container, or from an image.",
      "Directories are copied with all that is in them.",
      "Into a directory that exists; else to that name. SRC/. copies what is in SRC.",
      "Symbolic links are copied as links; sockets, pipes and devices are left out."
    },
    footer = {
      "",
      "Examples:",
      "  layerfs cp -a web:/var/log ./log",
      "  layerfs cp site.conf web:/etc/httpd/site.conf"
    })
final class CpCommand extends StoreCommand {
  @Option(
      names = {"-a", "--archive"},
      description = "Keep times, and owners where the host allows it.")
  private boolean archive;

  @Parameters(index = "0", paramLabel = "SRC", description = "A path, or CONTAINER|REF:PATH.")
  private String source = "";

  @Parameters(index = "1", paramLabel = "DST", description = "A path, or CONTAINER:PATH.")
  private String target = "";

  @Override
  void run(LayerStore store) throws IOException {
    boolean out = Location.isLocation(source);
    if (out == Location.isLocation(target)) {
      throw misused("one of SRC and DST must be CONTAINER:PATH, the other a path of the host");
    }
    Location inside = Location.parse(out ? source : target);
    CopyTally tally;
    try (Rootfs rootfs = inside.open(store);
        Progress progress = Progress.watchedOn(terminal())) {
      tally = new CopyTally(this::warn, progress);
      if (out) {
        copyOut(rootfs.posix(), inside.path(), Path.of(target), tally);
      } else {
        copyIn(Path.of(source), rootfs.posix(), inside.path(), tally);
      }
    }
    if (json()) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("files", tally.files());
      document.put("bytes", tally.bytes());
      document.put("skipped", tally.skipped());
      print(document);
    }
  }

  private void copyOut(PosixView view, String path, Path to, CopyTally tally) throws IOException {
    RootFile file = RootFile.find(view, path, LastLink.NOFOLLOW);
    CopyOut copy = new CopyOut(archive, tally);
    boolean contents = isContents(file.name());
    if (!contents && Files.isDirectory(to)) {
      copy.copyInto(file, to);
    } else {
      copy.copy(file, contents && Files.isDirectory(to) ? to.toRealPath() : to);
    }
  }

  private void copyIn(Path from, PosixView view, String path, CopyTally tally) throws IOException {
    if (!Files.exists(from, LinkOption.NOFOLLOW_LINKS)) {
      throw new NoSuchFileException(from.toString());
    }
    CopyIn copy = new CopyIn(view, archive, tally);
    Resolved to = new Resolver(view).resolve(Name.encode(path), LastLink.FOLLOW);
    boolean directory = to.node() != null && to.node().type() == FileType.DIRECTORY;
    if (directory && isContents(CopyIn.name(from).toString())) {
      copy.copyContents(from, to.existing());
    } else if (directory) {
      copy.copy(from, to.existing(), CopyIn.name(from));
    } else {
      copy.copy(from, to.parent(), to.name());
    }
  }

  /** Tells whether what is in a directory is meant, and not the directory: its path ends in no name to copy it to. */
  private static boolean isContents(String lastName) {
    return lastName.isEmpty() || lastName.equals(".") || lastName.equals("..");
  }
}
