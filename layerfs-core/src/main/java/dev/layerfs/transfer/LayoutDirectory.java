package dev.layerfs.transfer;

import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.ImageLayout;
import dev.layerfs.store.OtherStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * The files of a layout in a directory. Symbolic links in it are never followed: a stranger's layout could point anywhere.
 * The directory itself may be one, for the caller named it.
 */
final class LayoutDirectory implements SourceFiles {
  private final Path root;

  private LayoutDirectory(Path root) {
    this.root = root;
  }

  static LayoutDirectory of(Path path) throws IOException {
    return new LayoutDirectory(path.toRealPath());
  }

  /** image-layout.md: the directory must exist, and may be empty. */
  void requireBlobs() throws MalformedImageException {
    if (!Files.isDirectory(root.resolve(ImageLayout.BLOBS_DIRECTORY), LinkOption.NOFOLLOW_LINKS)) {
      throw new MalformedImageException(
          subject(), "must have a directory blobs (image-layout.md, Content)");
    }
  }

  @Override
  public String subject() {
    return root.toString();
  }

  @Override
  public boolean has(String name) {
    List<String> names = List.of(name.split("/"));
    Path path = root;
    for (String parent : names.subList(0, names.size() - 1)) {
      path = path.resolve(parent);
      if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        return false;
      }
    }
    return Files.isRegularFile(root.resolve(name), LinkOption.NOFOLLOW_LINKS);
  }

  /** A layout that is a store may have discarded it. */
  @Override
  public Optional<InputStream> made(Digest blob) throws IOException {
    OtherStore store = new OtherStore(root);
    if (!has(name(store.recipe(blob)))) {
      return Optional.empty();
    }
    Optional<DiffId> layer = store.layer(blob);
    return layer.isPresent() && has(name(store.layerFile(layer.get())))
        ? Optional.of(store.open(blob))
        : Optional.empty();
  }

  private String name(Path file) {
    StringJoiner name = new StringJoiner("/");
    root.relativize(file).forEach(part -> name.add(part.toString()));
    return name.toString();
  }

  @Override
  public InputStream open(String name) throws IOException {
    if (!has(name)) {
      throw new NotFoundException("regular file in the layout", name);
    }
    return Files.newInputStream(root.resolve(name), LinkOption.NOFOLLOW_LINKS);
  }
}
