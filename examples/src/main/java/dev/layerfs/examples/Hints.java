package dev.layerfs.examples;

import dev.layerfs.error.AlreadyExistsException;
import dev.layerfs.error.InUseException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.RegistryException;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import java.util.List;

/** What to do next after a failure, by which commands, which the library can't know. */
final class Hints {
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  /**
   * What helps, by what the message says; the first that fits counts.
   *
   * @param part a part of the message
   * @param hint what to do
   */
  private record Hint(String part, String hint) {}

  private static final List<Hint> MISSING = List.of(
      new Hint("no such image:", "'layerfs images' lists what there is, 'layerfs pull' gets more"),
      new Hint("no such image with all platforms", "'layerfs pull --all-platforms' gets them"),
      new Hint(
          "no such image,",
          "'layerfs images', 'layerfs ps' and 'layerfs volume ls' list what there is"),
      new Hint(
          "no such container or image:", "'layerfs ps' and 'layerfs images' list what there is"),
      new Hint("no such container:", "'layerfs ps' lists what there is"),
      new Hint("no such volume:", "'layerfs volume ls' lists what there is"),
      new Hint("no such snapshot", "'layerfs volume snapshot --list' lists what there is"),
      new Hint("no such mount", "'layerfs mounts' lists what there is"),
      new Hint("no such manifest", "'layerfs tags' lists what a repository has"),
      new Hint("no such repository", "'layerfs catalog' lists what a registry has"));

  private static final List<Hint> IN_USE = List.of(
      new Hint("is needed by container", "'layerfs rm' removes it"),
      new Hint("is mounted", "'layerfs umount' unmounts it"));

  private Hints() {}

  /**
   * Says what to do next.
   *
   * @param failure what was thrown
   * @param message its message
   * @return what goes behind the message; empty if there is nothing to say
   */
  static String after(Exception failure, String message) {
    String hint = hint(failure, message);
    return hint.isEmpty() ? "" : "; " + hint;
  }

  private static String hint(Exception failure, String message) {
    if (failure instanceof NotFoundException) {
      return message.contains("(several begin so)")
          ? "more digits say which"
          : first(MISSING, message);
    } else if (failure instanceof StoreCorruptException) {
      return "'layerfs check --repair' puts right what can be";
    } else if (failure instanceof InUseException) {
      return first(IN_USE, message);
    } else if (failure instanceof AlreadyExistsException) {
      return "take another name, or remove that one";
    }
    if (failure instanceof PosixException posix && posix.errno() == Errno.EISDIR) {
      return "'layerfs ls' lists it";
    } else if (message.contains("no response (")) {
      return "is a registry there? The name of an image begins with its host";
    }
    return failure instanceof RegistryException registry ? hint(registry, message) : "";
  }

  private static String hint(RegistryException failure, String message) {
    if (failure.status() == UNAUTHORIZED || failure.status() == FORBIDDEN) {
      return "'podman login' or 'docker login' keeps the credentials that are used";
    }
    return message.contains("plain HTTP") ? "--plain-http is for those that have nothing else" : "";
  }

  private static String first(List<Hint> hints, String message) {
    return hints.stream()
        .filter(hint -> message.contains(hint.part()))
        .map(Hint::hint)
        .findFirst()
        .orElse("");
  }
}
