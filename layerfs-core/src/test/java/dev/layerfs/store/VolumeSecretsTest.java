package dev.layerfs.store;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class VolumeSecretsTest {
  private static final String CANARY = "s3cr3t";

  @Test
  void whatAnythingPrintsOfAVolumeHasNoSecret() {
    VolumeDriver kernel =
        new VolumeDriver.Kernel("cifs", "//me:" + CANARY + "@h/s", List.of("pass=" + CANARY));
    VolumeDriver location =
        new VolumeDriver.Location(URI.create("sftp://me:" + CANARY + "@host/data"));
    VolumeSource source = new VolumeSource.Location(URI.create("sftp://me:" + CANARY + "@h/d"));
    assertFalse((kernel + " " + location + " " + source).contains(CANARY));
  }
}
