package dev.layerfs.examples;

import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Resolver.LastLink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The beginnings of an image's text files, the smallest files first, as many as there is room for. */
final class ExplorePreviews {
  /** Bytes of one file. */
  static final int MAX_BYTES = 16_384;

  private static final int LONGEST_CHARACTER = 4; // in UTF-8

  private final PosixView view;
  private long room;

  /**
   * Prepares to read.
   *
   * @param view the image's root
   * @param room bytes of text at most
   */
  ExplorePreviews(PosixView view, long room) {
    this.view = view;
    this.room = room;
  }

  /**
   * Reads the beginnings of those files that are text.
   *
   * @param nodes paths of the image; what is no regular file with content is passed over
   * @return the texts by the numbers of the nodes
   */
  Map<String, String> of(List<ExploreNode> nodes) throws IOException {
    List<Candidate> files = new ArrayList<>();
    for (ExploreNode node : nodes) {
      if (node.stat() != null
          && node.stat().type() == FileType.REGULAR
          && node.stat().size() > 0) {
        files.add(new Candidate(node, node.stat().size()));
      }
    }
    files.sort(Comparator.comparingLong(Candidate::size));
    Map<String, String> texts = new LinkedHashMap<>();
    for (Candidate file : files) {
      if (room < Math.min(file.size(), MAX_BYTES)) {
        break; // those that follow are no smaller
      }
      String text = beginning(file.node().path());
      if (text != null) {
        texts.put(String.valueOf(file.node().index()), text);
        room -= Math.min(file.size(), MAX_BYTES);
      }
    }
    return texts;
  }

  private record Candidate(ExploreNode node, long size) {}

  private @Nullable String beginning(String path) throws IOException {
    RootFile file = RootFile.find(view, path, LastLink.NOFOLLOW);
    ByteBuffer head = ByteBuffer.allocate(MAX_BYTES);
    try (FileHandle handle = view.open(file.node(), Set.of(OpenFlag.READ))) {
      int count = 1;
      while (count > 0 && head.hasRemaining()) {
        count = handle.read(head, head.position());
      }
    }
    return text(head.flip());
  }

  /** Decodes text; a character that the end has cut in two is left out. Returns null for what is no text. */
  static @Nullable String text(ByteBuffer bytes) {
    int cuts = bytes.limit() < MAX_BYTES ? 0 : LONGEST_CHARACTER - 1;
    for (int cut = 0; cut <= cuts; cut++) {
      String text = decode(bytes.duplicate().limit(bytes.limit() - cut));
      if (text != null) {
        return text.indexOf('\0') < 0 ? text : null;
      }
    }
    return null;
  }

  private static @Nullable String decode(ByteBuffer bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
