namespace ICAE.Lab.Tokens;

/// <summary>Normalizers one after another.</summary>
internal sealed class NormalizerSequence(IReadOnlyList<ITextNormalizer> steps) : ITextNormalizer
{
    public string Rule => string.Join(" > ", steps.Select(step => step.Rule));

    public string Normalize(string text) => steps.Aggregate(text, (current, step) => step.Normalize(current));
}
