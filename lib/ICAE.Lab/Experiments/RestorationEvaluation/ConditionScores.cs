using ICAE.Lab.Evaluation;

namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>Means over the texts of a kind, each with its interval and the condition that it was measured under.</summary>
/// <param name="Values">
/// The measures; empty where there was no text. Of a zero each measure is that of the condition that did best by it, so that the conditions may differ.
/// </param>
public sealed record ConditionScores(IReadOnlyDictionary<RestorationMeasure, (ConfidenceInterval Interval, ReadingCondition Condition)> Values)
{
    /// <summary>Those of a condition that was not tried.</summary>
    public static ConditionScores None { get; } = new(new Dictionary<RestorationMeasure, (ConfidenceInterval, ReadingCondition)>());

    /// <summary>A measure's mean; NaN where there was no text.</summary>
    /// <param name="measure">The measure.</param>
    /// <returns>The mean.</returns>
    public double this[RestorationMeasure measure] => Values.TryGetValue(measure, out var value) ? value.Interval.Estimate : double.NaN;

    /// <summary>The best of several conditions, measure by measure: the largest mean, or the smallest loss.</summary>
    /// <param name="conditions">The conditions; without one there are no scores.</param>
    /// <returns>The scores.</returns>
    public static ConditionScores Best(IReadOnlyList<ConditionScores> conditions)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        if (conditions.Count == 0)
            return None;

        return new ConditionScores(conditions[0].Values.Keys.ToDictionary(
            measure => measure,
            measure => conditions.Select(scores => scores.Values[measure]).MaxBy(value => measure == RestorationMeasure.Loss ? -value.Interval.Estimate : value.Interval.Estimate)));
    }

    /// <summary>The means of texts under one condition.</summary>
    /// <param name="texts">The texts; there may be none.</param>
    /// <param name="bootstrap">Makes the intervals.</param>
    /// <returns>The scores.</returns>
    internal static ConditionScores Of(IReadOnlyList<RestoredText> texts, Bootstrap bootstrap)
    {
        if (texts.Count == 0)
            return None;

        var levels = EvaluationTexts.Levels([.. texts.Select(text => text.Original)]);
        return new ConditionScores(Enum.GetValues<RestorationMeasure>().ToDictionary(
            measure => measure,
            measure => (bootstrap.Mean([.. texts.Select(text => text.Value(measure))], levels), texts[0].Condition)));
    }
}
