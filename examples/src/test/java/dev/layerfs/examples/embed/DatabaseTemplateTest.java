package dev.layerfs.examples.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.Container;
import dev.layerfs.ContainerOptions;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.NIOFSDirectory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * Tests of a program with a database, each with all of the data and on its own: the data directory is prepared once, in a
 * container, and every test gets a fork of that, which takes the same short time however large it is. The database is
 * Lucene, which works on any {@code java.nio.file} path. One that knows {@code java.io.File} only needs a container that is
 * mounted by the kernel.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class DatabaseTemplateTest {
  private static final int DOCUMENTS = 500;
  private static final String DATA = "var/lib/index";

  private SampleImage sample;
  private Container template;
  private Container container;
  private Path data;

  @BeforeAll
  void prepare() throws IOException {
    sample = new SampleImage();
    template = sample.store().create(sample.image());
    try (Directory directory = new NIOFSDirectory(template.root().resolve(DATA));
        IndexWriter writer = new IndexWriter(directory, config())) {
      for (int i = 0; i < DOCUMENTS; i++) {
        writer.addDocument(document(i));
      }
    }
  }

  @BeforeEach
  void fork() throws IOException {
    container = template.fork(ContainerOptions.builder().ephemeral().build());
    data = container.root().resolve(DATA);
  }

  @AfterEach
  void drop() throws IOException {
    container.close();
  }

  @AfterAll
  void close() throws IOException {
    sample.close();
  }

  @Test
  void deletesEverything() throws IOException {
    try (Directory directory = new NIOFSDirectory(data);
        IndexWriter writer = new IndexWriter(directory, config())) {
      assertEquals(DOCUMENTS, writer.getDocStats().numDocs);
      writer.deleteAll();
    }
    assertEquals(0, count(data));
    assertEquals(DOCUMENTS, count(template.root().resolve(DATA)));
  }

  @Test
  void addsAndReplaces() throws IOException {
    try (Directory directory = new NIOFSDirectory(data);
        IndexWriter writer = new IndexWriter(directory, config())) {
      writer.addDocument(document(DOCUMENTS));
      writer.deleteDocuments(new Term("id", "7"), new Term("id", "8"));
    }
    assertEquals(DOCUMENTS - 1, count(data));
    assertEquals(DOCUMENTS, count(template.root().resolve(DATA)));
  }

  private static IndexWriterConfig config() {
    return new IndexWriterConfig(new StandardAnalyzer());
  }

  private static Document document(int id) {
    Document document = new Document();
    document.add(new StringField("id", Integer.toString(id), Field.Store.YES));
    return document;
  }

  private static int count(Path data) throws IOException {
    try (Directory directory = new NIOFSDirectory(data);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      return reader.numDocs();
    }
  }
}
