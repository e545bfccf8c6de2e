package dev.layerfs.overlay;

import dev.layerfs.error.Printable;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.MountBackend.Foreign;
import dev.layerfs.spi.Redaction;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Mounts file systems of any type. {@code mount(8)} knows how, and has a helper for types that need one; but everybody can read
 * its command line. So one whose options have a password in them is given to the kernel directly, or, if its type has a
 * helper, to that by the way that the helper documents for passwords.
 */
final class ForeignMounter {
  /** Long enough for a server that is starting; {@code mount.nfs} alone would go on for two minutes. */
  private static final int MAX_SECONDS = 60;

  /** Where {@code mount(8)} looks for helpers: {@code --enable-fs-paths-default} of util-linux. */
  private static final List<Path> HELPERS = List.of(Path.of("/sbin"), Path.of("/usr/sbin"));

  /** Types whose helper, {@code mount.cifs(8)}, takes the password from the environment. */
  private static final Set<String> SMB = Set.of("cifs", "smb3");

  private static final Map<String, Long> ATTRIBUTES = Map.of(
      "ro", MountAttributes.RDONLY,
      "nosuid", MountAttributes.NOSUID,
      "nodev", MountAttributes.NODEV,
      "noexec", MountAttributes.NOEXEC,
      "noatime", MountAttributes.NOATIME,
      "strictatime", MountAttributes.STRICTATIME,
      "nodiratime", MountAttributes.NODIRATIME);

  /** What {@code mount(8)} doesn't pass on, or what is so anyway. */
  private static final Set<String> NOTHING = Set.of(
      "",
      "defaults",
      "rw",
      "suid",
      "dev",
      "exec",
      "relatime",
      "async",
      "auto",
      "noauto",
      "nofail",
      "_netdev",
      "user",
      "users");

  private final MountCalls calls;

  ForeignMounter(MountCalls calls) {
    this.calls = calls;
  }

  /** Mounts a file system, as {@link dev.layerfs.spi.MountBackend#mountForeign} says. */
  void mount(Foreign foreign, MountTarget target) throws IOException {
    Secrets secrets = Secrets.of(foreign);
    if (secrets.values().isEmpty()) {
      run(foreign, foreign.options(), Map.of(), target);
    } else if (HELPERS.stream()
        .noneMatch(d -> Files.exists(d.resolve("mount." + foreign.type())))) {
      mountDirectly(foreign, target, secrets);
    } else if (SMB.contains(foreign.type())
        && Secrets.of(withoutOptions(foreign)).values().isEmpty()) {
      runWithPassword(foreign, target);
    } else {
      throw new PosixException(
          Errno.ENOTSUP,
          foreign + ": everybody could read the password on the command line of mount."
              + Printable.of(foreign.type())
              + "; its manual page says how it takes one from a file");
    }
  }

  private static Foreign withoutOptions(Foreign foreign) {
    return new Foreign(foreign.type(), foreign.device(), List.of());
  }

  /** {@code mount.cifs(8)}: the variable {@code PASSWD} holds the password. */
  private static void runWithPassword(Foreign foreign, MountTarget target) throws IOException {
    List<String> open = new ArrayList<>();
    String password = "";
    for (String option : foreign.options()) {
      int percent = option.indexOf('%');
      if (Secrets.isFree(option)) {
        open.add(option);
      } else if (option.startsWith("user") && percent > 0) {
        open.add(option.substring(0, percent));
        password = option.substring(percent + 1);
      } else if (option.startsWith("pass")) {
        password = option.substring(option.indexOf('=') + 1);
      } else if (option.startsWith("cred")) {
        open.add(option); // the name of a file
      } else {
        throw new PosixException(
            Errno.EINVAL, foreign + ": mount.cifs takes passwords as password=, or in a file");
      }
    }
    run(foreign, open, password.isEmpty() ? Map.of() : Map.of("PASSWD", password), target);
  }

  private static void run(
      Foreign foreign, List<String> options, Map<String, String> environment, MountTarget target)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("mount", "-t", foreign.type()));
    if (!options.isEmpty()) {
      command.addAll(List.of("-o", String.join(",", options)));
    }
    command.addAll(List.of("--", foreign.device(), target.named().toPath().toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    if (!ends(process)) {
      throw new IOException(foreign + ": mount has not ended after " + MAX_SECONDS + " seconds");
    }
    if (process.exitValue() != 0) {
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      throw new IOException(
          foreign + ": mount: " + Printable.of(Secrets.of(foreign).hide(said)));
    }
  }

  private static boolean ends(Process process) throws IOException {
    try {
      if (process.waitFor(MAX_SECONDS, TimeUnit.SECONDS)) {
        return true;
      }
    } catch (InterruptedException e) {
      kill(process);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a file system was mounted");
    }
    kill(process);
    return false;
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private void mountDirectly(Foreign foreign, MountTarget target, Secrets secrets)
      throws KernelError {
    String subject = Redaction.text(foreign.device());
    try (FsContext context = FsContext.open(calls, foreign.type(), subject, secrets)) {
      if (!foreign.device().isEmpty()) {
        context.string("source", foreign.device());
      }
      long attributes = 0;
      for (String option : foreign.options()) {
        attributes |= ATTRIBUTES.getOrDefault(option, 0L);
        set(context, option);
      }
      context.create();
      try (Descriptor mount = context.mount(attributes)) {
        target.attach(mount);
      }
    }
  }

  private static void set(FsContext context, String option) throws KernelError {
    boolean forMountAlone = ATTRIBUTES.containsKey(option) && !option.equals("ro");
    if (forMountAlone || NOTHING.contains(option) || option.startsWith("x-")) {
      return;
    }
    int equals = option.indexOf('=');
    if (equals < 0) {
      context.flag(option);
    } else {
      context.string(option.substring(0, equals), option.substring(equals + 1));
    }
  }
}
