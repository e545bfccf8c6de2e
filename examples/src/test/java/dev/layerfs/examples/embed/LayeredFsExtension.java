package dev.layerfs.examples.embed;

import dev.layerfs.Container;
import dev.layerfs.ContainerOptions;
import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.error.NotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** What {@link LayeredFs} does: one store for all tests, which JUnit closes after the last, one container for each. */
final class LayeredFsExtension implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(LayeredFsExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
    Class<?> type = parameter.getParameter().getType();
    return type == Container.class || type == Path.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
    // JUnit closes what is in a test's store when the test ends; an ephemeral container is removed
    // with that.
    Container container = test.getStore(NAMESPACE)
        .computeIfAbsent(Container.class, key -> create(test), Container.class);
    return parameter.getParameter().getType() == Path.class ? container.root() : container;
  }

  private static Container create(ExtensionContext test) {
    String name = AnnotationSupport.findAnnotation(
            test.getRequiredTestClass(), LayeredFs.class, test.getEnclosingTestClasses())
        .orElseThrow()
        .value();
    Store all = test.getRoot().getStore(NAMESPACE);
    LayerStore store = all.computeIfAbsent(LayerStore.class, key -> open(test), LayerStore.class);
    Image image = all.computeIfAbsent(name, key -> find(store, name), Image.class);
    try {
      return store.create(image, ContainerOptions.builder().ephemeral().build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static LayerStore open(ExtensionContext test) {
    String directory = test.getConfigurationParameter("layerfs.store")
        .orElseThrow(() -> new IllegalStateException("no configuration parameter layerfs.store"));
    try {
      return LayerStore.open(Path.of(directory));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Image find(LayerStore store, String name) {
    try {
      try {
        return store.image(name);
      } catch (NotFoundException e) {
        return store.pull(name);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
