package dev.layerfs.union;

import dev.layerfs.posix.Identity;
import dev.layerfs.testing.TarBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A union of an image of one layer and an empty upper, in memory. */
public final class UnionInMemory implements AutoCloseable {
  private final Path directory;
  private final TestImage image;
  private final UnionView view;

  private UnionInMemory(Path directory, TestImage image, UnionView view) {
    this.directory = directory;
    this.image = image;
    this.view = view;
  }

  /** Opens a union whose changes an identity makes. */
  public static UnionInMemory open(TarBuilder layer, Identity identity) throws IOException {
    Path directory = TestHost.JIMFS_UNIX.directory();
    TestImage image = TestImage.of(directory, layer);
    Upper upper = TestHost.JIMFS_UNIX.create(directory.resolve("container"), image.tree());
    CoveredStack beneath = CoveredStack.of(image.tree(), List.of());
    return new UnionInMemory(directory, image, UnionView.open(beneath, upper, identity));
  }

  /** Returns the view. */
  public UnionView view() {
    return view;
  }

  @Override
  public void close() throws IOException {
    view.close();
    image.close();
    TestHost.delete(directory);
  }
}
