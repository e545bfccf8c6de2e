package dev.layerfs.examples;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Resolver.LastLink;
import dev.layerfs.posix.Stat;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the attributes of one file. */
@Command(
    name = "stat",
    description = "Show the attributes of a file.",
    footer = {"", "Example:", "  layerfs stat debian:12:/bin"})
final class StatCommand extends LookCommand {
  @Option(
      names = {"-L", "--dereference"},
      description = "Follow a symbolic link.")
  private boolean follow;

  @Override
  void look(PosixView view, String path) throws IOException {
    RootFile file = RootFile.find(view, path, follow ? LastLink.FOLLOW : LastLink.NOFOLLOW);
    if (json()) {
      print(file.document());
      return;
    }
    Stat stat = file.stat();
    Table table = new Table(">", "");
    String arrow = file.type() == FileType.SYMLINK ? " -> " + file.target() : "";
    table.row("File:", file.path() + arrow);
    table.row("Type:", RootFile.typeName(stat.type()));
    table.row("Size:", stat.size() + " bytes, " + stat.blocks() + " blocks");
    table.row(
        "Mode:",
        String.format(Locale.ROOT, "%04o (%s)", stat.mode(), Human.mode(stat.type(), stat.mode())));
    table.row("Owner:", stat.uid() + ":" + stat.gid());
    table.row("Inode:", stat.inode() + ", " + stat.links() + " links");
    if (stat.type() == FileType.CHARACTER_DEVICE || stat.type() == FileType.BLOCK_DEVICE) {
      table.row("Device:", stat.rdevMajor() + ", " + stat.rdevMinor());
    }
    table.row("Modified:", time(stat.mtimeSeconds(), stat.mtimeNanos()));
    table.row("Accessed:", time(stat.atimeSeconds(), stat.atimeNanos()));
    table.row("Changed:", time(stat.ctimeSeconds(), stat.ctimeNanos()));
    for (Map.Entry<String, String> xattr : file.xattrs().entrySet()) {
      table.row("Xattr:", xattr.getKey() + " = " + xattr.getValue() + " (base64)");
    }
    table.print(out());
  }

  private static String time(long seconds, int nanos) {
    try {
      return Instant.ofEpochSecond(seconds, nanos).toString();
    } catch (DateTimeException e) {
      return "@" + seconds;
    }
  }
}
