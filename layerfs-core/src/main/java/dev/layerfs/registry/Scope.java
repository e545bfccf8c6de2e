package dev.layerfs.registry;

/**
 * What a token is asked to allow (distribution, "Token Scope Documentation").
 *
 * @param text {@code type:name:actions}
 */
record Scope(String text) {
  private static final String REPOSITORY = "repository:";

  /** May list the repositories of a registry. */
  static final Scope CATALOG = new Scope("registry:catalog:*");

  static Scope pull(String repository) {
    return new Scope(REPOSITORY + repository + ":pull");
  }

  static Scope push(String repository) {
    return new Scope(REPOSITORY + repository + ":pull,push");
  }

  static Scope delete(String repository) {
    return new Scope(REPOSITORY + repository + ":delete,pull,push");
  }

  /** The repository that it is about; empty if it is about none. */
  String repository() {
    return text.startsWith(REPOSITORY)
        ? text.substring(REPOSITORY.length(), text.lastIndexOf(':'))
        : "";
  }

  @Override
  public String toString() {
    return text;
  }
}
