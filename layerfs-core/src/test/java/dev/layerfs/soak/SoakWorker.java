package dev.layerfs.soak;

import dev.layerfs.LayerStore;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The program of a worker: finds out in which of the states that it may have left the store it did, and goes on with random
 * operations until it is killed, or has done enough.
 */
final class SoakWorker {
  private static final int MOST_OPERATIONS = 2_000;

  private SoakWorker() {}

  /**
   * Runs.
   *
   * @param arguments the store, the directory of sources, the worker's number, a seed, the file with the possible states,
   *     and the name of an image that can be pulled
   */
  public static void main(String[] arguments) throws IOException {
    dieWithParent();
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    SoakLog log = new SoakLog(out);
    int worker = Integer.parseInt(arguments[2]);
    Random random = new Random(Long.parseLong(arguments[3]));
    List<SoakState> possible = SoakLog.readStates(Path.of(arguments[4]));
    Path directory = Path.of(arguments[0]);
    try {
      SoakState state = resume(directory, worker, possible, log);
      try (SoakSession session = new SoakSession(
          directory, Path.of(arguments[1]), arguments[5], worker, random, state, log)) {
        SoakOperations operations = new SoakOperations(session);
        for (int left = random.nextInt(MOST_OPERATIONS); left > 0; left--) {
          operations.next();
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      log.violation(e);
      throw e;
    }
  }

  private static SoakState resume(Path directory, int worker, List<SoakState> possible, SoakLog log)
      throws IOException {
    List<String> problems = new ArrayList<>();
    try (LayerStore store = LayerStore.open(directory)) {
      for (int i = 0; i < possible.size(); i++) {
        List<String> found = possible.get(i).problems(store, worker);
        if (found.isEmpty()) {
          log.resumed(i);
          return possible.get(i);
        }
        problems.addAll(found);
      }
    }
    throw new IOException("neither before nor after: " + String.join("; or: ", problems));
  }

  /** Whoever has started this keeps its standard input open. */
  private static void dieWithParent() {
    Thread watch = new Thread(() -> {
      try {
        System.in.transferTo(OutputStream.nullOutputStream());
      } catch (IOException e) {
        // it is gone as well
      }
      Runtime.getRuntime().halt(1);
    });
    watch.setDaemon(true);
    watch.start();
  }
}
