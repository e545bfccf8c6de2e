package dev.layerfs.testing.faulty;

import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Attributes without owner, group and key, as of an object of some other system. */
record Ownerless(PosixFileAttributes all) implements PosixFileAttributes {
  @Override
  @SuppressWarnings("NullAway") // what a provider must not do, and some do
  public UserPrincipal owner() {
    return null;
  }

  @Override
  @SuppressWarnings("NullAway")
  public GroupPrincipal group() {
    return null;
  }

  @Override
  public Set<PosixFilePermission> permissions() {
    return all.permissions();
  }

  @Override
  public FileTime lastModifiedTime() {
    return all.lastModifiedTime();
  }

  @Override
  public FileTime lastAccessTime() {
    return all.lastAccessTime();
  }

  @Override
  public FileTime creationTime() {
    return all.creationTime();
  }

  @Override
  public boolean isRegularFile() {
    return all.isRegularFile();
  }

  @Override
  public boolean isDirectory() {
    return all.isDirectory();
  }

  @Override
  public boolean isSymbolicLink() {
    return all.isSymbolicLink();
  }

  @Override
  public boolean isOther() {
    return all.isOther();
  }

  @Override
  public long size() {
    return all.size();
  }

  @Override
  public @Nullable Object fileKey() {
    return null;
  }
}
