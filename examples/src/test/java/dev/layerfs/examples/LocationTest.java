package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LocationTest {
  @ParameterizedTest
  @CsvSource({
    "web, web, /",
    "web:, web, /",
    "web:/, web, /",
    "web:/etc/hosts, web, /etc/hosts",
    "debian:12, debian:12, /",
    "debian:12:/etc, debian:12, /etc",
    "localhost:5000/team/app:1.0:/etc, localhost:5000/team/app:1.0, /etc",
    "web:/a:/b, web, /a:/b"
  })
  void parts(String text, String name, String path) {
    assertEquals(new Location(name, path), Location.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "web:/etc, true",
    "web:, true",
    "debian:12:/etc, true",
    "file, false",
    "/a:/b, false",
    "./web:/etc, false",
    "../web:/etc, false",
    "dir/file:1, false"
  })
  void tellsTheHostFromTheRest(String text, boolean location) {
    assertEquals(location, Location.isLocation(text));
  }

  @Test
  void aDriveIsTheHostsWhereThereAreDrives() {
    assertEquals(File.separatorChar != '\\', Location.isLocation("C:/Users"));
  }
}
