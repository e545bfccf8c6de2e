package dev.layerfs.testing.faulty;

import java.io.IOException;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Attributes that are changed if no fault strikes before. */
final class FaultyView implements PosixFileAttributeView {
  private final FaultyFileSystem fileSystem;
  private final BasicFileAttributeView view;

  private FaultyView(FaultyFileSystem fileSystem, BasicFileAttributeView view) {
    this.fileSystem = fileSystem;
    this.view = view;
  }

  static <V extends FileAttributeView> V of(FaultyFileSystem fileSystem, V view, Class<V> type) {
    return view instanceof BasicFileAttributeView basic && type.isAssignableFrom(FaultyView.class)
        ? type.cast(new FaultyView(fileSystem, basic))
        : view;
  }

  private PosixFileAttributeView posix() {
    return (PosixFileAttributeView) view;
  }

  @Override
  public String name() {
    return view.name();
  }

  @Override
  public PosixFileAttributes readAttributes() throws IOException {
    fileSystem.call("readAttributes");
    return posix().readAttributes();
  }

  @Override
  public void setTimes(
      @Nullable FileTime modified, @Nullable FileTime accessed, @Nullable FileTime created)
      throws IOException {
    fileSystem.call("setTimes");
    view.setTimes(modified, accessed, created);
  }

  @Override
  public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
    fileSystem.call("setPermissions");
    posix().setPermissions(permissions);
  }

  @Override
  public void setGroup(GroupPrincipal group) throws IOException {
    fileSystem.call("setGroup");
    posix().setGroup(group);
  }

  @Override
  public UserPrincipal getOwner() throws IOException {
    return posix().getOwner();
  }

  @Override
  public void setOwner(UserPrincipal owner) throws IOException {
    fileSystem.call("setOwner");
    posix().setOwner(owner);
  }
}
