using System.Text.Json.Nodes;

namespace ICAE.Lab.Cli.Tests;

/// <summary>What a command line did.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>The one JSON object on the output; fails where there is anything else.</summary>
    public JsonObject Json
    {
        get
        {
            Assert.Equal(1, Output.Count(c => c == '\n'));
            return Assert.IsType<JsonObject>(JsonNode.Parse(Output));
        }
    }

    /// <summary>Runs a command line in this process.</summary>
    public static async Task<CommandResult> RunAsync(params string[] args) => await RunAsync(CancellationToken.None, args);

    /// <summary>Runs a command line in this process.</summary>
    public static async Task<CommandResult> RunAsync(CancellationToken cancellation, params string[] args)
    {
        using var error = new StringWriter { NewLine = "\n" };
        return await RunAsync(error, cancellation, args);
    }

    /// <summary>Runs a command line in this process, with a writer of the caller's for messages.</summary>
    public static async Task<CommandResult> RunAsync(StringWriter error, CancellationToken cancellation, params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var exitCode = await CommandLine.RunAsync(args, output, error, cancellation);
        return new CommandResult(exitCode, output.ToString(), error.ToString());
    }
}
