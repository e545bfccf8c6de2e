package dev.layerfs.volume;

import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.union.ForwardedFiles;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** The host's files, with a count of what is asked of them. */
final class CountedFiles extends ForwardedFiles {
  private final Set<Path> synced = new HashSet<>();
  private int calls;

  CountedFiles(HostFiles files) {
    super(files);
  }

  @Override
  protected HostFiles host() {
    calls++;
    return super.host();
  }

  /** Returns how much was asked so far; that places are composed costs the host nothing. */
  int calls() {
    return calls;
  }

  /** Returns what was made durable since this was asked last, and forgets it. */
  Set<Path> synced() {
    Set<Path> places = Set.copyOf(synced);
    synced.clear();
    return places;
  }

  @Override
  public Name markPrefix() {
    return super.host().markPrefix();
  }

  @Override
  public Path resolve(Path directory, Name name) throws PosixException {
    return super.host().resolve(directory, name);
  }

  @Override
  public void sync(Path place) throws PosixException {
    synced.add(place);
    super.sync(place);
  }

  @Override
  public boolean needsSettling() {
    return super.host().needsSettling();
  }
}
