package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import dev.layerfs.Mount;
import dev.layerfs.MountOptions;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has the kernel show a container. */
@Command(
    name = "mount",
    description = {
      "Have the kernel show a container to all processes, until it is unmounted.",
      "With --plan nothing is mounted: what a runtime, or mount(8) in a user namespace, has to"
          + " mount is prepared and printed as JSON."
    },
    footer = {"", "Examples:", "  layerfs mount web /mnt", "  layerfs mount --plan web"})
final class MountCommand extends StoreCommand {
  @Parameters(index = "0", paramLabel = "CONTAINER", description = "Its id or name.")
  private String container = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "TARGET",
      description = "A directory. Default: one of the store.")
  private @Nullable Path target;

  @Option(names = "--plan", description = "Print what to mount instead.")
  private boolean plan;

  @Option(
      names = "--extract",
      description = "Extract the image, even if the kernel can mount its files.")
  private boolean extract;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = "overlay",
      description = "What mounts; overlay is the only one.")
  private String backend = "";

  @Override
  void run(LayerStore store) throws IOException {
    if (!backend.equals("overlay")) {
      throw misused("no such backend: " + backend);
    } else if (plan && target != null) {
      throw misused("a plan has no TARGET");
    }
    MountOptions options =
        extract ? MountOptions.builder().extractImage().build() : MountOptions.DEFAULT;
    if (plan) {
      print(Documents.plan(store.mountPlan(container, options)));
      return;
    }
    Mount mount =
        target == null ? store.mount(container, options) : store.mount(container, target, options);
    if (json()) {
      print(Documents.mount(mount));
    } else {
      out().println(mount.target());
    }
  }
}
