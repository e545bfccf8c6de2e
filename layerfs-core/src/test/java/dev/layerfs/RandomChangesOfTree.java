package dev.layerfs;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Timespec;
import dev.layerfs.posix.XattrFlag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Changes a tree at random in all the ways that a layer can express. What can't be done is passed over. */
final class RandomChangesOfTree {
  private static final String[] NAMES = {"a", "b", "c", "d", "\u00e9\u65e5", "etc"};

  private final Random random;
  private final PosixView view;

  RandomChangesOfTree(PosixView view, long seed) {
    this.view = view;
    this.random = new Random(seed);
  }

  void run(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      try {
        change();
      } catch (PosixException e) {
        if (e.errno() == Errno.EIO) {
          throw e;
        }
      }
    }
  }

  private void change() throws IOException {
    Node directory = directory();
    Name name = name();
    Node node = view.lookup(directory, name);
    switch (random.nextInt(14)) {
      case 0, 1 -> write(view.create(directory, name, FileType.REGULAR, mode(), 0, 0));
      case 2, 3 -> view.create(directory, name, FileType.DIRECTORY, mode(), 0, 0);
      case 4 -> view.symlink(directory, name, Name.encode("../" + name));
      case 5 -> view.create(directory, name, FileType.FIFO, mode(), 0, 0);
      case 6 -> view.create(directory, name, FileType.BLOCK_DEVICE, mode(), 7, random.nextInt(9));
      default -> {
        if (node != null) {
          change(directory, name, node);
        }
      }
    }
  }

  private void change(Node directory, Name name, Node node) throws IOException {
    switch (random.nextInt(9)) {
      case 0, 1 -> delete(directory, name, node);
      case 2, 3 -> view.rename(directory, name, directory(), name(), Set.of());
      case 4 -> view.link(node, directory(), name());
      case 5 -> view.chmod(node, mode());
      case 6 -> view.chown(node, random.nextInt(5), random.nextInt(70_000));
      case 7 -> view.utimens(node, null, new Timespec(random.nextInt(), random.nextInt(1 << 29)));
      default -> {
        if (node.type() == FileType.REGULAR) {
          view.setXattr(node, Name.of("user.x"), new byte[random.nextInt(9)], XattrFlag.SET);
          write(node);
        }
      }
    }
  }

  private void delete(Node directory, Name name, Node node) throws IOException {
    if (node.type() != FileType.DIRECTORY) {
      view.unlink(directory, name);
      return;
    }
    for (DirectoryEntry entry : view.list(node)) {
      Node child = view.lookup(node, entry.name());
      if (child != null) {
        delete(node, entry.name(), child);
      }
    }
    view.rmdir(directory, name);
  }

  private void write(Node file) throws IOException {
    try (FileHandle handle = view.open(file, EnumSet.of(OpenFlag.WRITE))) {
      byte[] content = new byte[random.nextInt(3000)];
      random.nextBytes(content);
      handle.write(ByteBuffer.wrap(content), random.nextInt(4) == 0 ? 300_000 : 0);
    }
  }

  private Node directory() throws IOException {
    Node directory = view.root();
    for (int depth = random.nextInt(4); depth > 0; depth--) {
      List<DirectoryEntry> entries = view.list(directory);
      if (entries.isEmpty()) {
        return directory;
      }
      Name name = entries.get(random.nextInt(entries.size())).name();
      Node child = view.lookup(directory, name);
      if (child != null && child.type() == FileType.DIRECTORY) {
        directory = child;
      }
    }
    return directory;
  }

  private Name name() {
    return Name.of(NAMES[random.nextInt(NAMES.length)]);
  }

  private int mode() {
    return random.nextInt(01000);
  }
}
