namespace ICAE.Lab.Autoencoder;

/// <summary>What a model wrote on behind a memory or a prompt, free-running.</summary>
/// <param name="Text">The text.</param>
/// <param name="Ids">Its ids.</param>
/// <param name="End">Why it ended.</param>
public sealed record Continuation(string Text, IReadOnlyList<int> Ids, GenerationEnd End)
{
    /// <summary>The text.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Text;
}
