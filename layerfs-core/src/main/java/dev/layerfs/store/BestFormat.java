package dev.layerfs.store;

import dev.layerfs.union.Upper;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How this host keeps uppers and volumes best: found out when the first is made, since it takes a process. */
final class BestFormat {
  private final Session session;
  private Upper.@Nullable Format ofUppers; // guarded by this
  private VolumeDriver.@Nullable Data ofVolumes; // guarded by this

  BestFormat(Session session) {
    this.session = session;
  }

  synchronized Upper.Format ofUppers() throws IOException {
    Upper.Format known = ofUppers;
    if (known == null) {
      known = inScratch(Upper::bestFormat);
      ofUppers = known;
    }
    return known;
  }

  synchronized VolumeDriver.Data ofVolumes() throws IOException {
    VolumeDriver.Data known = ofVolumes;
    if (known == null) {
      Upper.Format best = ofUppers();
      boolean plain = inScratch(scratch -> VolumeTree.canKeepPlain(scratch, best));
      known = new VolumeDriver.Data(plain ? VolumeDriver.Data.PLAIN : best.name());
      ofVolumes = known;
    }
    return known;
  }

  private interface Question<T> {
    T answer(Path scratch) throws IOException;
  }

  private <T> T inScratch(Question<T> question) throws IOException {
    Path scratch = session.newPath();
    session.io().mkdir(scratch);
    try {
      return question.answer(scratch);
    } finally {
      session.discard(scratch);
    }
  }
}
