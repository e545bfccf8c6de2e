package dev.layerfs.soak;

import dev.layerfs.CheckOptions;
import dev.layerfs.CheckReport;
import dev.layerfs.Rootfs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Random operations of one worker. */
final class SoakOperations {
  private static final int NAMES = 3;

  private final SoakSession session;
  private final List<Operation> choices = new ArrayList<>();

  /** Something to do, with whatever there is to do it with. */
  @FunctionalInterface
  private interface Operation {
    void run() throws IOException;
  }

  SoakOperations(SoakSession session) {
    this.session = session;
    SoakImageOperations images = new SoakImageOperations(session);
    SoakContainerOperations containers = new SoakContainerOperations(session);
    add(6, containers::write);
    add(3, containers::create);
    add(3, containers::verify);
    add(
        2,
        images::load,
        containers::deleteFile,
        images::commit,
        containers::checkpoint,
        containers::rollBack,
        containers::closeContainer,
        containers::removeContainer,
        this::writeVolume,
        this::gc);
    add(
        1,
        images::loadShared,
        images::pull,
        containers::createFromShared,
        images::removeShared,
        containers::createEphemeral,
        containers::fork,
        containers::reset,
        images::tag,
        images::removeTag,
        images::removeUntagged,
        this::createVolume,
        this::removeVolume,
        this::check,
        this::reopen);
  }

  private void add(int weight, Operation... operations) {
    for (int i = 0; i < weight; i++) {
      choices.addAll(List.of(operations));
    }
  }

  /** Does something. */
  void next() throws IOException {
    choices.get(session.random().nextInt(choices.size())).run();
  }

  private void createVolume() throws IOException {
    String key = session.free(SoakState.VOLUME);
    if (!key.isEmpty()) {
      session.run("create volume", SoakChange.of(key, SoakObject.of(SoakContent.empty())), () -> {
        session.store().volumes().create(SoakState.name(key));
        return SoakChange.none();
      });
    }
  }

  private void writeVolume() throws IOException {
    String key = session.existing(SoakState.VOLUME);
    if (!key.isEmpty()) {
      String name = SoakState.prefix(session.worker()) + session.random().nextInt(NAMES);
      String text = session.text();
      SoakContent after = session.state().get(key).content().with(name, text);
      session.run("write volume", SoakChange.of(key, SoakObject.of(after)), () -> {
        try (Rootfs root = session.store().volumes().get(SoakState.name(key)).open()) {
          SoakContent.write(root.root().resolve(name), text);
        }
        return SoakChange.none();
      });
    }
  }

  private void removeVolume() throws IOException {
    String key = session.existing(SoakState.VOLUME);
    if (!key.isEmpty()) {
      session.run("remove volume", SoakChange.removal(key), () -> {
        session.store().volumes().remove(SoakState.name(key));
        return SoakChange.none();
      });
    }
  }

  private void gc() throws IOException {
    session.run("gc", SoakChange.none(), () -> {
      session.store().gc();
      return SoakChange.none();
    });
  }

  private void check() throws IOException {
    session.run("check", SoakChange.none(), () -> {
      CheckOptions fast = CheckOptions.builder().level(CheckOptions.Level.FAST).build();
      for (CheckReport.Finding finding :
          session.store().maintenance().check(fast).findings()) {
        if (finding.status() == CheckReport.Status.DAMAGED) {
          session.report(List.of(finding.toString()));
        }
      }
      session.store().maintenance().space();
      return SoakChange.none();
    });
  }

  private void reopen() throws IOException {
    session.run("reopen", SoakChange.none(), () -> {
      session.reopen();
      return SoakChange.none();
    });
  }
}
