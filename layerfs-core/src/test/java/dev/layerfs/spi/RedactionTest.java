package dev.layerfs.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedactionTest {
  private static final String CANARY = "s3cr3t";

  @Test
  void optionsThatSpeakOfSecretsLoseTheirValue() {
    List<String> options = List.of(
        "addr=10.0.0.1",
        "username=me",
        "password=" + CANARY,
        "PASSWD=" + CANARY,
        "user=me%" + CANARY,
        "ro");
    assertEquals(
        List.of("addr=10.0.0.1", "username=me", "password=***", "PASSWD=***", "user=me%***", "ro"),
        Redaction.options(options));
  }

  @Test
  void urisLosePasswordAndQuery() {
    assertEquals(
        "sftp://me:***@host/data", Redaction.uri(URI.create("sftp://me:" + CANARY + "@host/data")));
    assertEquals("s3://bucket/x?***", Redaction.uri(URI.create("s3://bucket/x?key=" + CANARY)));
    assertEquals("sftp://me@host/a", Redaction.uri(URI.create("sftp://me@host/a")));
    assertEquals("//me:***@host/share", Redaction.text("//me:" + CANARY + "@host/share"));
  }
}
