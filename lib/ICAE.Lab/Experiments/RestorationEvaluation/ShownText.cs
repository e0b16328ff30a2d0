namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>A text that a report shows.</summary>
/// <param name="Memory">What came back from its slots.</param>
/// <param name="Marked">The same beside the original, differences marked.</param>
/// <param name="Slots">Its slots.</param>
public sealed record ShownText(RestoredText Memory, MarkedRestoration Marked, int Slots)
{
    /// <summary>Tokens per slot as used.</summary>
    public double TokensPerSlot => (double)Memory.Original.Ids.Count / Slots;
}
