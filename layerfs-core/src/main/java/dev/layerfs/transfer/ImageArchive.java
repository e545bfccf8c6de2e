package dev.layerfs.transfer;

import dev.layerfs.changeset.TarEntry;
import dev.layerfs.changeset.TarReader;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.oci.Limits;
import dev.layerfs.posix.Name;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The files of an image archive: an uncompressed tar that was read once to learn where they are. Names in it are keys of a
 * map and never become paths of the host; links lead to other members or nowhere. Immutable.
 */
final class ImageArchive implements SourceFiles {
  /** Enough for the chains that Docker wrote (a layer equal to its parent's); a loop ends here. */
  private static final int MAX_LINKS = 40;

  /** An archive of many images has some thousand files; their names are kept in memory. */
  private static final int MAX_ENTRIES = 100_000;

  /** A regular file: where its content is in the tar. */
  private record Content(long offset, long size, boolean sparse) {}

  private final Path tar;
  private final String subject;
  private final Map<String, Content> contents = new HashMap<>();
  private final Map<String, String> symlinks = new HashMap<>();

  private ImageArchive(Path tar, String subject) {
    this.tar = tar;
    this.subject = subject;
  }

  /**
   * Reads a tar's headers.
   *
   * @throws MalformedImageException if it isn't a tar, has a file twice or a name with {@code ..}
   */
  static ImageArchive index(Path tar, String subject, Limits limits) throws IOException {
    ImageArchive archive = new ImageArchive(tar, subject);
    Limits tighter = limits.toBuilder()
        .maxEntries(Math.min(limits.maxEntries(), MAX_ENTRIES))
        .build();
    try (TarReader reader = new TarReader(Files.newInputStream(tar), subject, tighter)) {
      for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
        archive.add(entry);
      }
    }
    return archive;
  }

  private void add(TarEntry entry) throws IOException {
    String name = normalized(Name.decode(entry.name()));
    switch (entry.type()) {
      case FILE -> {
        requireNew(name);
        contents.put(name, new Content(entry.contentOffset(), entry.size(), entry.sparse()));
      }
      case HARD_LINK -> {
        requireNew(name);
        Content target = contents.get(normalized(Name.decode(entry.linkName())));
        if (target == null) {
          throw new MalformedImageException(
              subject + " " + name, "a hard link to no earlier file of the archive");
        }
        contents.put(name, target);
      }
      case SYMLINK -> {
        requireNew(name);
        symlinks.put(name, Name.decode(entry.linkName()));
      }
      default -> {
        // Directories have nothing to read, and no image has anything in devices and pipes.
      }
    }
  }

  /** Readers that seek take the first of two files, those that unpack take the last: there is no one view. */
  private void requireNew(String name) throws MalformedImageException {
    if (contents.containsKey(name) || symlinks.containsKey(name)) {
      throw new MalformedImageException(subject + " " + name, "is in the archive twice");
    }
  }

  /** The name without {@code .} and empty parts, so that {@code ./index.json} is {@code index.json}. */
  private String normalized(String name) throws MalformedImageException {
    List<String> parts = new ArrayList<>();
    for (String part : name.split("/", -1)) {
      if (part.equals("..")) {
        throw new MalformedImageException(subject + " " + name, "a name with '..'");
      }
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return String.join("/", parts);
  }

  /**
   * Returns the name of the regular file that a name leads to, through symbolic links within the archive.
   *
   * @param name a name from a document of the archive
   * @throws MalformedImageException if it leads out of the archive, in circles, or to no regular file
   */
  String resolve(String name) throws MalformedImageException {
    String file = normalized(name);
    for (int links = 0; links < MAX_LINKS; links++) {
      String target = symlinks.get(file);
      if (target == null) {
        return requireFile(file, name);
      }
      file = follow(file, target);
    }
    throw new MalformedImageException(subject + " " + name, "too many symbolic links");
  }

  private String requireFile(String file, String name) throws MalformedImageException {
    if (!contents.containsKey(file)) {
      throw new MalformedImageException(
          subject + " " + name, "is named in the archive but no regular file of it");
    }
    return file;
  }

  private String follow(String link, String target) throws MalformedImageException {
    if (target.startsWith("/")) {
      throw new MalformedImageException(subject + " " + link, "a symbolic link out of the archive");
    }
    List<String> parts = new ArrayList<>(List.of(link.split("/")));
    parts.remove(parts.size() - 1);
    for (String part : target.split("/", -1)) {
      if (part.equals("..")) {
        if (parts.isEmpty()) {
          throw new MalformedImageException(
              subject + " " + link, "a symbolic link out of the archive");
        }
        parts.remove(parts.size() - 1);
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return String.join("/", parts);
  }

  @Override
  public String subject() {
    return subject;
  }

  @Override
  public boolean has(String name) {
    return contents.containsKey(name);
  }

  @Override
  public InputStream open(String name) throws IOException {
    Content content = content(name);
    return new FileRange(tar, content.offset(), content.size());
  }

  /** Returns the length of a regular file. */
  long size(String name) throws IOException {
    return content(name).size();
  }

  private Content content(String name) throws IOException {
    Content content = contents.get(name);
    if (content == null) {
      throw new NotFoundException("regular file in the " + subject, name);
    }
    if (content.sparse()) {
      throw new UnsupportedImageException(subject + " " + name, "is stored as a sparse file");
    }
    return content;
  }
}
