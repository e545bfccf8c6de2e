package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OpsFilesTest {
  @TempDir
  private Path directory;

  private OpsClient ops;

  @BeforeEach
  void setUp() throws IOException {
    ops = OpsClient.onSample(directory);
  }

  @AfterEach
  void tearDown() throws IOException {
    ops.close();
  }

  @Test
  void writesAtTheOffset() {
    Object file = ops.open("/etc/motd", List.of("O_RDWR"));
    assertEquals(BigInteger.valueOf(2), ops.ok("write", file, OpsClient.base64("ab")));
    ops.ok("pwrite", file, 5, OpsClient.base64("!"));
    ops.ok("write", file, "");
    ops.ok("write", file, OpsClient.base64("c"));
    assertEquals("abcon!\n", ops.text("/etc/motd"));
    assertEquals(BigInteger.valueOf(4), ops.ok("seek", file, 4, "DATA"));
    ops.ok("write", file, OpsClient.base64("d"));
    assertEquals("abcod!\n", ops.text("/etc/motd"));
  }

  @Test
  void appends() {
    Object file = ops.open("/etc/motd", List.of("O_WRONLY", "O_APPEND"));
    Object other = ops.open("/etc/motd", List.of("O_WRONLY"));
    ops.ok("write", file, OpsClient.base64("a"));
    ops.ok("write", other, OpsClient.base64("S"));
    ops.ok("pwrite", file, 0, OpsClient.base64("b")); // as Linux does
    ops.ok("write", file, OpsClient.base64("c"));
    assertEquals("Second\nabc", ops.text("/etc/motd"));
  }

  @Test
  void offsetsAndLengths() {
    Object file = ops.open("/etc/motd", List.of("O_RDWR"));
    ops.fails("EINVAL", "pread", file, -1, 1);
    ops.fails("EINVAL", "pread", file, 0, -1);
    ops.fails("EINVAL", "pread", file, "0", 1);
    ops.fails("EINVAL", "pwrite", file, -1, "QQ==");
    ops.fails("EINVAL", "ftruncate", file, -1);
    ops.fails("EFBIG", "pwrite", file, Long.MAX_VALUE, "QQ==");
    assertEquals("", ops.ok("pread", file, Long.MAX_VALUE, Long.MAX_VALUE));
    assertEquals("", ops.ok("pread", file, 0, 0));
    ops.ok("ftruncate", file, 3);
    ops.ok("pwrite", file, 5, OpsClient.base64("x"));
    assertEquals("sec\0\0x", ops.text("/etc/motd"));
    assertEquals(BigInteger.valueOf(6), ops.ok("seek", file, 0, "HOLE"));
    ops.fails("ENXIO", "seek", file, 6, "DATA");
    ops.fails("ENXIO", "seek", file, -1, "HOLE");
    ops.fails("EINVAL", "seek", file, 0, "SET");
  }

  @Test
  void handlesFollowTheirFile() {
    Object reader = ops.open("/etc/motd", List.of());
    Object writer = ops.open("/etc/motd", List.of("O_WRONLY")); // copied up
    ops.ok("write", writer, OpsClient.base64("S"));
    ops.ok("rename", "/etc/motd", "/moved");
    ops.ok("unlink", "/moved");
    assertEquals("Second\n", OpsClient.fromBase64(ops.ok("pread", reader, 0, 99)));
    Map<?, ?> stat = (Map<?, ?>) ops.ok("fstat", reader);
    assertEquals(BigInteger.ZERO, stat.get("nlink"));
    ops.ok("fsync", writer);
    ops.ok("fsync", reader);
  }

  @Test
  void closedAndUnknownHandles() {
    Object file = ops.open("/etc/motd", List.of());
    ops.ok("close", file);
    Object later = ops.open("/etc/motd", List.of());
    assertNotEquals(file, later);
    for (Object handle : new Object[] {file, -1, 0, new BigInteger("99999999999999999999")}) {
      ops.fails("EBADF", "close", handle);
      ops.fails("EBADF", "pread", handle, 0, 1);
      ops.fails("EBADF", "pwrite", handle, 0, "");
      ops.fails("EBADF", "write", handle, "");
      ops.fails("EBADF", "ftruncate", handle, 0);
      ops.fails("EBADF", "fstat", handle);
      ops.fails("EBADF", "fsync", handle);
      ops.fails("EBADF", "seek", handle, 0, "DATA");
    }
    ops.fails("EINVAL", "close", "3");
    ops.fails("EINVAL", "close", 3.0);
  }

  @Test
  void wholeFiles() {
    ops.ok("writefile", "/new", OpsClient.base64("one"));
    assertEquals("0644", ((Map<?, ?>) ops.ok("stat", "/new")).get("mode"));
    ops.ok("chmod", "/new", "0600");
    ops.ok("symlink", "new", "/link");
    ops.ok("writefile", "/link", OpsClient.base64("2\u00ff\0"));
    assertEquals("0600", ((Map<?, ?>) ops.ok("stat", "/new")).get("mode"));
    assertEquals("Mv8A", ops.ok("readfile", "/new"));
    ops.ok("writefile", "/new", "");
    assertEquals("", ops.ok("readfile", "/new"));
    ops.fails("EISDIR", "readfile", "/etc");
    ops.fails("EISDIR", "writefile", "/etc", "");
    ops.fails("EISDIR", "writefile", "/new/", "");
    ops.fails("ENOENT", "readfile", "/none");
    ops.fails("EINVAL", "writefile", "/new", "====");
    ops.fails("EINVAL", "writefile", "/new", "QQ==\n");
  }

  @Test
  void largeContent() {
    byte[] data = new byte[5_000_003];
    new Random(7).nextBytes(data);
    ops.ok("writefile", "/large", Base64.getEncoder().encodeToString(data));
    assertArrayEquals(data, bytes(ops.ok("readfile", "/large")));
    Object file = ops.open("/large", List.of("O_RDWR"));
    byte[] part = bytes(ops.ok("pread", file, 3, Long.MAX_VALUE));
    assertEquals(data.length - 3, part.length);
    assertEquals(data[3], part[0]);
  }

  @Test
  void moreThanOneAnswerHolds() {
    long size = OpsSession.MAX_CONTENT + 5L;
    Object file = ops.open("/sparse", List.of("O_CREAT", "O_RDWR"));
    ops.ok("ftruncate", file, size);
    assertEquals(OpsSession.MAX_CONTENT, bytes(ops.ok("pread", file, 0, size)).length);
    assertEquals(5, bytes(ops.ok("pread", file, OpsSession.MAX_CONTENT, size)).length);
    ops.fails("EFBIG", "readfile", "/sparse");
  }

  private static byte[] bytes(Object base64) {
    return Base64.getDecoder().decode((String) base64);
  }
}
