package dev.layerfs.registry;

/**
 * What a token is asked to allow (distribution, "Token Scope Documentation").
 *
 * @param text {@code type:name:actions}
 */
record Scope(String text) {
  /** May list the repositories of a registry. */
  static final Scope CATALOG = new Scope("registry:catalog:*");

  static Scope pull(String repository) {
    return new Scope("repository:" + repository + ":pull");
  }

  static Scope push(String repository) {
    return new Scope("repository:" + repository + ":pull,push");
  }

  static Scope delete(String repository) {
    return new Scope("repository:" + repository + ":delete,pull,push");
  }

  @Override
  public String toString() {
    return text;
  }
}
