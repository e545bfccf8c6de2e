package dev.layerfs.examples;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.stream.Stream;

/** A small image of two layers, made of files that every machine with a JDK has. */
final class DemoImage {
  private static final int MAX_FILES = 300;
  private static final long MAX_FILE_BYTES = 8 << 20;

  private DemoImage() {}

  /**
   * Writes the image.
   *
   * @param directory where to; an empty directory, or one that does not exist
   * @param name its name
   * @throws IOException if files can't be read or written
   */
  static void write(Path directory, String name) throws IOException {
    new ImageLayout(directory)
        .layer("COPY java /", base())
        .layer("COPY layerfs /opt/layerfs && rm /etc/java/net.properties", application())
        .write(name);
  }

  /** The JDK's configuration and licences. */
  private static byte[] base() throws IOException {
    Path javaHome = Path.of(System.getProperty("java.home"));
    try (LayerTar tar = new LayerTar()) {
      tar.file("etc/os-release", "NAME=demo\nPRETTY_NAME=\"The image of layerfs demo\"\n")
          .file("etc/motd", "Welcome.\n")
          .file("etc/java/net.properties", "# hidden by the layer above\n");
      addAll(tar, javaHome.resolve("conf"), "etc/java");
      addAll(tar, javaHome.resolve("legal"), "usr/share/doc/java");
      return tar.toBytes();
    }
  }

  /** The program itself; it replaces one file of the layer below and hides another. */
  private static byte[] application() throws IOException {
    try (LayerTar tar = new LayerTar()) {
      addAll(tar, program(), "opt/layerfs");
      return tar.file("etc/motd", "Welcome to layerfs.\n")
          .whiteout("etc/java/net.properties")
          .symlink("etc/layerfs", "../opt/layerfs")
          .toBytes();
    }
  }

  private static void addAll(LayerTar tar, Path source, String target) throws IOException {
    tar.directory(target);
    if (!Files.exists(source)) {
      return; // a JDK need not have these directories
    }
    List<Path> files;
    try (Stream<Path> walk = Files.walk(source)) {
      files = walk.filter(DemoImage::isUsable).sorted().limit(MAX_FILES).toList();
    }
    for (Path file : files) {
      String name = source.equals(file)
          ? file.getFileName().toString()
          : source.relativize(file).toString().replace('\\', '/');
      if (!name.equals("net.properties")) {
        tar.file(target + "/" + name, file);
      }
    }
  }

  private static boolean isUsable(Path file) {
    return Files.isRegularFile(file)
        && Files.isReadable(file)
        && file.toFile().length() <= MAX_FILE_BYTES;
  }

  /** Returns the jar or directory that this class comes from. */
  private static Path program() throws IOException {
    CodeSource source = DemoImage.class.getProtectionDomain().getCodeSource();
    try {
      URI uri = source.getLocation().toURI();
      return Path.of(uri);
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }
}
