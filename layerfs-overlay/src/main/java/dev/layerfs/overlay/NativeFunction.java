package dev.layerfs.overlay;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Functions of the C library, and what they leave in {@code errno}. Each is a {@link MethodHandle} whose first argument is
 * the segment from {@link #errnoSegment}, and whose result is the C function's: {@code long} for all, so that -1 is a failure
 * whatever the C type.
 */
final class NativeFunction {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private NativeFunction() {}

  /**
   * Finds a function that returns an {@code int}, {@code long} or {@code ssize_t}.
   *
   * @param name its name in the C library
   * @param result the layout of its result
   * @param arguments the layouts of its arguments
   */
  static MethodHandle of(String name, ValueLayout result, MemoryLayout... arguments) {
    return handle(name, FunctionDescriptor.of(result, arguments), new Linker.Option[] {
      Linker.Option.captureCallState("errno")
    });
  }

  /**
   * Finds a function that takes more arguments than its declaration names, such as {@code ioctl(2)}.
   *
   * @param name its name in the C library
   * @param declared how many arguments its declaration names
   * @param result the layout of its result
   * @param arguments the layouts of all arguments
   */
  static MethodHandle variadic(
      String name, int declared, ValueLayout result, MemoryLayout... arguments) {
    return handle(name, FunctionDescriptor.of(result, arguments), new Linker.Option[] {
      Linker.Option.firstVariadicArg(declared), Linker.Option.captureCallState("errno")
    });
  }

  /**
   * Finds {@code syscall(2)} for a system call of a number of arguments, all of them {@code long}: for system calls that the
   * C library has no function for everywhere. A pointer goes in as its address.
   */
  static MethodHandle syscall(int arguments) {
    MemoryLayout[] layouts = new MemoryLayout[arguments + 1];
    Arrays.fill(layouts, ValueLayout.JAVA_LONG);
    FunctionDescriptor descriptor = FunctionDescriptor.of(ValueLayout.JAVA_LONG, layouts);
    return handle("syscall", descriptor, new Linker.Option[] {
      Linker.Option.firstVariadicArg(1), Linker.Option.captureCallState("errno")
    });
  }

  @SuppressWarnings("restricted") // that is what this module is for
  private static MethodHandle handle(
      String name, FunctionDescriptor descriptor, Linker.Option[] options) {
    MethodHandle function =
        LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
    return MethodHandles.explicitCastArguments(
        function, function.type().changeReturnType(long.class));
  }

  /** Makes room for {@code errno}. */
  static MemorySegment errnoSegment(Arena arena) {
    return arena.allocate(STATE);
  }

  /** Returns what a failed call left in {@code errno}. */
  static int errno(MemorySegment state) {
    return (int) ERRNO.get(state, 0L);
  }

  /** What a failure of a call means: a method handle throws {@link Throwable}, but a native function throws nothing. */
  static RuntimeException unexpected(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return thrown instanceof RuntimeException exception
        ? exception
        : new IllegalStateException(thrown);
  }
}
