package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The inode numbers of what is born in an upper, made of the host's. They are apart from an image's numbers. An upper that
 * was converted keeps the numbers that its objects had, while the host gives the old objects' numbers to new ones; so from
 * then on new numbers are mixed with a random one, which a file in {@code work/} keeps.
 */
final class InodeNumbers {
  /** The name of the file. */
  static final String FILE = Upper.KEPT_PREFIX + "numbers";

  /** Numbers that are not mixed. */
  static final InodeNumbers PLAIN = new InodeNumbers(0);

  private final long mix;

  private InodeNumbers(long mix) {
    this.mix = mix;
  }

  /**
   * Reads how an upper makes its numbers.
   *
   * @param notes the directory with the file, if there is one
   */
  static InodeNumbers read(Path notes) throws IOException {
    Path file = notes.resolve(FILE);
    return Files.exists(file) ? new InodeNumbers(parse(file)) : PLAIN;
  }

  /** Whether an upper has to mix its numbers, because one of those beneath it was converted. */
  static boolean areMixedBeneath(Lower lower) {
    Lower next = lower;
    while (next instanceof UpperTree tree) {
      if (tree.upper().numbers().areMixed()) {
        return true;
      }
      next = tree.lower();
    }
    return false;
  }

  private static long parse(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
    try {
      return Long.parseLong(text) & (UpperTree.NUMBER_TAG - 1);
    } catch (NumberFormatException e) {
      throw new PosixException(Errno.EIO, FILE + ": not a number, the note is damaged");
    }
  }

  /** Returns the number of an object that the upper has no number for. */
  long of(long hostInode) {
    return UpperTree.NUMBER_TAG | (hostInode ^ mix);
  }

  /** Whether the host may give numbers to new objects that recorded ones have. */
  boolean areMixed() {
    return mix != 0;
  }

  /** Makes an upper that is still empty mix its numbers. */
  static void mix(Path notes) throws PosixException {
    long random = ThreadLocalRandom.current().nextLong(1, UpperTree.NUMBER_TAG);
    Path file = notes.resolve(FILE);
    try {
      Files.writeString(file, random + "\n", StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw HostErrors.of(e, file);
    }
  }
}
