package dev.layerfs.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.spi.MountBackend.Feature;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What kernels can do, asked or guessed. */
final class KernelFeaturesTest extends MountingTest {
  @ParameterizedTest
  @CsvSource({
    "5.9.16, ''",
    "5.10.0-35-amd64, VOLATILE",
    "5.11, USERXATTR VOLATILE",
    "6.5.13, USERXATTR VOLATILE",
    "6.6-rc1, UUID USERXATTR VOLATILE",
    "6.12.8+, UUID USERXATTR VOLATILE",
    "10.0, UUID USERXATTR VOLATILE",
    "unknown, ''"
  })
  void releases(String release, String known) {
    KernelFeatures features = KernelFeatures.ofRelease(release, parameter -> false);
    assertEquals(known, names(features));
    assertTrue(!features.oneByOne() && !features.byDescriptor());
  }

  @Test
  void parametersOfTheModule() {
    Set<String> parameters = Set.of("index", "redirect_dir", "xino_auto");
    assertEquals(
        "INDEX XINO REDIRECT_DIR", names(KernelFeatures.ofRelease("5.4.0", parameters::contains)));
  }

  private static String names(KernelFeatures features) {
    return features.options().stream().sorted().map(Enum::name).collect(Collectors.joining(" "));
  }

  /** A kernel that answers is believed, and has to answer as one of its release. */
  @Test
  void thisKernel() throws IOException {
    KernelFeatures asked = new FeatureProbe(new MountCalls()).overlay();
    KernelFeatures guessed = KernelFeatures.ofRelease(run("uname", "-r").strip());
    assertEquals(guessed.options(), asked.options());
  }

  @Test
  void everyFeatureIsExplained() throws IOException {
    List<Feature> features = backend.features();
    assertEquals(
        List.of(
            "erofs from files",
            "lowerdir+",
            "layers by descriptor",
            "index=off",
            "metacopy=off",
            "nfs_export=off",
            "uuid=null",
            "xino=auto",
            "redirect_dir=on",
            "userxattr",
            "volatile"),
        features.stream().map(Feature::name).toList());
    assertTrue(features.stream().noneMatch(feature -> feature.use().isBlank()));
    assertEquals(backend.mountsImages(), features.get(0).available());
    String use = features.get(3).use();
    String setting = Tool.run(List.of("cat", "/sys/module/overlay/parameters/index"))
        .output()
        .strip();
    assertTrue(use.endsWith(setting.equals("Y") ? "have it on" : "have it off"), use);
  }
}
