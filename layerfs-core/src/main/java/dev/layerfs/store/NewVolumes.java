package dev.layerfs.store;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The volumes of a container that is being made: made if they were missing, and held, so that nobody removes them before the
 * container's record says that it has them.
 */
final class NewVolumes implements Closeable {
  private final Volumes volumes;
  private final List<VolumeUse> uses = new ArrayList<>();
  private final List<OpenVolume> held = new ArrayList<>();

  private NewVolumes(Volumes volumes) {
    this.volumes = volumes;
  }

  /** What is done with each use in turn. */
  private interface Step {
    VolumeUse take(VolumeUse use) throws IOException;
  }

  private NewVolumes withAll(List<VolumeUse> all, Step step) throws IOException {
    try {
      for (VolumeUse use : all) {
        uses.add(step.take(use));
      }
      return this;
    } catch (IOException | RuntimeException e) {
      giveUp(e);
      throw e;
    }
  }

  private void giveUp(Exception failure) {
    try {
      close();
      volumes.removeAnonymous(uses);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * Makes what is missing for a container of an image.
   *
   * @param given what the container was given
   * @param all that and what the image asks for, which goes with the container
   */
  static NewVolumes ofImage(Volumes volumes, List<VolumeUse> given, List<VolumeUse> all)
      throws IOException {
    Set<VolumeSource> named = given.stream().map(VolumeUse::source).collect(Collectors.toSet());
    NewVolumes made = new NewVolumes(volumes);
    return made.withAll(all, use -> {
      if (use.source() instanceof VolumeSource.Named source) {
        made.held.add(volumes.openOrMake(source.name(), !named.contains(source)));
      }
      return use;
    });
  }

  /**
   * Makes what is missing for a fork: it shares its parent's volumes, but those that are the parent's own it gets copies of.
   *
   * @param parents what the parent has
   * @param given what the fork was given, which takes the place of what the parent has at the same path
   */
  static NewVolumes ofFork(Volumes volumes, List<VolumeUse> parents, List<VolumeUse> given)
      throws IOException {
    Set<String> taken = given.stream().map(VolumeUse::target).collect(Collectors.toSet());
    List<VolumeUse> all = new ArrayList<>(parents);
    all.removeIf(use -> taken.contains(use.target()));
    all.addAll(given);
    NewVolumes made = new NewVolumes(volumes);
    return made.withAll(all, use -> made.shared(use));
  }

  private VolumeUse shared(VolumeUse use) throws IOException {
    if (!(use.source() instanceof VolumeSource.Named source)) {
      return use;
    }
    OpenVolume volume = volumes.openOrMake(source.name(), false);
    held.add(volume);
    if (!volume.record().anonymous()) {
      return use;
    }
    OpenVolume copy = volumes.cloneAnonymous(volume);
    held.add(copy);
    return use.withSource(new VolumeSource.Named(copy.record().name()));
  }

  /** Returns what is mounted in the container. */
  List<VolumeUse> uses() {
    return List.copyOf(uses);
  }

  /** Lets go of all the volumes, whatever fails. */
  @Override
  public void close() throws IOException {
    List<OpenVolume> closing = new ArrayList<>(held);
    Collections.reverse(closing);
    held.clear();
    Closing.all(closing);
  }
}
