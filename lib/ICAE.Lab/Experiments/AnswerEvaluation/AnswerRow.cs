namespace ICAE.Lab.Experiments.AnswerEvaluation;

/// <summary>A kind of question with its exact answers, as a table shows it.</summary>
/// <param name="Kind">The kind of question; "all" for all together.</param>
/// <param name="Questions">How many there are.</param>
/// <param name="FromText">The share answered exactly with the text in the context.</param>
/// <param name="FromSlots">The share answered exactly from its slots.</param>
/// <param name="FromOtherSlots">The share answered exactly from another text's slots; NaN where there was no other text.</param>
/// <param name="FromQuestionAlone">The share answered exactly from the question alone.</param>
public sealed record AnswerRow(string Kind, int Questions, double FromText, double FromSlots, double FromOtherSlots, double FromQuestionAlone)
{
    /// <summary>The rows of a result: all questions, then each kind.</summary>
    /// <param name="result">The result.</param>
    /// <returns>The rows.</returns>
    public static IReadOnlyList<AnswerRow> Of(AnswerResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return [.. result.Kinds.Prepend(result.All).Select(Of)];
    }

    private static AnswerRow Of(AnswerKind kind)
    {
        return new AnswerRow(
            kind.Kind ?? "all", kind.Count, Exact(ContextCondition.TextInContext), Exact(ContextCondition.Memory), Exact(ContextCondition.OtherMemory), Exact(ContextCondition.NoContext));

        double Exact(ContextCondition condition) => kind.Scores.TryGetValue(condition, out var scores) ? scores.Exact.Estimate : double.NaN;
    }
}
