using System.Diagnostics;
using System.Globalization;
using ICAE.Lab.Cli.Runs;
using ICAE.Lab.Formats.Downloads;
using Spectre.Console;

namespace ICAE.Lab.Cli;

/// <summary>Shows how far a pull is: a bar where a person looks on, lines elsewhere.</summary>
internal static class PullDisplay
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    /// <summary>Pulls while it is shown.</summary>
    /// <param name="terminal">Where it is shown.</param>
    /// <param name="name">What is pulled.</param>
    /// <param name="pull">The pull.</param>
    /// <returns>Its result.</returns>
    public static async Task<T> RunAsync<T>(Terminal terminal, string name, Func<IProgress<DownloadProgress>, Task<T>> pull)
    {
        var console = terminal.Console;
        if (terminal.IsJson || !console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
            return await pull(new Lines(terminal.Error));

        return await console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
            .StartAsync(async context => await pull(new Bar(console, context.AddTask(Markup.Escape(name)))));
    }

    /// <summary>Moves a bar.</summary>
    private sealed class Bar(IAnsiConsole console, ProgressTask task) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value)
        {
            if (value.Note is { } note)
                console.MarkupLineInterpolated($"[grey]{note}[/]");

            task.MaxValue = Math.Max(1, value.Total);
            task.Value = value.Done;
            task.Description = Markup.Escape(value.File);
        }
    }

    /// <summary>Writes a line now and then.</summary>
    private sealed class Lines(TextWriter output) : IProgress<DownloadProgress>
    {
        private readonly Stopwatch _whole = Stopwatch.StartNew();
        private readonly Stopwatch _sinceLine = Stopwatch.StartNew();

        public void Report(DownloadProgress value)
        {
            if (value.Note is { } note)
                output.WriteLine(note);

            if (_sinceLine.Elapsed < LineInterval || value.Total == 0)
                return;

            _sinceLine.Restart();
            var rate = value.Fetched / _whole.Elapsed.TotalSeconds;
            var left = rate > 0 ? $", {RunDisplay.Duration(TimeSpan.FromSeconds(Math.Min((value.Total - value.Done) / rate, 1e8)))} left" : "";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value.File}: {value.Done / 1e6:N1} of {value.Total / 1e6:N1} MB, {rate / 1e6:N1} MB/s{left}"));
        }
    }
}
