package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers in Kotlin and Scala, and on the class path, would stumble over. */
final class ApiShapeTest {
  /** Hard keywords of Kotlin that Java does not have (kotlinlang.org, "Keywords and operators"). */
  private static final Set<String> KOTLIN_KEYWORDS =
      Set.of("as", "fun", "in", "is", "object", "typealias", "typeof", "val", "var", "when");

  /** The public types of a package, nested ones as well, from the directory that this run has the library's classes in. */
  private static List<Class<?>> publicTypes(String packageName) throws Exception {
    Path classes = Path.of(
        LayerStore.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<Class<?>> types = new ArrayList<>();
    try (Stream<Path> files = Files.list(classes.resolve(packageName.replace('.', '/')))) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".class") && !name.equals("package-info.class")) {
          Class<?> type = Class.forName(packageName + "." + name.replace(".class", ""));
          if (Modifier.isPublic(type.getModifiers())) {
            types.add(type);
          }
        }
      }
    }
    assertFalse(types.isEmpty(), packageName);
    return types;
  }

  /** On the class path nobody reads what the module is annotated with, and Kotlin's compiler reads it nowhere. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "dev.layerfs",
        "dev.layerfs.error",
        "dev.layerfs.oci",
        "dev.layerfs.posix",
        "dev.layerfs.registry",
        "dev.layerfs.spi"
      })
  void everyExportedPackageSaysThatNothingIsNull(String name) throws Exception {
    Package exported = publicTypes(name).get(0).getPackage();
    assertTrue(exported.isAnnotationPresent(NullMarked.class));
  }

  /** Of the SPI too, since a provider may be written in Kotlin. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "dev.layerfs",
        "dev.layerfs.error",
        "dev.layerfs.oci",
        "dev.layerfs.posix",
        "dev.layerfs.registry",
        "dev.layerfs.spi"
      })
  void noNameIsAKeywordOfKotlin(String name) throws Exception {
    List<String> keywords = new ArrayList<>();
    for (Class<?> type : publicTypes(name)) {
      for (Method method : type.getMethods()) {
        if (KOTLIN_KEYWORDS.contains(method.getName())) {
          keywords.add(method.toString());
        }
      }
    }
    assertEquals(List.of(), keywords);
  }

  /** A lambda says nothing of its type where a method takes one functional interface or another at the same place. */
  @ParameterizedTest
  @ValueSource(
      strings = {"dev.layerfs", "dev.layerfs.oci", "dev.layerfs.posix", "dev.layerfs.registry"})
  void lambdasFitOneOverload(String name) throws Exception {
    List<String> ambiguous = new ArrayList<>();
    for (Class<?> type : publicTypes(name)) {
      Method[] methods = type.getMethods();
      for (Method one : methods) {
        for (Method other : methods) {
          if (one.getName().equals(other.getName()) && areAmbiguous(one, other)) {
            ambiguous.add(one + " | " + other);
          }
        }
      }
    }
    assertEquals(List.of(), ambiguous);
  }

  private static boolean areAmbiguous(Executable one, Executable other) {
    Class<?>[] first = one.getParameterTypes();
    Class<?>[] second = other.getParameterTypes();
    if (first.length != second.length || Arrays.equals(first, second)) {
      return false;
    }
    for (int i = 0; i < first.length; i++) {
      if (first[i] != second[i] && !(isFunctional(first[i]) && isFunctional(second[i]))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isFunctional(Class<?> type) {
    return type.isInterface()
        && Arrays.stream(type.getMethods())
                .filter(method -> Modifier.isAbstract(method.getModifiers()))
                .count()
            == 1;
  }
}
