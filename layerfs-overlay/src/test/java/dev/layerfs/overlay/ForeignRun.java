package dev.layerfs.overlay;

import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.MountBackend.Foreign;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The program that {@link ForeignMountTest} runs where helpers are its own: a target and a password. */
final class ForeignRun {
  private ForeignRun() {}

  public static void main(String[] arguments) throws IOException {
    Path target = Path.of(arguments[0]);
    OverlayBackend backend = new OverlayBackend();
    String password = arguments[1];
    try {
      backend.mountForeign(new Foreign("other", "device", List.of("password=" + password)), target);
    } catch (PosixException e) {
      System.out.println(e.errno() + " " + e.getMessage());
    }
    backend.mountForeign(
        new Foreign(
            "cifs", "//host/share", List.of("username=me", "password=" + password, "vers=3.0")),
        target);
  }
}
