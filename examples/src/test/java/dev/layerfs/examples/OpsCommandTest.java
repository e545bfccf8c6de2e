package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The protocol: what is a request, and what becomes of those that are none. */
final class OpsCommandTest {
  @TempDir
  private Path directory;

  private Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void setUp() throws IOException {
    cli = new Cli(directory).withSample();
    cli.run("create", "sample:1", "--name", "web");
  }

  @Test
  void answersLineByLine() throws IOException {
    try (OpsClient ops = new OpsClient(cli.store(), "web")) {
      assertEquals("{\"ok\":\"c2Vjb25kCg==\"}", ops.send("[\"readfile\",\"/etc/motd\"]"));
      assertEquals("{\"ok\":true}", ops.send("[ \"unlink\" , \"\\u002fetc/motd\" ]\r"));
      assertEquals(
          "{\"errno\":\"ENOENT\",\"message\":\"motd: No such file or directory\"}",
          ops.send("[\"readfile\",\"/etc/motd\"]"));
    }
    assertEquals(List.of("C /etc", "D /etc/motd"), cli.run("diff", "web").lines());
  }

  @Test
  void whatIsNoRequestIsAnsweredToo() {
    for (String line : List.of(
        "",
        " ",
        "{}",
        "[]",
        "[1]",
        "[null]",
        "\"sync\"",
        "[\"sync\"",
        "[\"sync\"]]",
        "[\"sync\"] [\"sync\"]",
        "[\"sync\",]",
        "['sync']",
        "[[\"sync\"]]",
        "[\"stat\",\"\\ud83d\"]",
        "[\"stat\",\"\\udc00\"]",
        "[\"stat\",1]",
        "[\"stat\",null]",
        "[\"stat\",[\"/\"]]",
        "[\"stat\"]",
        "[\"stat\",\"/\",\"/\"]",
        "[\"sync\",1]",
        "[\"readdir\",{\"a\":1}]",
        "[\"stat\"," + "[".repeat(100_000),
        "[\"rename\",\"/a\",\"/b\",[" + "0,".repeat(1_000_000) + "0]]",
        "[\"close\"," + "9".repeat(100_000) + "]")) {
      Map<?, ?> answer = answers(line + "\n[\"sync\"]\n").get(0);
      String shown = line.substring(0, Math.min(40, line.length()));
      assertEquals("EINVAL", answer.get("errno"), () -> shown + ": " + answer);
      assertTrue(String.valueOf(answer.get("message")).length() < 500, answer::toString);
    }
    assertEquals("ENOSYS", answers("[\"frobnicate\",1,2]").get(0).get("errno"));
    assertEquals("ENOSYS", answers("[\"Sync\"]").get(0).get("errno"));
  }

  @Test
  void theInputNeedNotEndWithALine() {
    assertEquals(2, answers("[\"sync\"]\n[\"sync\"]").size());
    assertEquals(2, answers("[\"sync\"]\n[\"sync\"]\n").size());
    assertEquals(3, answers("[\"sync\"]\n\n[\"sync\"]\n").size());
    assertEquals(0, answers("").size());
  }

  @Test
  void bytesThatAreNotUtf8AreNoRequest() {
    byte[] line = {'[', '"', 's', 't', 'a', 't', '"', ',', '"', '/', (byte) 0xff, '"', ']', '\n'};
    Cli.Result result =
        cli.execute(new ByteArrayInputStream(line), "ops", "web").fails(0);
    assertTrue(result.out().startsWith("{\"errno\":\"EINVAL\""), result.out());
  }

  @Test
  void aLineBeyondTheLimitIsSkipped() {
    InputStream endless = new SequenceInputStream(
        new ByteArrayInputStream("[\"stat\",\"".getBytes(StandardCharsets.UTF_8)),
        new SequenceInputStream(
            new Repeated('x', OpsSession.MAX_LINE),
            new ByteArrayInputStream("\"]\n[\"sync\"]\n".getBytes(StandardCharsets.UTF_8))));
    List<String> lines = cli.execute(endless, "ops", "web").fails(0).lines();
    assertEquals(2, lines.size());
    assertEquals(
        "{\"errno\":\"EINVAL\",\"message\":\"a request of more than 67108864 bytes: Invalid argument\"}",
        lines.get(0));
    assertEquals("{\"ok\":true}", lines.get(1));
  }

  /** A number of equal bytes. */
  private static final class Repeated extends InputStream {
    private final int value;
    private long left;

    Repeated(int value, long count) {
      this.value = value;
      this.left = count;
    }

    @Override
    public int read() {
      return left-- > 0 ? value : -1;
    }
  }

  @Test
  void theContainerIsClosedAtTheEnd() {
    List<Map<?, ?>> answers =
        answers("[\"open\",\"/etc/motd\",[\"O_RDWR\"]]\n[\"unlink\",\"/etc/motd\"]");
    assertEquals("{ok=3}", answers.get(0).toString());
    assertTrue(cli.run("ps").lines().get(1).contains("  closed"));
    assertEquals(List.of("C /etc", "D /etc/motd"), cli.run("diff", "web").lines());
  }

  @Test
  void whatIsNoContainerFails() {
    assertEquals(
        "layerfs: no such container: none; 'layerfs ps' lists what there is",
        cli.execute("ops", "none").fails(1).err().strip());
    cli.execute("ops", "sample:1").fails(1);
    cli.execute("ops").fails(2);
  }

  @Test
  void namesThatAreNotTextSurvive() throws IOException {
    cli.run("load", cli.writeOdd("odd:1").toString());
    cli.run("create", "odd:1", "--name", "odd");
    try (OpsClient ops = new OpsClient(cli.store(), "odd")) {
      assertEquals(
          "{\"ok\":[[\"a\\udcff\\u001b\",\"file\"],[\"pipe\",\"fifo\"]]}",
          ops.send("[\"readdir\",\"/\"]"));
      assertEquals("aGk=", ops.ok("getxattr", "/a\udcff\u001b", "user.note"));
      assertEquals("", ops.ok("readfile", "/a\udcff\u001b"));
      String message = ops.fails("ENOTDIR", "stat", "/a\udcff\u001b/x\udcfe");
      assertTrue(message.startsWith("x\\uDCFE"), message);
      ops.ok("symlink", "\u00e9\ud83d\ude00", "/utf8");
      assertEquals("{\"ok\":\"\u00e9\ud83d\ude00\"}", ops.send("[\"readlink\",\"/utf8\"]"));
    }
  }

  private List<Map<?, ?>> answers(String input) {
    byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
    return cli.execute(new ByteArrayInputStream(bytes), "ops", "web").fails(0).lines().stream()
        .<Map<?, ?>>map(
            line -> (Map<?, ?>) JsonReader.unbounded().read(line.getBytes(StandardCharsets.UTF_8)))
        .toList();
  }
}
