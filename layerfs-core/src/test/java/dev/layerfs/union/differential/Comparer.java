package dev.layerfs.union.differential;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares what a view did with what the kernel did: they must be the same but for what some {@link Rule}s say. A rule
 * that changes nothing in all the cases is an error, too.
 */
final class Comparer {
  private static final int SHOWN = 5;

  private final Set<Rule> rules;
  private final Map<Rule, Integer> fired = new EnumMap<>(Rule.class);
  private final List<String> differences = new ArrayList<>();
  private int compared;

  Comparer(Set<Rule> rules) {
    this.rules = rules;
    rules.forEach(rule -> fired.put(rule, 0));
  }

  /**
   * Returns what a view is asked: all that the kernel was, but for what a rule leaves out so that both go on from the same.
   *
   * @param question the case
   * @param results what the kernel answered
   */
  Case asked(Case question, List<String> results) {
    List<Operation> operations = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      if (!isSkipped(results.get(i))) {
        operations.add(question.operations().get(i));
      }
    }
    return question.with(operations);
  }

  /** Returns the kernel's outcome without the results of what a view is not asked. */
  Outcome answered(Outcome kernel) {
    List<String> results = kernel.results().stream()
        .filter(result -> rules.stream().noneMatch(rule -> rule.skips(result)))
        .toList();
    return new Outcome(results, kernel.visible(), kernel.raw());
  }

  private boolean isSkipped(String result) {
    boolean skipped = false;
    for (Rule rule : rules) {
      if (rule.skips(result)) {
        fired.merge(rule, 1, Integer::sum);
        skipped = true;
      }
    }
    return skipped;
  }

  /**
   * Compares the outcomes of a case.
   *
   * @param question the case
   * @param kernel what the kernel did; its raw upper is compared only if the view's is known
   * @param view what the view did
   */
  void compare(Case question, Outcome kernel, Outcome view) {
    compared++;
    Outcome expected = view.raw() == null ? kernel.withRaw(null) : kernel;
    for (Rule rule : rules) {
      Outcome amended = rule.amend(question, expected, view);
      if (!amended.equals(expected)) {
        fired.merge(rule, 1, Integer::sum);
        expected = amended;
      }
    }
    if (!expected.equals(view)) {
      differences.add(question + ": kernel " + kernel + "\n expected " + expected
          + "\n but the view has " + view + "\n");
    }
  }

  /** Returns how many cases there were and how often each rule made a difference. */
  String summary() {
    return compared + " cases, " + differences.size() + " differences, rules " + fired;
  }

  /** Whether each rule has had a case, and there was any at all. */
  boolean isComplete() {
    return compared > 0 && !fired.containsValue(0);
  }

  /** Fails if there was a difference that no rule has, or a rule without a case. */
  void requireAgreement() {
    if (compared == 0 || !differences.isEmpty() || fired.containsValue(0)) {
      String first = differences.stream().limit(SHOWN).collect(Collectors.joining("\n"));
      throw new AssertionError(summary() + "\n" + first);
    }
  }
}
