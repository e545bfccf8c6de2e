package dev.layerfs.overlay;

import dev.layerfs.posix.Errno;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Why this process can't mount, and what would help. */
final class Availability {
  /** {@code CAP_SYS_ADMIN} of {@code <linux/capability.h>}. */
  private static final int CAP_SYS_ADMIN = 21;

  private Availability() {}

  /** Says what is wrong with the operating system. */
  static Optional<String> ofSystem(String name) {
    return name.equals("Linux")
        ? Optional.empty()
        : Optional.of("containers are mounted by Linux only, and this is " + name);
  }

  /** Says what helps when the JDK refuses native calls. */
  static String ofNativeAccess(Module module) {
    String name = module.isNamed() ? module.getName() : "ALL-UNNAMED";
    return "this JVM may not call native functions; run it with --enable-native-access=" + name;
  }

  /** Tries the first step of a mount. */
  static Optional<String> ofKernel(MountCalls calls) {
    try {
      FsContext.open(calls, "overlay", "overlay").close();
      return Optional.empty();
    } catch (KernelError e) {
      return Optional.of(reason(e));
    }
  }

  private static String reason(KernelError error) {
    if (error.errno() == KernelError.ENODEV) {
      return "this kernel has no overlayfs; as root, try: modprobe overlay";
    }
    if (error.is(Errno.ENOSYS)) {
      return "this kernel has no fsopen, or a seccomp filter hides it; Linux 5.2 has it";
    }
    if (!error.is(Errno.EPERM)) {
      return String.valueOf(error.getMessage());
    }
    return hasCapability()
        ? "this process may not mount here, although it has CAP_SYS_ADMIN: a security module or seccomp filter forbids it, or"
            + " the mount namespace belongs to another user namespace; try: unshare --mount"
        : "this process has no CAP_SYS_ADMIN; run it as root, or in a user namespace: unshare --user --map-root-user --mount";
  }

  private static boolean hasCapability() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1).stream()
          .filter(line -> line.startsWith("CapEff:"))
          .map(line -> Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16))
          .anyMatch(capabilities -> (capabilities >> CAP_SYS_ADMIN & 1) != 0);
    } catch (IOException e) {
      return false;
    }
  }
}
