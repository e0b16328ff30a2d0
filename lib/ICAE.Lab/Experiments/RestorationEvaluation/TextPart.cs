namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>A stretch of the texts of a kind, teacher-forced: does a memory keep the end of a text as well as its beginning?</summary>
/// <param name="From">The first token, from 0.</param>
/// <param name="To">The token behind the last.</param>
/// <param name="Accuracy">Right tokens from memory, as a share.</param>
/// <param name="Zero">Right tokens without memory, by the condition that is best over the whole text.</param>
public sealed record TextPart(int From, int To, double Accuracy, double Zero)
{
    /// <summary>The share of the errors made without memory that the slots take away: (accuracy - zero) / (1 - zero); NaN where none were made.</summary>
    public double Gain => Zero < 1 ? (Accuracy - Zero) / (1 - Zero) : double.NaN;

    /// <summary>Cuts texts into equal parts.</summary>
    /// <param name="result">What was measured.</param>
    /// <param name="kind">The kind of text.</param>
    /// <param name="parts">How many parts; no more than tokens.</param>
    /// <returns>The parts in order; none where there was no text of that kind, nothing without memory was measured, or there are fewer tokens than parts.</returns>
    public static IReadOnlyList<TextPart> Of(RestorationResult result, KindScores kind, int parts = 4)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        var tokens = result.Settings.Tokens;
        if (!kind.Zero.Values.TryGetValue(RestorationMeasure.Accuracy, out var zero) || tokens < parts)
            return [];

        var (own, without) = (Texts(ReadingCondition.Memory), Texts(zero.Condition));
        return [.. Enumerable.Range(0, parts).Select(part =>
        {
            var (from, to) = (part * tokens / parts, (part + 1) * tokens / parts);
            return new TextPart(from, to, Share(own, from, to), Share(without, from, to));
        })];

        RestoredText[] Texts(ReadingCondition condition) => [.. result.Texts.Where(text => text.Condition == condition && text.Original.Kind == kind.Kind)];
    }

    private static double Share(RestoredText[] texts, int from, int to) =>
        texts.Average(text => Enumerable.Range(from, to - from).Average(position => text.TokenCorrect[position] ? 1.0 : 0.0));
}
