package dev.layerfs.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.RenameFlag;
import dev.layerfs.posix.XattrFlag;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What a test of another view relies on; the errors themselves are checked where the model meets a real kernel. */
final class ModelViewTest {
  private static final Name A = Name.of("a");
  private static final Name B = Name.of("b");

  private final ModelView view = new ModelView();
  private final Node root = view.root();

  @Test
  void contentIsSparseAndFollowsTheInode() throws Exception {
    Node file = make(root, A, FileType.REGULAR);
    try (FileHandle handle = view.open(file, Set.of(OpenFlag.READ, OpenFlag.WRITE))) {
      handle.write(bytes("abc"), 9_000);
      assertEquals(9_003, handle.size());
      view.unlink(root, A);
      assertEquals(0, handle.stat().links());
      assertEquals(8_192, handle.seek(0, true));
      assertEquals(9_003, handle.seek(9_000, false));
      assertEquals("\0abc", read(handle, 8_999));
      handle.truncate(9_001);
      handle.truncate(9_003);
      assertEquals("a\0\0", read(handle, 9_000));
      assertEquals(-1, handle.read(ByteBuffer.allocate(1), 9_003));
      assertErrno(Errno.ENXIO, () -> handle.seek(9_003, false));
    }
  }

  @Test
  void appendGoesToTheEnd() throws Exception {
    Node file = make(root, A, FileType.REGULAR);
    try (FileHandle handle = view.open(file, Set.of(OpenFlag.WRITE, OpenFlag.APPEND))) {
      handle.write(bytes("xy"), 100);
      assertEquals(2, handle.size());
      handle.write(bytes("zz"), 0);
      assertEquals(4, handle.size());
      assertErrno(Errno.EBADF, () -> handle.read(ByteBuffer.allocate(1), 0));
    }
  }

  @Test
  void linksAreCounted() throws Exception {
    Node directory = make(root, A, FileType.DIRECTORY);
    Node file = make(directory, B, FileType.REGULAR);
    view.link(file, root, B);
    assertEquals(2, view.stat(file).links());
    assertEquals(3, view.stat(root).links());
    view.unlink(root, B);
    view.unlink(directory, B);
    assertErrno(Errno.ENOENT, () -> view.link(file, root, B));
    view.rmdir(root, A);
    assertEquals(0, view.stat(directory).links());
    assertErrno(Errno.ENOENT, () -> make(directory, B, FileType.REGULAR));
    assertEquals(2, view.stat(root).links());
  }

  @Test
  void renameKnowsItsErrors() throws Exception {
    Node a = make(root, A, FileType.DIRECTORY);
    Node b = make(root, B, FileType.REGULAR);
    assertErrno(Errno.ENOTDIR, () -> rename(root, A, root, B));
    assertErrno(Errno.EISDIR, () -> rename(root, B, root, A));
    assertErrno(Errno.EINVAL, () -> rename(root, A, a, B));
    assertErrno(Errno.EEXIST, () -> rename(root, A, root, B, RenameFlag.NOREPLACE));
    rename(root, A, root, B, RenameFlag.EXCHANGE);
    assertEquals(a, view.lookup(root, B));
    rename(root, A, a, A);
    assertErrno(Errno.ENOTEMPTY, () -> rename(a, A, root, B));
    assertEquals(b, view.lookup(a, A));
    assertNull(view.lookup(root, A));
  }

  @Test
  void setGroupIdDirectoriesPassOnTheirGroup() throws Exception {
    Node parent = make(root, A, FileType.DIRECTORY);
    view.chown(parent, 5, 6);
    view.chmod(parent, 02755);
    Node child = make(parent, B, FileType.DIRECTORY);
    assertEquals(6, view.stat(child).gid());
    assertEquals(0, view.stat(child).uid());
    assertEquals(02755, view.stat(child).mode());
  }

  @Test
  void chownTakesPrivilegesAway() throws Exception {
    Node file = make(root, A, FileType.REGULAR);
    view.chmod(file, 06754);
    view.setXattr(file, ModelView.CAPABILITY, new byte[] {1}, XattrFlag.SET);
    view.chown(file, -1, -1);
    assertEquals(0754, view.stat(file).mode());
    assertNull(view.xattr(file, ModelView.CAPABILITY));
    view.chmod(file, 02644); // mandatory locking, once: not a privilege
    view.chown(file, 1, 1);
    assertEquals(02644, view.stat(file).mode());
  }

  @Test
  void attributesKeepToTheirNamespaces() throws Exception {
    Node file = make(root, A, FileType.REGULAR);
    Name name = Name.of("user.x");
    assertErrno(Errno.ENODATA, () -> view.setXattr(file, name, new byte[1], XattrFlag.REPLACE));
    view.setXattr(file, name, new byte[] {7}, XattrFlag.CREATE);
    assertErrno(Errno.EEXIST, () -> view.setXattr(file, name, new byte[1], XattrFlag.CREATE));
    assertArrayEquals(new byte[] {7}, view.xattr(file, name));
    Node link = view.symlink(root, B, new byte[] {'a'});
    assertErrno(Errno.EPERM, () -> view.setXattr(link, name, new byte[1], XattrFlag.SET));
    assertErrno(
        Errno.ENOTSUP, () -> view.setXattr(file, Name.of("x.y"), new byte[1], XattrFlag.SET));
    view.removeXattr(file, name);
    assertErrno(Errno.ENODATA, () -> view.removeXattr(file, name));
  }

  @Test
  void readOnlyAndClosedViewsSaySo() throws Exception {
    Node file = make(root, A, FileType.REGULAR);
    view.makeReadOnly();
    assertErrno(Errno.EROFS, () -> view.open(file, Set.of(OpenFlag.WRITE)));
    assertErrno(Errno.EROFS, () -> view.unlink(root, A));
    assertErrno(Errno.EEXIST, () -> make(root, A, FileType.REGULAR));
    FileHandle handle = view.open(file, Set.of(OpenFlag.READ));
    view.close();
    assertErrno(Errno.EBADF, () -> view.stat(file));
    assertErrno(Errno.EBADF, handle::stat);
  }

  @Test
  void badNamesAreRefused() {
    for (String name : new String[] {"", ".", "..", "a/b", "a\0"}) {
      assertErrno(Errno.EINVAL, () -> view.lookup(root, Name.of(name)));
    }
    assertErrno(Errno.ENAMETOOLONG, () -> view.lookup(root, Name.of("x".repeat(256))));
  }

  private Node make(Node directory, Name name, FileType type) throws PosixException {
    return view.create(directory, name, type, 0755, 0, 0);
  }

  private void rename(Node from, Name name, Node to, Name newName, RenameFlag... flags)
      throws PosixException {
    view.rename(from, name, to, newName, Set.of(flags));
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String read(FileHandle handle, long position) throws PosixException {
    ByteBuffer buffer = ByteBuffer.allocate(100);
    handle.read(buffer, position);
    return new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII);
  }

  private static void assertErrno(Errno errno, Executable operation) {
    assertEquals(errno, assertThrows(PosixException.class, operation).errno());
  }
}
