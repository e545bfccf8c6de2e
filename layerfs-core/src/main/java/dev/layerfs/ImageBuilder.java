package dev.layerfs;

import dev.layerfs.build.Build;
import dev.layerfs.build.ImageRequest;
import dev.layerfs.oci.ConfigEditor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.MediaType.LayerCompression;
import dev.layerfs.oci.Platform;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Timespec;
import dev.layerfs.store.Interruption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes an image out of files, without a container. The same files give the same image, bit for bit, whatever the machine,
 * the user, the clock and the order in which they are added: everything belongs to root and is of 1970 unless something else
 * is chosen; directories and what can be executed have mode 0755, other files 0644.
 *
 * <pre>{@code
 * Image image = ImageBuilder.from(store.image("debian:12"))
 *     .add(Path.of("target/app"), "/opt/app")
 *     .config(config -> config.entrypoint(List.of("/opt/app/run")).user("1000"))
 *     .build("app:1");
 * }</pre>
 *
 * <p>Paths of the image are absolute. Directories that lead to what is added are made if the image has none there. Files are
 * read when the image is built, and must not change until then. Not safe for use by several threads.
 */
public final class ImageBuilder {
  private static final int EXECUTABLE_MODE = 0755;
  private static final int FILE_MODE = 0644;

  private final DirectoryStore store;
  private final Optional<StoreImage> base;
  private final Platform platform;
  private final List<Step> steps = new ArrayList<>();
  private LayerCompression compression = LayerCompression.GZIP;
  private Optional<String> author = Optional.empty();
  private Optional<String> message = Optional.empty();
  private Instant time = Instant.EPOCH;
  private Consumer<ConfigEditor> config = editor -> {};
  private ProgressListener progress = (what, done, total) -> {};

  /** Something to be done when the image is built, when all defaults are known. */
  private interface Step {
    void take(Build build) throws IOException;
  }

  private ImageBuilder(DirectoryStore store, Optional<StoreImage> base, Platform platform) {
    this.store = store;
    this.base = base;
    this.platform = platform;
  }

  /**
   * Begins with an image.
   *
   * @param base an image of a {@link LayerStore}, into which the new one goes, too
   * @return a new builder
   */
  public static ImageBuilder from(Image base) {
    if (!(base instanceof StoreImage image)) {
      throw new IllegalArgumentException("an image of no store: " + base.digest());
    }
    return new ImageBuilder(image.store(), Optional.of(image), image.platform());
  }

  /**
   * Begins with nothing.
   *
   * @param store where the image goes
   * @param platform what it is for
   * @return a new builder
   */
  public static ImageBuilder scratch(LayerStore store, Platform platform) {
    if (!(store instanceof DirectoryStore directory)) {
      throw new IllegalArgumentException("a store of another kind");
    }
    return new ImageBuilder(directory, Optional.empty(), platform);
  }

  /**
   * Adds a file, or a directory with all that is in it, with the default attributes.
   *
   * @param source a path of any provider; symbolic links in a directory stay links
   * @param target where it is to be; a slash at its end puts a file into that directory under its own name
   * @return this builder
   */
  public ImageBuilder add(Path source, String target) {
    return add(source, target, (path, defaults) -> defaults);
  }

  /**
   * Adds a file, or a directory with all that is in it.
   *
   * @param source a path of any provider; symbolic links in a directory stay links
   * @param target where it is to be; a slash at its end puts a file into that directory under its own name
   * @param attributes chooses the attributes of each object
   * @return this builder
   */
  public ImageBuilder add(Path source, String target, EntryAttributes.Chooser attributes) {
    List<Name> path = Build.path(target);
    boolean into = target.endsWith("/") && source.getFileName() != null;
    List<Name> whole = new ArrayList<>(path);
    if (into) {
      whole.add(Name.of(String.valueOf(source.getFileName())));
    }
    boolean isFile = into && !Files.isDirectory(source);
    steps.add(build -> build.add(source, isFile ? whole : path, chooser(attributes)));
    return this;
  }

  /**
   * Adds a file with the given content.
   *
   * @param target where it is to be
   * @param content its content; copied
   * @return this builder
   */
  public ImageBuilder file(String target, byte[] content) {
    return file(target, content, (path, defaults) -> defaults);
  }

  /**
   * Adds a file with the given content.
   *
   * @param target where it is to be
   * @param content its content; copied
   * @param attributes chooses its attributes
   * @return this builder
   */
  public ImageBuilder file(String target, byte[] content, EntryAttributes.Chooser attributes) {
    List<Name> path = Build.path(target);
    byte[] copy = content.clone();
    steps.add(build -> build.file(path, copy, chooser(attributes)));
    return this;
  }

  /**
   * Adds a directory, or changes the attributes of one that the image has.
   *
   * @param target where it is to be
   * @param attributes chooses its attributes
   * @return this builder
   */
  public ImageBuilder directory(String target, EntryAttributes.Chooser attributes) {
    List<Name> path = Build.path(target);
    steps.add(build -> build.directory(path, chooser(attributes)));
    return this;
  }

  /**
   * Adds a symbolic link.
   *
   * @param target where it is to be
   * @param destination what it leads to, kept as it is
   * @return this builder
   */
  public ImageBuilder symlink(String target, String destination) {
    List<Name> path = Build.path(target);
    steps.add(build -> build.symlink(path, destination, chooser((where, defaults) -> defaults)));
    return this;
  }

  /**
   * Removes what the base image has at a path.
   *
   * @param path what is to be gone, with all that is in it
   * @return this builder
   */
  public ImageBuilder remove(String path) {
    List<Name> names = Build.path(path);
    steps.add(build -> build.remove(names));
    return this;
  }

  /**
   * Changes the config: environment, command, user, labels and so on.
   *
   * @param changes makes the changes
   * @return this builder
   */
  public ImageBuilder config(Consumer<ConfigEditor> changes) {
    this.config = this.config.andThen(changes);
    return this;
  }

  /**
   * Chooses how the layer's blob is compressed; gzip if nothing is said.
   *
   * @param chosen the compression
   * @return this builder
   */
  public ImageBuilder compression(LayerCompression chosen) {
    this.compression = chosen;
    return this;
  }

  /**
   * Says who makes the image.
   *
   * @param name a name
   * @return this builder
   */
  public ImageBuilder author(String name) {
    this.author = Optional.of(name);
    return this;
  }

  /**
   * Adds a note to the image's history.
   *
   * @param note the note
   * @return this builder
   */
  public ImageBuilder message(String note) {
    this.message = Optional.of(note);
    return this;
  }

  /**
   * Sets the time of everything that is added, unless another is chosen for it, and of the image; the beginning of 1970 if
   * nothing is said.
   *
   * @param chosen the time, for example SOURCE_DATE_EPOCH
   * @return this builder
   */
  public ImageBuilder time(Instant chosen) {
    this.time = chosen;
    return this;
  }

  /**
   * Sets who is told how far the build is.
   *
   * @param listener the listener
   * @return this builder
   */
  public ImageBuilder progress(ProgressListener listener) {
    this.progress = listener;
    return this;
  }

  /**
   * Makes the image and puts it into the store, durable, under its name, which it may take from another image.
   *
   * @param reference a name such as {@code team/app:1.0}
   * @return the image
   * @throws dev.layerfs.error.NotFoundException if the base image was removed
   * @throws java.nio.file.NotDirectoryException if something is to be added in what is no directory
   * @throws dev.layerfs.error.UnsupportedImageException if an image can't have an object that was added; the message names it
   * @throws IllegalArgumentException if the name is not one
   * @throws java.io.InterruptedIOException if the calling thread was interrupted; its interrupt status is then set
   * @throws IOException if a source can't be read, or the store can't be written, which is then as it was
   */
  public Image build(String reference) throws IOException {
    ImageRequest request = new ImageRequest(
        DirectoryStore.taggedReference(reference),
        compression,
        Optional.of(time),
        author,
        message,
        "layerfs build",
        config,
        progress::progress);
    Digest image = Interruption.heeded("build", () -> build(request));
    return store.image(image.toString());
  }

  private Digest build(ImageRequest request) throws IOException {
    Build build = new Build();
    for (Step step : steps) {
      step.take(build);
    }
    return base.isPresent()
        ? build.onto(store.engine(), base.get().stored(), request, Timespec.of(time))
        : build.fromScratch(store.engine(), platform, request, Timespec.of(time));
  }

  private Build.Chooser chooser(EntryAttributes.Chooser chooser) {
    return (path, directory, executable) -> {
      int mode = directory || executable ? EXECUTABLE_MODE : FILE_MODE;
      EntryAttributes chosen = chooser.choose(path, new EntryAttributes(mode, 0, 0, time));
      return new Build.Attributes(
          chosen.mode(), chosen.uid(), chosen.gid(), Timespec.of(chosen.modified()));
    };
  }
}
