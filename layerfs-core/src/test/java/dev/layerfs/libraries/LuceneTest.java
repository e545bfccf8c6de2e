package dev.layerfs.libraries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.testing.PackagedJar;
import dev.layerfs.testing.TarBuilder;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.CheckIndex;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NIOFSDirectory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Lucene on an index that is in the image: searched, changed, merged, locked; by channels and by mapping. */
final class LuceneTest extends LibraryTest {
  private static final String FIELD = "text";
  private static final int DOCUMENTS = 300;

  /** From JDK 22 on Lucene maps to an {@code Arena}, and so does the library's jar. */
  @BeforeAll
  static void ofTheJar() {
    PackagedJar.assume();
  }

  @Override
  List<TarBuilder> layers() throws IOException {
    TarBuilder layer = new TarBuilder().directory("index/");
    try (Directory index = new ByteBuffersDirectory()) {
      add(index, DOCUMENTS);
      for (String name : index.listAll()) {
        try (IndexInput in = index.openInput(name, IOContext.READONCE)) {
          byte[] bytes = new byte[Math.toIntExact(in.length())];
          in.readBytes(bytes, 0, bytes.length);
          layer.file("index/" + name, bytes);
        }
      }
    }
    return List.of(layer);
  }

  private static IndexWriterConfig config() {
    return new IndexWriterConfig(new StandardAnalyzer());
  }

  private static void add(Directory index, int documents) throws IOException {
    try (IndexWriter writer = new IndexWriter(index, config())) {
      for (int i = 0; i < documents; i++) {
        Document document = new Document();
        String parity = i % 2 == 0 ? "even" : "odd";
        document.add(new TextField(FIELD, "number" + i + " " + parity, Store.YES));
        writer.addDocument(document);
      }
    }
  }

  private static int count(Directory index, String word) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(index)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      var found = searcher.search(new TermQuery(new Term(FIELD, word)), 10);
      for (var hit : found.scoreDocs) {
        String text = searcher.storedFields().document(hit.doc).get(FIELD);
        assertTrue((" " + text + " ").contains(" " + word + " "), text);
      }
      return Math.toIntExact(found.totalHits.value);
    }
  }

  @Test
  void channelsReadAndWrite() throws IOException {
    try (Directory index = new NIOFSDirectory(path("index"))) {
      assertEquals(DOCUMENTS / 2, count(index, "even"));
      assertEquals(List.of(), changes(), "a search changes nothing");
    }
    try (Directory index = new NIOFSDirectory(path("index"))) {
      changeAndCheck(index);
    }
  }

  @Test
  void mappingReads() throws IOException {
    try (Directory index = new MMapDirectory(path("index"))) {
      if (place == Place.MEMORY) {
        assertThrows(UnsupportedOperationException.class, () -> count(index, "even"));
      } else {
        assertEquals(1, count(index, "number7"));
        changeAndCheck(index);
      }
    }
  }

  private static void changeAndCheck(Directory index) throws IOException {
    add(index, 100);
    try (IndexWriter writer = new IndexWriter(index, config())) {
      writer.deleteDocuments(new Term(FIELD, "odd"));
      writer.forceMerge(1);
    }
    assertEquals((DOCUMENTS + 100) / 2, count(index, "even"));
    assertEquals(0, count(index, "odd"));
    assertEquals(2, count(index, "number2"));
    try (CheckIndex check = new CheckIndex(index)) {
      assertTrue(check.checkIndex().clean);
    }
  }

  @Test
  void aSecondWriterIsRefused() throws IOException {
    try (Directory index = new NIOFSDirectory(path("index"));
        Directory again = new NIOFSDirectory(path("index"))) {
      try (IndexWriter writer = new IndexWriter(index, config())) {
        assertTrue(writer.isOpen());
        assertThrows(LockObtainFailedException.class, () -> new IndexWriter(again, config()));
      }
      new IndexWriter(again, config()).close();
    }
    assertFalse(changes().isEmpty());
  }
}
