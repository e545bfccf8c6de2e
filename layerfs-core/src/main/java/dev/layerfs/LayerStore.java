package dev.layerfs;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/** The store: images, layers and containers in one directory. (contract skeleton) */
public interface LayerStore extends Closeable {
  static LayerStore open(Path directory) throws IOException {
    throw new UnsupportedOperationException();
  }

  static LayerStore inMemory() {
    throw new UnsupportedOperationException();
  }

  /** OCI layout directory, OCI archive or docker-archive, compressed or not. Returns the images stored. */
  List<Image> load(Path source, LoadOptions options) throws IOException;

  List<Image> load(InputStream archive, LoadOptions options) throws IOException;

  List<Image> images() throws IOException;

  /** By tag, digest or unique digest prefix; throws NotFoundException. */
  Image image(String reference) throws IOException;

  void tag(String source, String name) throws IOException;

  /** Removes a tag; with the last tag the image and what only it used. InUseException while a container needs it. */
  void remove(String reference) throws IOException;

  Container create(Image image, ContainerOptions options) throws IOException;

  /** By id, name or unique id prefix; InUseException while another opener has it. */
  Container open(String container) throws IOException;

  List<ContainerInfo> containers() throws IOException;

  ContainerInfo container(String container) throws IOException;

  void reset(String container) throws IOException;

  void removeContainer(String container) throws IOException;

  @Override
  void close() throws IOException;
}
