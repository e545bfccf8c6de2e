package dev.layerfs.store;

import dev.layerfs.json.Json;
import dev.layerfs.json.JsonObject;
import dev.layerfs.union.Upper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The part of a {@link ContainerRecord} that says how what is written to the container is kept.
 *
 * @param format how uppers are stored
 * @param base the covered uppers on the image that the container began with, the lowest first
 * @param checkpoints the covered uppers that were its own, the lowest first
 * @param covering the covered upper that its upper is becoming; whoever opens the container next finishes that
 * @param resetting whether its upper is being thrown away; whoever opens it next finishes that
 * @param converting the format that its uppers are being converted to; whoever opens it next finishes that
 */
public record UppersRecord(
    Upper.Format format,
    List<Id> base,
    List<Id> checkpoints,
    Optional<Id> covering,
    boolean resetting,
    Optional<Upper.Format> converting) {

  static UppersRecord of(Upper.Format format, List<Id> base) {
    return new UppersRecord(format, base, List.of(), Optional.empty(), false, Optional.empty());
  }

  /** Returns all covered uppers on the image, the lowest first. */
  public List<Id> beneath() {
    List<Id> all = new ArrayList<>(base);
    all.addAll(checkpoints);
    return all;
  }

  /** Returns the covered uppers whose content can be gone back to, the lowest first: the top of the base, and its own. */
  List<Id> returnable() {
    return beneath().subList(Math.max(0, base.size() - 1), base.size() + checkpoints.size());
  }

  UppersRecord withCovering(Optional<Id> id) {
    return new UppersRecord(format, base, checkpoints, id, resetting, converting);
  }

  UppersRecord withCheckpoints(List<Id> now) {
    return new UppersRecord(format, base, List.copyOf(now), covering, resetting, converting);
  }

  UppersRecord withResetting(boolean now) {
    return new UppersRecord(format, base, checkpoints, covering, now, converting);
  }

  UppersRecord withConverting(Optional<Upper.Format> target) {
    return new UppersRecord(format, base, checkpoints, covering, resetting, target);
  }

  UppersRecord withFormat(Upper.Format now) {
    return new UppersRecord(now, base, checkpoints, covering, resetting, converting);
  }

  void addTo(Map<String, Json> fields) {
    fields.put("upper", new Json.Text(format.name()));
    fields.put("base", array(base));
    fields.put("checkpoints", array(checkpoints));
    fields.put("resetting", resetting ? Json.Literal.TRUE : Json.Literal.FALSE);
    covering.ifPresent(id -> fields.put("covering", new Json.Text(id.toString())));
    converting.ifPresent(to -> fields.put("converting", new Json.Text(to.name())));
  }

  private static Json array(List<Id> ids) {
    return new Json.Array(
        ids.stream().<Json>map(id -> new Json.Text(id.toString())).toList());
  }

  static UppersRecord parse(JsonObject fields) throws IOException {
    Optional<String> covering = fields.optionalString("covering");
    return new UppersRecord(
        new Upper.Format(fields.string("upper")),
        ids(fields, "base", fields.strings("base")),
        ids(fields, "checkpoints", fields.strings("checkpoints")),
        ids(fields, "covering", covering.stream().toList()).stream().findFirst(),
        fields.flag("resetting"),
        fields.optionalString("converting").map(Upper.Format::new));
  }

  private static List<Id> ids(JsonObject fields, String member, List<String> texts)
      throws IOException {
    List<Id> ids = new ArrayList<>();
    for (String text : texts) {
      ids.add(Id.parse(text).orElseThrow(() -> fields.malformed(member, "is no id")));
    }
    return List.copyOf(ids);
  }
}
