package dev.layerfs.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** A test that leaves a file of its temporary directory open fails, whichever test it is. */
@EnabledOnOs(OS.LINUX)
final class CheckedTempDirTest {
  private static final Queue<FileChannel> LEFT_OPEN = new ConcurrentLinkedQueue<>();

  /** Run by the tests below only: surefire leaves nested classes out. */
  static final class Leaky {
    @TempDir
    Path temp;

    @Test
    void leaks() throws IOException {
      LEFT_OPEN.add(FileChannel.open(Files.createFile(temp.resolve("left-open"))));
    }

    @Test
    void closes() throws IOException {
      FileChannel.open(Files.createFile(temp.resolve("closed"))).close();
    }
  }

  /** Leaks in a directory that all its tests share. */
  static final class LeakyClass {
    @TempDir
    static Path shared;

    @Test
    void leaks() throws IOException {
      LEFT_OPEN.add(FileChannel.open(Files.createFile(shared.resolve("left-open"))));
    }
  }

  @AfterEach
  void closeAll() throws IOException {
    for (FileChannel channel : LEFT_OPEN) {
      channel.close();
    }
    LEFT_OPEN.clear();
  }

  private static Events run(Class<?> tests) {
    return EngineTestKit.engine("junit-jupiter")
        .enableImplicitConfigurationParameters(true)
        .selectors(DiscoverySelectors.selectClass(tests))
        .execute()
        .allEvents();
  }

  @Test
  void failsTheTestThatLeaks() {
    Events events = run(Leaky.class);
    assertEquals(List.of("closes()"), namesOf(events.succeeded()));
    assertEquals(List.of("leaks()"), namesOf(events.failed()));
    requireMessage(events, Leaky.class.getName() + ", leaks()");
  }

  @Test
  void failsTheClassThatLeaks() {
    Events events = run(LeakyClass.class);
    assertEquals(List.of("CheckedTempDirTest$LeakyClass"), namesOf(events.failed()));
    requireMessage(events, LeakyClass.class.getName());
  }

  private static List<String> namesOf(Events events) {
    return events.stream()
        .map(event -> event.getTestDescriptor().getLegacyReportingName())
        .filter(name -> !name.equals("JUnit Jupiter") && !name.endsWith("Leaky"))
        .map(name -> name.replace("dev.layerfs.testing.", ""))
        .toList();
  }

  private static void requireMessage(Events events, String owner) {
    String failure = events.failed().stream()
        .map(event -> event.getRequiredPayload(TestExecutionResult.class))
        .map(result -> String.valueOf(result.getThrowable().orElseThrow().getMessage()))
        .findFirst()
        .orElseThrow();
    assertTrue(failure.startsWith("left open by " + owner), failure);
    assertTrue(failure.contains("/left-open"), failure);
  }
}
