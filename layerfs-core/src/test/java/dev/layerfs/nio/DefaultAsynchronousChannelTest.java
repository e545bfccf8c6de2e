package dev.layerfs.nio;

import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The asynchronous channels of the JDK's own provider: that what we promise is what programs know. */
@EnabledOnOs(OS.LINUX)
final class DefaultAsynchronousChannelTest extends AsynchronousChannelContract {
  @TempDir
  Path temp;

  @Override
  Path newFile() {
    return temp.resolve("file");
  }
}
