package dev.layerfs.examples;

import dev.layerfs.Container;
import dev.layerfs.LayerStore;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Gives other programs a container's files, at the level of POSIX. */
@Command(
    name = "ops",
    description = {
      "Do POSIX operations on a container for another program.",
      "Reads a JSON array per line, for example [\"stat\",\"/etc/passwd\"].",
      "Answers each with a line: {\"ok\":RESULT} or {\"errno\":\"ENOENT\",\"message\":\"...\"}.",
      "docs/ops.md has the operations."
    },
    footer = {"", "Example:", "  layerfs ops web"})
final class OpsCommand extends StoreCommand {
  @Parameters(paramLabel = "CONTAINER", description = "Its id or name.")
  private String container = "";

  @Override
  void run(LayerStore store) throws IOException {
    try (Container open = store.open(container);
        OpsSession session = new OpsSession(open.posix())) {
      serve(session);
    }
  }

  private void serve(OpsSession session) throws IOException {
    LineReader lines = new LineReader(terminal().in(), OpsSession.MAX_LINE);
    Writer out =
        new BufferedWriter(new OutputStreamWriter(terminal().bytes(), StandardCharsets.UTF_8));
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      Json.write(out, session.answer(line));
      out.write('\n');
      out.flush();
    }
  }
}
