package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScanImageTest {
  @Test
  void findsLicences(@TempDir Path directory) throws IOException {
    Path layout = new Cli(directory).writeSample("sample:1");
    StringWriter text = new StringWriter();
    ScanImage.scan(layout, new PrintWriter(text, true));
    assertTrue(
        text.toString().matches("sha256:[0-9a-f]{64} /usr/share/doc/tool/copyright\\R"),
        text::toString);
  }
}
