package dev.layerfs.nio;

import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Resolver.LastLink;
import dev.layerfs.posix.Timespec;
import java.io.IOException;
import java.nio.file.ProviderMismatchException;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The views {@code basic}, {@code owner} and {@code posix} of a file: one class, since each can do what the one before
 * it can. The path is resolved anew by each operation.
 */
record FileAttributeViews(String name, FileTree tree, LayerPath path, LastLink last)
    implements PosixFileAttributeView {

  /** The names that {@code FileSystem.supportedFileAttributeViews} returns. */
  static final Set<String> NAMES = Set.of("basic", "owner", "posix", "unix", "user");

  /** Returns a view of a type, or null if the type is not supported. */
  static <V extends FileAttributeView> @Nullable V of(
      Class<V> type, FileTree tree, LayerPath path, LastLink last) {
    Objects.requireNonNull(type);
    if (type == UserDefinedFileAttributeView.class) {
      return type.cast(new UserAttributeView(tree, path, last));
    }
    String name = nameOf(type);
    return name == null ? null : type.cast(new FileAttributeViews(name, tree, path, last));
  }

  private static @Nullable String nameOf(Class<? extends FileAttributeView> type) {
    if (type == BasicFileAttributeView.class) {
      return "basic";
    }
    if (type == PosixFileAttributeView.class) {
      return "posix";
    }
    return type == FileOwnerAttributeView.class ? "owner" : null;
  }

  static boolean isSupported(Class<? extends FileAttributeView> type) {
    return nameOf(type) != null || type == UserDefinedFileAttributeView.class;
  }

  @Override
  public StatAttributes readAttributes() throws IOException {
    return tree.attributes(path, last);
  }

  /** Sets times. There is no time of creation to set: it is ignored. */
  @Override
  public void setTimes(
      @Nullable FileTime lastModifiedTime,
      @Nullable FileTime lastAccessTime,
      @Nullable FileTime createTime)
      throws IOException {
    if (lastModifiedTime != null || lastAccessTime != null) {
      change(
          (view, node) -> view.utimens(node, timespec(lastAccessTime), timespec(lastModifiedTime)));
    }
  }

  private static @Nullable Timespec timespec(@Nullable FileTime time) {
    return time == null ? null : Timespec.of(time.toInstant());
  }

  @Override
  public UserPrincipal getOwner() throws IOException {
    return readAttributes().owner();
  }

  @Override
  public void setOwner(UserPrincipal owner) throws IOException {
    if (owner instanceof Account.Group) {
      throw new IOException("'owner' parameter can't be a group");
    }
    setOwnerId(own(owner).id());
  }

  @Override
  public void setGroup(GroupPrincipal group) throws IOException {
    setGroupId(own(group).id());
  }

  private static Account own(UserPrincipal principal) {
    if (Objects.requireNonNull(principal) instanceof Account account) {
      return account;
    }
    throw new ProviderMismatchException();
  }

  void setOwnerId(long uid) throws IOException {
    change((view, node) -> view.chown(node, uid, -1));
  }

  void setGroupId(long gid) throws IOException {
    change((view, node) -> view.chown(node, -1, gid));
  }

  /** Sets the permissions and leaves the set-id and sticky bits off, as the JDK's provider does. */
  @Override
  public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
    setMode(Permissions.toMode(permissions));
  }

  void setMode(int mode) throws IOException {
    change((view, node) -> view.chmod(node, mode));
  }

  private void change(Change change) throws IOException {
    tree.onNode(path, last, (view, node) -> {
      change.apply(view, node);
      return null;
    });
  }

  @FunctionalInterface
  private interface Change {
    void apply(PosixView view, Node node) throws PosixException;
  }
}
