package dev.layerfs.libraries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.layerfs.testing.TarBuilder;
import java.io.IOException;
import java.net.MalformedURLException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Classes, resources and services loaded from a jar of an image, and from a directory of it. */
final class ClassLoadingTest extends LibraryTest {
  private static final String SERVICE = "META-INF/services/" + Supplier.class.getName();
  private static final String PROVIDER = EnglishGreeting.class.getName();

  @Override
  List<TarBuilder> layers() throws IOException {
    byte[] jar = Jars.of(
        "Key",
        "value",
        Map.of(
            Jars.entryOf(EnglishGreeting.class),
            Jars.classFile(EnglishGreeting.class),
            SERVICE,
            Jars.text(PROVIDER),
            "words.txt",
            Jars.text("hello")));
    return List.of(new TarBuilder().file("plugin.jar", jar));
  }

  @Test
  void fromAJar() throws Exception {
    try (FileSystem jar = FileSystems.newFileSystem(path("plugin.jar"))) {
      assertLoads(jar.getPath("/"));
    }
  }

  @Test
  void fromADirectory() throws Exception {
    Path directory = path("classes");
    try (FileSystem jar = FileSystems.newFileSystem(path("plugin.jar"))) {
      for (String name : List.of(Jars.entryOf(EnglishGreeting.class), SERVICE, "words.txt")) {
        Path target = directory.resolve(name);
        Files.createDirectories(target.getParent());
        Files.copy(jar.getPath(name), target);
      }
    }
    assertLoads(directory);
  }

  /** The parent, which is the JDK's own, does not know the provider, so that only comes from the image. */
  private static void assertLoads(Path classes) throws Exception {
    PathClassLoader loader = new PathClassLoader(classes, null);
    ClassLoadingTest.class.getModule().addUses(Supplier.class);
    List<Supplier<?>> providers = List.copyOf(suppliers(loader));
    assertEquals(1, providers.size());
    assertSame(loader, providers.get(0).getClass().getClassLoader());
    assertEquals("hello", providers.get(0).get());
    assertSame(loader.loadClass(PROVIDER), providers.get(0).getClass());
    assertThrows(ClassNotFoundException.class, () -> loader.loadClass("no.such.Type"));
  }

  private static List<Supplier<?>> suppliers(ClassLoader loader) {
    List<Supplier<?>> found = new ArrayList<>();
    ServiceLoader.load(Supplier.class, loader).forEach(found::add);
    return found;
  }

  @Test
  void pathsHaveNoUrlHandler() {
    MalformedURLException e = assertThrows(
        MalformedURLException.class, () -> path("plugin.jar").toUri().toURL());
    assertEquals("unknown protocol: layerfs", e.getMessage());
  }
}
