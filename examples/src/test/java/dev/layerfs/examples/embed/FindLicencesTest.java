package dev.layerfs.examples.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.Rootfs;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FindLicencesTest {
  @Test
  void findsThemWhereTheyAre() throws IOException {
    try (SampleImage sample = new SampleImage();
        Rootfs rootfs = sample.image().open()) {
      assertEquals(
          List.of(
              "MIT /etc/notices",
              "Apache-2.0 /usr/share/doc/tool/copyright",
              "GPL-2.0-only /usr/share/doc/tool/copyright"),
          FindLicences.find(rootfs.root()).stream()
              .map(found -> found.licence() + " " + found.file())
              .toList());
    }
  }
}
