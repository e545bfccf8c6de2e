package dev.layerfs.union.differential;

import dev.layerfs.posix.FileType;
import dev.layerfs.union.differential.Operation.Rename;
import dev.layerfs.union.differential.Syscalls.Renaming;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the view differs from the kernel on purpose. Each rule says what the kernel's answer would be if it had the rule;
 * it tolerates nothing else. Applied in the order in which they stand here.
 */
enum Rule {
  /**
   * The kernel makes each directory opaque that takes the place of a whiteout, or that moves to where there may be a lower
   * one, even if the move then fails; the view only one that would be merged. An upper meets one image only (decision 2),
   * so the other marks mean nothing.
   */
  OPAQUE_WHERE_NEEDED {
    @Override
    Outcome amend(Case question, Outcome kernel) {
      return kernel.mapRaw((path, entry) ->
          isNeeded(question, kernel, path) ? entry : entry.withoutMark(TreeEntry.OPAQUE));
    }
  },

  /**
   * Directories of the image are renamed (decision 4), where the kernel, without {@code redirect_dir}, answers {@code
   * EXDEV}. All that was seen in the directory is in the upper then, and the directory is opaque.
   */
  DIRECTORIES_ARE_RENAMED {
    @Override
    Outcome amend(Case question, Outcome kernel) {
      Rename rename = question.operation().rename();
      return rename != null && kernel.result().equals("EXDEV") ? renamed(rename, kernel) : kernel;
    }
  },

  /** What the JDK can't make, pipes and links with attributes, is a file that says what it stands for (decision 1). */
  STAND_INS {
    @Override
    Outcome amend(Case question, Outcome kernel) {
      boolean set = question.operation() == Operation.SET_XATTR && kernel.succeeded();
      return kernel.mapRaw((path, entry) -> {
        boolean fifo = entry.type() == FileType.FIFO;
        boolean link = set && entry.type() == FileType.SYMLINK && path.equals("n");
        return fifo || link ? entry.withMark(TreeEntry.STAND_IN) : entry;
      });
    }
  };

  /**
   * Returns what the kernel's answer would be with this rule.
   *
   * @param question the case
   * @param kernel the kernel's answer
   * @return the same answer where the rule says nothing
   */
  abstract Outcome amend(Case question, Outcome kernel);

  /** Whether a mark was planted, or hides something of the image. */
  private static boolean isNeeded(Case question, Outcome kernel, String path) {
    State state = question.state();
    boolean planted = state.upper() == ObjectKind.OPAQUE
        && nameBefore(question.operation().rename(), kernel, path).equals("n");
    return planted || state.imageHas(path);
  }

  private static String nameBefore(@Nullable Rename rename, Outcome kernel, String path) {
    if (rename == null || !kernel.succeeded()) {
      return path;
    } else if (path.equals(rename.to())) {
      return rename.from();
    } else {
      boolean exchanged = rename.flag() == Renaming.EXCHANGE && path.equals(rename.from());
      return exchanged ? rename.to() : path;
    }
  }

  private static Outcome renamed(Rename rename, Outcome kernel) {
    Tree before = kernel.visible();
    Tree moved = before.at(rename.from());
    Tree replaced = before.at(rename.to());
    boolean exchange = rename.flag() == Renaming.EXCHANGE;
    Tree visible = before.without(rename.from()).withAt(rename.to(), moved);
    Tree raw = kernel.raw();
    if (exchange) {
      visible = visible.withAt(rename.from(), replaced);
    }
    if (raw != null) {
      raw = raw.without(rename.from()).withAt(rename.to(), copiedUp(moved));
      raw = exchange
          ? raw.withAt(rename.from(), copiedUp(replaced))
          : raw.with(rename.from(), TreeEntry.WHITEOUT);
    }
    return new Outcome(List.of(Outcome.OK), visible, raw);
  }

  private static Tree copiedUp(Tree visible) {
    TreeEntry top = Objects.requireNonNull(visible.get(""));
    Tree raw = visible.map(TreeEntry::withoutXattrs);
    return top.isDirectory() ? raw.with("", top.withoutXattrs().withMark(TreeEntry.OPAQUE)) : raw;
  }
}
