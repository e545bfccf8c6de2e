package dev.layerfs.union.differential;

import dev.layerfs.posix.PosixException;
import java.util.ArrayList;
import java.util.List;

/**
 * A state and what is done to it, in a directory of its own.
 *
 * @param number the directory's
 * @param state what is there before
 * @param operations what is done, one after the other, whatever comes of each
 */
record Case(int number, State state, List<Operation> operations) {
  private static final int PER_DIRECTORY = 1000;

  /** Returns a case for each state and operation. */
  static List<Case> depthOne(List<State> states) {
    List<Case> cases = new ArrayList<>();
    for (State state : states) {
      for (Operation operation : Operation.values()) {
        cases.add(new Case(cases.size(), state, List.of(operation)));
      }
    }
    return cases;
  }

  /** Returns one of the cases of each state and two operations; the states before the first operations, those before the second. */
  static Case depthTwo(List<State> states, int number) {
    Operation[] all = Operation.values();
    int first = number / all.length;
    List<Operation> both = List.of(all[first % all.length], all[number % all.length]);
    return new Case(number, states.get(first / all.length), both);
  }

  /** Returns the same state, to which something else is done. */
  Case with(List<Operation> others) {
    return new Case(number, state, others);
  }

  /** Returns the last operation; if nothing is done, that is a look. */
  Operation operation() {
    return operations.isEmpty() ? Operation.LSTAT : operations.get(operations.size() - 1);
  }

  /** Returns the name of the directory that holds the case's directory. */
  String group() {
    return Integer.toString(number / PER_DIRECTORY);
  }

  /** Returns the path of the case's directory. */
  String directory() {
    return group() + "/" + number;
  }

  /** Returns the path of an object in the case's directory; an empty path is that directory. */
  String path(String path) {
    return path.isEmpty() ? directory() : directory() + "/" + path;
  }

  /** Makes what operations find beside the name. */
  static void makeCompanions(Syscalls fs) throws PosixException {
    fs.writeFile("of", "of");
    fs.mkdir("od", 0755);
  }

  @Override
  public String toString() {
    return state + " " + operations.stream().map(Operation::label).toList();
  }
}
