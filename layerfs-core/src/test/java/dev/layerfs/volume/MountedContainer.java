package dev.layerfs.volume;

import dev.layerfs.nio.LayerFileSystem;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Identity;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Resolver;
import dev.layerfs.posix.Resolver.LastLink;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.union.ActingView;
import dev.layerfs.union.IdentityView;
import dev.layerfs.union.UnionInMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A container of a small image with volumes in it. */
final class MountedContainer implements AutoCloseable {
  private final UnionInMemory union;
  private final IdentityView view;
  private final LayerFileSystem door;

  private MountedContainer(UnionInMemory union, IdentityView view, LayerFileSystem door) {
    this.union = union;
    this.view = view;
    this.door = door;
  }

  /** The image. */
  static TarBuilder image() {
    return new TarBuilder()
        .directory("etc/")
        .file("etc/passwd", "root:x:0:0::/root:/bin/sh\n")
        .directory("var/")
        .directory("var/lib/")
        .directory("var/lib/data/")
        .file("var/lib/data/covered", "covered")
        .symlink("link", "/var/lib/data")
        .symlink("relative", "var/lib/data")
        .symlink("dangling", "var/lib/made")
        .file("file", "text");
  }

  static MountedContainer of(Attachment... attachments) throws IOException {
    return of(Identity.ROOT, attachments);
  }

  static MountedContainer of(Identity identity, Attachment... attachments) throws IOException {
    UnionInMemory union = UnionInMemory.open(image(), identity);
    try {
      IdentityView view = MountedView.of(union.view(), List.of(attachments));
      return new MountedContainer(union, view, LayerFileSystem.of(ActingView.of(view), "volumes"));
    } catch (IOException e) {
      union.close();
      throw e;
    }
  }

  /** Returns what mounts a view at a path. */
  static Attachment at(String target, PosixView view) {
    return new Attachment(names(target), view, false);
  }

  static Attachment readOnlyAt(String target, PosixView view) {
    return new Attachment(names(target), view, true);
  }

  static List<Name> names(String path) {
    return new ArrayList<>(Resolver.split(path.getBytes(StandardCharsets.UTF_8)));
  }

  IdentityView view() {
    return view;
  }

  /** Returns the container without its volumes. */
  IdentityView base() {
    return union.view();
  }

  Path path(String path) {
    return door.getPath(path);
  }

  LayerFileSystem door() {
    return door;
  }

  /** Returns what a path names, which must exist. */
  Node node(String path) throws PosixException {
    Node node = new Resolver(view).find(names(path).toArray(new Name[0]), LastLink.NOFOLLOW);
    if (node == null) {
      throw new PosixException(Errno.ENOENT, path);
    }
    return node;
  }

  @Override
  public void close() throws IOException {
    door.close();
    union.close();
  }
}
