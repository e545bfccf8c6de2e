package dev.layerfs.build;

import dev.layerfs.changeset.ChangesetEntry.Kind;
import dev.layerfs.oci.ConfigEditor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Platform;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Timespec;
import dev.layerfs.store.OpenImages;
import dev.layerfs.store.Store;
import dev.layerfs.store.StoredImage;
import dev.layerfs.union.UnionView;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes an image out of files. What is read is read when the image is made; its order and the clock play no part. */
public final class Build {
  private static final byte[] NO_TARGET = {};

  private final LayerPlan plan = new LayerPlan();

  /**
   * What an object of the image is to have.
   *
   * @param mode permission, set-id and sticky bits
   * @param uid owner
   * @param gid group
   * @param time modification time
   */
  public record Attributes(int mode, long uid, long gid, Timespec time) {}

  /** Chooses attributes. */
  @FunctionalInterface
  public interface Chooser {
    /**
     * Chooses an object's attributes.
     *
     * @param path where it will be, absolute
     * @param directory whether it is a directory
     * @param executable whether its source can be executed
     * @return what it is to have
     */
    Attributes attributes(String path, boolean directory, boolean executable);
  }

  /**
   * Returns a path of an image.
   *
   * @param path names with slashes between them
   * @return the names
   * @throws IllegalArgumentException if one is {@code ..}
   */
  public static List<Name> path(String path) {
    List<Name> names = new ArrayList<>();
    for (String name : path.split("/")) {
      if (name.equals("..")) {
        throw new IllegalArgumentException("a path with ..: " + path);
      }
      if (!name.isEmpty() && !name.equals(".")) {
        names.add(Name.of(name));
      }
    }
    return List.copyOf(names);
  }

  private static String text(List<Name> path) {
    return "/" + String.join("/", path.stream().map(Name::toString).toList());
  }

  /** Adds a file, or a directory with all that is in it; a symbolic link is followed if it is the source itself. */
  public void add(Path source, List<Name> target, Chooser chooser) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(source, BasicFileAttributes.class);
    if (!attributes.isDirectory()) {
      addFile(source, target, attributes, chooser);
      return;
    }
    Path root = Files.isSymbolicLink(source) ? source.toRealPath() : source;
    Files.walkFileTree(root, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes found) {
        List<Name> path = below(target, root, directory);
        Attributes chosen = chooser.attributes(text(path), true, true);
        plan.add(
            Addition.directory(path, chosen.mode(), chosen.uid(), chosen.gid(), chosen.time()));
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes found) throws IOException {
        addFile(file, below(target, root, file), found, chooser);
        return FileVisitResult.CONTINUE;
      }
    });
  }

  private static List<Name> below(List<Name> target, Path root, Path file) {
    List<Name> path = new ArrayList<>(target);
    for (Path name : root.relativize(file)) {
      if (!name.toString().isEmpty()) {
        path.add(Name.of(name.toString()));
      }
    }
    return path;
  }

  private void addFile(Path file, List<Name> path, BasicFileAttributes found, Chooser chooser)
      throws IOException {
    if (found.isSymbolicLink()) {
      String separator = file.getFileSystem().getSeparator();
      String target = Files.readSymbolicLink(file).toString().replace(separator, "/");
      symlink(path, target, chooser);
      return;
    }
    if (!found.isRegularFile()) {
      throw new IOException("neither file, directory nor symbolic link: " + file);
    }
    Attributes chosen = chooser.attributes(text(path), false, isExecutable(file));
    put(Kind.FILE, path, chosen, found.size(), NO_TARGET, () -> Files.newInputStream(file));
  }

  /** What its owner can do, not who asks. On hosts without permissions nothing can be executed. */
  private static boolean isExecutable(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    return view != null
        && view.readAttributes().permissions().contains(PosixFilePermission.OWNER_EXECUTE);
  }

  /** Adds a file with the given content. */
  public void file(List<Name> path, byte[] content, Chooser chooser) {
    byte[] copy = content.clone();
    Attributes chosen = chooser.attributes(text(path), false, false);
    put(Kind.FILE, path, chosen, copy.length, NO_TARGET, () -> new ByteArrayInputStream(copy));
  }

  /** Adds a symbolic link; its mode is the one that links have. */
  public void symlink(List<Name> path, String target, Chooser chooser) {
    Attributes chosen = chooser.attributes(text(path), false, true);
    Attributes ofLink = new Attributes(0777, chosen.uid(), chosen.gid(), chosen.time());
    put(Kind.SYMLINK, path, ofLink, 0, Name.encode(target), InputStream::nullInputStream);
  }

  /** Adds a directory, or gives one that the image has these attributes. */
  public void directory(List<Name> path, Chooser chooser) {
    Attributes chosen = chooser.attributes(text(path), true, true);
    plan.add(Addition.directory(path, chosen.mode(), chosen.uid(), chosen.gid(), chosen.time()));
  }

  /** Removes what the base image has at a path. */
  public void remove(List<Name> path) {
    plan.add(Addition.whiteout(path));
  }

  private void put(
      Kind kind,
      List<Name> path,
      Attributes chosen,
      long size,
      byte[] target,
      Addition.Content content) {
    plan.add(new Addition(
        kind,
        path,
        chosen.mode(),
        chosen.uid(),
        chosen.gid(),
        chosen.time(),
        size,
        target,
        content));
  }

  /**
   * Makes an image on top of another.
   *
   * @param time of directories that are made on the way
   * @return the digest of its manifest
   */
  public Digest onto(Store store, StoredImage base, ImageRequest request, Timespec time)
      throws IOException {
    try (OpenImages.Use use = store.openImage(base);
        UnionView view = UnionView.readOnly(use.image())) {
      ImageAssembly.Basis basis = ImageAssembly.Basis.of(base, base.diffIds().size());
      return new ImageAssembly(store, request).make(basis, plan.entries(view, time));
    }
  }

  /**
   * Makes an image of nothing but what was added.
   *
   * @param time of directories that are made on the way
   * @return the digest of its manifest
   */
  public Digest fromScratch(Store store, Platform platform, ImageRequest request, Timespec time)
      throws IOException {
    ImageAssembly.Basis nothing =
        new ImageAssembly.Basis(ConfigEditor.of(platform).build(), Optional.empty(), List.of());
    return new ImageAssembly(store, request).make(nothing, plan.entries(null, time));
  }
}
