package dev.layerfs.examples;

import dev.layerfs.examples.OpsOpen.Flag;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import java.math.BigInteger;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;

/** The operations on content: of open files, and of whole files by path. */
final class OpsFiles {
  private static final Set<Flag> REPLACE = EnumSet.of(Flag.O_WRONLY, Flag.O_CREAT, Flag.O_TRUNC);
  private static final int DEFAULT_MODE = 0644;

  private final OpsOpen opener;
  private final OpsHandles handles;

  OpsFiles(PosixView view, OpsPaths paths, OpsHandles handles) {
    this.opener = new OpsOpen(view, paths);
    this.handles = handles;
  }

  void addTo(OpsTable table) {
    table.query("open", 2, 3, this::open);
    table.query("pread", 3, a -> base64(handle(a).read(a.size(1), a.size(2))));
    table.query("pwrite", 3, this::pwrite);
    table.query("write", 2, this::write);
    table.change("ftruncate", 2, a -> handle(a).truncate(a.size(1)));
    table.query("fstat", 1, a -> RootFile.attributes(handle(a).stat()));
    table.change("fsync", 1, a -> handle(a).sync());
    table.query("seek", 3, this::seek);
    table.change("close", 1, a -> handles.close(number(a)));
    table.query("readfile", 1, this::readFile);
    table.change("writefile", 2, this::writeFile);
  }

  private OpsHandle handle(OpsArguments a) throws PosixException {
    return handles.get(number(a));
  }

  private static long number(OpsArguments a) throws PosixException {
    boolean huge = a.value(0) instanceof BigInteger number && number.bitLength() >= Long.SIZE;
    return huge ? -1 : a.integer(0);
  }

  private Object open(OpsArguments a) throws PosixException {
    Set<Flag> flags = a.flags(1, Flag.class, "");
    if (flags.contains(Flag.O_CREAT) && !a.has(2)) {
      throw a.invalid(2, "there: O_CREAT needs a mode");
    }
    int mode = a.has(2) ? a.mode(2) : 0;
    handles.checkRoom();
    return handles.add(opener.open(a.path(0), flags, mode));
  }

  private Object pwrite(OpsArguments a) throws PosixException {
    byte[] data = a.data(2);
    handle(a).write(data, a.size(1));
    return data.length;
  }

  private Object write(OpsArguments a) throws PosixException {
    byte[] data = a.data(1);
    handle(a).write(data);
    return data.length;
  }

  private Object seek(OpsArguments a) throws PosixException {
    String whence = a.text(2);
    if (!whence.equals("DATA") && !whence.equals("HOLE")) {
      throw a.invalid(2, "DATA or HOLE");
    }
    return handle(a).seek(a.integer(1), whence.equals("DATA"));
  }

  private Object readFile(OpsArguments a) throws PosixException {
    try (OpsHandle file = opener.open(a.path(0), EnumSet.of(Flag.O_RDONLY), 0)) {
      if (file.stat().size() > OpsSession.MAX_CONTENT) {
        throw OpsPaths.failure(Errno.EFBIG, a.path(0)); // too much for one answer: pread has a part
      }
      return base64(file.read(0, OpsSession.MAX_CONTENT));
    }
  }

  private void writeFile(OpsArguments a) throws PosixException {
    byte[] data = a.data(1);
    try (OpsHandle file = opener.open(a.path(0), REPLACE, DEFAULT_MODE)) {
      file.write(data);
    }
  }

  private static String base64(byte[] data) {
    return Base64.getEncoder().encodeToString(data);
  }
}
