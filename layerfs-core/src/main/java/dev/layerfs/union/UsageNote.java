package dev.layerfs.union;

import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.SpaceUsage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * A file in the work directory that says how much the upper takes up. It is there only while that is true: whoever changes
 * the upper deletes it first, and writes it when the upper is closed. Without it the upper has to be counted.
 *
 * <p>What was changed before power was lost may be gone although the note is there. So it names the boot it was written in,
 * and is not believed in another. Where that is not known the note is deleted durably.
 */
final class UsageNote {
  private static final String FILE = Upper.KEPT_PREFIX + "usage";
  private static final String WRITTEN = Upper.TEMPORARY + "usage";
  private static final Pattern TEXT =
      Pattern.compile("((\\d{1,19}) (\\d{1,19}) \\S*) ([0-9a-f]+)\n");
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

  private final Path work;

  UsageNote(Path work) {
    this.work = work;
  }

  /** Returns what was used when the upper was closed; empty if that is not known. */
  Optional<SpaceUsage> read() {
    try {
      Matcher text = TEXT.matcher(Files.readString(file(), StandardCharsets.US_ASCII));
      if (text.matches() && text.group(4).equals(checksum(text.group(1)))) {
        SpaceUsage usage =
            new SpaceUsage(Long.parseLong(text.group(2)), Long.parseLong(text.group(3)));
        return Optional.of(usage).filter(known -> text.group(1).equals(line(known)));
      }
    } catch (IOException | NumberFormatException e) {
      // no note, or half of one: the upper is counted
    }
    return Optional.empty();
  }

  void write(SpaceUsage usage) throws PosixException {
    String line = line(usage);
    Path written = work.resolve(WRITTEN);
    try {
      Files.writeString(written, line + " " + checksum(line) + "\n", StandardCharsets.US_ASCII);
      Files.move(
          written, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw HostErrors.of(e, written);
    }
  }

  /** Deletes the note, before the upper is changed. */
  void delete() throws PosixException {
    try {
      if (Files.deleteIfExists(file()) && boot().isEmpty()) {
        Channels.sync(work);
      }
    } catch (IOException e) {
      throw HostErrors.of(e, file());
    }
  }

  private Path file() {
    return work.resolve(FILE);
  }

  private static String line(SpaceUsage usage) {
    return usage.bytes() + " " + usage.inodes() + " " + boot();
  }

  private static String checksum(String line) {
    CRC32C crc = new CRC32C();
    crc.update(line.getBytes(StandardCharsets.US_ASCII));
    return Long.toHexString(crc.getValue());
  }

  /** Returns what Linux calls the time since the machine was started, nothing on other systems. */
  private static String boot() {
    try {
      return Files.readString(BOOT, StandardCharsets.US_ASCII).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
