package dev.layerfs.error;

import java.io.IOException;

/**
 * An image, layer, archive or document breaks the rules of its format. The message names the object, then the rule.
 */
public class MalformedImageException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what is malformed and why.
   *
   * @param object what is malformed, for example {@code "layer sha256:… entry 17 'etc/passwd'"}; escaped here
   * @param rule the rule it breaks, in words, with the spec's section where there is one; trusted text
   */
  public MalformedImageException(String object, String rule) {
    super(Printable.of(object) + ": " + rule);
  }
}
