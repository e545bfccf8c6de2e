package dev.layerfs.examples;

import dev.layerfs.CommitOptions;
import dev.layerfs.Container;
import dev.layerfs.Image;
import dev.layerfs.LayerInfo;
import dev.layerfs.LayerStore;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes an image of a container. */
@Command(
    name = "commit",
    description = {
      "Make an image of a container, and print its digest.",
      "SOURCE_DATE_EPOCH is the latest time that anything in the new layer has."
    },
    footer = {"", "Example:", "  layerfs commit web team/web:2 --change \"CMD /usr/sbin/httpd\""})
final class CommitCommand extends StoreCommand {
  @Parameters(index = "0", paramLabel = "CONTAINER", description = "The container.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "REF", description = "The image's name.")
  private String reference = "";

  @Option(names = "--squash", description = "Make one layer of everything.")
  private boolean squash;

  @Option(
      names = "--squash-above",
      paramLabel = "REF",
      description = "Make one layer of everything that this image does not have.")
  private @Nullable String base;

  @Mixin
  private NewImageOptions image = new NewImageOptions();

  @Override
  void run(LayerStore store) throws IOException {
    CommitOptions.Builder options =
        CommitOptions.builder().compression(image.compression()).config(image::change);
    image.author().ifPresent(options::author);
    image.message().ifPresent(options::message);
    NewImageOptions.epoch(terminal().environment()).ifPresent(options::epoch);
    if (squash) {
      options.squash();
    }
    if (base != null) {
      options.squashAbove(store.image(base));
    }
    try (Container container = store.open(name)) {
      Image committed = commit(container, options);
      tellNotes(committed);
      if (json()) {
        print(Documents.image(committed));
      } else {
        out().println(committed.digest());
      }
    }
  }

  private Image commit(Container container, CommitOptions.Builder options) throws IOException {
    try (Progress progress = Progress.watchedOn(terminal())) {
      return container.commit(reference, options.progress(progress).build());
    }
  }

  private void tellNotes(Image committed) throws IOException {
    List<LayerInfo> layers = committed.layers();
    if (!layers.isEmpty()) {
      layers.get(layers.size() - 1).notes().forEach(this::warn);
    }
  }
}
