using ICAE.Lab.Training;
using Plotly.NET;

namespace ICAE.Lab.Charts;

/// <summary>Figures of training runs.</summary>
public static class TrainingFigures
{
    private const string Validation = "validation_";

    /// <summary>The losses of a run over its updates: in training, and on texts that it does not learn from.</summary>
    /// <param name="run">The run, at work or ended.</param>
    /// <returns>An interactive figure.</returns>
    public static GenericChart Losses(PretrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Curves(run.Points, "loss", "Losses of the run", "loss (nats a token)");
    }

    /// <summary>Accuracy and BLEU of a run over its updates, with the rung of the ladder left out.</summary>
    /// <param name="run">The run, at work or ended.</param>
    /// <returns>An interactive figure.</returns>
    public static GenericChart Scores(PretrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var scores = run.Points.Where(point => point.Name.Contains("accuracy", StringComparison.Ordinal) || point.Name.Contains("bleu", StringComparison.Ordinal));
        return Curves([.. scores.Where(point => !point.Name.StartsWith("rung", StringComparison.Ordinal))], "", "Accuracy (teacher-forced) and BLEU (free-running)", "share, 0 to 1");
    }

    /// <summary>What a name in a run's log means, in words.</summary>
    /// <param name="name">The name, such as <c>validation_ae_loss_64</c>.</param>
    /// <returns>Words for a legend, such as "validation: autoencoding loss, 64 tokens".</returns>
    public static string Describe(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var isValidation = name.StartsWith(Validation, StringComparison.Ordinal);
        var words = (isValidation ? name[Validation.Length..] : name).Split('_').Select(word => word switch
        {
            "ae" => "autoencoding",
            "lm" => "continuation",
            "rows" => "next-token",
            "bleu" => "BLEU",
            _ => word,
        }).ToList();
        var length = words.Count > 1 && words[^1].All(char.IsAsciiDigit) ? $", {words[^1]} tokens" : "";
        return $"{(isValidation ? "validation: " : "")}{string.Join(' ', length.Length > 0 ? words[..^1] : words)}{length}";
    }

    private static GenericChart Curves(IReadOnlyList<RunPoint> points, string part, string title, string label) => Figures.TrainingCurves(
        points.Where(point => point.Name.Contains(part, StringComparison.Ordinal)).Select(point => new CurvePoint(point.Step, Describe(point.Name), point.Value)),
        title,
        label);
}
