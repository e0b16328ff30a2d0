using System.Diagnostics;
using Spectre.Console;

namespace ICAE.Lab.Cli;

/// <summary>Shows how far something long is: a bar where a person looks on, lines now and then elsewhere.</summary>
/// <typeparam name="T">What is told on the way.</typeparam>
internal abstract class ProgressDisplay<T>
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    /// <summary>Runs something while it is shown.</summary>
    /// <param name="terminal">Where it is shown.</param>
    /// <param name="name">What is done.</param>
    /// <param name="run">The work.</param>
    /// <returns>Its result.</returns>
    public async Task<TResult> RunAsync<TResult>(Terminal terminal, string name, Func<IProgress<T>, Task<TResult>> run)
    {
        var console = terminal.Console;
        if (terminal.IsJson || !console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
            return await run(new Lines(this, terminal.Error));

        return await console.Progress()
            .AutoClear(true)
            .Columns(Columns())
            .StartAsync(async context => await run(new Bar(this, console, context.AddTask(Markup.Escape(name)))));
    }

    /// <summary>What stands in the bar's line.</summary>
    protected abstract ProgressColumn[] Columns();

    /// <summary>Something to be said on a line of its own, or <see langword="null"/>.</summary>
    protected abstract string? Note(T value);

    /// <summary>How far it is, of how much.</summary>
    protected abstract (double Value, double Max) Share(T value);

    /// <summary>What stands beside the bar.</summary>
    protected abstract string Title(T value);

    /// <summary>The line where there is no bar, or <see langword="null"/> where there is nothing to tell yet.</summary>
    /// <param name="value">How far it is.</param>
    /// <param name="elapsed">Since the beginning.</param>
    protected abstract string? Line(T value, TimeSpan elapsed);

    /// <summary>Moves a bar.</summary>
    private sealed class Bar(ProgressDisplay<T> display, IAnsiConsole console, ProgressTask task) : IProgress<T>
    {
        public void Report(T value)
        {
            if (display.Note(value) is { } note)
                console.MarkupLineInterpolated($"[grey]{note}[/]");

            // The largest value first: one beyond it would be cut.
            var (done, most) = display.Share(value);
            task.MaxValue = most;
            task.Value = done;
            task.Description = Markup.Escape(display.Title(value));
        }
    }

    /// <summary>Writes a line now and then.</summary>
    private sealed class Lines(ProgressDisplay<T> display, TextWriter output) : IProgress<T>
    {
        private readonly Stopwatch _whole = Stopwatch.StartNew();
        private readonly Stopwatch _sinceLine = Stopwatch.StartNew();

        public void Report(T value)
        {
            if (display.Note(value) is { } note)
                output.WriteLine(note);

            if (_sinceLine.Elapsed < LineInterval || display.Line(value, _whole.Elapsed) is not { } line)
                return;

            _sinceLine.Restart();
            output.WriteLine(line);
        }
    }
}
