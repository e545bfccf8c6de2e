package dev.layerfs.soak;

import dev.layerfs.Container;
import dev.layerfs.Image;
import dev.layerfs.LoadOptions;
import dev.layerfs.PullOptions;
import dev.layerfs.Rootfs;
import dev.layerfs.error.InUseException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.registry.HostOptions;
import dev.layerfs.registry.RegistryClient;
import dev.layerfs.registry.RegistryOptions;
import java.io.IOException;

/** What a worker does with images. */
final class SoakImageOperations {
  private static final int MOST_LAYERS = 8;

  private final SoakSession session;

  SoakImageOperations(SoakSession session) {
    this.session = session;
  }

  void load() throws IOException {
    int number = session.random().nextInt(SoakImages.COUNT);
    String key = SoakState.TAG + SoakState.repository(session.worker()) + number;
    session.run("load", SoakChange.of(key, SoakObject.of(SoakImages.content(number))), () -> {
      session
          .store()
          .load(
              SoakImages.own(session.sources(), session.worker(), number),
              LoadOptions.builder().overwriteNames().build());
      return SoakChange.none();
    });
  }

  void loadShared() throws IOException {
    session.run("load shared", SoakChange.none(), () -> {
      session
          .store()
          .load(SoakImages.shared(session.sources(), session.random().nextInt(SoakImages.COUNT)));
      return SoakChange.none();
    });
  }

  void pull() throws IOException {
    session.run("pull", SoakChange.none(), () -> {
      HostOptions plain = HostOptions.builder().plainHttp().build();
      String host = session.pulled().substring(0, session.pulled().indexOf('/'));
      try (RegistryClient client =
          RegistryClient.open(RegistryOptions.builder().host(host, plain).build())) {
        session
            .store()
            .pull(session.pulled(), PullOptions.builder().client(client).build());
      }
      return SoakChange.none();
    });
  }

  void removeShared() throws IOException {
    session.runShared("remove shared", SoakChange.none(), () -> {
      session.store().remove(session.sharedName(session.random().nextInt(SoakImages.COUNT)));
      return SoakChange.none();
    });
  }

  /** Only what no other worker can have: that may be removed when it has lost its name. */
  void commit() throws IOException {
    String key = session.existing(SoakState.CONTAINER);
    if (key.isEmpty() || !session.isOwn(session.state().get(key).content())) {
      return;
    }
    String tag = session.anyKey(SoakState.TAG);
    session.run(
        "commit", SoakChange.of(tag, SoakObject.of(session.state().get(key).content())), () -> {
          Container container = session.container(key);
          if (session
                  .store()
                  .image(container.info().image().toString())
                  .manifest()
                  .layers()
                  .size()
              >= MOST_LAYERS) {
            throw new InUseException(key, "has enough layers");
          }
          container.commit(SoakState.name(tag));
          return SoakChange.none();
        });
  }

  void tag() throws IOException {
    String from = session.existing(SoakState.TAG);
    String to = session.free(SoakState.TAG);
    if (!from.isEmpty() && !to.isEmpty()) {
      session.run("tag", SoakChange.of(to, session.state().get(from)), () -> {
        session.store().tag(SoakState.name(from), SoakState.name(to));
        return SoakChange.none();
      });
    }
  }

  void removeTag() throws IOException {
    String key = session.existing(SoakState.TAG);
    if (!key.isEmpty()) {
      session.run("remove tag", SoakChange.removal(key), () -> {
        session.store().remove(SoakState.name(key));
        return SoakChange.none();
      });
    }
  }

  /** Nobody but this worker could name an image with its files. */
  void removeUntagged() throws IOException {
    session.run("remove untagged", SoakChange.none(), () -> {
      for (Image image : session.store().images()) {
        if (image.names().isEmpty() && isOwn(image)) {
          session.store().remove(image.digest().toString());
        }
      }
      return SoakChange.none();
    });
  }

  private boolean isOwn(Image image) throws IOException {
    try (Rootfs root = image.open()) {
      return session.isOwn(SoakContent.read(root.root()));
    } catch (NotFoundException e) {
      return false; // another's, who has removed it meanwhile
    }
  }
}
