package dev.layerfs.examples.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.Container;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class CopyBetweenContainersTest {
  @Test
  void attributesAndLinksComeAlong() throws IOException {
    try (SampleImage sample = new SampleImage();
        Container one = sample.store().create(sample.image());
        Container two = sample.store().create(sample.image())) {
      Path source = Files.createDirectory(one.root().resolve("srv"));
      Path script = Files.writeString(source.resolve("run"), "#!/bin/sh\n");
      Files.setAttribute(
          script, "unix:uid", 1000); // first: a change of the owner takes the set-user-id bit
      Files.setAttribute(script, "unix:mode", 04755);
      Files.createSymbolicLink(source.resolve("link"), source.getFileSystem().getPath("run"));
      Files.setLastModifiedTime(source, FileTime.fromMillis(1_700_000_000_000L));

      Path target = two.root().resolve("opt");
      CopyBetweenContainers.copy(source, target);
      CopyBetweenContainers.copy(source, target); // replaces what is there

      Path copy = target.resolve("run");
      assertEquals("#!/bin/sh\n", Files.readString(copy));
      assertEquals(04755, (int) Files.getAttribute(copy, "unix:mode") & 07777);
      assertEquals(1000, Files.getAttribute(copy, "unix:uid"));
      assertEquals("run", Files.readSymbolicLink(target.resolve("link")).toString());
      assertEquals(1_700_000_000_000L, Files.getLastModifiedTime(target).toMillis());
      try (Stream<Path> names = Files.list(target)) {
        assertEquals(
            List.of("/opt/link", "/opt/run"), names.map(Path::toString).sorted().toList());
      }
      assertEquals(false, Files.exists(two.root().resolve("srv"), LinkOption.NOFOLLOW_LINKS));
    }
  }
}
