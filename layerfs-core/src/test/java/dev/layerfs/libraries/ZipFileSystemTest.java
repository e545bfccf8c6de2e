package dev.layerfs.libraries;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.layerfs.testing.TarBuilder;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import org.junit.jupiter.api.Test;

/** The JDK's zip file system, mounted on a jar of the image, and its jar streams. */
final class ZipFileSystemTest extends LibraryTest {
  private final byte[] content = new byte[100_000];

  @Override
  List<TarBuilder> layers() throws IOException {
    new Random(1).nextBytes(content);
    Map<String, byte[]> entries =
        new TreeMap<>(Map.of("data/random", content, "text", Jars.text("hello")));
    return List.of(new TarBuilder().file("a.jar", Jars.of("Key", "value", entries)));
  }

  @Test
  void readsAJarOfTheImage() throws IOException {
    try (FileSystem zip = FileSystems.newFileSystem(path("a.jar"))) {
      assertArrayEquals(content, Files.readAllBytes(zip.getPath("data/random")));
      assertEquals("hello", Files.readString(zip.getPath("/text")));
      assertThrows(NoSuchFileException.class, () -> Files.size(zip.getPath("none")));
    }
    assertEquals(List.of(), changes());
  }

  @Test
  void changesAJarOfTheImage() throws IOException {
    try (FileSystem zip = FileSystems.newFileSystem(path("a.jar"))) {
      Files.writeString(zip.getPath("text"), "changed");
      Files.delete(zip.getPath("data/random"));
      Files.copy(path("a.jar"), zip.getPath("itself"));
    }
    try (FileSystem zip = FileSystems.newFileSystem(path("a.jar"))) {
      assertEquals("changed", Files.readString(zip.getPath("text")));
      assertEquals(false, Files.exists(zip.getPath("data/random")));
      try (FileSystem inner = FileSystems.newFileSystem(zip.getPath("itself"))) {
        assertArrayEquals(content, Files.readAllBytes(inner.getPath("data/random")));
      }
    }
    assertEquals(List.of("C /a.jar"), changes(), "no temporary file is left");
  }

  @Test
  void makesAJar() throws IOException {
    Path jar = path("new.jar");
    try (FileSystem zip = FileSystems.newFileSystem(jar, Map.of("create", "true"))) {
      Files.write(zip.getPath("/entry"), content);
    }
    try (FileSystem zip = FileSystems.newFileSystem(jar)) {
      assertArrayEquals(content, Files.readAllBytes(zip.getPath("/entry")));
    }
  }

  @Test
  void jarStreams() throws IOException {
    try (JarInputStream in = new JarInputStream(Files.newInputStream(path("a.jar")))) {
      assertEquals("value", in.getManifest().getMainAttributes().getValue("Key"));
      JarEntry entry = in.getNextJarEntry();
      assertEquals("data/random", entry.getName());
      assertArrayEquals(content, in.readAllBytes());
      assertEquals("text", in.getNextJarEntry().getName());
      assertNull(in.getNextJarEntry());
    }
  }
}
