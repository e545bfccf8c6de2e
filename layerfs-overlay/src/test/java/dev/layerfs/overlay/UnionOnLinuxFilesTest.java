package dev.layerfs.overlay;

import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.platform.suite.api.SelectClasses;
import org.junit.platform.suite.api.Suite;

/**
 * What the core asks of every host, asked of the two ways in which this module keeps uppers: its tests, which find them as the
 * library does. Surefire looks for tests of a dependency in jars only, and there is none before the phase {@code package}.
 */
@Suite
@EnabledOnOs(OS.LINUX)
@SelectClasses(
    names = {
      "dev.layerfs.union.AppendTest",
      "dev.layerfs.union.ConcurrentModelTest",
      "dev.layerfs.union.ContendedNamesTest",
      "dev.layerfs.union.CopyUpCrashTest",
      "dev.layerfs.union.CopyUpTest",
      "dev.layerfs.union.CoveredUpperTest",
      "dev.layerfs.union.EventsTest",
      "dev.layerfs.union.HolesTest",
      "dev.layerfs.union.KernelMountTest",
      "dev.layerfs.union.LocksTest",
      "dev.layerfs.union.MappedHandleTest",
      "dev.layerfs.union.SparseCopyUpTest",
      "dev.layerfs.union.UnionModelTest",
      "dev.layerfs.union.UpperTest"
    })
final class UnionOnLinuxFilesTest {}
