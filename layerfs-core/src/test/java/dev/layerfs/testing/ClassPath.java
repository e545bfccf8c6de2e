package dev.layerfs.testing;

import dev.layerfs.LayerStore;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where this JVM has its classes from, be it on the class path or the module path: what another JVM needs. */
public final class ClassPath {
  private final Set<Path> entries;

  private ClassPath(Set<Path> entries) {
    this.entries = entries;
  }

  /** Returns that of this JVM. */
  public static ClassPath current() throws IOException {
    Set<Path> entries = new LinkedHashSet<>();
    for (Class<?> loaded : List.of(ClassPath.class, LayerStore.class)) {
      entries.add(origin(loaded));
    }
    if (LayerStore.class.getClassLoader() instanceof URLClassLoader launcher) {
      for (URL entry : launcher.getURLs()) {
        entries.add(Path.of(URI.create(entry.toString())));
      }
    }
    for (String property : List.of("jdk.module.path", "java.class.path")) {
      for (String entry : System.getProperty(property, "").split(File.pathSeparator, -1)) {
        if (!entry.isEmpty()) {
          entries.add(Path.of(entry));
        }
      }
    }
    return new ClassPath(entries);
  }

  /** The directory or archive of a class; the code source of one that is patched into a module is the module's. */
  private static Path origin(Class<?> loaded) throws IOException {
    String file = loaded.getName().replace('.', '/') + ".class";
    URI uri =
        URI.create(Objects.requireNonNull(loaded.getResource("/" + file), file).toString());
    if (uri.getScheme().equals("jar")) {
      String inside = uri.getSchemeSpecificPart();
      return Path.of(URI.create(inside.substring(0, inside.indexOf("!/"))));
    }
    Path root = Path.of(uri);
    for (String name : file.split("/", -1)) {
      root = Objects.requireNonNull(root.getParent(), name);
    }
    return root;
  }

  /** Returns it with another entry at its end. */
  public ClassPath with(Path entry) {
    Set<Path> all = new LinkedHashSet<>(entries);
    all.add(entry);
    return new ClassPath(all);
  }

  /** Copies everything, or links it, to a new directory, readable for every user. */
  public ClassPath copyTo(Path directory) throws IOException {
    Set<Path> copies = new LinkedHashSet<>();
    createReadable(directory);
    for (Path entry : entries) {
      if (Files.exists(entry)) {
        Path copy = directory.resolve(copies.size() + "-" + entry.getFileName());
        copyTree(entry, copy);
        copies.add(copy);
      }
    }
    return new ClassPath(copies);
  }

  private static void copyTree(Path from, Path to) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(from)) {
      files = walk.toList();
    }
    for (Path file : files) {
      Path target = to.resolve(from.relativize(file).toString());
      if (Files.isDirectory(file)) {
        createReadable(target);
      } else if (!isLinked(file, target)) {
        Files.copy(file, target);
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r--r--"));
      }
    }
  }

  /** Gives a file that everyone may read another name, where that is possible: the archives are a hundred megabytes. */
  private static boolean isLinked(Path file, Path target) throws IOException {
    if (!Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
      return false;
    }
    try {
      Files.createLink(target, file.toRealPath());
      return true;
    } catch (FileSystemException | UnsupportedOperationException e) {
      return false; // another file system
    }
  }

  private static void createReadable(Path directory) throws IOException {
    Files.createDirectory(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Returns it as the argument of {@code -cp}. */
  @Override
  public String toString() {
    return entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  /** Returns the command line that runs a class on this JVM's JDK, at the same {@link Scale}, without what only long runs need. */
  public List<String> java(Class<?> main, Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData"));
    command.addAll(List.of(Scale.option(), "-cp", toString()));
    command.add(main.getName());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return command;
  }
}
