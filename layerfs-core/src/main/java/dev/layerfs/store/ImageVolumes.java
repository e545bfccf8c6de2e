package dev.layerfs.store;

import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The volumes that an image's config asks for ({@code config.Volumes}): one without a name for each path. */
final class ImageVolumes {
  private final StoredImage image;
  private final PosixView tree;
  private final int max;

  /**
   * Prepares.
   *
   * @param image an image
   * @param tree all that is in it
   * @param max how many volumes it may ask for
   */
  ImageVolumes(StoredImage image, PosixView tree, int max) {
    this.image = image;
    this.tree = tree;
    this.max = max;
  }

  /**
   * Returns what is mounted in a container: volumes of its own for the image, and what it was given, which takes the place of
   * those.
   *
   * @param given what it was given
   * @return all of it, the volumes of the image first
   */
  List<VolumeUse> with(List<VolumeUse> given) throws IOException {
    Set<List<Name>> taken = new HashSet<>();
    for (VolumeUse use : given) {
      taken.add(VolumePath.real(tree, use.path()));
    }
    List<VolumeUse> all = new ArrayList<>();
    for (List<Name> path : paths()) {
      if (taken.add(VolumePath.real(tree, path))) {
        VolumeSource source = new VolumeSource.Named(VolumeName.random());
        all.add(new VolumeUse(VolumePath.absolute(path), source, false, Optional.empty(), true));
      }
    }
    all.addAll(given);
    return List.copyOf(all);
  }

  /** The paths come from a stranger: whatever they say, they mean a directory in the image's root (CVE-2022-23648). */
  private List<List<Name>> paths() throws IOException {
    String subject = "config.Volumes of image " + image.digest();
    Set<String> texts = new TreeSet<>(image.config().volumes());
    if (texts.size() > max) {
      throw new LimitExceededException(subject, "maxImageVolumes", max);
    }
    List<List<Name>> paths = new ArrayList<>();
    for (String text : texts) {
      List<Name> path = path(subject, text);
      if (path.isEmpty()) {
        throw new UnsupportedImageException(
            subject, "a volume can't be mounted at the root; make the container without them");
      }
      paths.add(path);
    }
    return paths;
  }

  private static List<Name> path(String subject, String text) throws IOException {
    try {
      return VolumePath.clean(text);
    } catch (IllegalArgumentException e) {
      throw new MalformedImageException(subject, "a path holds what no name can hold");
    }
  }
}
