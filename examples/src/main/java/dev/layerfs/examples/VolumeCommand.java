package dev.layerfs.examples;

import picocli.CommandLine.Command;

/** Groups the commands about volumes. */
@Command(
    name = "volume",
    description = "Volumes: what outlives containers.",
    subcommands = {
      VolumeCreateCommand.class,
      VolumeLsCommand.class,
      VolumeInspectCommand.class,
      VolumeRmCommand.class,
      VolumePruneCommand.class,
      VolumeSnapshotCommand.class,
      VolumeRestoreCommand.class,
      VolumeCloneCommand.class,
      VolumeExportCommand.class,
      VolumeImportCommand.class
    },
    footer = {"", "Example:", "  layerfs volume create data"})
final class VolumeCommand extends BaseCommand {
  @Override
  void run() {
    throw misused("Missing what to do with volumes: create, ls, inspect, rm, ...");
  }
}
