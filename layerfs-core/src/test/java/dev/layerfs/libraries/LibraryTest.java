package dev.layerfs.libraries;

import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestContainer;
import dev.layerfs.testing.TestImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A well-known library, used as its programs use it, on a container on the disk and on one in memory. */
@ParameterizedClass
@EnumSource
abstract class LibraryTest {
  /** Where the container's store is. */
  enum Place {
    DISK,
    MEMORY
  }

  @TempDir
  Path temp;

  @Parameter
  Place place;

  private TestContainer container;

  /** Returns the image's layers, the lowest first. */
  abstract List<TarBuilder> layers() throws Exception;

  @BeforeEach
  final void open() throws Exception {
    TestImage image = new TestImage();
    layers().forEach(image::layer);
    container = place == Place.DISK
        ? TestContainer.in(temp.resolve("store"), image)
        : TestContainer.inMemory(image);
  }

  @AfterEach
  final void close() throws IOException {
    container.close();
  }

  /** Returns a path of the container. */
  final Path path(String text) {
    return container.root().resolve(text);
  }

  /** Returns what was changed relative to the image. */
  final List<String> changes() throws IOException {
    return container.container().changes().map(Object::toString).toList();
  }
}
