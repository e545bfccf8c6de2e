package dev.layerfs.union.differential;

import dev.layerfs.posix.FileType;
import dev.layerfs.union.differential.Operation.Rename;
import dev.layerfs.union.differential.Syscalls.Renaming;
import java.util.List;
import java.util.Map;
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
   * EXDEV}, and always in the user namespace. All that was seen in the directory is in the upper then, and it is opaque.
   */
  DIRECTORIES_ARE_RENAMED {
    @Override
    Outcome amend(Case question, Outcome kernel) {
      Rename rename = question.operation().rename();
      return rename != null && kernel.result().equals("EXDEV") ? renamed(rename, kernel) : kernel;
    }
  },

  /** The kernel lists whiteouts where nothing is merged, though it finds nothing under those names; the view never does (decision 4). */
  NO_GHOSTS {
    @Override
    Outcome amend(Case question, Outcome kernel) {
      Tree visible = kernel.visible();
      for (Map.Entry<String, TreeEntry> entry : kernel.visible().entries().entrySet()) {
        if (entry.getValue().isGhost()) {
          visible = visible.without(entry.getKey());
        }
      }
      return new Outcome(kernel.results(), visible, kernel.raw());
    }
  },

  /** Hard links of the image stay links when they are copied up, and are counted right (decision 4). */
  HARD_LINKS_STAY {
    @Override
    Outcome amend(Case question, Outcome kernel) {
      return HardLinks.kept(question, kernel);
    }
  },

  /**
   * What the JDK can't make, special files and links with attributes, is a file that says what it stands for (decision 1).
   * So is a special file that the kernel left in the upper, once it gets times or attributes.
   */
  STAND_INS {
    @Override
    Outcome amend(Case question, Outcome kernel) {
      return kernel.mapRaw((path, entry) ->
          isStandIn(question, kernel, path, entry) ? entry.withMark(TreeEntry.STAND_IN) : entry);
    }
  },

  /**
   * A symbolic link of the image that was copied up with {@code user} marks has no note of where it comes from, and the kernel
   * doesn't know its two names as one file: renamed to each other it answers {@code ESTALE}, where nothing is to happen
   * (rename(2)).
   */
  ONE_LINK_OF_TWO_NAMES {
    @Override
    Outcome amend(Case question, Outcome kernel) {
      boolean stale = question.operation().rename() != null && kernel.result().equals("ESTALE");
      return stale ? kernel.withResult(Outcome.OK) : kernel;
    }
  },

  /** What has several names can't become the stand-in that {@link #ATTRIBUTES_NEED_STAND_INS} asks for: not all are known. */
  SEVERAL_NAMES_HAVE_NO_STAND_IN {
    @Override
    Outcome amend(Case question, Outcome kernel) {
      TreeEntry n = kernel.visible().get("n");
      boolean several = n != null && n.type() == FileType.SYMLINK && n.links() > 1;
      if (!several || question.operation() != Operation.SET_XATTR || !kernel.succeeded()) {
        return kernel;
      }
      return kernel
          .map(entry -> entry.type() == FileType.SYMLINK ? entry.withoutXattrs() : entry)
          .withResult("ENOTSUP");
    }
  },

  /**
   * Where everyone may read the marks, a link or special file with attributes is kept as a file that stands for it: it can hold
   * no {@code user} attributes, and {@code trusted} ones are not for everyone.
   */
  ATTRIBUTES_NEED_STAND_INS {
    @Override
    Outcome amend(Case question, Outcome kernel) {
      return kernel.mapRaw((path, entry) ->
          needsStandIn(kernel, path, entry) ? entry.withMark(TreeEntry.STAND_IN) : entry);
    }
  },

  /** The JDK reads {@code user} attributes only, so others that the kernel left in the upper are not seen (1.10). */
  PRIVILEGED_ATTRIBUTES_OF_THE_UPPER {
    @Override
    Outcome amend(Case question, Outcome kernel) {
      return new Outcome(
          kernel.results(),
          kernel
              .visible()
              .map(entry ->
                  entry.content().equals("U") ? entry.withoutXattr(Metadata.CAPABILITY) : entry),
          kernel.raw());
    }
  },

  /**
   * A mark that hides nothing of the image means nothing. After several operations a directory of the view may still have one
   * that it needed where it was before, and one of the kernel has more of them (see {@link #OPAQUE_WHERE_NEEDED}).
   */
  MARKS_THAT_HIDE_NOTHING {
    @Override
    Outcome amend(Case question, Outcome kernel, Outcome view) {
      Tree raw = Objects.requireNonNull(kernel.raw());
      Tree other = Objects.requireNonNull(view.raw());
      return kernel.mapRaw((path, entry) -> {
        TreeEntry found = other.get(path);
        boolean needed = RawPlaces.hides(question, raw, path)
            || found != null && found.marks().contains(TreeEntry.OPAQUE);
        return needed ? entry : entry.withoutMark(TreeEntry.OPAQUE);
      });
    }
  },

  /**
   * A kernel that reads {@code user} marks refuses to rename directories of the image, where the view copies them up (decision
   * 4). In longer sequences the view is not asked then.
   */
  DIRECTORIES_STAY {
    @Override
    boolean skips(String result) {
      return result.equals("EXDEV");
    }
  };

  /** Whether a view is not asked to do what the kernel answered so. */
  boolean skips(String result) {
    return false;
  }

  /**
   * Returns what the kernel's answer would be with this rule.
   *
   * @param question the case
   * @param kernel the kernel's answer
   * @return the same answer where the rule says nothing
   */
  Outcome amend(Case question, Outcome kernel) {
    return kernel;
  }

  /** The same where the rule leaves a choice to the view. */
  Outcome amend(Case question, Outcome kernel, Outcome view) {
    return amend(question, kernel);
  }

  /** Whether a mark was planted, on the case's directory as well, or hides something of the image. */
  private static boolean isNeeded(Case question, Outcome kernel, String path) {
    State state = question.state();
    boolean planted = state.upper() == ObjectKind.OPAQUE && wasN(question, kernel, path);
    return path.isEmpty() || planted || state.imageHas(path);
  }

  private static boolean isStandIn(Case question, Outcome kernel, String path, TreeEntry entry) {
    Operation operation = question.operation();
    boolean set = kernel.succeeded() && path.equals("n");
    boolean attributes = set && operation == Operation.SET_XATTR;
    if (!entry.isSpecial()) {
      return attributes && entry.type() == FileType.SYMLINK;
    }
    ObjectKind upper = question.state().upper();
    boolean planted = upper == ObjectKind.FIFO || upper == ObjectKind.DEVICE;
    boolean kernels = planted && wasN(question, kernel, path);
    return !kernels || attributes || set && operation == Operation.UTIMENS;
  }

  /** Whether something has attributes but can't hold any of the namespace {@code user}. */
  private static boolean needsStandIn(Outcome kernel, String path, TreeEntry entry) {
    TreeEntry seen = kernel.visible().get(path);
    boolean able = !entry.isSpecial() && entry.type() != FileType.SYMLINK;
    return !able && seen != null && !seen.xattrs().isEmpty();
  }

  /** Whether what has a name now is what was {@code n} before. */
  private static boolean wasN(Case question, Outcome kernel, String path) {
    boolean linked = question.operation() == Operation.LINK_FROM && path.equals("new");
    return linked || nameBefore(question.operation().rename(), kernel, path).equals("n");
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
