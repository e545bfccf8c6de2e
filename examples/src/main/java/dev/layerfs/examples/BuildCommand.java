package dev.layerfs.examples;

import dev.layerfs.Image;
import dev.layerfs.ImageBuilder;
import dev.layerfs.LayerStore;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.oci.Platform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes an image of files. */
@Command(
    name = "build",
    description = {
      "Make an image of files, without a container, and print its digest.",
      "The same files make the same image. Its time is SOURCE_DATE_EPOCH, else 1970."
    },
    footer = {
      "",
      "Example:",
      "  layerfs build team/app:2 --from debian:12 --add target/app.jar:/opt/app.jar --cmd \"java -jar /opt/app.jar\""
    })
final class BuildCommand extends StoreCommand {
  private static final String SCRATCH = "scratch";

  @Parameters(paramLabel = "REF", description = "The image's name.")
  private String reference = "";

  @Option(
      names = "--from",
      paramLabel = "BASE",
      description = "The image to begin with. Default: scratch, which is none.")
  private String base = SCRATCH;

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH[/VARIANT]",
      description = "What an image from scratch is for. Default: linux on this machine.")
  private @Nullable String platform;

  @Option(
      names = "--add",
      paramLabel = "SRC:DST",
      description = "A file or directory, and where it is to be. May be repeated.")
  private List<String> additions = new ArrayList<>();

  @Option(
      names = "--remove",
      paramLabel = "PATH",
      description = "Something of the base to be left out. May be repeated.")
  private List<String> removals = new ArrayList<>();

  @Option(
      names = "--chown",
      paramLabel = "UID:GID",
      description = "Whose the files are. Default: 0:0.")
  private @Nullable String owner;

  @Mixin
  private NewImageOptions image = new NewImageOptions();

  @Override
  void run(LayerStore store) throws IOException {
    ImageBuilder builder = base.equals(SCRATCH)
        ? ImageBuilder.scratch(store, platform())
        : ImageBuilder.from(store.image(base));
    builder.compression(image.compression()).config(image::change);
    image.author().ifPresent(builder::author);
    image.message().ifPresent(builder::message);
    NewImageOptions.epoch(terminal().environment()).ifPresent(builder::time);
    removals.forEach(builder::remove);
    long[] ids = ids();
    for (String addition : additions) {
      int colon = addition.lastIndexOf(':');
      if (colon <= 0) {
        throw misused("not SRC:DST: " + addition);
      }
      Path source = Path.of(addition.substring(0, colon));
      builder.add(
          source, addition.substring(colon + 1), (path, found) -> found.withOwner(ids[0], ids[1]));
    }
    Image built = build(builder);
    if (json()) {
      print(Documents.image(built));
    } else {
      out().println(built.digest());
    }
  }

  private Image build(ImageBuilder builder) throws IOException {
    try (Progress progress = Progress.watchedOn(terminal())) {
      return builder.progress(progress).build(reference);
    }
  }

  private Platform platform() {
    if (platform == null) {
      return Platform.of("linux", Platform.host().architecture());
    }
    try {
      return Platform.parse(platform);
    } catch (MalformedImageException e) {
      throw misused(String.valueOf(e.getMessage()));
    }
  }

  private long[] ids() {
    if (owner == null) {
      return new long[] {0, 0};
    }
    String[] parts = owner.split(":", -1);
    try {
      return new long[] {Long.parseLong(parts[0]), Long.parseLong(parts[parts.length > 1 ? 1 : 0])};
    } catch (NumberFormatException e) {
      throw misused("not UID:GID: " + owner);
    }
  }
}
