package dev.layerfs.soak;

import dev.layerfs.Checkpoint;
import dev.layerfs.Container;
import dev.layerfs.ContainerOptions;
import dev.layerfs.Rootfs;
import dev.layerfs.error.InUseException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a worker does with containers. */
final class SoakContainerOperations {
  private final SoakSession session;

  SoakContainerOperations(SoakSession session) {
    this.session = session;
  }

  void create() throws IOException {
    String key = session.free(SoakState.CONTAINER);
    String tag = session.existing(SoakState.TAG);
    if (key.isEmpty() || tag.isEmpty()) {
      return;
    }
    String volume = session.random().nextBoolean() ? session.existing(SoakState.VOLUME) : "";
    ContainerOptions.Builder options = ContainerOptions.builder().name(SoakState.name(key));
    if (!volume.isEmpty()) {
      options.volume(SoakState.name(volume), "/" + SoakContent.VOLUME);
    }
    SoakObject made = SoakObject.made(session.state().get(tag).content());
    session.run("create", SoakChange.of(key, made), () -> {
      session.opened(
          key, session.store().create(session.store().image(SoakState.name(tag)), options.build()));
      return SoakChange.none();
    });
  }

  void createFromShared() throws IOException {
    String key = session.free(SoakState.CONTAINER);
    if (key.isEmpty()) {
      return;
    }
    int number = session.random().nextInt(SoakImages.COUNT);
    SoakObject made = SoakObject.made(SoakImages.content(number));
    session.runShared("create from shared", SoakChange.of(key, made), () -> {
      ContainerOptions options =
          ContainerOptions.builder().name(SoakState.name(key)).build();
      session.opened(
          key, session.store().create(session.store().image(session.sharedName(number)), options));
      return SoakChange.none();
    });
  }

  void createEphemeral() throws IOException {
    String tag = session.existing(SoakState.TAG);
    if (tag.isEmpty()) {
      return;
    }
    session.run("create ephemeral", SoakChange.none(), () -> {
      ContainerOptions options = ContainerOptions.builder().ephemeral().build();
      try (Container made =
          session.store().create(session.store().image(SoakState.name(tag)), options)) {
        Files.writeString(made.root().resolve("data/short"), "lived");
        SoakContent expected = session.state().get(tag).content().with("data/short", "lived");
        session.report(SoakObject.of(expected).problems(made, "an ephemeral container of " + tag));
      }
      return SoakChange.none();
    });
  }

  void write() throws IOException {
    String key = session.existing(SoakState.CONTAINER);
    if (!key.isEmpty()) {
      String name = session.random().nextInt(4) == 0 ? "etc/motd" : session.fileName();
      String text = session.text();
      SoakObject after =
          session.state().get(key).with(session.state().get(key).content().with(name, text));
      session.run("write " + name, SoakChange.of(key, after), () -> {
        SoakContent.write(session.container(key).root().resolve(name), text);
        return SoakChange.none();
      });
    }
  }

  void deleteFile() throws IOException {
    String key = session.existing(SoakState.CONTAINER);
    if (key.isEmpty() || session.state().get(key).content().files().isEmpty()) {
      return;
    }
    List<String> names = List.copyOf(session.state().get(key).content().files().keySet());
    String name = names.get(session.random().nextInt(names.size()));
    SoakObject after =
        session.state().get(key).with(session.state().get(key).content().without(name));
    session.run("delete " + name, SoakChange.of(key, after), () -> {
      Files.delete(session.container(key).root().resolve(name));
      return SoakChange.none();
    });
  }

  void fork() throws IOException {
    String key = session.existing(SoakState.CONTAINER);
    String child = session.free(SoakState.CONTAINER);
    if (key.isEmpty() || child.isEmpty()) {
      return;
    }
    session.run(
        "fork", SoakChange.of(child, SoakObject.made(session.state().get(key).content())), () -> {
          ContainerOptions options =
              ContainerOptions.builder().name(SoakState.name(child)).build();
          session.opened(child, session.container(key).fork(options));
          return SoakChange.none();
        });
  }

  void checkpoint() throws IOException {
    String key = session.existing(SoakState.CONTAINER);
    if (key.isEmpty()) {
      return;
    }
    session.run("checkpoint", SoakChange.none(), () -> {
      Checkpoint made = session.container(key).checkpoint();
      return SoakChange.of(key, session.state().get(key).checkpoint(made.id()));
    });
  }

  void rollBack() throws IOException {
    String key = session.existing(SoakState.CONTAINER);
    if (key.isEmpty()) {
      return;
    }
    Map<String, SoakContent> known = new TreeMap<>(session.state().get(key).checkpoints());
    known.remove(SoakObject.MADE);
    if (known.isEmpty()) {
      return;
    }
    String id = List.copyOf(known.keySet()).get(session.random().nextInt(known.size()));
    Container container;
    try {
      container = session.container(key);
    } catch (InUseException e) {
      return;
    }
    session.run("roll back", SoakChange.of(key, rolledBack(container, key, id)), () -> {
      container.rollback(new Checkpoint(id));
      return SoakChange.none();
    });
  }

  private SoakObject rolledBack(Container container, String key, String id) {
    SortedMap<String, SoakContent> left = new TreeMap<>(session.state().get(key).checkpoints());
    boolean later = false;
    for (Checkpoint checkpoint : container.checkpoints()) {
      if (later) {
        left.remove(checkpoint.id());
      }
      later |= checkpoint.id().equals(id);
    }
    return new SoakObject(left.get(id), left);
  }

  void reset() throws IOException {
    String key = session.existing(SoakState.CONTAINER);
    if (key.isEmpty()) {
      return;
    }
    SoakObject made = SoakObject.made(session.state().get(key).checkpoints().get(SoakObject.MADE));
    session.run("reset", SoakChange.of(key, made), () -> {
      session.close(key);
      session.store().reset(SoakState.name(key));
      return SoakChange.none();
    });
  }

  void closeContainer() throws IOException {
    String key = session.existing(SoakState.CONTAINER);
    if (!key.isEmpty()) {
      session.run("close", SoakChange.none(), () -> {
        session.close(key);
        return SoakChange.none();
      });
    }
  }

  void removeContainer() throws IOException {
    String key = session.existing(SoakState.CONTAINER);
    if (!key.isEmpty()) {
      session.run("remove container", SoakChange.removal(key), () -> {
        session.close(key);
        session.store().removeContainer(SoakState.name(key));
        return SoakChange.none();
      });
    }
  }

  void verify() throws IOException {
    String key =
        session.existing(session.random().nextBoolean() ? SoakState.CONTAINER : SoakState.TAG);
    if (key.isEmpty()) {
      return;
    }
    session.run("verify", SoakChange.none(), () -> {
      if (key.startsWith(SoakState.CONTAINER)) {
        session.report(session.state().get(key).problems(session.container(key), key));
      } else {
        try (Rootfs root = session.store().image(SoakState.name(key)).open()) {
          session.report(session.state().get(key).problems(root, key));
        }
      }
      return SoakChange.none();
    });
  }
}
