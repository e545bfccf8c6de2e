package dev.layerfs.libraries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestContainer;
import dev.layerfs.testing.TestImage;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import org.h2.Driver;
import org.h2.store.fs.FilePath;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An H2 database file in the image: read and written at random places, forced, locked, compacted. */
final class H2Test extends LibraryTest {
  private static final String FILE = "data/test.mv.db";

  private FilePath files;

  /** Makes the database in a container of its own, and an image of its file. */
  @Override
  List<TarBuilder> layers() throws Exception {
    try (TestContainer maker = TestContainer.inMemory(new TestImage().layer(new TarBuilder()))) {
      FilePath root = new PathFile(maker.root());
      FilePath.register(root);
      try (Connection connection = connect();
          Statement statement = connection.createStatement()) {
        statement.execute("create table numbers(id int primary key, word varchar)");
        statement.execute("insert into numbers select x, 'word ' || x from system_range(1, 1000)");
      } finally {
        FilePath.unregister(root);
      }
      byte[] database = Files.readAllBytes(maker.root().resolve(FILE));
      return List.of(new TarBuilder().directory("data/").file(FILE, database));
    }
  }

  private static Connection connect() throws SQLException {
    return new Driver().connect("jdbc:h2:container:/data/test", new Properties());
  }

  @BeforeEach
  void register() {
    files = new PathFile(path("/"));
    FilePath.register(files);
  }

  @AfterEach
  void unregister() {
    FilePath.unregister(files);
  }

  private static long number(Statement statement, String query) throws SQLException {
    try (ResultSet result = statement.executeQuery(query)) {
      assertTrue(result.next());
      return result.getLong(1);
    }
  }

  @Test
  void changesADatabaseOfTheImage() throws SQLException, IOException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      assertEquals(1000, number(statement, "select count(*) from numbers"));
      assertEquals(700, number(statement, "select id from numbers where word = 'word 700'"));
      statement.execute("update numbers set word = repeat('x', 2000) where id <= 500");
      statement.execute("delete from numbers where id > 900");
      statement.execute("checkpoint sync");
    }
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      assertEquals(900, number(statement, "select count(*) from numbers"));
      assertEquals(
          1_000_000, number(statement, "select sum(length(word)) from numbers where id <= 500"));
      statement.execute("delete from numbers where id <= 500");
      statement.execute("shutdown compact");
    }
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      assertEquals(400, number(statement, "select count(*) from numbers"));
    }
    assertTrue(changes().contains("C /" + FILE), () -> "changed");
  }

  @Test
  void holdsALockWhileItIsOpen() throws SQLException, IOException {
    Path file = path(FILE);
    try (Connection connection = connect();
        FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE)) {
      assertTrue(connection.isValid(0));
      assertThrows(OverlappingFileLockException.class, other::tryLock);
    }
    try (FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE)) {
      assertTrue(other.tryLock().isValid());
    }
  }

  @Test
  void aRolledBackChangeIsGone() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("delete from numbers");
      connection.rollback();
      assertEquals(1000, number(statement, "select count(*) from numbers"));
    }
  }
}
