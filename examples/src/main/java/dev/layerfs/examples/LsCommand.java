package dev.layerfs.examples;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Resolver.LastLink;
import dev.layerfs.posix.Stat;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;

/** Lists a directory. */
@Command(
    name = "ls",
    description = "List a directory of a container or an image, as ls -l does.",
    footer = {"", "Example:", "  layerfs ls web:/etc"})
final class LsCommand extends LookCommand {
  @Override
  void look(PosixView view, String path) throws IOException {
    List<RootFile> files = list(view, path);
    if (json()) {
      printAll(files.stream().map(LookCommand::document).iterator());
      return;
    }
    Table table = new Table("", ">", ">", ">", ">", "", "");
    for (RootFile file : files) {
      Stat stat = file.stat();
      table.row(
          Human.mode(stat.type(), stat.mode()),
          Integer.toString(stat.links()),
          Long.toString(stat.uid()),
          Long.toString(stat.gid()),
          sizeOrDevice(stat),
          Human.date(stat.mtimeSeconds(), terminal().clock()),
          name(file));
    }
    table.print(out());
  }

  /** Returns what is in a directory, or the file itself; of a link to a directory, what is in that. */
  private static List<RootFile> list(PosixView view, String path) throws IOException {
    RootFile file = find(view, path);
    if (file.type() == FileType.SYMLINK && leadsToDirectory(view, path)) {
      file = RootFile.find(view, path, LastLink.FOLLOW);
    }
    return file.isDirectory() ? file.children() : List.of(file);
  }

  private static boolean leadsToDirectory(PosixView view, String path) {
    try {
      return RootFile.find(view, path, LastLink.FOLLOW).isDirectory();
    } catch (IOException e) {
      return false; // a link that leads nowhere is listed itself
    }
  }

  private static String sizeOrDevice(Stat stat) {
    boolean device =
        stat.type() == FileType.CHARACTER_DEVICE || stat.type() == FileType.BLOCK_DEVICE;
    return device ? stat.rdevMajor() + ", " + stat.rdevMinor() : Long.toString(stat.size());
  }

  private static String name(RootFile file) throws IOException {
    return file.type() == FileType.SYMLINK ? file.name() + " -> " + file.target() : file.name();
  }
}
