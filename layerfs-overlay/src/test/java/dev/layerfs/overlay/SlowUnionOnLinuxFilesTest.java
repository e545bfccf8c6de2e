package dev.layerfs.overlay;

import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.platform.suite.api.SelectClasses;
import org.junit.platform.suite.api.Suite;

/** The rest of {@link UnionOnLinuxFilesTest}: what takes long, so that it runs beside the others. */
@Suite
@EnabledOnOs(OS.LINUX)
@SelectClasses(
    names = {
      "dev.layerfs.union.DeepTreeTest",
      "dev.layerfs.union.FailingHostTest",
      "dev.layerfs.union.UpperConverterTest"
    })
final class SlowUnionOnLinuxFilesTest {}
