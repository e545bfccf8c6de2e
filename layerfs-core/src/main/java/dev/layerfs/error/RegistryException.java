package dev.layerfs.error;

import java.io.IOException;
import java.util.List;

/**
 * A registry refused a request, or answered with something that is no answer. The message has no secrets: neither
 * credentials nor tokens, nor the queries of addresses, which may hold signatures.
 */
public final class RegistryException extends IOException {
  private static final long serialVersionUID = 1L;

  /** The status of the response; 0 if there was none. */
  private final int status;
  /** The error codes of the response, with commas between. */
  private final String codes;

  /**
   * Tells of a response that is an error.
   *
   * @param request what was asked, for example {@code GET registry.example/v2/app/manifests/1}; escaped here
   * @param status the status of the response
   * @param codes the error codes of its body (distribution-spec, "Error Codes"); escaped here
   * @param reason what the registry says; escaped here
   */
  public RegistryException(String request, int status, List<String> codes, String reason) {
    super(Printable.of(request) + ": status " + status
        + (codes.isEmpty() ? "" : " " + Printable.of(String.join(", ", codes)))
        + (reason.isEmpty() ? "" : ": " + Printable.of(reason)));
    this.status = status;
    this.codes = String.join(",", codes);
  }

  /**
   * Tells of an answer that breaks a rule, or of none.
   *
   * @param request what was asked; escaped here
   * @param problem what is wrong; trusted text, or escaped by the caller
   */
  public RegistryException(String request, String problem) {
    super(Printable.of(request) + ": " + problem);
    this.status = 0;
    this.codes = "";
  }

  /**
   * Returns the status of the response.
   *
   * @return an HTTP status; 0 if what came was no HTTP response, or broke a rule
   */
  public int status() {
    return status;
  }

  /**
   * Returns the error codes that the registry gave, for example {@code DENIED}. They are the registry's text.
   *
   * @return the codes, in its order; may be empty
   */
  public List<String> codes() {
    return codes.isEmpty() ? List.of() : List.of(codes.split(",", -1));
  }
}
