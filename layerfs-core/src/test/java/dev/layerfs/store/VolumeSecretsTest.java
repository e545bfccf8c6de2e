package dev.layerfs.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.layerfs.VolumeMount;
import dev.layerfs.VolumeOptions;
import dev.layerfs.json.JsonObject;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class VolumeSecretsTest {
  private static final String CANARY = "s3cr3t";
  private static final URI PLACE = URI.create("sftp://me:" + CANARY + "@host/data");

  @Test
  void whatAnythingPrintsOfAVolumeHasNoSecret() {
    VolumeDriver kernel =
        new VolumeDriver.Kernel("cifs", "//me:" + CANARY + "@h/s", List.of("pass=" + CANARY));
    VolumeDriver location = new VolumeDriver.Location(PLACE);
    VolumeSource source = new VolumeSource.Location(PLACE);
    assertFalse((kernel + " " + location + " " + source).contains(CANARY));
  }

  @Test
  void passwordsOfLocationsAreNotEvenKept() {
    URI kept = URI.create("sftp://me:***@host/data");
    assertEquals(kept, new VolumeDriver.Location(PLACE).uri());
    assertEquals(kept, new VolumeSource.Location(PLACE).uri());
    assertEquals(kept, new VolumeOptions.Location(PLACE).uri());
    assertEquals(
        new VolumeMount.Location(kept), VolumeMount.location(PLACE, "/data").source());
    URI inside = URI.create("jar:sftp://me:" + CANARY + "@host/data.zip!/");
    assertEquals(
        "jar:sftp://me:***@host/data.zip!/",
        new VolumeSource.Location(inside).uri().toString());
    URI none = URI.create("sftp://me@host/data");
    assertEquals(none, new VolumeSource.Location(none).uri());
  }

  @Test
  void recordsHaveNoPassword() {
    JsonObject driver = new VolumeDriver.Location(PLACE).addTo(JsonObject.empty());
    JsonObject source = new VolumeSource.Location(PLACE).addTo(JsonObject.empty());
    assertFalse((driver.toString() + source).contains(CANARY));
  }
}
