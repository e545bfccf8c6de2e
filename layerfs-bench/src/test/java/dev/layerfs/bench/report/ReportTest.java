package dev.layerfs.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final String COMPARED = """
      load\tlayerfs\tms\t1000.0\t900 1000 1100
      load\tumoci unpack\tms\t9000.0\t9000 9000 9000
      load\tpodman <&>\tms\t6000.0\t5000 6000 7000
      load\t(pigz and GNU tar)\tms\t2500.0\t2500
      """;
  private static final String BENCHMARK = """
      {"benchmark":"dev.layerfs.bench.ReadBenchmark.stat","threads":1,
       "params":{"implementation":"%s","layers":"100"},
       "primaryMetric":{"score":%s,"scoreError":"NaN","scoreUnit":"%s"},
       "secondaryMetrics":{"gc.alloc.rate.norm":{"score":96.0}}}""";

  @TempDir
  private Path directory;

  private void write(String name, String content) throws Exception {
    Files.writeString(directory.resolve(name), content);
  }

  private String report(String name) throws Exception {
    Report.main(new String[] {directory.toString()});
    return Files.readString(directory.resolve(name));
  }

  private static void parse(String svg) throws Exception {
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aimsAreRatiosToTheFastestOtherToolAndToReferences() throws Exception {
    write("compare.tsv", COMPARED);
    String aims = report("aims.md");
    assertTrue(aims.contains("| load: the fastest other tool | ≥ 5 × | 6.00 × | yes |"), aims);
    assertTrue(aims.contains("| load, of pigz and GNU tar | ≤ 0.6 × | 0.40 × | yes |"), aims);
    assertTrue(aims.contains("| pull: ctr | ≥ 5 × | not measured |  |"), aims);
  }

  @Test
  void benchmarksAreComparedWhateverTheirUnit() throws Exception {
    String results = "[%s,%s]"
        .formatted(
            BENCHMARK.formatted("VIEW", "0.5", "us/op"),
            BENCHMARK.formatted("DIRECTORY", "1000.0", "ns/op"));
    write("jmh-read.json", results);
    String aims = report("aims.md");
    assertTrue(aims.contains("| stat, ext4 | ≥ 3 × | 2.00 × | no |"), aims);
    assertTrue(report("index.html").contains("96 B"), "allocation is missing");
  }

  @Test
  void picturesAreXmlWhateverTheNames() throws Exception {
    write("compare.tsv", COMPARED);
    String overview = report("overview.svg");
    parse(overview);
    assertTrue(overview.contains("podman &lt;&amp;&gt;"), overview);
    assertTrue(overview.contains("prefers-color-scheme:dark"), "unreadable in the dark");
  }

  @Test
  void curvesShowTheirExponents() throws Exception {
    write("scale.tsv", "walk\tfiles\tms\t1000\t2\nwalk\tfiles\tms\t100000\t200\n");
    String page = report("index.html");
    assertTrue(page.contains("grows as files^1.00"), page);
    assertTrue(page.contains("2.00 ms at 1000"), page);
  }

  @Test
  void whatWasNotMeasuredIsLeftOut() throws Exception {
    parse(report("overview.svg"));
    assertFalse(report("aims.md").contains("yes"));
  }

  @Test
  void quantitiesHaveTheUnitInWhichTheyAreShort() {
    assertEquals("280 ns", Quantity.format(0.28, "us/op"));
    assertEquals("31.1 s", Quantity.format(31_100, "ms"));
    assertEquals("1.50 MB", Quantity.format(1_500_000, "bytes"));
    assertEquals("12.0 ops/ms", Quantity.format(12, "ops/ms"));
  }
}
