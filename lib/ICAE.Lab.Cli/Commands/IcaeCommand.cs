using System.CommandLine;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Cli.Commands;

/// <summary>A command that does something, with examples for its help.</summary>
internal abstract class IcaeCommand : Command
{
    /// <summary>Creates the command.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="examples">Command lines that show it.</param>
    protected IcaeCommand(string name, string description, params string[] examples)
        : base(name, description)
    {
        Examples = examples;
        Options.Add(Json);
        SetAction((_, _) => throw new InvalidOperationException("The command line runs commands itself."));
    }

    /// <summary>Command lines that show it.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>Whether the output is to be one JSON object.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "Print one JSON object and nothing else; messages go to standard error." };

    /// <summary>Runs the command.</summary>
    /// <param name="invocation">What was given, and where results go.</param>
    /// <returns>The exit code.</returns>
    public abstract Task<int> RunAsync(Invocation invocation);

    /// <summary>Says that the command was interrupted, for people and where it is asked for, for machines.</summary>
    /// <returns>The exit code.</returns>
    internal int TellStopped(Terminal terminal, string message)
    {
        terminal.Error.WriteLine($"icae: {message}");
        if (terminal.IsJson)
            terminal.WriteJson(DescribeError(message));

        return ExitCodes.Interrupted;
    }

    /// <summary>The JSON object that stands for an error.</summary>
    public virtual JsonObject DescribeError(string message) => new() { ["ok"] = false, ["error"] = message };
}
