namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>A text to be restored, as ids of one length for all.</summary>
/// <param name="Id">What tells it apart.</param>
/// <param name="Kind">The kind of text it is, such as "ordinary".</param>
/// <param name="Ids">Its ids.</param>
/// <param name="Text">What they decode to; for shifted and random ids no text that would give the same ids again.</param>
/// <param name="Book">The work it is from, if any.</param>
/// <param name="Chapter">The chapter of that work, if known.</param>
public sealed record EvaluationText(string Id, string Kind, IReadOnlyList<int> Ids, string Text, string? Book, int? Chapter)
{
    /// <summary>Unicode characters of <see cref="Text"/>.</summary>
    public int Characters => Text.EnumerateRunes().Count();
}
