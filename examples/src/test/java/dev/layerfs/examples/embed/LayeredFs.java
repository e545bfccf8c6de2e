package dev.layerfs.examples.embed;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test of a class a throw-away container of an image: what a test writes, no other sees. A test takes it as a
 * parameter, the {@code Container} itself or its root as a {@code Path}.
 *
 * <pre>{@code
 * @LayeredFs("debian:12")
 * class InstallerTest {
 *   @Test
 *   void replacesTheMessage(Path root) throws IOException {
 *     Installer.install(root);
 *     assertEquals("hello", Files.readString(root.resolve("etc/motd")));
 *   }
 * }
 * }</pre>
 *
 * The image is taken from the store in the directory that JUnit's configuration parameter {@code layerfs.store} names; one that it
 * does not have is pulled into it.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(LayeredFsExtension.class)
public @interface LayeredFs {
  /** Returns the image's name. */
  String value();
}
