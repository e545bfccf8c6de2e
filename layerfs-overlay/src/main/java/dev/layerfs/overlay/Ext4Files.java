package dev.layerfs.overlay;

import dev.layerfs.spi.SizedFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * ext4 file systems in sparse files, made by {@code mkfs.ext4} and mounted through loop devices that go with their last use.
 */
final class Ext4Files implements SizedFiles {
  private static final String MKFS = "mkfs.ext4";
  private static final String MOUNT = "mount";
  private static final Path BLOCK_DEVICES = Path.of("/sys/block");
  private static final int BLOCK = 4096;

  /** Attributes of overlayfs, a capability and a list fit into the inode, and need no block. */
  private static final int INODE = 512;

  /** The journal, and what else does not grow. */
  private static final long FIXED = 160L << 20;

  /** Inodes of the file system itself, and of what takes away the rest. */
  private static final int OWN_INODES = 64;

  private static final long MAX_INODES = 4_000_000_000L;

  @Override
  public Optional<String> unavailable() {
    if (FileCalls.geteuid() != 0) {
      return Optional.of("only root mounts the file of fixed size that would hold its upper");
    }
    for (String program : List.of(MKFS, MOUNT)) {
      if (HostProgram.find(program).isEmpty()) {
        return Optional.of(program + ", which it takes, is not installed");
      }
    }
    return Optional.empty();
  }

  /** Blocks for tables and maps are more than enough: those that nobody needs are taken away, and none is allocated. */
  @Override
  public void make(Path file, Capacity capacity) throws IOException {
    long inodes = Math.min(MAX_INODES, capacity.inodes() + OWN_INODES);
    long size = capacity.bytes() + capacity.bytes() / 16 + inodes * INODE / 7 * 8 + FIXED;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1), size / BLOCK * BLOCK - 1);
    }
    HostProgram.run(
        MKFS,
        "-q",
        "-F",
        "-b",
        Integer.toString(BLOCK),
        "-m",
        "0",
        "-I",
        Integer.toString(INODE),
        "-N",
        Long.toString(inodes),
        "-E",
        "lazy_itable_init=1,nodiscard",
        file.toString());
  }

  @Override
  public void mount(Path file, Path target) throws IOException {
    HostProgram.run(
        MOUNT, "-t", "ext4", "-o", "loop,nosuid,nodev,noexec", file.toString(), target.toString());
  }

  @Override
  public void leaveFree(Path target, Capacity rest) throws IOException {
    Path taken = Files.createDirectory(target.resolve("taken"));
    if (rest.inodes() != Long.MAX_VALUE) {
      takeInodes(target, taken, rest.inodes());
    }
    if (rest.bytes() != Long.MAX_VALUE) {
      takeBytes(target, taken.resolve("bytes"), rest.bytes());
    }
  }

  private static void takeInodes(Path target, Path taken, long rest) throws IOException {
    long free = SpaceCalls.free(target).inodes() - 1; // one for the file that takes bytes
    requireFree(free, rest, "inodes");
    for (long i = free; i > rest; i--) {
      Files.createFile(taken.resolve(Long.toString(i)));
    }
  }

  private static void requireFree(long free, long rest, String what) throws IOException {
    if (free < rest) {
      throw new IOException("its file system has only " + free + " of " + rest + " " + what);
    }
  }

  /** What is taken may need a block for itself, which is given back. */
  private static void takeBytes(Path target, Path file, long rest) throws IOException {
    Files.createFile(file);
    try (Descriptor opened = SpaceCalls.open(file)) {
      long free = SpaceCalls.free(target).bytes();
      requireFree(free, rest, "bytes");
      long size = (free - rest) / BLOCK * BLOCK;
      SpaceCalls.allocate(opened, size, file);
      for (long now = SpaceCalls.free(target).bytes(); now < rest && size > 0; ) {
        size -= rest - now + BLOCK - 1;
        SpaceCalls.truncate(opened, Math.max(0, size), file);
        now = SpaceCalls.free(target).bytes();
      }
    }
  }

  @Override
  public boolean isInUse(Path file) throws IOException {
    String wanted = file.toRealPath().toString();
    try (DirectoryStream<Path> devices = Files.newDirectoryStream(BLOCK_DEVICES, "loop*")) {
      for (Path device : devices) {
        if (wanted.equals(backingFile(device))) {
          return true;
        }
      }
    }
    return false;
  }

  private static String backingFile(Path device) throws IOException {
    try {
      return Files.readString(device.resolve("loop/backing_file")).stripTrailing();
    } catch (NoSuchFileException e) {
      return ""; // it is not in use
    }
  }
}
