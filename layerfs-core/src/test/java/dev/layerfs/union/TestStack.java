package dev.layerfs.union;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.posix.Identity;
import dev.layerfs.spi.HostFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An upper and those beneath it on a host, as a store keeps them. */
final class TestStack {
  private final TestHost host;
  private final Path directory;
  private final Path container;
  private final ErofsImage image;
  private final List<Path> covered = new ArrayList<>();
  private final HostFilesOf files;
  private int made;

  /** Returns the files of a directory that holds an upper. */
  interface HostFilesOf {
    HostFiles at(Path container) throws IOException;
  }

  TestStack(TestHost host, Path directory, ErofsImage image) throws IOException {
    this(host, host::files, directory, image);
  }

  TestStack(TestHost host, HostFilesOf files, Path directory, ErofsImage image) throws IOException {
    this.host = host;
    this.files = files;
    this.directory = directory;
    this.container = directory.resolve("container");
    this.image = image;
    Files.createDirectory(container);
    Upper.create(container, host.format(), image);
  }

  /** Opens a view of all that there is. */
  UnionView open() throws IOException {
    return UnionView.open(beneath(), Upper.open(container, files.at(container)), Identity.ROOT);
  }

  private CoveredStack beneath() throws IOException {
    List<Upper> uppers = new ArrayList<>();
    for (Path upper : covered) {
      uppers.add(Upper.openCovered(upper, files.at(upper)));
    }
    return CoveredStack.of(image, uppers);
  }

  Path container() {
    return container;
  }

  /** Returns what a kernel needs to mount the container, in the form of the option {@code lowerdir}. */
  String lowerDirectories(Path image) throws IOException {
    Upper.create(container, host.format(), beneath());
    StringBuilder lowers = new StringBuilder();
    for (int i = covered.size() - 1; i >= 0; i--) {
      lowers.append(covered.get(i).resolve("upper")).append(':');
    }
    return lowers.append(image).toString();
  }

  int levels() {
    return covered.size();
  }

  /** Covers the upper of the open view. */
  void cover(UnionView view) throws IOException {
    view.uppers().cover(current -> {
      Path beneath = Files.createDirectory(directory.resolve("covered-" + made++));
      Upper.keepNotes(container, beneath);
      move(container, beneath);
      covered.add(beneath);
      return new UpperStack.Covered(
          Upper.openCovered(beneath, files.at(beneath)), current.renewed());
    });
  }

  private static void move(Path from, Path to) throws IOException {
    for (String part : Upper.PARTS) {
      if (Files.exists(from.resolve(part))) {
        Files.move(from.resolve(part), to.resolve(part));
      }
    }
  }

  /** Throws away all but some of the uppers of the open view. */
  void rollBack(UnionView view, int kept) throws IOException {
    view.uppers().rollBack(kept, current -> {
      move(container, Files.createDirectory(directory.resolve("thrown-" + made++)));
      covered.subList(kept, covered.size()).clear();
      return Upper.open(container, files.at(container));
    });
  }
}
