package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.HostFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Files of a host that keeps marks in the trusted namespace and exchanges names: really, so that a kernel can mount the
 * upper, or only as the view sees it.
 */
public final class TrustedFiles extends ForwardedFiles {
  private static final Name PREFIX = Name.of("trusted.overlay.");

  private final Path work;
  private final @Nullable NativeCalls calls;

  private TrustedFiles(HostFiles host, Path work, @Nullable NativeCalls calls) {
    super(host);
    this.work = work;
    this.calls = calls;
  }

  /** Returns files on which only the view sees the marks, and an exchange is not atomic. */
  public static HostFiles seeming(TestHost kind, Path container) throws IOException {
    return new TrustedFiles(kind.files(container), container.resolve("work"), null);
  }

  /** Returns files of a Linux host(). */
  static HostFiles of(NativeCalls calls, Path container) throws IOException {
    HostFiles files = TestHost.OVERLAYFS.files(container);
    return new TrustedFiles(files, container.resolve("work"), calls);
  }

  /** Opens an upper on a host that seems to have trusted marks. */
  public static Upper open(TestHost kind, Path container) throws IOException {
    return Upper.open(container, seeming(kind, container));
  }

  @Override
  public Name markPrefix() {
    return PREFIX;
  }

  private boolean isNative(Name name) {
    return calls != null && !name.toString().startsWith("user.");
  }

  @Override
  public List<Name> xattrs(Path place) throws PosixException {
    List<Name> names = new ArrayList<>(host().xattrs(place));
    if (calls != null) {
      for (byte[] bytes : calls.call("list", place.toString())) {
        Name name = Name.ofBytes(bytes);
        if (isNative(name)) {
          names.add(name);
        }
      }
    }
    return names;
  }

  @Override
  public byte @Nullable [] xattr(Path place, Name name) throws PosixException {
    if (calls == null || !isNative(name)) {
      return host().xattr(place, name);
    }
    try {
      return calls.call("get", place.toString(), name.toString()).get(0);
    } catch (PosixException e) {
      if (e.errno() == Errno.ENODATA) {
        return null;
      }
      throw e;
    }
  }

  @Override
  public void setXattr(Path place, Name name, byte @Nullable [] value) throws PosixException {
    if (calls == null || !isNative(name)) {
      host().setXattr(place, name, value);
    } else if (value == null) {
      calls.call("remove", place.toString(), name.toString());
    } else {
      calls.call("set", List.of(Name.encode(place.toString()), name.toBytes(), value));
    }
  }

  @Override
  public boolean exchange(Path one, Path other) throws PosixException {
    if (calls != null) {
      calls.call("exchange", one.toString(), other.toString());
      return true;
    }
    Path aside = host().resolve(work, Name.of("tmp-exchange"));
    host().rename(one, aside);
    host().rename(other, one);
    host().rename(aside, other);
    return true;
  }
}
