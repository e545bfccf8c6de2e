package dev.layerfs.overlay;

import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.platform.suite.api.SelectClasses;
import org.junit.platform.suite.api.Suite;

/** What the core asks of every volume, asked of plain directories as this module shows them. */
@Suite
@EnabledOnOs(OS.LINUX)
@SelectClasses(
    names = {
      "dev.layerfs.volume.HostViewModelTest",
      "dev.layerfs.volume.MountedViewTest",
      "dev.layerfs.volume.SharedVolumeTest"
    })
final class VolumesOnLinuxFilesTest {}
