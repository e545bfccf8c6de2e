package dev.layerfs.overlay;

import dev.layerfs.error.Printable;
import dev.layerfs.posix.Errno;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/**
 * A directory on which something will be mounted, open, so that nobody can put another in its place meanwhile.
 *
 * <p>What is mounted here propagates as mounts do: under a shared mount, which is what systemd makes of all, it appears in
 * the mount namespaces of all peers, so that containers and services that are told to see the host's mounts see it, and
 * goes from all of them when it is unmounted. A mount of {@code mount(8)} does the same; whoever wants it otherwise has
 * made the parent private.
 */
final class MountTarget implements Closeable {
  private final MountCalls calls;
  private final Descriptor descriptor;
  private final RawPath named;

  private MountTarget(MountCalls calls, Descriptor descriptor, RawPath named) {
    this.calls = calls;
    this.descriptor = descriptor;
    this.named = named;
  }

  /**
   * Opens a directory.
   *
   * @throws NoSuchFileException if there is nothing
   * @throws NotDirectoryException if it is no directory
   * @throws IOException if its last component is a symbolic link, among others
   */
  static MountTarget open(MountCalls calls, Path target) throws IOException {
    try {
      long flags = OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;
      RawPath path = RawPath.of(target);
      return new MountTarget(calls, new Descriptor(calls.openPath(path, flags)), path);
    } catch (KernelError e) {
      throw refused(target, e);
    }
  }

  private static IOException refused(Path target, KernelError error) {
    if (Files.isSymbolicLink(target)) {
      return new IOException(
          Printable.of(target.toString())
              + " is a symbolic link; a mount takes the directory itself",
          error);
    }
    if (error.is(Errno.ENOENT)) {
      return initCause(new NoSuchFileException(target.toString()), error);
    }
    return error.is(Errno.ENOTDIR) && Files.exists(target, LinkOption.NOFOLLOW_LINKS)
        ? initCause(new NotDirectoryException(target.toString()), error)
        : error;
  }

  private static IOException initCause(IOException exception, KernelError cause) {
    exception.initCause(cause);
    return exception;
  }

  /** Returns its name, for messages. */
  String name() {
    return named.toString();
  }

  /** Returns the path that it was opened by. */
  RawPath named() {
    return named;
  }

  /** Returns a path that leads to the directory, whatever is done to its names. */
  RawPath path() {
    return RawPath.ofText(descriptor.path());
  }

  /** Returns what the directory is open as; it is closed with this. */
  Descriptor descriptor() {
    return descriptor;
  }

  /** Mounts here what was attached nowhere. */
  void attach(Descriptor mount) throws KernelError {
    calls.moveMount(mount.number(), descriptor.number(), name());
  }

  @Override
  public void close() throws KernelError {
    descriptor.close();
  }
}
