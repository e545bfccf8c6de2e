package dev.layerfs.examples.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.Container;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WatchChangesTest {
  @Test
  void eventsAreThereWithTheChange() throws IOException {
    try (SampleImage sample = new SampleImage();
        Container container = sample.store().create(sample.image())) {
      Path etc = container.root().resolve("etc");
      try (WatchChanges watch = new WatchChanges(etc)) {
        Files.writeString(etc.resolve("hosts"), "127.0.0.1 localhost\n");
        Files.delete(etc.resolve("motd"));
        assertEquals(
            List.of("ENTRY_CREATE /etc/hosts", "ENTRY_MODIFY /etc/hosts", "ENTRY_DELETE /etc/motd"),
            watch.events());
        assertEquals(List.of(), watch.events());
      }
    }
  }
}
