using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ICAE.Lab.Experiments.Verification;
using Spectre.Console;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Compares a folder or file of reference values with what this library computes.</summary>
internal sealed class VerifyCommand : IcaeCommand
{
    private readonly Argument<string> _path = new("PATH")
    {
        Description = "A folder of a base model, an adapter, an autoencoder, a tokenizer, texts of a model or GGUF files, each with its reference values; or a metrics or preset file.",
    };

    private readonly Option<string?> _base = new("--base")
    {
        Description = "The base model of an adapter (else the folder above it), of an autoencoder, or of texts: a folder or a GGUF file.",
        HelpName = "PATH",
    };

    private readonly ComputeOptions _compute;

    public VerifyCommand()
        : base(
            "verify",
            "Compute stored reference values again and print the largest difference of each quantity against its tolerance.",
            "icae verify tests/ICAE.Lab.Tests/Reference/base-models/qwen3",
            "icae verify tests/ICAE.Lab.Tests/Reference/icae-v2 --base tests/ICAE.Lab.Tests/Reference/base-models/mistral",
            "icae verify tests/ICAE.Lab.Tests/Reference/text/metrics.json --json")
    {
        Add(_path);
        Add(_base);
        _compute = new ComputeOptions(this);
    }

    public override Task<int> RunAsync(Invocation invocation)
    {
        var settings = new VerificationSettings { BasePath = invocation.Arguments.GetValue(_base) };
        if (_compute.Type(invocation) is { } type)
            settings = settings with { ComputeType = type };

        // Tokenizers and metrics need no native library: it is loaded where something was asked of it, or by what needs it.
        if (_compute.Device(invocation) != "cpu" || _compute.Threads(invocation) != 0)
        {
            settings = settings with
            {
                Device = _compute.Prepare(invocation),
                Threads = _compute.Threads(invocation) == 0 ? null : _compute.Threads(invocation),
            };
        }

        var report = ReferenceVerifier.Verify(invocation.Arguments.GetRequiredValue(_path), settings, invocation.Cancellation);
        if (invocation.Terminal.IsJson)
            invocation.Terminal.WriteJson(Describe(report));
        else
            Print(report, invocation.Terminal.Console);

        return Task.FromResult(report.Ok ? ExitCodes.Ok : ExitCodes.Failed);
    }

    public override JsonObject DescribeError(string message) => new() { ["checks"] = new JsonArray(), ["ok"] = false, ["error"] = message };

    private static JsonObject Describe(VerificationReport report) => new()
    {
        ["checks"] = new JsonArray([.. report.Checks.Select(check => (JsonNode)new JsonObject
        {
            ["name"] = check.Name,
            // JSON has no infinity: the largest number stands for it.
            ["max_difference"] = Math.Min(check.MaxDifference, double.MaxValue),
            ["tolerance"] = check.Tolerance,
            ["ok"] = check.Ok,
        })]),
        ["ok"] = report.Ok,
    };

    private static void Print(VerificationReport report, IAnsiConsole console)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn("quantity");
        table.AddColumn(new TableColumn("largest difference").RightAligned());
        table.AddColumn(new TableColumn("tolerance").RightAligned());
        table.AddColumn("");
        foreach (var check in report.Checks)
            table.AddRow(Markup.Escape(check.Name), Number(check.MaxDifference), Number(check.Tolerance), check.Ok ? "[green]ok[/]" : "[red]OUT[/]");

        console.MarkupLineInterpolated($"{report.Path}: {Describe(report.Kind)}");
        console.Write(table);
        foreach (var check in report.Checks.Where(check => !check.Ok && check.Place is not null))
            console.MarkupLineInterpolated($"[red]{check.Name}[/]: {Short(check.Place!)}");

        foreach (var skipped in report.Skipped)
            console.MarkupLineInterpolated($"[grey]not compared: {skipped}[/]");

        var wrong = report.Checks.Count(check => !check.Ok);
        console.MarkupLineInterpolated($"{report.Checks.Count} quantities compared, {(wrong == 0 ? "all within their tolerances" : $"{wrong} out of tolerance")}.");
    }

    private static string Number(double value) => double.IsInfinity(value) ? "none to give" : value.ToString("G3", CultureInfo.InvariantCulture);

    private static string Short(string text)
    {
        const int Most = 400;
        return text.Length > Most ? string.Concat(text.AsSpan(0, Most), "…") : text;
    }

    private static string Describe(ReferenceKind kind) => kind switch
    {
        ReferenceKind.BaseModel => "a base model",
        ReferenceKind.Adapter => "an adapter",
        ReferenceKind.Autoencoder => "an in-context autoencoder",
        ReferenceKind.Tokenizer => "a tokenizer",
        ReferenceKind.Metrics => "restoration metrics",
        ReferenceKind.Presets => "presets",
        ReferenceKind.Gguf => "GGUF files",
        _ => "texts of a model",
    };
}
