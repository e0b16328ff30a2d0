using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace ICAE.Lab.Cli;

/// <summary>Where a command's results and messages go: text for people, or one JSON object on the output and messages beside it.</summary>
/// <param name="output">For results.</param>
/// <param name="error">For messages.</param>
/// <param name="json">Whether the output is one JSON object.</param>
internal sealed class Terminal(TextWriter output, TextWriter error, bool json)
{
    // Wide enough for tensor names where nobody's window sets a limit.
    private const int WidthOfFiles = 160;

    /// <summary>JSON for people and machines: one line, letters as they are.</summary>
    public static readonly JsonSerializerOptions JsonText = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private IAnsiConsole? _console;

    /// <summary>Whether the output is one JSON object.</summary>
    public bool IsJson { get; } = json;

    /// <summary>For messages.</summary>
    public TextWriter Error { get; } = error;

    /// <summary>For results as plain text, unless they are JSON.</summary>
    public TextWriter Output { get; } = output;

    /// <summary>For what people read: the output, or the messages where the output is JSON.</summary>
    public IAnsiConsole Console => _console ??= CreateConsole(IsJson ? Error : Output);

    /// <summary>Writes the command's one JSON object.</summary>
    public void WriteJson(JsonObject json) => Output.WriteLine(json.ToJsonString(JsonText));

    private static IAnsiConsole CreateConsole(TextWriter writer)
    {
        var redirected = ReferenceEquals(writer, System.Console.Out) ? System.Console.IsOutputRedirected
            : !ReferenceEquals(writer, System.Console.Error) || System.Console.IsErrorRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (redirected)
            console.Profile.Width = WidthOfFiles;

        return console;
    }
}
