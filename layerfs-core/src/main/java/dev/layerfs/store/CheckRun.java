package dev.layerfs.store;

import dev.layerfs.error.MalformedImageException;
import dev.layerfs.oci.Reference;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the parts of a check have in common: what to look at, and what was found. Not safe for use by several threads. */
final class CheckRun {
  private static final Set<Item.Kind> DEPENDENTS = EnumSet.of(Item.Kind.IMAGE, Item.Kind.CONTAINER);

  private final boolean full;
  private final boolean repairing;
  private final List<Finding> findings = new ArrayList<>();
  private final Set<Item> damaged = new LinkedHashSet<>();
  private final Progress.Listener listener;
  private References references = new References();
  private Progress progress;
  private int objects;

  CheckRun(boolean full, boolean repairing, Progress.Listener listener) {
    this.full = full;
    this.repairing = repairing;
    this.listener = listener;
    this.progress = new Progress(listener, Progress.UNKNOWN);
  }

  /** Something that puts an object right. */
  @FunctionalInterface
  interface Fix {
    /** Tries; returns whether it is right now. */
    boolean run() throws IOException;
  }

  /** Whether every byte is read. */
  boolean full() {
    return full;
  }

  boolean repairing() {
    return repairing;
  }

  References references() {
    return references;
  }

  void use(References current) {
    references = current;
  }

  /** Says how many bytes are going to be read. */
  void expect(long bytes) {
    progress = new Progress(listener, bytes);
  }

  /** Is told what was read. */
  Progress progress() {
    return progress;
  }

  /**
   * Counts an object that is looked at.
   *
   * @throws InterruptedIOException if the thread is interrupted
   */
  void count() throws InterruptedIOException {
    Interruption.check("check");
    objects++;
  }

  int objects() {
    return objects;
  }

  List<Finding> findings() {
    return findings;
  }

  /** Whether something is damaged and was not put right. */
  boolean isDamaged(Item item) {
    return damaged.contains(item);
  }

  /** Returns the image tree that an item stands on, if it is damaged and was not put right. */
  Optional<Item> damagedTree(Item item) {
    return damaged.stream()
        .filter(each -> each.kind() == Item.Kind.TREE && references.users(each).contains(item))
        .findFirst();
  }

  /** Reports damage that nothing but the remedy helps against. */
  void damaged(Item item, String problem, String remedy) throws IOException {
    report(item, Finding.Status.DAMAGED, problem, remedy, null);
  }

  /** Reports damage, having tried to put it right if that is wanted. */
  void damaged(Item item, String problem, String remedy, Fix fix) throws IOException {
    report(item, Finding.Status.DAMAGED, problem, remedy, fix);
  }

  /** Reports something that is made when it is needed, having made it if that is wanted. */
  void absent(Item item, String problem, Fix fix) throws IOException {
    report(item, Finding.Status.NOTE, problem, "", fix);
  }

  void note(Item item, String problem) {
    add(item, Finding.Status.NOTE, problem, "");
  }

  void leftover(Item item, String problem, String remedy) {
    add(item, Finding.Status.LEFTOVER, problem, remedy);
  }

  private void report(
      Item item, Finding.Status status, String problem, String remedy, @Nullable Fix fix)
      throws IOException {
    String failure = "";
    if (repairing && fix != null) {
      try {
        if (fix.run()) {
          add(item, Finding.Status.REPAIRED, problem, "");
          return;
        }
      } catch (IOException e) {
        failure = "; it can't be repaired: " + e.getMessage();
      }
    }
    if (status == Finding.Status.DAMAGED) {
      damaged.add(item);
    }
    add(item, status, problem + failure, remedy);
  }

  private void add(Item item, Finding.Status status, String problem, String remedy) {
    List<Item> dependents = references.users(item).stream()
        .filter(user -> DEPENDENTS.contains(user.kind()) && !user.equals(item))
        .toList();
    findings.add(new Finding(item, status, problem, dependents, remedy));
  }

  /** Says what to load or pull to get a blob or layer again. */
  String reload(Item item) {
    Set<String> images = new LinkedHashSet<>();
    for (Item root : references.rootsOf(item)) {
      for (Item document : references.needs(root)) {
        if (document.kind() == Item.Kind.BLOB) {
          images.add(pinned(root, document));
        }
      }
    }
    return images.isEmpty()
        ? "load or pull it again"
        : "load or pull again, or `layerfs check --repair --from DIR|REF`: "
            + String.join(" or ", images);
  }

  /** A name says where from, a digest what: the tag may be another image's by now. */
  private static String pinned(Item root, Item document) {
    try {
      Reference name = Reference.parse(root.id());
      return root.kind() == Item.Kind.IMAGE && name.digest().isEmpty()
          ? name.domain() + '/' + name.repository() + '@' + document.id()
          : document.id();
    } catch (MalformedImageException e) {
      return document.id();
    }
  }

  /** Returns what was found wrong with an item itself, if anything was. */
  Optional<Finding> finding(Item item) {
    return findings.stream().filter(finding -> finding.item().equals(item)).findFirst();
  }
}
