namespace ICAE.Lab.Autoencoder;

/// <summary>A text written back from memory, free-running.</summary>
/// <param name="Text">The text.</param>
/// <param name="Ids">Its ids.</param>
/// <param name="End">Why it ended.</param>
/// <param name="Original">The text that was compressed, where it is known.</param>
/// <param name="OriginalIds">Its ids, where they are known.</param>
public sealed record Restoration(string Text, IReadOnlyList<int> Ids, GenerationEnd End, string? Original, IReadOnlyList<int>? OriginalIds)
{
    /// <summary>What each of <see cref="Ids"/> shows.</summary>
    public IReadOnlyList<string> Tokens { get; init; } = [];

    /// <summary>What each of <see cref="OriginalIds"/> shows, where they are known.</summary>
    public IReadOnlyList<string>? OriginalTokens { get; init; }

    /// <summary>
    /// Whether <see cref="Tokens"/> joined are the text. Of shifted or random ids they are not: each shows what it would be by itself.
    /// </summary>
    public bool IsRunningText { get; init; } = true;

    /// <summary>The text.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Text;
}
