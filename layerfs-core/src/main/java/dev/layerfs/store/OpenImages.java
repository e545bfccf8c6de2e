package dev.layerfs.store;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.oci.ChainId;
import dev.layerfs.oci.DiffId;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The image trees that are open: one for all containers of an image. A few that nobody uses stay open, because making
 * containers of an image one after the other is what stores are for.
 */
public final class OpenImages implements Closeable {
  private static final int MAX_IDLE = 8;

  private final Session session;
  private final Repair repair;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<ChainId, Entry> used = new LinkedHashMap<>(); // guarded by lock
  private final Map<ChainId, ErofsImage> idle =
      new LinkedHashMap<>(); // guarded by lock; eldest first

  private static final class Entry {
    final ErofsImage image;
    final List<DiffId> diffIds;
    int users;

    Entry(ErofsImage image, List<DiffId> diffIds) {
      this.image = image;
      this.diffIds = diffIds;
    }
  }

  /** One use of an open image; closing it twice does nothing. */
  public final class Use implements Closeable {
    private final ChainId chainId;
    private final Entry entry;
    private boolean closed; // guarded by lock

    private Use(ChainId chainId, Entry entry) {
      this.chainId = chainId;
      this.entry = entry;
    }

    /** Returns the image, until this is closed. */
    public ErofsImage image() {
      return entry.image;
    }

    /** Returns what the image's stack of layers is known by. */
    ChainId chainId() {
      return chainId;
    }

    /** Returns the image's layers, bottom first. */
    List<DiffId> diffIds() {
      return entry.diffIds;
    }

    @Override
    public void close() throws IOException {
      lock.lock();
      try {
        if (!closed) {
          closed = true;
          release(chainId, entry);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** Puts layers right that are missing. */
  @FunctionalInterface
  interface Repair {
    void restore(StoredImage image) throws IOException;
  }

  OpenImages(Session session, Repair repair) {
    this.session = session;
    this.repair = repair;
  }

  /**
   * Opens an image, or joins its users.
   *
   * @param image the image
   */
  Use open(StoredImage image) throws IOException {
    ChainId chainId = image.chainId();
    lock.lock();
    try {
      Entry entry = used.get(chainId);
      if (entry != null && entry.image.isDamaged()) { // whoever has it open keeps it
        Trees.make(session, image.diffIds());
        used.remove(chainId);
        entry = null;
      }
      if (entry == null) {
        ErofsImage open = idle.remove(chainId);
        entry = new Entry(open != null ? open : openOrRepair(image), image.diffIds());
        used.put(chainId, entry);
      }
      entry.users++;
      return new Use(chainId, entry);
    } finally {
      lock.unlock();
    }
  }

  private ErofsImage openOrRepair(StoredImage image) throws IOException {
    try {
      return Trees.open(session, image.diffIds());
    } catch (NoSuchFileException e) {
      repair.restore(image);
      return Trees.open(session, image.diffIds());
    }
  }

  private void release(ChainId chainId, Entry entry) throws IOException {
    if (--entry.users > 0) {
      return;
    }
    boolean current = used.remove(chainId, entry);
    if (current && entry.image.isDamaged()) {
      makeAgain(entry.diffIds);
    }
    if (!current || entry.image.isDamaged()) {
      entry.image.close();
    } else {
      idle.put(chainId, entry.image);
      if (idle.size() > MAX_IDLE) {
        Iterator<ErofsImage> images = idle.values().iterator();
        ErofsImage oldest = images.next();
        images.remove();
        oldest.close();
      }
    }
  }

  /** A tree that was found to be damaged is right for whoever opens it next, in any process. */
  private void makeAgain(List<DiffId> diffIds) {
    try {
      Trees.make(session, diffIds);
    } catch (IOException e) {
      System.getLogger(OpenImages.class.getName())
          .log(System.Logger.Level.WARNING, "an image tree stays damaged: {0}", e.getMessage());
    }
  }

  /** Has everything opened anew from now on, since files were replaced; who has an image open keeps what it has. */
  void renew() throws IOException {
    lock.lock();
    try {
      used.clear();
      closeIdle();
    } finally {
      lock.unlock();
    }
  }

  /** Closes what nobody uses: some hosts can't delete open files. */
  void closeIdle() throws IOException {
    lock.lock();
    try {
      List<ErofsImage> closing = new ArrayList<>(idle.values());
      idle.clear();
      Closing.all(closing);
    } finally {
      lock.unlock();
    }
  }

  /** Closes all of them; their users must be done. */
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      used.forEach((chainId, entry) -> idle.put(chainId, entry.image));
      used.clear();
    } finally {
      lock.unlock();
    }
    closeIdle();
  }
}
