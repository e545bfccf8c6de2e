package dev.layerfs.erofs;

import dev.layerfs.error.MalformedImageException;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Stat;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What each layer of an image does to the tree that the layers beneath it make. The merge is that of {@link ImageTree}, so the
 * paths are those of the merged tree: where a layer's entry comes to lie, also behind a symbolic link. Takes memory for each inode
 * of the tree, and for what one layer does. Not thread-safe.
 */
public final class LayerSteps {
  private final List<ErofsImage> layers;
  private final List<String> tags;
  private final Recorder recorder = new Recorder();
  private final TreeMerge merge = new TreeMerge(recorder);
  private int applied;

  /**
   * Something a layer does.
   *
   * @param path the absolute path, beginning with {@code /}, with names as {@link Name#toString} gives them
   * @param replaces whether the path had something before
   * @param stat the attributes of what is there now; its inode number is that of the layer it comes from. Null if the layer
   *     removes what was there
   * @param origin the layer that the inode comes from: a lower one for a hard link to a file of it; -1 if {@code stat} is null
   */
  public record Step(
      String path, boolean replaces, @Nullable Stat stat, int origin) {}

  /**
   * Begins below the first layer.
   *
   * @param layers the layer files, bottom first; they stay the caller's, and open until this is done
   * @param tags a name for each layer, for messages
   */
  public LayerSteps(List<ErofsImage> layers, List<String> tags) {
    if (layers.size() != tags.size()) {
      throw new IllegalArgumentException("a tag for each layer");
    }
    this.layers = List.copyOf(layers);
    this.tags = List.copyOf(tags);
  }

  /**
   * Puts the next layer on top of those before.
   *
   * @return what it does: what it removes, then what it has, each directory before what is in it. What it removes is told by the
   *     topmost path. Null after the last layer
   * @throws MalformedImageException if the layer does not fit what is beneath it
   * @throws IOException if a layer file is damaged or can't be read
   */
  public @Nullable List<Step> next() throws IOException {
    if (applied == layers.size()) {
      return null;
    }
    merge.apply(new LayerView(layers.get(applied), applied, tags.get(applied)));
    applied++;
    return recorder.take();
  }

  /** Notes what a merge touches. What came of it is looked up when the layer is in place and its hard links are resolved. */
  private static final class Recorder implements MergeListener {
    private final Map<TreeNode, Name> names = new IdentityHashMap<>(); // of directories
    private final Map<TreeNode, Map<Name, Boolean>> replaced = new IdentityHashMap<>();
    private final List<TreeNode> touched = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();

    @Override
    public void hides(TreeNode directory, Name name) {
      String path = path(directory);
      if (path != null) {
        steps.add(new Step(path + "/" + name, true, null, -1));
      }
    }

    @Override
    public void puts(TreeNode directory, Name name) {
      Map<Name, Boolean> ofDirectory = replaced.get(directory);
      if (ofDirectory == null) {
        ofDirectory = new LinkedHashMap<>();
        replaced.put(directory, ofDirectory);
        touched.add(directory);
      }
      ofDirectory.putIfAbsent(name, directory.child(name) != null);
    }

    /** Returns the steps since the last time. */
    List<Step> take() throws IOException {
      for (TreeNode directory : touched) {
        String path = path(directory);
        if (path != null) {
          addSteps(directory, path, replaced.getOrDefault(directory, Map.of()));
        }
      }
      List<Step> taken = List.copyOf(steps);
      touched.clear();
      replaced.clear();
      steps.clear();
      return taken;
    }

    private void addSteps(TreeNode directory, String path, Map<Name, Boolean> ofDirectory)
        throws IOException {
      for (Map.Entry<Name, Boolean> entry : ofDirectory.entrySet()) {
        if (directory.child(entry.getKey()) instanceof MergedNode node) {
          Stat stat = node.stat();
          if (stat != null) {
            steps.add(new Step(path + "/" + entry.getKey(), entry.getValue(), stat, node.device()));
          }
        }
      }
    }

    /** Returns a directory's path, empty for the root; null if it is no longer in the tree. */
    private @Nullable String path(TreeNode directory) {
      Deque<Name> path = new ArrayDeque<>();
      for (TreeNode node = directory; node.parent() != node; node = node.parent()) {
        Name name = name(node);
        if (name == null) {
          return null;
        }
        path.push(name);
      }
      StringBuilder text = new StringBuilder();
      path.forEach(name -> text.append('/').append(name));
      return text.toString();
    }

    private @Nullable Name name(TreeNode directory) {
      Name known = names.get(directory);
      if (known != null && directory.parent().child(known) == directory) {
        return known;
      }
      directory.parent().children().forEach((name, child) -> {
        if (child.isDirectory()) {
          names.put(child, name);
        }
      });
      Name found = names.get(directory);
      return found != null && directory.parent().child(found) == directory ? found : null;
    }
  }
}
