package dev.layerfs.overlay;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.MountBackend;
import dev.layerfs.spi.SizedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Mounts through Linux's overlayfs, over images that the kernel mounts from their EROFS files. Made by {@link
 * java.util.ServiceLoader}.
 *
 * <p>A mount appears at its target at once and complete, or not at all. It propagates as the target's own mount does ({@link
 * MountTarget}).
 */
public final class OverlayBackend implements MountBackend {
  private @Nullable MountCalls calls;
  private @Nullable KernelFeatures features;
  private @Nullable Boolean mountsImages;

  /** Whether a mount could be begun once. To try that takes the kernel longer than to mount. */
  private volatile boolean available;

  /** Made by {@link java.util.ServiceLoader}; calls nothing yet. */
  public OverlayBackend() {}

  /** Believes what it is told of the kernel. */
  OverlayBackend(KernelFeatures features) {
    this.features = features;
  }

  @Override
  public String name() {
    return "overlay";
  }

  /** {@inheritDoc} A process that could begin a mount is not asked again; one that could not is, as that may have been mended. */
  @Override
  public Optional<String> unavailable() {
    if (available) {
      return Optional.empty();
    }
    Optional<String> problem = problem();
    available = problem.isEmpty();
    return problem;
  }

  private Optional<String> problem() {
    return Availability.ofSystem(System.getProperty("os.name")).or(this::refusedByJdkOrKernel);
  }

  private Optional<String> refusedByJdkOrKernel() {
    try {
      return Availability.ofKernel(calls());
    } catch (IllegalCallerException e) {
      return Optional.of(Availability.ofNativeAccess(OverlayBackend.class.getModule()));
    }
  }

  private synchronized MountCalls calls() {
    MountCalls known = calls;
    if (known == null) {
      known = new MountCalls();
      calls = known;
    }
    return known;
  }

  private MountCalls available() throws PosixException {
    Optional<String> problem = unavailable();
    if (problem.isPresent()) {
      throw new PosixException(Errno.ENOTSUP, problem.get());
    }
    return calls();
  }

  private synchronized KernelFeatures kernel() throws IOException {
    KernelFeatures known = features;
    if (known == null) {
      known = new FeatureProbe(available()).overlay();
      features = known;
    }
    return known;
  }

  @Override
  public List<Feature> features() throws IOException {
    List<Feature> all = new ArrayList<>();
    all.add(new Feature(
        "erofs from files",
        mountsImages(),
        "images are mounted as they are; without it a copy of each is extracted"));
    all.addAll(FeatureProbe.explain(kernel()));
    return all;
  }

  /** Whether the kernel mounts images, to judge by a file in the directory for temporary ones. */
  synchronized boolean mountsImages() throws IOException {
    Boolean known = mountsImages;
    if (known == null) {
      known = new ImageMounter(available()).mountsImages();
      mountsImages = known;
    }
    return known;
  }

  @Override
  public boolean mountsImage(ImageFiles image) throws IOException {
    return new ImageMounter(available()).mounts(image);
  }

  @Override
  public boolean mountImage(ImageFiles image, Path target) throws IOException {
    MountCalls available = available();
    try (MountTarget opened = MountTarget.open(available, target)) {
      return new ImageMounter(available).mount(image, opened);
    }
  }

  @Override
  public void mountUnion(Union union, Path target) throws IOException {
    MountCalls available = available();
    try (MountTarget opened = MountTarget.open(available, target)) {
      new UnionMounter(available, kernel()).mount(union, opened);
    }
  }

  @Override
  public Optional<SizedFiles> sizedFiles() {
    return Optional.of(new Ext4Files());
  }

  /**
   * {@inheritDoc}
   *
   * <p>Where this process can't ask the kernel, its release says which options it knows.
   */
  @Override
  public List<String> options(Union union) {
    KernelFeatures known;
    try {
      known = kernel();
    } catch (IOException e) {
      known = KernelFeatures.ofRelease(System.getProperty("os.version"));
    }
    return OptionText.of(union, known).stream().map(RawPath::toString).toList();
  }

  @Override
  public Path mountVolume(Volume volume, Path root, List<Name> place) throws IOException {
    return new VolumeMounter(available()).mount(volume, root, place);
  }

  @Override
  public void mountForeign(Foreign foreign, Path target) throws IOException {
    MountCalls available = available();
    try (MountTarget opened = MountTarget.open(available, target)) {
      new ForeignMounter(available).mount(foreign, opened);
    }
  }

  @Override
  public boolean unmountWithVolumes(Path root, List<Path> volumes) throws IOException {
    return new VolumesUnmounter(available()).unmount(root, volumes);
  }

  @Override
  public boolean unmount(Path target, boolean lazily) throws IOException {
    return new Unmounter(available()).unmount(target, lazily);
  }

  @Override
  public List<Mounted> mounted() throws IOException {
    return MountTable.own().entries().stream().map(MountEntry::toMounted).toList();
  }

  @Override
  public Optional<Elsewhere> elsewhere(String source) throws IOException {
    for (ProcessEntry process : MountNamespaces.others()) {
      Optional<Elsewhere> found = process.mountTable().stream()
          .flatMap(table -> table.entries().stream())
          .filter(entry -> entry.source().equals(source))
          .findFirst()
          .map(entry -> new Elsewhere(process.pid(), entry.target().toString()));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }
}
