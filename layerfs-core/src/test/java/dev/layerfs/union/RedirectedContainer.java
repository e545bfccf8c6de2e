package dev.layerfs.union;

import dev.layerfs.posix.FileHandle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** For tests of other packages: an image, and a view of it on a host that seems to have trusted marks. */
public final class RedirectedContainer implements AutoCloseable {
  private static final TestHost HOST = TestHost.JIMFS_UNIX;

  private final Path directory;
  private final TestImage image;
  private final UnionView view;

  private RedirectedContainer(Path directory, TestImage image, UnionView view) {
    this.directory = directory;
    this.image = image;
    this.view = view;
  }

  /** Makes one. */
  public static RedirectedContainer create() throws IOException {
    Path directory = HOST.directory();
    TestImage image = TestImage.of(directory, SampleImage.tar());
    Path container = directory.resolve("container");
    HOST.create(container, image.tree());
    Upper upper = TrustedFiles.open(HOST, container);
    return new RedirectedContainer(directory, image, UnionView.open(image.tree(), upper));
  }

  /** Returns the view. */
  public UnionView view() {
    return view;
  }

  /** Opens a view of the image alone. */
  public UnionView openImage() throws IOException {
    return UnionView.readOnly(image.tree());
  }

  /** Renames something, by paths. */
  public void rename(String from, String to) throws IOException {
    Paths.rename(view, from, to);
  }

  /** Does something to the view. */
  public void operate(Random random, int steps) {
    List<FileHandle> open = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      RandomOperation.next(random).outcome(view, open);
    }
  }

  @Override
  public void close() throws IOException {
    view.close();
    image.close();
    TestHost.delete(directory);
  }
}
