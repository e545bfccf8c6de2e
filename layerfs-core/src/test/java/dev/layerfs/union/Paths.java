package dev.layerfs.union;

import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.RenameFlag;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;

/** Operations on views by path, as tests write them down. */
final class Paths {
  private Paths() {}

  static Node node(PosixView view, String path) throws PosixException {
    return Objects.requireNonNull(ViewTree.find(view, path), path);
  }

  private static Node parent(PosixView view, String path) throws PosixException {
    return node(view, path.substring(0, Math.max(path.lastIndexOf('/'), 0)));
  }

  private static Name name(String path) {
    return Name.of(path.substring(path.lastIndexOf('/') + 1));
  }

  static Node create(PosixView view, String path, FileType type) throws PosixException {
    return view.create(parent(view, path), name(path), type, 0755, 0, 0);
  }

  static void symlink(PosixView view, String path, String target) throws PosixException {
    view.symlink(parent(view, path), name(path), Name.encode(target));
  }

  static void link(PosixView view, String path, String added) throws PosixException {
    view.link(node(view, path), parent(view, added), name(added));
  }

  static void unlink(PosixView view, String path) throws PosixException {
    view.unlink(parent(view, path), name(path));
  }

  static void rmdir(PosixView view, String path) throws PosixException {
    view.rmdir(parent(view, path), name(path));
  }

  static void rename(PosixView view, String from, String to, RenameFlag... flags)
      throws PosixException {
    view.rename(parent(view, from), name(from), parent(view, to), name(to), Set.of(flags));
  }

  static void write(PosixView view, String path, String text) throws PosixException {
    try (FileHandle file = view.open(node(view, path), Set.of(OpenFlag.WRITE))) {
      file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
    }
  }
}
