package dev.layerfs.soak;

import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.file.Path;

/** The images that all load, which have layers in common: of each a layout with a name that all use, and one for each worker. */
final class SoakImages {
  /** How many there are. */
  static final int COUNT = 3;

  /** The one that can be pulled. */
  static final int PULLED = 0;

  private static final String MOTD = "welcome ".repeat(700);
  private static final int LENGTH = 9000;

  private SoakImages() {}

  /** Returns the name that all use. */
  static String sharedName(int number) {
    return "shared/image:" + number;
  }

  /** Returns the layout with that name. */
  static Path shared(Path sources, int number) {
    return sources.resolve("shared-" + number);
  }

  /** Returns the layout with a worker's name. */
  static Path own(Path sources, int worker, int number) {
    return sources.resolve(SoakState.prefix(worker) + number);
  }

  /** Writes all layouts. */
  static void write(Path sources, int workers) throws IOException {
    for (int i = 0; i < COUNT; i++) {
      new TestLayout().image(sharedName(i), image(i)).write(shared(sources, i));
      for (int worker = 0; worker < workers; worker++) {
        String name = SoakState.repository(worker) + i;
        new TestLayout().image(name, image(i)).write(own(sources, worker, i));
      }
    }
  }

  /** Returns an image. */
  static TestImage image(int number) {
    TarBuilder base = new TarBuilder().directory("data/").directory("etc/").file("etc/motd", MOTD);
    TarBuilder top = new TarBuilder().file("etc/image", text(number));
    return new TestImage().layer(base).layer(top);
  }

  private static String text(int number) {
    return Integer.toString(number).repeat(LENGTH);
  }

  /** Returns what is in an image. */
  static SoakContent content(int number) {
    return SoakContent.empty().with("etc/motd", MOTD).with("etc/image", text(number));
  }
}
