package dev.layerfs.testing.faulty;

import dev.layerfs.testing.WrappedProvider;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Does everything in Jimfs, if no fault strikes before. It has no file channels, as some providers. */
final class FaultyProvider extends WrappedProvider {
  private final FaultyFileSystem fileSystem;

  FaultyProvider(FaultyFileSystem fileSystem) {
    super(fileSystem);
    this.fileSystem = fileSystem;
  }

  @Override
  protected void before(String call) throws IOException {
    fileSystem.call(call);
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path file, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return new FaultyChannel(fileSystem, super.newByteChannel(file, options, attributes));
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    V view = super.getFileAttributeView(path, type, options);
    return view == null ? null : FaultyView.of(fileSystem, view, type);
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    A attributes = super.readAttributes(path, type, options);
    return fileSystem.isOwnerless() && attributes instanceof PosixFileAttributes posix
        ? type.cast(new Ownerless(posix))
        : attributes;
  }

  @Override
  public String getScheme() {
    return "faulty";
  }
}
