package dev.layerfs.overlay;

import dev.layerfs.spi.MountBackend.Union;
import java.nio.file.Path;
import java.util.List;

/** Prints why this process can't mount. */
final class AvailabilityRun {
  private AvailabilityRun() {}

  /** Takes no arguments. */
  public static void main(String[] args) {
    OverlayBackend backend = new OverlayBackend();
    System.out.println(backend.unavailable().orElse("available"));
    Union union = new Union("x", List.of(Path.of("/l")), Path.of("/u"), Path.of("/w"), false, true);
    System.out.println("options: " + String.join(" ", backend.options(union)));
  }
}
