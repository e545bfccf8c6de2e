package dev.layerfs.volume;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.Redaction;
import dev.layerfs.union.HostErrors;
import java.io.IOError;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * Calls of a provider that somebody else has written, whose files may be anywhere: whatever comes out of one, it is an errno.
 * Where something failed that has nothing to do with the object itself, the cause says of which place, without secrets.
 */
final class ProviderCalls {
  private final @Nullable String location; // null for the default file system

  ProviderCalls(Path root) {
    boolean here = root.getFileSystem().equals(FileSystems.getDefault());
    location = here ? null : text(root);
  }

  private static String text(Path root) {
    try {
      return Redaction.uri(root.toUri());
    } catch (RuntimeException | IOError e) { // many paths have no URI
      return root.getFileSystem().provider().getScheme() + ":" + root;
    }
  }

  /** Something that a provider does. */
  @FunctionalInterface
  interface Call<T extends @Nullable Object> {
    T run() throws IOException;
  }

  /**
   * Makes a call.
   *
   * @param place what it is about
   * @param unsupported what it means that the provider can't do that at all
   * @param call the call
   * @return what it returns
   * @throws PosixException whatever it throws
   */
  <T extends @Nullable Object> T get(Path place, Errno unsupported, Call<T> call)
      throws PosixException {
    try {
      return call.run();
    } catch (ReadOnlyFileSystemException e) {
      throw failure(Errno.EROFS, place, e);
    } catch (InvalidPathException e) {
      throw failure(Errno.EILSEQ, place, e);
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      throw failure(unsupported, place, e);
    } catch (UserPrincipalNotFoundException e) {
      throw new PosixException(unsupported, name(place), e);
    } catch (IOException e) {
      throw located(HostErrors.of(e, place));
    } catch (RuntimeException e) {
      throw located(HostErrors.of(e, name(place)));
    }
  }

  /** As the other, for what is {@link Errno#ENOTSUP} where a provider has no means for it. */
  <T extends @Nullable Object> T get(Path place, Call<T> call) throws PosixException {
    return get(place, Errno.ENOTSUP, call);
  }

  private static PosixException failure(Errno errno, Path place, RuntimeException cause) {
    return new PosixException(errno, name(place), new IOException(cause));
  }

  private static String name(Path place) {
    return String.valueOf(place.getFileName());
  }

  private PosixException located(PosixException failure) {
    boolean lost = failure.errno() == Errno.EIO || failure.errno() == Errno.ETIMEDOUT;
    Throwable cause = failure.getCause();
    if (location == null || !lost || cause == null || location.equals(cause.getMessage())) {
      return failure;
    }
    PosixException told =
        new PosixException(failure.errno(), location, new IOException(location, cause));
    told.setStackTrace(failure.getStackTrace());
    return told;
  }
}
