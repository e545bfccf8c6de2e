package dev.layerfs.examples.embed;

import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.Rootfs;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Finds licences in images, without unpacking them or storing anything: the store is in memory. */
public final class FindLicences {
  private static final List<String> DIRECTORIES = List.of("etc", "usr/share/doc");
  private static final long MAX_BYTES = 1 << 20;

  /** Words that a licence has and others do not, by SPDX identifier. */
  private static final Map<String, String> WORDS = words();

  /**
   * A licence that was found.
   *
   * @param file where, a path of the image
   * @param licence its SPDX identifier
   */
  public record Finding(Path file, String licence) {}

  private FindLicences() {}

  private static Map<String, String> words() {
    Map<String, String> words = new LinkedHashMap<>();
    words.put("Apache-2.0", "Apache License, Version 2.0");
    words.put("MIT", "Permission is hereby granted, free of charge");
    words.put("BSD-3-Clause", "Redistribution and use in source and binary forms");
    words.put("GPL-2.0-only", "GNU General Public License version 2");
    return words;
  }

  /**
   * Prints the licences of images.
   *
   * @param args archives or OCI layouts
   * @throws IOException if one can't be read
   */
  public static void main(String[] args) throws IOException {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    try (LayerStore store = LayerStore.inMemory()) {
      for (String archive : args) {
        for (Image image : store.load(Path.of(archive))) {
          try (Rootfs rootfs = image.open()) {
            find(rootfs.root()).forEach(found -> out.println(found.licence() + " " + found.file()));
          }
        }
      }
    }
  }

  /**
   * Finds licences below {@code /etc} and {@code /usr/share/doc}.
   *
   * @param root the root of an image; any other directory would do as well
   * @return what was found, by path
   * @throws IOException if something can't be read
   */
  public static List<Finding> find(Path root) throws IOException {
    List<Finding> findings = new ArrayList<>();
    for (String directory : DIRECTORIES) {
      if (Files.isDirectory(root.resolve(directory))) {
        for (Path file : textFiles(root.resolve(directory))) {
          scan(file, findings);
        }
      }
    }
    return findings;
  }

  private static List<Path> textFiles(Path directory) throws IOException {
    try (Stream<Path> files = Files.find(
        directory,
        Integer.MAX_VALUE,
        (file, attributes) -> attributes.isRegularFile() && attributes.size() <= MAX_BYTES)) {
      return files.sorted().toList();
    }
  }

  private static void scan(Path file, List<Finding> findings) throws IOException {
    // Bytes, not text: an image's files need not be UTF-8. Line breaks may be anywhere in a phrase.
    String text =
        new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).replaceAll("\\s+", " ");
    WORDS.forEach((licence, words) -> {
      if (text.contains(words)) {
        findings.add(new Finding(file, licence));
      }
    });
  }
}
