package dev.layerfs.union.differential;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;

/** Compares the backends in a JVM of its own, which is in a user namespace: {@code DIRECTORY SEED SEQUENCES}. */
final class SequenceProgram {
  private SequenceProgram() {}

  public static void main(String[] args) throws IOException {
    new BackendComparison(
            Path.of(args[0]),
            EnumSet.of(SequenceRule.DIRECTORIES_STAY, SequenceRule.OWNERS_STAY),
            Long.parseLong(args[1]),
            Integer.parseInt(args[2]),
            SequenceTest.TURNS)
        .run();
    System.out.println("the same");
  }
}
