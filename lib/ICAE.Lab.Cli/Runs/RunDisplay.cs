using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ICAE.Lab.Charts;
using ICAE.Lab.Training;
using Spectre.Console;

namespace ICAE.Lab.Cli.Runs;

/// <summary>Shows how far a run is: a table that is updated in place on a terminal, lines elsewhere.</summary>
/// <param name="terminal">Where it is shown.</param>
/// <param name="measures">Whether what was trained is measured at the end, which takes a while.</param>
internal sealed class RunDisplay(Terminal terminal, bool measures = true) : IProgress<RunProgress>
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, double> _latest = new(StringComparer.Ordinal);
    private readonly Stopwatch _sinceLine = new();
    private LiveDisplayContext? _live;
    private RunProgress? _pace;

    /// <summary>The latest value of everything measured.</summary>
    public IReadOnlyDictionary<string, double> Latest => _latest;

    /// <summary>The latest values as JSON; what is not finite is null.</summary>
    public JsonObject LatestJson()
    {
        var values = new JsonObject();
        foreach (var (name, value) in _latest)
            values[name] = double.IsFinite(value) ? value : null;

        return values;
    }

    /// <summary>Updates made, as far as told.</summary>
    public long Step { get; private set; }

    /// <summary>Runs something while it is shown.</summary>
    public T Show<T>(Func<T> run)
    {
        if (terminal.IsJson || !terminal.Console.Profile.Capabilities.Interactive)
            return run();

        return terminal.Console.Live(new Text("starting")).Start(context =>
        {
            _live = context;
            return run();
        });
    }

    /// <inheritdoc/>
    public void Report(RunProgress value)
    {
        Step = value.Step;
        foreach (var (name, number) in value.Values)
            _latest[name] = number;

        var isEvaluation = value.TokensPerSecond <= 0;
        if (!isEvaluation)
            _pace = value;

        if (_live is not null)
            _live.UpdateTarget(Table(value));
        else if (isEvaluation || !_sinceLine.IsRunning || _sinceLine.Elapsed >= LineInterval || value.Step == value.Steps)
            Line(value, isEvaluation);

        if (measures && _live is null && !isEvaluation && value.Step == value.Steps)
            terminal.Error.WriteLine("measuring on the validation texts");
    }

    /// <summary>A time as people say it, such as <c>1 h 05 min</c>.</summary>
    internal static string Duration(TimeSpan time) =>
        time.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes:00} min")
        : time.TotalMinutes >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds:00} s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.Seconds} s");

    private void Line(RunProgress value, bool isEvaluation)
    {
        _sinceLine.Restart();
        var pace = isEvaluation ? "" : string.Create(CultureInfo.InvariantCulture, $"  {value.TokensPerSecond:N0} tokens/s  {Duration(value.TimeLeft)} left");
        terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value.Step}/{value.Steps}{pace}  {string.Join("  ", value.Values.Select(pair => $"{pair.Key} {NumberText.Of(pair.Value)}"))}"));
    }

    private Grid Table(RunProgress value)
    {
        var share = value.Steps == 0 ? 1 : (double)value.Step / value.Steps;
        var head = string.Create(CultureInfo.InvariantCulture, $"{value.Step:N0} of {value.Steps:N0} updates ({share:P0})");
        if (_pace is { } pace)
            head += string.Create(CultureInfo.InvariantCulture, $", {pace.TokensPerSecond:N0} tokens/s, {Duration(pace.TimeLeft)} left");

        var grid = new Grid().AddColumn().AddColumn(new GridColumn().RightAligned());
        grid.AddRow(new Text(head), new Text(measures ? "Ctrl-C saves and stops" : "Ctrl-C stops, and nothing is kept", new Style(Color.Grey)));
        foreach (var (name, number) in _latest.OrderBy(pair => pair.Key.StartsWith("validation", StringComparison.Ordinal)))
            grid.AddRow(new Text("  " + name.Replace('_', ' ')), new Text(NumberText.Of(number)));

        return grid;
    }
}
