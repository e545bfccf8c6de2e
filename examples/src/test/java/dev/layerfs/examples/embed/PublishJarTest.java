package dev.layerfs.examples.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.PullOptions;
import dev.layerfs.PushOptions;
import dev.layerfs.Rootfs;
import dev.layerfs.examples.LocalRegistry;
import dev.layerfs.oci.Digest;
import dev.layerfs.registry.HostOptions;
import dev.layerfs.registry.RegistryClient;
import dev.layerfs.registry.RegistryOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a registry gets is what was built, and the dependencies are a layer that a new version of the program shares. */
final class PublishJarTest {
  @Test
  void whatIsPushedCanBePulled(@TempDir Path temporary) throws Exception {
    Path libraries = Files.createDirectory(temporary.resolve("lib"));
    jar(libraries.resolve("library-1.0.jar"), "library");
    Path program = jar(temporary.resolve("program-1.0.jar"), "1.0");
    try (LocalRegistry registry = LocalRegistry.start(temporary);
        SampleImage sample = new SampleImage();
        RegistryClient client = RegistryClient.open(RegistryOptions.builder()
            .host(registry.host(), HostOptions.builder().plainHttp().build())
            .build())) {
      String name = registry.host() + "/team/program:1.0";
      Image image = PublishJar.build(sample.image(), libraries, program, name);
      Digest pushed = PublishJar.push(
          sample.store(), name, PushOptions.builder().client(client).build());
      assertEquals(image.digest(), pushed);
      try (LayerStore other = LayerStore.inMemory()) {
        Image pulled =
            other.pull(name, PullOptions.builder().client(client).build()).get(0);
        assertEquals(image.digest(), pulled.digest());
        try (Rootfs rootfs = pulled.open()) {
          assertEquals(-1, Files.mismatch(program, rootfs.root().resolve("app/app.jar")));
          assertEquals(
              -1,
              Files.mismatch(
                  libraries.resolve("library-1.0.jar"),
                  rootfs.root().resolve("app/lib/library-1.0.jar")));
        }
      }
      Image next = PublishJar.build(
          sample.image(), libraries, jar(temporary.resolve("program-2.0.jar"), "2.0"), name);
      assertEquals(3, next.layers().size());
      assertEquals(image.layers().subList(0, 2), next.layers().subList(0, 2));
    }
  }

  private static Path jar(Path file, String content) throws IOException {
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file))) {
      jar.putNextEntry(new JarEntry("content"));
      jar.write(content.getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }
}
