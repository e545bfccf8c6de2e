package dev.layerfs.union.differential;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.HostFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Puts objects into an upper that no view has open, in the format of that upper. */
final class UpperPlanter {
  private final HostFiles host;
  private final Path upper;
  private final List<Timed> planted = new ArrayList<>();

  /** What was planted, to be given its time when all beneath it is there. */
  private record Timed(Path place, Planted object) {}

  private UpperPlanter(HostFiles host, Path upper) {
    this.host = host;
    this.upper = upper;
  }

  /**
   * Plants objects.
   *
   * @param host the files of the upper
   * @param upper its root
   * @param objects what to plant
   */
  static void plant(HostFiles host, Path upper, List<Planted> objects) throws IOException {
    UpperPlanter planter = new UpperPlanter(host, upper);
    for (Planted object : objects) {
      planter.plant(object);
    }
    planter.setTimes();
  }

  private void plant(Planted object) throws IOException {
    Path place = place(object.path());
    switch (object.role()) {
      case WHITEOUT -> host.create(place, FileType.CHARACTER_DEVICE, 0, 0, 0);
      case HARD_LINK -> host.link(place(object.content()), place);
      case PLAIN -> plant(place, object);
      case OPAQUE -> {
        plant(place, object);
        host.setXattr(place, Name.of(host.markPrefix() + "opaque"), Name.encode("y"));
      }
    }
  }

  private void plant(Path place, Planted object) throws IOException {
    int mode = object.mode();
    if (object.type() == FileType.SYMLINK) {
      host.symlink(place, Name.encode(object.content()));
    } else {
      host.create(place, object.type(), mode, object.major(), object.minor());
    }
    if (object.type() == FileType.REGULAR) {
      try (FileChannel file = host.open(place, true)) {
        file.write(ByteBuffer.wrap(Name.encode(object.content())));
      }
    }
    host.setOwnerAndMode(place, object.metadata().uid(), object.metadata().gid(), mode);
    for (Map.Entry<String, String> xattr : object.xattrs().entrySet()) {
      host.setXattr(place, Name.of(xattr.getKey()), Name.encode(xattr.getValue()));
    }
    planted.add(new Timed(place, object));
  }

  private void setTimes() throws PosixException {
    Collections.reverse(planted);
    for (Timed timed : planted) {
      host.setTimes(timed.place(), timed.object().mtime(), timed.object().mtime());
    }
  }

  private Path place(String path) throws PosixException {
    Path place = upper;
    for (String name : path.split("/")) {
      place = host.resolve(place, Name.of(name));
    }
    return place;
  }
}
