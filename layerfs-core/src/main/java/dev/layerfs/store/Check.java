package dev.layerfs.store;

import dev.layerfs.oci.ChainId;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Looks at everything in a store, and says what is not as it was written. It holds what it looks at as somebody who loads
 * does, by a lease, so the store may be used and swept meanwhile; the store's lock is held only to read what needs what, and
 * while the list of images is compared. One part looks at each kind of object.
 */
final class Check {
  private final Session session;
  private final Sweep sweep;
  private final Images images;
  private final LayoutCheck layout;
  private final BlobCheck blobs;
  private final RecipeCheck recipes;
  private final LayerCheck layers;
  private final TreeCheck trees;
  private final ContainerCheck containers;
  private final NameCheck names;
  private final CoveredCheck covered;
  private final VolumeCheck volumes;
  private final SessionCheck sessions;

  Check(
      Session session,
      Layers layers,
      Sweep sweep,
      Images images,
      ContainerList list,
      Containers containers,
      Repairs repairs) {
    this.session = session;
    this.sweep = sweep;
    this.images = images;
    Verification verification = new Verification(session.paths(), layers);
    this.layout = new LayoutCheck(session);
    this.blobs = new BlobCheck(session.paths(), verification, repairs);
    this.recipes = new RecipeCheck(session, repairs);
    this.layers = new LayerCheck(session.paths(), layers, verification, repairs);
    this.trees = new TreeCheck(session, repairs);
    this.containers = new ContainerCheck(session, list, containers);
    this.names = new NameCheck(session, list);
    this.covered = new CoveredCheck(session, list);
    this.volumes = new VolumeCheck(session);
    this.sessions = new SessionCheck(session);
  }

  /** Looks, and repairs if that is wanted. */
  void run(CheckRun run) throws IOException {
    layout.check(run);
    Path lease = session.newLease();
    try {
      hold(run, lease);
      if (run.full()) {
        run.expect(bytes(run.references()));
      }
      while (blobs.check(run)) {
        hold(run, lease); // a document that is right again leads to more
      }
      blobs.checkReadable(run);
      recipes.check(run);
      layers.check(run);
      trees.check(run);
      containers.check(run);
      names.check(run);
      covered.check(run);
      volumes.check(run);
      sessions.check(run);
    } finally {
      session.io().unlinkIfExists(lease);
    }
    for (Images.Garbage garbage : images.garbage().garbage()) {
      run.leftover(garbage.item(), garbage.reason(), "layerfs gc");
    }
    Interruption.check("check"); // what could not be read because of it is not damaged
  }

  private long bytes(References references) throws IOException {
    long bytes = 0;
    for (Descriptor blob : references.blobs().values()) {
      bytes += DiskSpace.of(session.paths().blob(blob.digest()));
    }
    for (Item item : references.items()) {
      if (item.kind() == Item.Kind.LAYER) {
        bytes += DiskSpace.of(session.paths().layerFile(DiffId.parse(item.id())));
      }
    }
    for (List<DiffId> stack : references.stacks().values()) {
      bytes += DiskSpace.of(session.paths().tree(Trees.chainId(stack)));
    }
    return bytes;
  }

  /** Reads what needs what, and sees to it that nothing of it goes. */
  private void hold(CheckRun run, Path lease) throws IOException {
    DocumentLinks links = sweep.links();
    sweep.references(links);
    try (LockFile.Held lock = session.locks().lockStore()) {
      session.io().unlinkIfExists(lease);
      run.use(sweep.references(links));
      RecordFile.note(session.io(), lease, record(run.references()).toJson());
    }
  }

  private static LeaseRecord record(References references) throws IOException {
    Set<Digest> blobs = new HashSet<>();
    Set<DiffId> layers = new HashSet<>();
    Set<ChainId> trees = new HashSet<>();
    for (Item item : references.items()) {
      switch (item.kind()) {
        case BLOB -> blobs.add(Digest.parse(item.id()));
        case LAYER -> layers.add(DiffId.parse(item.id()));
        case TREE -> trees.add(new ChainId(Digest.parse(item.id())));
        default -> {}
      }
    }
    return new LeaseRecord(blobs, layers, trees);
  }
}
