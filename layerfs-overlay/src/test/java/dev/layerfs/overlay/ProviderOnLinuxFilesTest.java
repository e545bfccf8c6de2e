package dev.layerfs.overlay;

import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.platform.suite.api.SelectClasses;
import org.junit.platform.suite.api.Suite;

/** The rest of {@link UnionOnLinuxFilesTest}: what makes a namespace for mounts, so that it runs beside no other. */
@Suite
@EnabledOnOs(OS.LINUX)
@SelectClasses(names = "dev.layerfs.nio.HostDifferentialTest")
final class ProviderOnLinuxFilesTest {}
