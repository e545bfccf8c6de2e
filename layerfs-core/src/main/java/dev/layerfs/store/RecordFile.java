package dev.layerfs.store;

import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.json.JsonObject;
import dev.layerfs.json.JsonReader;
import dev.layerfs.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The form of a record on disk: {@code {"record":{…},"sha256":"…"}}, the digest being that of all bytes before {@code
 * ,"sha256"}. So no byte of it can change unnoticed, and it is JSON for whoever wants to look.
 */
final class RecordFile {
  private static final String RECORD = "record";
  private static final String CHECKSUM = ",\"sha256\":\"";
  private static final String END = "\"}\n";
  private static final int SUFFIX_LENGTH = CHECKSUM.length() + 64 + END.length();
  private static final int MAX_BYTES = 16 << 20;
  private static final int MAX_MENDED = 8 << 10;
  private static final JsonReader READER = new JsonReader(MAX_BYTES, 16);

  private RecordFile() {}

  /** Turns fields into something. */
  @FunctionalInterface
  interface Parser<T> {
    T parse(JsonObject fields) throws IOException;
  }

  /** Writes a record to a new file and makes it durable, but not its name. */
  static void create(StoreIo io, Path file, JsonObject record) throws IOException {
    try (FileChannel channel = io.create(file)) {
      io.write(channel, ByteBuffer.wrap(encode(record)));
      io.force(channel);
    }
  }

  /** Writes a record to a new file, of something that does not outlive the machine: it is not made durable. */
  static void note(StoreIo io, Path file, JsonObject record) throws IOException {
    try (FileChannel channel = io.create(file)) {
      io.write(channel, ByteBuffer.wrap(encode(record)));
    }
  }

  static byte[] encode(JsonObject fields) {
    byte[] document = JsonObject.empty().with(RECORD, fields).toBytes();
    byte[] body =
        Arrays.copyOf(document, document.length - 1); // the last brace comes after the checksum
    byte[] record = Arrays.copyOf(body, body.length + SUFFIX_LENGTH);
    System.arraycopy(suffix(body), 0, record, body.length, SUFFIX_LENGTH);
    return record;
  }

  private static byte[] suffix(byte[] body) {
    return (CHECKSUM + Digest.sha256(body).encoded() + END).getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads a record.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   * @throws StoreCorruptException if it is not what was written
   */
  static <T> T read(Path file, Parser<T> parser) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return decode(file.toString(), in.readNBytes(MAX_BYTES), parser);
    }
  }

  /**
   * Puts a record right that differs in one bit from what was written. The checksum tells that it is right then.
   *
   * @return what was written; empty if the damage is greater, or there is none
   */
  static Optional<byte[]> mend(byte[] damaged) {
    if (damaged.length > MAX_MENDED || isWhole(damaged)) {
      return Optional.empty();
    }
    byte[] record = damaged.clone();
    for (int bit = 0; bit < record.length * Byte.SIZE; bit++) {
      record[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      if (isWhole(record)) {
        return Optional.of(record);
      }
      record[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
    }
    return Optional.empty();
  }

  /** Whether a file is the beginning of a record, or holds what was never written: so a crash leaves what was being written. */
  static boolean isCutShort(byte[] bytes) {
    byte[] end = END.getBytes(StandardCharsets.US_ASCII);
    byte[] last = Arrays.copyOfRange(bytes, Math.max(0, bytes.length - end.length), bytes.length);
    return !isWhole(bytes)
        && mend(bytes).isEmpty()
        && (!Arrays.equals(last, end) || hasZero(bytes));
  }

  private static boolean hasZero(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean isWhole(byte[] bytes) {
    int end = Math.max(0, bytes.length - SUFFIX_LENGTH);
    byte[] suffix = Arrays.copyOfRange(bytes, end, bytes.length);
    return Arrays.equals(suffix, suffix(Arrays.copyOf(bytes, end)));
  }

  static <T> T decode(String subject, byte[] bytes, Parser<T> parser) throws StoreCorruptException {
    if (!isWhole(bytes)) {
      throw new StoreCorruptException(subject, "the record is damaged");
    }
    try {
      return parser.parse(READER.readObject(bytes, subject).object(RECORD));
    } catch (IOException | IllegalArgumentException e) {
      StoreCorruptException corrupt =
          new StoreCorruptException(subject, "the record is not one that this version writes");
      corrupt.initCause(e);
      throw corrupt;
    }
  }
}
