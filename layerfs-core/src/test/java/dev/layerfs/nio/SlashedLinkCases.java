package dev.layerfs.nio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;

/** Cases of links whose target ends with a slash: it must be a directory, and no file can be made there. */
final class SlashedLinkCases {
  private static final List<String> TARGETS =
      List.of("file/", "missing/", "full//", "link/", "dangling/", "loop/", "dirlink/", "full/./");

  private final ProviderCases cases;

  private SlashedLinkCases(ProviderCases cases) {
    this.cases = cases;
  }

  static void addTo(ProviderCases cases) {
    SlashedLinkCases own = new SlashedLinkCases(cases);
    for (String target : TARGETS) {
      own.opening(target);
      own.looking(target);
      own.making(target);
    }
  }

  private void opening(String target) {
    List<List<OpenOption>> options = List.of(
        List.of(READ),
        List.of(WRITE),
        List.of(WRITE, CREATE),
        List.of(WRITE, CREATE, NOFOLLOW_LINKS),
        List.of(WRITE, CREATE_NEW),
        List.of(WRITE, CREATE, TRUNCATE_EXISTING),
        List.of(APPEND, CREATE),
        List.of(READ, DELETE_ON_CLOSE),
        List.of(WRITE, CREATE, DELETE_ON_CLOSE));
    for (List<OpenOption> option : options) {
      add("open " + option, target, link -> {
        Files.newByteChannel(link, option.toArray(new OpenOption[0])).close();
        return "opened";
      });
    }
  }

  private void looking(String target) {
    add("exists", target, Files::exists);
    add("isDirectory", target, Files::isDirectory);
    add("isWritable", target, Files::isWritable);
    add("size", target, link -> Files.isRegularFile(link) ? Files.size(link) : "no file");
    add("toRealPath", target, Path::toRealPath);
    add("toRealPath nofollow", target, link -> link.toRealPath(NOFOLLOW_LINKS));
    add("list", target, link -> {
      Files.newDirectoryStream(link).close();
      return "listed";
    });
    add("beyond", target, link -> Files.readString(link.resolve("entry")));
  }

  private void making(String target) {
    add("createFile", target, Files::createFile);
    add("createDirectory", target, Files::createDirectory);
    add("createDirectories", target, Files::createDirectories);
    add("create beyond", target, link -> Files.createFile(link.resolve("new")));
    if (Runtime.version().feature()
        >= 20) { // before, the JDK's provider told what is below a file from what is missing
      add(
          "create directories beyond",
          target,
          link -> Files.createDirectories(link.resolve("a/b")));
    }
    add("createLink", target, link -> Files.createLink(link.resolveSibling("second"), link));
    add("copy from", target, link -> Files.copy(link, link.resolveSibling("copy")));
    add(
        "copy onto",
        target,
        link -> Files.copy(link.resolveSibling("other"), link, REPLACE_EXISTING));
    add("move", target, link -> Files.move(link, link.resolveSibling("moved")));
    add("set permissions", target, link -> Files.setAttribute(link, "unix:mode", 0700));
    add("delete", target, Files::deleteIfExists);
  }

  private void add(String name, String target, ProviderCases.Operation operation) {
    cases.add(name + " of a link to " + target, base -> {
      Path link = base.resolve("slashed");
      makeLink(link, target);
      try {
        return operation.on(link);
      } finally {
        removeLinks(base);
      }
    });
  }

  /** The JDK's provider shows a link's target with its slash, ours without: that is not compared here. */
  private static void removeLinks(Path base) throws IOException {
    for (String name : List.of("slashed", "second", "moved")) {
      if (Files.isSymbolicLink(base.resolve(name))) {
        Files.delete(base.resolve(name));
      }
    }
  }

  /** The JDK's paths have no slash at their end: here it needs a program to make such a link. */
  private static void makeLink(Path link, String target) throws IOException {
    if (link instanceof LayerPath own) {
      own.tree().createSymbolicLink(own, target.getBytes(US_ASCII));
    } else {
      Tool.Result made = Tool.run(List.of("ln", "-s", target, link.toString()));
      assertEquals(0, made.status(), made.output());
    }
  }
}
