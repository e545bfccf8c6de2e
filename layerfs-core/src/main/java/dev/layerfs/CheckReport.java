package dev.layerfs;

import java.util.List;

/**
 * What a check found. Immutable.
 *
 * @param findings what is not as it was written, or is to be known, in the order in which it was found
 * @param objects number of objects that were looked at
 */
public record CheckReport(List<Finding> findings, int objects) {
  /** Copies the list. */
  public CheckReport {
    findings = List.copyOf(findings);
  }

  /**
   * Says whether everything is right, now that the check is done.
   *
   * @return whether no finding is {@link Status#DAMAGED}
   */
  public boolean isHealthy() {
    return findings.stream().noneMatch(finding -> finding.status() == Status.DAMAGED);
  }

  /** How bad a finding is. */
  public enum Status {
    /** It is not what was stored. What needs it can't be used, or not all of it; everything else can. */
    DAMAGED,
    /** It was damaged or missing, and is right now. */
    REPAIRED,
    /** Nothing needs it. */
    LEFTOVER,
    /** Nothing is wrong, but it was not looked at, or is not there and will be made when it is needed. */
    NOTE
  }

  /**
   * Something that was found.
   *
   * @param subject what it is about
   * @param status how bad it is
   * @param problem which rule is broken, or what is to be known
   * @param dependents the images and containers that need the object
   * @param remedy what to do about it; empty if nothing has to be done
   */
  public record Finding(
      StoreObject subject,
      Status status,
      String problem,
      List<StoreObject> dependents,
      String remedy) {
    /** Copies the list. */
    public Finding {
      dependents = List.copyOf(dependents);
    }
  }
}
