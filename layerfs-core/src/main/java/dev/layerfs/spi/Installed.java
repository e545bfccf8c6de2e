package dev.layerfs.spi;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * The implementations of a service that {@link ServiceLoader} finds beside this library, and why others can't be used. A
 * module for a newer JDK than this one is found, too, but can't be loaded.
 *
 * @param implementations those that can be used
 * @param problems why others can't be
 * @param <S> the service
 */
public record Installed<S>(List<S> implementations, List<String> problems) {
  private static final Installed<MountBackend> BACKENDS = find(MountBackend.class);
  private static final Installed<HostFilesFactory> FACTORIES = find(HostFilesFactory.class);

  /** Copies the lists. */
  public Installed {
    implementations = List.copyOf(implementations);
    problems = List.copyOf(problems);
  }

  /**
   * Returns what can mount.
   *
   * @return the same in the whole life of this JVM
   */
  public static Installed<MountBackend> mountBackends() {
    return BACKENDS;
  }

  /**
   * Returns what can keep uppers.
   *
   * @return the same in the whole life of this JVM
   */
  public static Installed<HostFilesFactory> hostFiles() {
    return FACTORIES;
  }

  private static <S> Installed<S> find(Class<S> service) {
    List<S> found = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    Iterator<S> providers =
        ServiceLoader.load(service, service.getClassLoader()).iterator();
    while (true) {
      try {
        if (!providers.hasNext()) {
          return new Installed<>(found, problems);
        }
        found.add(providers.next());
      } catch (ServiceConfigurationError | LinkageError e) {
        problems.add(reason(e));
      }
    }
  }

  private static String reason(Error failure) {
    Throwable cause = failure;
    while (!(cause instanceof UnsupportedClassVersionError) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof UnsupportedClassVersionError
        ? "layerfs-overlay needs Java 25 or newer, and this is Java "
            + Runtime.version().feature()
        : String.valueOf(failure.getMessage());
  }
}
