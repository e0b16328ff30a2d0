using System.Globalization;
using ICAE.Lab.Charts;
using ICAE.Lab.Training;

namespace ICAE.Lab.Display;

/// <summary>What a notebook shows of a training run at a moment: how far it is, its losses as curves, and the latest value of each measure.</summary>
/// <param name="Heading">Where it stands, and its pace.</param>
/// <param name="Step">Updates made.</param>
/// <param name="Steps">Updates in all; 0 while that is not known.</param>
/// <param name="Points">All measured values.</param>
/// <param name="Latest">The latest of each, by its name in the log.</param>
public sealed record RunSummary(string Heading, long Step, long Steps, IReadOnlyList<RunPoint> Points, IReadOnlyDictionary<string, double> Latest)
{
    /// <summary>Looks at a run.</summary>
    /// <param name="run">The run, at work or ended.</param>
    /// <returns>The summary.</returns>
    public static RunSummary Of(PretrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var (step, steps) = (run.Step, run.Steps);
        return new RunSummary(Describe(run, step, steps), step, steps, run.Points, run.Latest);
    }

    /// <summary>The summary as an HTML fragment.</summary>
    /// <returns>HTML without scripts.</returns>
    public string ToHtml()
    {
        var losses = Points.Where(point => point.Name.Contains("loss", StringComparison.Ordinal)).GroupBy(point => point.Name)
            .Select(curve => (TrainingFigures.Describe(curve.Key), (IReadOnlyList<(long, double)>)[.. curve.Select(point => (point.Step, point.Value))]))
            .ToArray();
        var bar = Steps > 0 ? $"<div><progress max=\"{Steps}\" value=\"{Math.Min(Step, Steps)}\"></progress></div>" : "";
        return $"<div class=\"icae\"><div><b>{HtmlText.Escape(Heading)}</b></div>{bar}{CurveDrawing.Draw(losses, Math.Max(1, Math.Max(Steps, Step)), "loss (nats a token)")}"
            + (Latest.Count == 0 ? "" : Html.Table(["latest", ""], Rows(), numbers: true)) + "</div>";
    }

    /// <summary>The summary as lines of text.</summary>
    public override string ToString() => Latest.Count == 0 ? Heading : $"{Heading}\n{Html.Lines(Rows())}";

    private IEnumerable<IReadOnlyList<string>> Rows() => Latest
        .OrderBy(entry => entry.Key.StartsWith("validation", StringComparison.Ordinal))
        .Select(entry => (string[])[TrainingFigures.Describe(entry.Key), NumberText.Of(entry.Value)]);

    private static string Describe(PretrainingRun run, long step, long steps)
    {
        var message = run.Messages.Count > 0 ? run.Messages[^1] : "";
        return run.Stage switch
        {
            RunStage.Preparing => message.Length == 0 ? "preparing" : $"preparing: {message}",
            RunStage.Failed => $"failed at update {step}: {message}",
            RunStage.Training => string.Create(CultureInfo.InvariantCulture, $"training{(run.Part is { } part ? $" ({part})" : "")}: update {step} of {steps}{Pace(run.Progress, run.Part is not null)}"),
            RunStage.Completed => string.Create(CultureInfo.InvariantCulture, $"completed: {steps} updates; the model is in {run.ModelPath}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"stopped and saved at update {step} of {steps}; Pretraining.Resume goes on"),
        };
    }

    private static string Pace(RunProgress? progress, bool isStage)
    {
        if (progress is null)
            return "";

        var left = progress.TimeLeft.TotalMinutes >= 2 ? $"{progress.TimeLeft.TotalMinutes:0} minutes" : $"{progress.TimeLeft.TotalSeconds:0} s";
        return string.Create(CultureInfo.InvariantCulture, $", {progress.TokensPerSecond:N0} tokens/s, about {left} left{(isStage ? " in this stage" : "")}");
    }
}
