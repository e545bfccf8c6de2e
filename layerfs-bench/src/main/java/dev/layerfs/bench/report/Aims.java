package dev.layerfs.bench.report;

import dev.layerfs.bench.Implementation;
import dev.layerfs.bench.scale.Growth;
import dev.layerfs.bench.scale.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** All aims, with what a run says of each. Ratios are of the same run. */
final class Aims {
  private static final String TIMES = "×";
  private static final double MILLION = 1e6;

  private final Run run;
  private final List<Aim> aims = new ArrayList<>();

  Aims(Run run) {
    this.run = run;
    images();
    containers();
    reading();
    writing();
    changes();
    diffs();
  }

  /** Returns them as rows of a table, with a heading. */
  List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("what", "aim", "measured", "reached"));
    aims.forEach(aim -> rows.add(List.of(aim.what(), aim.wanted(), aim.reached(), aim.verdict())));
    return rows;
  }

  /** Returns them as a table in Markdown. */
  String toMarkdown() {
    StringBuilder out = new StringBuilder();
    for (List<String> row : rows()) {
      out.append("| ").append(String.join(" | ", row)).append(" |\n");
      if (out.indexOf("|---") < 0) {
        out.append("|---".repeat(row.size())).append("|\n");
      }
    }
    return out.toString();
  }

  private void atLeast(double bound, String unit, String what, OptionalDouble measured) {
    aims.add(Aim.atLeast(bound, unit, what, measured));
  }

  private void atMost(double bound, String unit, String what, OptionalDouble measured) {
    aims.add(Aim.atMost(bound, unit, what, measured));
  }

  private void images() {
    atLeast(5, TIMES, "load: the fastest other tool", byOurs("load", fastest("load")));
    atMost(
        0.6,
        TIMES,
        "load, of pigz and GNU tar",
        inverse(byOurs("load", run.median("load", "(pigz"))));
    atMost(
        1.3,
        TIMES,
        "load, of inflating and hashing on all cores",
        inverse(byOurs("load", run.median("load", "(inflating"))));
    atLeast(
        5,
        TIMES,
        "pull: skopeo into containers-storage",
        byOurs("pull", run.median("pull", "skopeo")));
    atLeast(5, TIMES, "pull: ctr", byOurs("pull", run.median("pull", "ctr")));
    atLeast(
        1, TIMES, "push: skopeo from an OCI layout", byOurs("push", run.median("push", "skopeo")));
    atMost(10, "ms", "remove an image of 100,000 files", run.at("remove the image", 100_000));
    atMost(
        0.7,
        TIMES,
        "disk, of containerd's",
        inverse(byOurs("footprint", run.median("footprint", "containerd"))));
    atMost(
        1,
        TIMES,
        "disk, of podman's and the compressed layers",
        inverse(byOurs(
            "footprint",
            sum(run.median("footprint", "podman"), run.median("footprint", "(the compressed")))));
    OptionalDouble discarded = run.median("footprint, discarded", "layerfs");
    atMost(
        0.7,
        TIMES,
        "disk, blobs discarded, of containerd's",
        ratio(discarded, run.median("footprint", "containerd")));
    atMost(1, TIMES, "the same, of podman's", ratio(discarded, run.median("footprint", "podman")));
    String archive = "footprint, archive";
    atMost(
        0.7,
        TIMES,
        "disk, an uncompressed archive, blobs discarded, of containerd's",
        inverse(byOurs(archive, run.median(archive, "containerd"))));
    atMost(
        1, TIMES, "the same, of podman's", inverse(byOurs(archive, run.median(archive, "podman"))));
  }

  private void containers() {
    atMost(
        300,
        "µs",
        "create, open, read, remove in the view",
        microseconds("ContainerBenchmark.life"));
    atMost(
        0.1,
        "exponent",
        "the same, growth with the number of layers",
        exponent("create, read once, remove"));
    atMost(
        2,
        TIMES,
        "create, mount, unmount, remove, of the kernel's own share",
        ratio(
            score("MountBenchmark.createMountRemove", Implementation.OVERLAY_MOUNT),
            score("MountBenchmark.overlayOfPlainDirectories", Implementation.OVERLAY_MOUNT)));
    atMost(
        0.1,
        "exponent",
        "the same, growth with the number of layers",
        exponent("create, mount, unmount, remove"));
    creation(2_000, "created durably", "create, durable (each)", "create containers durably");
    creation(10_000, "ephemeral", "create, ephemeral (each)", "create ephemeral containers");
    atMost(
        16_384,
        "bytes",
        "heap of each, open and idle",
        run.at("heap, open and idle (each)", 10_000));
    atMost(12_288, "bytes", "disk of each", run.at("disk, nothing written (each)", 10_000));
  }

  /** One thread that makes 10,000, and as many threads as make the most. */
  private void creation(double bound, String how, String one, String many) {
    atLeast(bound, "per s", "10,000 containers, " + how + ", by one thread", perSecond(one));
    Optional<Point> best =
        run.curve(many + ", all threads").stream().max(Comparator.comparingDouble(Point::value));
    atLeast(
        bound,
        "per s",
        "containers, " + how
            + best.map(point -> ", by " + point.x() + " threads").orElse(""),
        optional(best.map(Point::value)));
  }

  private void reading() {
    atLeast(3, TIMES, "stat, ext4", ext4ByView("ReadBenchmark.stat"));
    atLeast(3, TIMES, "lookup of a missing name, ext4", ext4ByView("ReadBenchmark.lookupMiss"));
    atLeast(6, TIMES, "open and read 4 KiB, ext4", ext4ByView("ReadBenchmark.read4k"));
    atLeast(4, TIMES, "walk with attributes, ext4", ext4ByView("ReadBenchmark.walk"));
    atLeast(
        1,
        TIMES,
        "sequential read of 1 GiB, ext4",
        ext4ByView("LargeFileBenchmark.sequentialRead"));
    atMost(0.1, "exponent", "stat, growth with the number of layers", exponent("stat"));
  }

  private void writing() {
    atMost(
        2_000,
        "µs",
        "first write to a file of 1 GiB",
        microseconds("LargeCopyUpBenchmark.firstWrite"));
    atLeast(0.8, TIMES, "rewrite after copy-up, ext4", ext4ByView("RewriteBenchmark.rewrite"));
    atLeast(0.8, TIMES, "append, ext4", ext4ByView("RewriteBenchmark.append"));
    atLeast(0.8, TIMES, "create, ext4", ext4ByView("FirstWriteBenchmark.create"));
  }

  private void changes() {
    atMost(5_000, "µs", "diff after 100 changes", microseconds("CommitBenchmark.changes"));
    atMost(
        2,
        TIMES,
        "commit after 100 changes, ours in a JVM that runs, of tar and gzip of what was changed",
        ratio(
            run.median("commit", "layerfs, JVM running"),
            run.median("commit", "(tar | gzip of the changed files)")));
    commits("whole processes", ours("commit"));
    commits("ours in a JVM that runs", run.median("commit", "layerfs, JVM running"));
    commits(
        "ours in a JVM that runs, uncompressed as buildah's",
        run.median("commit", "layerfs uncompressed"));
  }

  private void commits(String how, OptionalDouble ours) {
    String what = "commit, " + how + ": ";
    atLeast(4, TIMES, what + "buildah", ratio(run.median("commit", "buildah"), ours));
    atLeast(100, TIMES, what + "umoci repack", ratio(run.median("commit", "umoci"), ours));
  }

  private void diffs() {
    OptionalDouble ctr = run.median("diff", "ctr");
    atLeast(100, TIMES, "diff, whole processes: ctr", ratio(ctr, ours("diff")));
    atLeast(
        100,
        TIMES,
        "diff, ours in a JVM that runs: ctr",
        ratio(ctr, run.median("diff", "layerfs, JVM running")));
  }

  private OptionalDouble fastest(String operation) {
    return optional(run.fastestOther(operation).map(Comparison::median));
  }

  /** Returns by how much something is more than what layerfs took. */
  private OptionalDouble byOurs(String operation, OptionalDouble other) {
    return ratio(other, ours(operation));
  }

  private OptionalDouble ours(String operation) {
    return optional(run.ours(operation).map(Comparison::median));
  }

  private OptionalDouble score(String benchmark, Implementation implementation) {
    return optional(run.result(benchmark, implementation)
        .map(result -> Quantity.nanoseconds(result.score(), result.unit())));
  }

  private OptionalDouble microseconds(String benchmark) {
    OptionalDouble nanoseconds = score(benchmark, Implementation.VIEW);
    return nanoseconds.isPresent()
        ? OptionalDouble.of(nanoseconds.getAsDouble() / 1000)
        : nanoseconds;
  }

  private OptionalDouble ext4ByView(String benchmark) {
    return ratio(score(benchmark, Implementation.DIRECTORY), score(benchmark, Implementation.VIEW));
  }

  private OptionalDouble exponent(String curve) {
    List<Point> points = run.curve(curve);
    return points.size() < 2
        ? OptionalDouble.empty()
        : OptionalDouble.of(Growth.of(points).exponent());
  }

  private OptionalDouble perSecond(String curve) {
    return ratio(OptionalDouble.of(MILLION), run.at(curve, 10_000));
  }

  private static OptionalDouble optional(Optional<Double> value) {
    return value.map(OptionalDouble::of).orElse(OptionalDouble.empty());
  }

  private static OptionalDouble inverse(OptionalDouble value) {
    return ratio(OptionalDouble.of(1), value);
  }

  private static OptionalDouble ratio(OptionalDouble above, OptionalDouble below) {
    return above.isPresent() && below.isPresent()
        ? OptionalDouble.of(above.getAsDouble() / below.getAsDouble())
        : OptionalDouble.empty();
  }

  private static OptionalDouble sum(OptionalDouble one, OptionalDouble other) {
    return one.isPresent() && other.isPresent()
        ? OptionalDouble.of(one.getAsDouble() + other.getAsDouble())
        : OptionalDouble.empty();
  }
}
