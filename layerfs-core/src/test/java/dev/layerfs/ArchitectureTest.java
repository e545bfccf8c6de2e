package dev.layerfs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Holds the order of the packages: each may use those before it in {@link #ORDER}, and none after it. */
final class ArchitectureTest {
  private static final List<String> ORDER = List.of(
      "dev.layerfs.error",
      "dev.layerfs.posix",
      "dev.layerfs.json",
      "dev.layerfs.oci",
      "dev.layerfs.changeset",
      "dev.layerfs.erofs",
      "dev.layerfs.deflate",
      "dev.layerfs.recipe",
      "dev.layerfs.spi",
      "dev.layerfs.union",
      "dev.layerfs.volume",
      "dev.layerfs.nio",
      "dev.layerfs.store",
      "dev.layerfs.build",
      "dev.layerfs.transfer",
      "dev.layerfs.registry",
      "dev.layerfs",
      "dev.layerfs.provider");

  private static final JavaClasses CLASSES = new ClassFileImporter()
      .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
      .importPackages("dev.layerfs");

  /** Those of newer JDKs: in the place of others of the same name, or used by such. */
  private static JavaClasses newerClasses() throws URISyntaxException {
    URL library = LayerStore.class.getProtectionDomain().getCodeSource().getLocation();
    return new ClassFileImporter()
        .importPath(Path.of(library.toURI()).resolve("META-INF/versions"));
  }

  @Test
  void everyPackageHasItsPlaceInTheOrder() {
    Set<String> packages = new TreeSet<>();
    CLASSES.forEach(type -> packages.add(type.getPackageName()));
    assertEquals(new TreeSet<>(ORDER), packages);
  }

  @Test
  void noPackageUsesOneThatComesAfterIt() throws URISyntaxException {
    checkOrder(CLASSES);
    checkOrder(newerClasses());
  }

  private static void checkOrder(JavaClasses classes) {
    for (int i = 0; i < ORDER.size() - 1; i++) {
      String[] later = ORDER.subList(i + 1, ORDER.size()).toArray(new String[0]);
      noClasses()
          .that()
          .resideInAPackage(ORDER.get(i))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(later)
          .allowEmptyShould(classes != CLASSES)
          .check(classes);
    }
  }

  /** Each needs a test of its own, on the jar: others see the classes of the oldest JDK. */
  @Test
  void newerJdksDifferInLittle() throws URISyntaxException {
    Set<String> names = new TreeSet<>();
    newerClasses().forEach(type -> names.add(type.getName()));
    assertEquals(
        Set.of(
            "dev.layerfs.nio.ArenaFileChannel",
            "dev.layerfs.nio.FileChannels",
            "dev.layerfs.nio.SegmentMapper"),
        names);
  }

  @Test
  void theApiSpeaksOnlyTheJdkAndItself() {
    classes()
        .that()
        .resideInAnyPackage(
            "dev.layerfs",
            "dev.layerfs.error",
            "dev.layerfs.oci",
            "dev.layerfs.posix",
            "dev.layerfs.registry")
        .and()
        .arePublic()
        .should(Signatures.nameOnly("java.", "javax.net.ssl.", "dev.layerfs"))
        .check(CLASSES);
  }

  /**
   * A store's changes pass {@code StoreIo}, or a test could neither lose nor fail them. Nothing is ever in the lock file, and
   * who finds none makes it. A {@code ReservingChannel} passes on to a file that {@code StoreIo} has made. What is saved goes to
   * where the caller says, and {@code FileRange} reads.
   */
  @Test
  void aStoreChangesFilesThroughOneInterface() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.layerfs.store",
            "dev.layerfs.build",
            "dev.layerfs.transfer",
            "dev.layerfs.registry")
        .and()
        .doNotHaveFullyQualifiedName("dev.layerfs.store.HostIo")
        .and()
        .doNotHaveFullyQualifiedName("dev.layerfs.store.LockFile")
        .and()
        .doNotHaveFullyQualifiedName("dev.layerfs.store.ReservingChannel")
        .and()
        .doNotHaveFullyQualifiedName("dev.layerfs.transfer.Saver")
        .and()
        .doNotHaveFullyQualifiedName("dev.layerfs.transfer.DirectoryOutput")
        .and()
        .doNotHaveFullyQualifiedName("dev.layerfs.transfer.FileRange")
        .should()
        .accessTargetWhere(FileChanges.calls())
        .check(CLASSES);
  }

  /** No program of a container is run, and none of the host but a helper that a user has configured, and mknod. */
  @Test
  void row104TwoClassesRunPrograms() {
    noClasses()
        .that()
        .haveSimpleNameNotEndingWith("CredentialHelper")
        .and()
        .haveSimpleNameNotEndingWith("WhiteoutSeed")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ProcessBuilder.class)
        .orShould()
        .callMethod(Runtime.class, "exec", String.class)
        .orShould()
        .callMethod(Runtime.class, "exec", String[].class)
        .check(CLASSES);
  }

  @Test
  void nothingPrintsOrReachesForTheDefaultCharset() {
    noClasses()
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(String.class, "getBytes")
        .check(CLASSES);
  }
}
