using System.Diagnostics;
using System.Globalization;
using ICAE.Lab.Data.Corpora;
using Spectre.Console;

namespace ICAE.Lab.Cli;

/// <summary>Shows how far the fetching of a corpus is: a bar where a person looks on, lines elsewhere.</summary>
internal static class FetchDisplay
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    /// <summary>Fetches while it is shown.</summary>
    /// <param name="terminal">Where it is shown.</param>
    /// <param name="name">What is fetched.</param>
    /// <param name="fetch">The fetching.</param>
    /// <returns>Its result.</returns>
    public static async Task<T> RunAsync<T>(Terminal terminal, string name, Func<IProgress<CorpusFetchProgress>, Task<T>> fetch)
    {
        var console = terminal.Console;
        if (terminal.IsJson || !console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
            return await fetch(new Lines(terminal.Error));

        return await console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(async context => await fetch(new Bar(console, context.AddTask(Markup.Escape(name)))));
    }

    /// <summary>Texts count where there are several; of a single one its bytes.</summary>
    private static (double Value, double Max) Share(CorpusFetchProgress progress) =>
        progress.Count > 1 ? (progress.Done, progress.Count) : (progress.Bytes.Done, Math.Max(1, progress.Bytes.Total));

    private static string Describe(CorpusFetchProgress progress) => progress.Count > 1
        ? string.Create(CultureInfo.InvariantCulture, $"{progress.Text} ({Math.Min(progress.Done + 1, progress.Count)} of {progress.Count}, {progress.Bytes.Fetched / 1e6:N1} MB fetched)")
        : string.Create(CultureInfo.InvariantCulture, $"{progress.Text} ({progress.Bytes.Done / 1e6:N1} of {progress.Bytes.Total / 1e6:N1} MB)");

    /// <summary>Moves a bar.</summary>
    private sealed class Bar(IAnsiConsole console, ProgressTask task) : IProgress<CorpusFetchProgress>
    {
        public void Report(CorpusFetchProgress value)
        {
            if (value.Note is { } note)
                console.MarkupLineInterpolated($"[grey]{note}[/]");

            (task.Value, task.MaxValue) = Share(value);
            task.Description = Markup.Escape(Describe(value));
        }
    }

    /// <summary>Writes a line now and then.</summary>
    private sealed class Lines(TextWriter output) : IProgress<CorpusFetchProgress>
    {
        private readonly Stopwatch _sinceLine = Stopwatch.StartNew();

        public void Report(CorpusFetchProgress value)
        {
            if (value.Note is { } note)
                output.WriteLine(note);

            if (_sinceLine.Elapsed < LineInterval || value.Text.Length == 0)
                return;

            _sinceLine.Restart();
            output.WriteLine(Describe(value));
        }
    }
}
