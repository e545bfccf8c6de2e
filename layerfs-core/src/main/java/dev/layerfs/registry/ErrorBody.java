package dev.layerfs.registry;

import dev.layerfs.error.RegistryException;
import dev.layerfs.json.JsonObject;
import dev.layerfs.json.JsonReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The body of an error (distribution-spec, "Error Codes"). */
final class ErrorBody {
  private static final int MAX_BYTES = 64 << 10;
  private static final int MAX_DEPTH = 16;
  private static final int MAX_ERRORS = 10;

  private ErrorBody() {}

  /** Makes an exception of a response that is an error; what is no JSON of the right form is left out. */
  static RegistryException exception(Response response) {
    List<String> codes = new ArrayList<>();
    List<String> messages = new ArrayList<>();
    try {
      byte[] body = response.body().readNBytes(MAX_BYTES);
      JsonObject json = new JsonReader(MAX_BYTES, MAX_DEPTH).readObject(body, response.request());
      for (JsonObject error : json.objects("errors")) {
        if (codes.size() < MAX_ERRORS) {
          codes.add(response.redaction().of(error.optionalString("code").orElse("UNKNOWN")));
          error.optionalString("message").ifPresent(messages::add);
        }
      }
    } catch (IOException e) {
      // the status has to do
    }
    String reason = response.redaction().of(String.join("; ", messages));
    return new RegistryException(response.request(), response.status(), codes, reason);
  }
}
