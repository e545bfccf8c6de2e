package dev.layerfs.libraries;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Loads classes and resources from a directory of any file system. A {@code URLClassLoader} can't: there is no URL
 * handler for paths that are not the default file system's.
 */
final class PathClassLoader extends ClassLoader {
  private final Path directory;

  PathClassLoader(Path directory, @Nullable ClassLoader parent) {
    super(parent);
    this.directory = directory;
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    Path file = directory.resolve(name.replace('.', '/') + ".class");
    try {
      byte[] bytes = Files.readAllBytes(file);
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  @Override
  protected @Nullable URL findResource(String name) {
    Path file = directory.resolve(name);
    return Files.exists(file) ? url(file) : null;
  }

  @Override
  protected Enumeration<URL> findResources(String name) {
    URL url = findResource(name);
    return Collections.enumeration(url == null ? List.of() : List.of(url));
  }

  private static URL url(Path file) {
    try {
      return new URL(null, "path:" + file, new Handler(file));
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens one path. */
  private static final class Handler extends URLStreamHandler {
    private final Path file;

    Handler(Path file) {
      this.file = file;
    }

    @Override
    protected URLConnection openConnection(URL url) {
      return new URLConnection(url) {
        @Override
        public void connect() {}

        @Override
        public InputStream getInputStream() throws IOException {
          return Files.newInputStream(file);
        }
      };
    }
  }
}
