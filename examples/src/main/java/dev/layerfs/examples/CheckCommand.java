package dev.layerfs.examples;

import dev.layerfs.CheckOptions;
import dev.layerfs.CheckReport;
import dev.layerfs.LayerStore;
import dev.layerfs.PullOptions;
import dev.layerfs.oci.Reference;
import dev.layerfs.registry.RegistryClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks and repairs the store. */
@Command(
    name = "check",
    description = {
      "Check everything in the store, and tell what is damaged, what needs it and what to do.",
      "Exit code 1 if something is damaged, and was not repaired."
    },
    footer = {
      "",
      "Examples:",
      "  layerfs check --level fast",
      "  layerfs check --repair --from debian.tar"
    })
final class CheckCommand extends StoreCommand {
  @Option(
      names = "--level",
      paramLabel = "fast|full",
      description = "Structure, records and sizes only, or every byte. Default: full.")
  private String level = "full";

  @Option(names = "--repair", description = "Put right what can be.")
  private boolean repair;

  @Option(
      names = "--from",
      paramLabel = "DIR|FILE|REF",
      description = "With --repair: take blobs from another store, layout, archive or registry.")
  private List<String> sources = new ArrayList<>();

  @Mixin
  private RegistryFlags registry = new RegistryFlags();

  @Override
  void run(LayerStore store) throws IOException {
    if (!repair && !sources.isEmpty()) {
      throw misused("--from is for --repair");
    }
    CheckOptions.Builder options = CheckOptions.builder().level(level());
    if (repair) {
      options.repair();
    }
    List<RegistryClient> clients = new ArrayList<>();
    try {
      for (String source : sources) {
        addSource(options, source, clients);
      }
      tell(check(store, options));
    } finally {
      clients.forEach(RegistryClient::close);
    }
  }

  private CheckReport check(LayerStore store, CheckOptions.Builder options) throws IOException {
    try (Progress progress = Progress.watchedOn(terminal())) {
      return store.maintenance().check(options.progress(progress).build());
    }
  }

  private CheckOptions.Level level() {
    try {
      return CheckOptions.Level.valueOf(level.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw misused("--level must be fast or full");
    }
  }

  private void addSource(CheckOptions.Builder options, String source, List<RegistryClient> clients)
      throws IOException {
    if (Files.exists(Path.of(source))) {
      options.from(Path.of(source));
      return;
    }
    RegistryClient client = registry.open(Reference.parse(source).domain(), this);
    clients.add(client);
    options.fromRegistry(source, PullOptions.builder().client(client).build());
  }

  private void tell(CheckReport report) {
    if (json()) {
      print(StoreDocuments.report(report));
    } else {
      report.findings().forEach(this::tell);
      out()
          .println((report.isHealthy() ? "Nothing is damaged in " : "There is damage in ")
              + report.objects()
              + " objects");
    }
    if (!report.isHealthy()) {
      failInTheEnd();
    }
  }

  private void tell(CheckReport.Finding finding) {
    out()
        .println(Human.printable(finding.status().name().toLowerCase(Locale.ROOT)
            + " "
            + StoreDocuments.words(finding.subject())
            + ": "
            + finding.problem()));
    finding
        .dependents()
        .forEach(dependent ->
            out().println(Human.printable("  needed by " + StoreDocuments.words(dependent))));
    if (!finding.remedy().isEmpty()) {
      out().println(Human.printable("  to do: " + finding.remedy()));
    }
  }
}
