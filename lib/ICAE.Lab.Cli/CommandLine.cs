using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using ICAE.Lab.Cli.Commands;
using ICAE.Lab.Experiments.Verification;
using ICAE.Lab.Jupyter;

namespace ICAE.Lab.Cli;

/// <summary>Parses a command line, runs the command, and turns every error into one line and an exit code.</summary>
internal static class CommandLine
{
    private const string NoMemory = "there is not enough memory for this. Shorter texts, fewer at a time (--batch, --limit), --dtype bfloat16 or a smaller model need less.";

    // How libtorch says so, on the CPU and on a GPU: it has no type of its own for it.
    private static readonly string[] NativeMemoryMessages = ["can't allocate memory", "out of memory", "not enough memory"];

    /// <summary>Runs a command line.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="output">For results.</param>
    /// <param name="error">For messages.</param>
    /// <param name="cancellation">Stops the command.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        var parsed = Build().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var command = parsed.CommandResult.Command as IcaeCommand;
        if (parsed.Errors.Count > 0)
        {
            await ReportUsageAsync(parsed, error, cancellation);
            if (command is not null && IsJson(parsed, command.Json))
                new Terminal(output, error, json: true).WriteJson(command.DescribeError(OneLine(string.Join(' ', Problems(parsed)))));

            return ExitCodes.Usage;
        }

        var terminal = new Terminal(output, error, command is not null && parsed.GetValue(command.Json));
        try
        {
            return command is not null && parsed.Action == command.Action
                ? await command.RunAsync(new Invocation(parsed, terminal, cancellation))
                : await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            if (command is not null)
                return command.TellStopped(terminal, "stopped");

            error.WriteLine("icae: stopped");
            return ExitCodes.Interrupted;
        }
        catch (Exception exception)
        {
            return Report(exception, terminal, command);
        }
    }

    /// <summary>The whole tree of commands.</summary>
    internal static RootCommand Build()
    {
        var root = new RootCommand("In-context autoencoders: compress a text into a few memory slots of a language model, and restore it from them.")
        {
            new DemoCommand(),
            new CompressCommand(),
            new RestoreCommand(),
            new ContinueCommand(),
            new AskCommand(),
            new EvaluateCommand(),
            new ExperimentCommand(),
            new PretrainBaseCommand(),
            new PretrainCommand(),
            new RecipeCommand(),
            new FinetuneCommand(),
            new ConstantSlotsCommand(),
            new VerifyCommand(),
            new ModelsCommand(),
            new DataCommand(),
            new NotebookCommand(),
            new KernelCommand(),
            new DoctorCommand(),
        };
        root.HelpName = "icae";
        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction help })
                option.Action = new ExampleHelpAction(help);
            else if (option is VersionOption)
                option.Action = new VersionAction();
        }

        return root;
    }

    /// <summary>Whether JSON is asked for, on a command line that is wrong: perhaps in this very word.</summary>
    private static bool IsJson(ParseResult parsed, Option<bool> json)
    {
        try
        {
            return parsed.GetValue(json);
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    private static IEnumerable<string> Problems(ParseResult parsed) => parsed.Errors.Select(problem => problem.Message).Distinct();

    private static async Task ReportUsageAsync(ParseResult parsed, TextWriter error, CancellationToken cancellation)
    {
        foreach (var problem in Problems(parsed))
            error.WriteLine($"icae: {OneLine(problem)}");

        var similar = await SimilarNamesAsync(parsed, cancellation);
        if (similar.Length > 0)
            error.WriteLine($"icae: {similar}");

        error.WriteLine($"Run '{CommandPath(parsed.CommandResult.Command)} --help' for its usage.");
    }

    /// <summary>The parser's guess at what the first word that it does not know was to be; empty for none.</summary>
    private static async Task<string> SimilarNamesAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.UnmatchedTokens.Count == 0 || parsed.UnmatchedTokens.Any(token => token.Any(char.IsControl)) || parsed.Action is not ParseErrorAction action)
            return "";

        using var guess = new StringWriter();
        action.ShowHelp = false;
        await parsed.InvokeAsync(new InvocationConfiguration { Output = guess, Error = TextWriter.Null, ProcessTerminationTimeout = null }, cancellation);

        // A line that asks, then a line for each name; then the same for the next word, often only the value of a misspelt option.
        var lines = guess.ToString().Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', lines.Take(1).Concat(lines.Skip(1).TakeWhile(line => !line.EndsWith('?'))));
    }

    private static string CommandPath(Command command)
    {
        var names = new List<string>();
        for (var current = command; current is not null and not RootCommand; current = current.Parents.OfType<Command>().FirstOrDefault())
            names.Insert(0, current.Name);

        return string.Join(' ', names.Prepend("icae"));
    }

    private static int Report(Exception exception, Terminal terminal, IcaeCommand? command)
    {
        var message = exception switch
        {
            IcaeException or JupyterException or IOException or UnauthorizedAccessException => exception.Message,
            OutOfMemoryException => NoMemory,
            ExternalException when NativeMemoryMessages.Any(text => exception.Message.Contains(text, StringComparison.OrdinalIgnoreCase)) => NoMemory,
            _ when NativeLibraryState.IsLoadError(exception) => $"TorchSharp's native library cannot be loaded: {NativeLibraryState.Cause(exception)}. Run 'icae doctor' for more.",
            _ => $"this should not have happened: {exception.GetType().Name}: {exception.Message}",
        };
        terminal.Error.WriteLine($"icae: {OneLine(message)}");
        if (Environment.GetEnvironmentVariable("ICAE_TRACE") == "1")
            terminal.Error.WriteLine(exception);

        if (terminal.IsJson && command is not null)
            terminal.WriteJson(command.DescribeError(OneLine(message)));

        return exception is UnknownReferenceException or UsageException ? ExitCodes.Usage : ExitCodes.Failed;
    }

    private static string OneLine(string text) => string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
