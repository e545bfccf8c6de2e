package dev.layerfs.examples;

import dev.layerfs.CheckReport;
import dev.layerfs.DiscardReport;
import dev.layerfs.Explanation;
import dev.layerfs.GcPlan;
import dev.layerfs.StoreObject;
import dev.layerfs.StoreSpace;
import dev.layerfs.oci.Descriptor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the maintenance of a store tells, as JSON: raw numbers, kinds and states in lower case. */
final class StoreDocuments {
  private StoreDocuments() {}

  /** Returns an object of a store in words. */
  static String words(StoreObject object) {
    return word(object.kind()) + ' ' + object.id();
  }

  /** Returns a constant in words. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static Map<String, Object> object(StoreObject object) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("kind", object.kind().name().toLowerCase(Locale.ROOT));
    document.put("id", object.id());
    return document;
  }

  private static List<Map<String, Object>> objects(List<StoreObject> objects) {
    return objects.stream().map(StoreDocuments::object).toList();
  }

  /** Returns what can be deleted, or was. */
  static Map<String, Object> plan(GcPlan plan, boolean done) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("deleted", done);
    document.put("bytes", plan.bytes());
    document.put("garbage", plan.garbage().stream().map(StoreDocuments::garbage).toList());
    document.put(
        "obstacles", plan.obstacles().stream().map(StoreDocuments::obstacle).toList());
    return document;
  }

  private static Map<String, Object> garbage(GcPlan.Garbage garbage) {
    Map<String, Object> document = object(garbage.subject());
    document.put("bytes", garbage.bytes());
    document.put("reason", garbage.reason());
    return document;
  }

  private static Map<String, Object> obstacle(GcPlan.Obstacle obstacle) {
    Map<String, Object> document = object(obstacle.subject());
    document.put("problem", obstacle.problem());
    return document;
  }

  /** Returns what blobs can be discarded, or were. */
  static Map<String, Object> discard(DiscardReport report, boolean done) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("deleted", done);
    document.put("bytes", report.bytes());
    document.put(
        "discarded", report.discarded().stream().map(StoreDocuments::discarded).toList());
    document.put("kept", report.kept().stream().map(StoreDocuments::kept).toList());
    return document;
  }

  private static Map<String, Object> discarded(DiscardReport.Discarded discarded) {
    Map<String, Object> document = blob(discarded.blob());
    document.put("recipeBytes", discarded.recipeBytes());
    return document;
  }

  private static Map<String, Object> kept(DiscardReport.Kept kept) {
    Map<String, Object> document = blob(kept.blob());
    document.put("reason", kept.reason().name().toLowerCase(Locale.ROOT));
    return document;
  }

  private static Map<String, Object> blob(Descriptor blob) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("digest", blob.digest().toString());
    document.put("bytes", blob.size());
    return document;
  }

  /** Returns what a store takes on disk. */
  static Map<String, Object> space(StoreSpace space) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("images", space.images().stream().map(StoreDocuments::image).toList());
    document.put(
        "containers", space.containers().stream().map(StoreDocuments::container).toList());
    document.put("blobBytes", space.blobBytes());
    document.put("layerBytes", space.layerBytes());
    document.put("treeBytes", space.treeBytes());
    document.put("extractedBytes", space.extractedBytes());
    document.put("containerBytes", space.containerBytes());
    document.put("coveredBytes", space.coveredBytes());
    document.put("volumeBytes", space.volumeBytes());
    document.put("otherBytes", space.otherBytes());
    document.put("totalBytes", space.totalBytes());
    document.put("reclaimableBytes", space.reclaimableBytes());
    return document;
  }

  private static Map<String, Object> image(StoreSpace.OfImage image) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("digest", image.digest());
    document.put("names", image.names());
    document.put("exclusiveBytes", image.exclusiveBytes());
    document.put("sharedBytes", image.sharedBytes());
    return document;
  }

  private static Map<String, Object> container(StoreSpace.OfContainer container) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("id", container.id());
    document.put("imageName", container.imageName());
    document.put("exclusiveBytes", container.exclusiveBytes());
    document.put("sharedBytes", container.sharedBytes());
    return document;
  }

  /** Returns what a check found. */
  static Map<String, Object> report(CheckReport report) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("healthy", report.isHealthy());
    document.put("objects", report.objects());
    document.put(
        "findings", report.findings().stream().map(StoreDocuments::finding).toList());
    return document;
  }

  private static Map<String, Object> finding(CheckReport.Finding finding) {
    Map<String, Object> document = object(finding.subject());
    document.put("status", word(finding.status()));
    document.put("problem", finding.problem());
    document.put("dependents", objects(finding.dependents()));
    document.put("remedy", finding.remedy());
    return document;
  }

  /** Returns why something is kept. */
  static Map<String, Object> explanation(Explanation explanation) {
    Map<String, Object> document = object(explanation.subject());
    document.put("bytes", explanation.bytes());
    document.put(
        "reasons", explanation.reasons().stream().map(StoreDocuments::objects).toList());
    document.put("freed", objects(explanation.freed()));
    document.put("freedBytes", explanation.freedBytes());
    return document;
  }
}
