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
      Outcome amended = rule.amend(question, expected);
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

  /** Fails if there was a difference that no rule has, or a rule without a case. */
  void requireAgreement() {
    if (compared == 0 || !differences.isEmpty() || fired.containsValue(0)) {
      String first = differences.stream().limit(SHOWN).collect(Collectors.joining("\n"));
      throw new AssertionError(summary() + "\n" + first);
    }
  }
}
