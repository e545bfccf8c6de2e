package dev.layerfs.examples;

import dev.layerfs.Image;
import dev.layerfs.LayerChange;
import dev.layerfs.Rootfs;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Resolver.LastLink;
import dev.layerfs.posix.Stat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is to be seen of an image, as the page gets it: lists that belong together are columns, because they compress better. */
final class ExploreReport {
  private static final JsonReader JSON = JsonReader.unbounded();

  private final Image image;
  private final ExploreTree tree;
  private final List<ExploreNode> nodes;
  private final Map<String, String> previews;
  private final Map<String, String> links;

  private ExploreReport(
      Image image,
      ExploreTree tree,
      List<ExploreNode> nodes,
      Map<String, String> previews,
      Map<String, String> links) {
    this.image = image;
    this.tree = tree;
    this.nodes = nodes;
    this.previews = previews;
    this.links = links;
  }

  /**
   * Looks at an image.
   *
   * @param image the image
   * @param previewBytes bytes of text of its files at most
   */
  static ExploreReport of(Image image, long previewBytes) throws IOException {
    ExploreTree tree = new ExploreTree();
    try (Stream<LayerChange> changes = image.layerChanges()) {
      changes.forEachOrdered(tree::add);
    }
    List<ExploreNode> nodes = tree.root().number();
    try (Rootfs rootfs = image.open()) {
      Map<String, String> previews = new ExplorePreviews(rootfs.posix(), previewBytes).of(nodes);
      return new ExploreReport(image, tree, nodes, previews, links(rootfs.posix(), nodes));
    }
  }

  private static Map<String, String> links(PosixView view, List<ExploreNode> nodes)
      throws IOException {
    Map<String, String> links = new LinkedHashMap<>();
    for (ExploreNode node : nodes) {
      if (node.stat() != null && node.stat().type() == FileType.SYMLINK) {
        RootFile link = RootFile.find(view, node.path(), LastLink.NOFOLLOW);
        links.put(String.valueOf(node.index()), link.target());
      }
    }
    return links;
  }

  /** Returns the texts of files by the number of their path. */
  Map<String, String> previews() {
    return previews;
  }

  /** Returns the figures alone. */
  Map<String, Object> summary() {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("digest", image.digest().toString());
    summary.put("layers", image.manifest().layers().size());
    summary.put("files", nodes.stream().filter(node -> node.stat() != null).count());
    summary.put(
        "contentBytes", tree.events().stream().mapToLong(ExploreEvent::bytes).sum());
    summary.put("wastedBytes", tree.wasted());
    summary.put("previews", previews.size());
    return summary;
  }

  /** Returns everything but the previews. */
  Map<String, @Nullable Object> document() throws IOException {
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("image", Documents.image(image));
    document.put("name", image.toString());
    document.put("config", JSON.read(image.config().bytes()));
    document.put(
        "steps", HistoryStep.of(image).stream().map(HistoryStep::document).toList());
    document.put("layers", layers());
    document.put("nodes", nodeColumns());
    document.put("events", eventColumns());
    document.put("links", links);
    return document;
  }

  private List<Map<String, Object>> layers() throws IOException {
    List<Map<String, Object>> layers = new ArrayList<>();
    for (HistoryStep step : HistoryStep.of(image)) {
      if (step.layer() != null) {
        Map<String, Object> layer = new LinkedHashMap<>(Documents.layer(step.layer()));
        layer.put("command", step.history().createdBy().orElse(""));
        layers.add(layer);
      }
    }
    return layers;
  }

  private Map<String, Object> nodeColumns() {
    Map<String, Object> columns = new LinkedHashMap<>();
    columns.put("parent", nodes.stream().map(ExploreReport::parentIndex).toList());
    columns.put("name", nodes.stream().map(ExploreNode::name).toList());
    return columns;
  }

  private static int parentIndex(ExploreNode node) {
    return node.parent() == null ? -1 : node.parent().index();
  }

  private Map<String, Object> eventColumns() {
    Map<String, Object> columns = new LinkedHashMap<>();
    columns.put("layer", column(ExploreEvent::layer));
    columns.put("node", column(event -> event.node().index()));
    columns.put("kind", column(event -> event.kind().ordinal()));
    columns.put("type", String.join("", column(ExploreReport::type)));
    columns.put("mode", statColumn(Stat::mode));
    columns.put("uid", statColumn(Stat::uid));
    columns.put("gid", statColumn(Stat::gid));
    columns.put("size", statColumn(Stat::size));
    columns.put("mtime", statColumn(Stat::mtimeSeconds));
    columns.put("content", column(ExploreEvent::content));
    columns.put("bytes", column(ExploreEvent::bytes));
    columns.put("wasted", column(ExploreEvent::wasted));
    return columns;
  }

  private <T> List<T> column(Function<ExploreEvent, T> value) {
    return tree.events().stream().map(value).toList();
  }

  private List<Number> statColumn(Function<Stat, Number> value) {
    return column(event -> event.stat() == null ? 0 : value.apply(event.stat()));
  }

  private static String type(ExploreEvent event) {
    return event.stat() == null
        ? " "
        : String.valueOf(Human.mode(event.stat().type(), 0).charAt(0));
  }
}
