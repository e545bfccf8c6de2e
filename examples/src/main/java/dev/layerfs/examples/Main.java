package dev.layerfs.examples;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** The {@code layerfs} command. */
@Command(
    name = "layerfs",
    description = "Container images as file systems.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    scope = ScopeType.INHERIT)
public final class Main {
  private static final List<Class<?>> COMMANDS = List.of(
      DemoCommand.class,
      LoadCommand.class,
      PullCommand.class,
      PushCommand.class,
      TagsCommand.class,
      CatalogCommand.class,
      SearchCommand.class,
      ImagesCommand.class,
      InspectCommand.class,
      HistoryCommand.class,
      TagCommand.class,
      RmiCommand.class,
      CreateCommand.class,
      PsCommand.class,
      RmCommand.class,
      ResetCommand.class,
      LsCommand.class,
      TreeCommand.class,
      CatCommand.class,
      StatCommand.class,
      FindCommand.class,
      CpCommand.class,
      DiffCommand.class,
      CommitCommand.class,
      BuildCommand.class,
      IndexCommand.class,
      SaveCommand.class,
      ExportCommand.class,
      MountCommand.class,
      UmountCommand.class,
      MountsCommand.class,
      VolumeCommand.class,
      GcCommand.class,
      DiscardCommand.class,
      DfCommand.class,
      CheckCommand.class,
      ExplainCommand.class,
      ExploreCommand.class,
      OpsCommand.class,
      CompletionCommand.class);

  private static final int CLEARING_SECONDS = 3;

  private final Terminal terminal;

  @Option(
      names = "--store",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = "The store. Default: $LAYERFS_STORE, else $XDG_DATA_HOME/layerfs.")
  private @Nullable Path store;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "Print one JSON document instead of text for people.")
  private boolean json;

  @Option(
      names = {"-v", "--verbose"},
      description = "Show the stack trace of an error.")
  private boolean verbose;

  private Main(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * Runs a command and ends the process: 0 if it succeeded, 1 if it failed, 2 if it was used wrongly, 128 and the number of the
   * signal if a signal ended it.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(interruption(Thread.currentThread(), ended));
    int exitCode;
    try {
      exitCode = run(Terminal.ofProcess(System.in, System.out, System.err), args);
    } finally {
      ended.countDown();
    }
    System.exit(exitCode);
  }

  /** Returns what a signal that ends the process runs: the command is interrupted, and has some time to clear away. */
  private static Thread interruption(Thread command, CountDownLatch ended) {
    return new Thread(() -> {
      if (ended.getCount() > 0) {
        command.interrupt();
      }
      try {
        ended.await(
            CLEARING_SECONDS,
            TimeUnit.SECONDS); // longer than that, and the next command clears away
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
  }

  /**
   * Runs a command.
   *
   * @param terminal where it reads and writes
   * @param args the command line
   * @return the exit code
   */
  static int run(Terminal terminal, String... args) {
    Main main = new Main(terminal);
    CommandLine commandLine = main.commandLine(commandsNamed(args));
    commandLine
        .setOut(terminal.out())
        .setErr(terminal.err())
        .setColorScheme(CommandLine.Help.defaultColorScheme(terminal.ansi()))
        .setParameterExceptionHandler((e, arguments) -> main.misused(e))
        .setExecutionExceptionHandler((e, command, result) -> main.failed(e));
    int exitCode = commandLine.execute(args);
    terminal.out().flush();
    terminal.err().flush();
    return exitCode;
  }

  /** Returns the command with all its commands. */
  CommandLine commandLine() {
    return commandLine(COMMANDS);
  }

  /** Returns a command with all its commands that nothing was done with. */
  static CommandLine newCommandLine() {
    return new Main(Terminal.ofProcess(System.in, System.out, System.err)).commandLine();
  }

  private CommandLine commandLine(List<Class<?>> commands) {
    CommandLine commandLine = new CommandLine(this);
    commands.forEach(commandLine::addSubcommand);
    return commandLine;
  }

  /**
   * Returns the commands that the command line can mean: those that it names, or all if it names none. To introspect the
   * others would take most of the time of a short command.
   */
  private static List<Class<?>> commandsNamed(String... args) {
    List<String> words = List.of(args);
    List<Class<?>> named = COMMANDS.stream()
        .filter(command -> words.contains(command.getAnnotation(Command.class).name()))
        .toList();
    return named.isEmpty() ? COMMANDS : named;
  }

  Terminal terminal() {
    return terminal;
  }

  boolean json() {
    return json;
  }

  /** Returns the store's directory, in the place that the XDG base directory specification has for data. */
  Path store() {
    if (store != null) {
      return store;
    }
    Map<String, String> environment = terminal.environment();
    String chosen = environment.getOrDefault("LAYERFS_STORE", "");
    if (!chosen.isEmpty()) {
      return Path.of(chosen);
    }
    String data = environment.getOrDefault("XDG_DATA_HOME", "");
    Path home = Path.of(System.getProperty("user.home", "."));
    return (data.isEmpty() ? home.resolve(".local").resolve("share") : Path.of(data))
        .resolve("layerfs");
  }

  private int misused(ParameterException e) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = terminal.err();
    err.println("layerfs: " + Human.printable(String.valueOf(e.getMessage())));
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, err)) {
      err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    }
    return CommandLine.ExitCode.USAGE;
  }

  /**
   * Tells of a failure.
   *
   * @return the exit code
   */
  int failed(Exception e) {
    terminal.out().flush();
    terminal.err().println("layerfs: " + Failures.message(e));
    if (verbose) {
      e.printStackTrace(terminal.err());
    }
    return Failures.isMistake(e) ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
  }

  /** The version of the library, and what it runs on. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {
        "layerfs " + (version == null ? "(development)" : version) + ", Java "
            + System.getProperty("java.version") + ", " + System.getProperty("os.name") + " "
            + System.getProperty("os.arch")
      };
    }
  }
}
