package dev.layerfs.overlay;

import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;

/**
 * A mount in preparation ({@code fsopen(2)}). Until it is attached nothing can be seen of it; closed before, it leaves no
 * trace. What the kernel writes into the context about a failure is in the exception.
 */
final class FsContext implements Closeable {
  /** The bytes that a value of {@code fsconfig} may have: {@code SYSCALL_DEFINE5(fsconfig)} in {@code fs/fsopen.c}. */
  static final int MAX_VALUE = 255;

  /** {@code enum fsconfig_command} of {@code <linux/mount.h>}. */
  private static final int FSCONFIG_SET_FLAG = 0;

  private static final int FSCONFIG_SET_STRING = 1;
  private static final int FSCONFIG_SET_FD = 5;
  private static final int FSCONFIG_CMD_CREATE = 6;

  private static final RawPath NONE = new RawPath(new byte[0]);

  private final MountCalls calls;
  private final int descriptor;
  private final String subject;
  private final Secrets secrets;

  private FsContext(MountCalls calls, int descriptor, String subject, Secrets secrets) {
    this.calls = calls;
    this.descriptor = descriptor;
    this.subject = subject;
    this.secrets = secrets;
  }

  /**
   * Begins.
   *
   * @param calls the system calls
   * @param type the file system's type
   * @param subject what it is for, in messages
   */
  static FsContext open(MountCalls calls, String type, String subject) throws KernelError {
    return open(calls, type, subject, Secrets.NONE);
  }

  /**
   * Begins.
   *
   * @param calls the system calls
   * @param type the file system's type
   * @param subject what it is for, in messages
   * @param secrets what no message shows
   */
  static FsContext open(MountCalls calls, String type, String subject, Secrets secrets)
      throws KernelError {
    return new FsContext(calls, calls.fsopen(type), subject, secrets);
  }

  /** Sets a parameter that has no value. */
  void flag(String key) throws KernelError {
    configure(FSCONFIG_SET_FLAG, key, NONE, 0);
  }

  /** Sets a parameter to a text of at most {@value #MAX_VALUE} bytes. */
  void string(String key, String value) throws KernelError {
    string(key, RawPath.ofText(value));
  }

  /** Sets a parameter to a path of at most {@value #MAX_VALUE} bytes. */
  void string(String key, RawPath value) throws KernelError {
    configure(FSCONFIG_SET_STRING, key, value, 0);
  }

  /** Sets a parameter to what a descriptor is open on. */
  void descriptor(String key, Descriptor value) throws KernelError {
    configure(FSCONFIG_SET_FD, key, NONE, value.number());
  }

  /** Has the kernel open the file system. */
  void create() throws KernelError {
    configure(FSCONFIG_CMD_CREATE, "", NONE, 0);
  }

  /**
   * Makes a mount of the file system, attached nowhere.
   *
   * @param attributes {@code MOUNT_ATTR_*}
   */
  Descriptor mount(long attributes) throws KernelError {
    try {
      return new Descriptor(calls.fsmount(descriptor, attributes));
    } catch (KernelError e) {
      throw explained(e, "fsmount");
    }
  }

  private void configure(int command, String key, RawPath value, int auxiliary) throws KernelError {
    try {
      calls.fsconfig(descriptor, command, key, value, auxiliary);
    } catch (KernelError e) {
      String text = value.bytes().length == 0 ? key : key + "=" + value;
      throw explained(e, command == FSCONFIG_CMD_CREATE ? "fsconfig create" : "fsconfig " + text);
    }
  }

  private KernelError explained(KernelError error, String call) {
    return new KernelError(
        subject,
        secrets.hide(call),
        error.errno(),
        messages().stream().map(secrets::hide).toList());
  }

  /** Errors and warnings come with a letter in front that says which. */
  private List<String> messages() {
    List<String> messages = new ArrayList<>();
    String next = calls.message(descriptor);
    while (!next.isEmpty()) {
      messages.add(next.length() > 2 && next.charAt(1) == ' ' ? next.substring(2) : next);
      next = calls.message(descriptor);
    }
    return messages;
  }

  @Override
  public void close() throws KernelError {
    calls.close(descriptor);
  }
}
