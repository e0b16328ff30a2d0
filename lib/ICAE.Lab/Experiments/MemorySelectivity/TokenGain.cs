using ICAE.Lab.Data.Words;

namespace ICAE.Lab.Experiments.MemorySelectivity;

/// <summary>What a memory adds at one token, to what the base alone makes of the same tokens before it. All teacher-forced.</summary>
/// <param name="TextId">The text.</param>
/// <param name="Position">The token's place in it, from 0.</param>
/// <param name="Token">What the token shows.</param>
/// <param name="Word">The word that it belongs to; empty for white space.</param>
/// <param name="Kind">The word's kind.</param>
/// <param name="Without">Its surprisal by the base alone, in nats.</param>
/// <param name="With">Its surprisal with the memory, in nats.</param>
/// <param name="RightWithout">Whether the base alone had it likeliest.</param>
/// <param name="RightWith">Whether it was likeliest with the memory.</param>
public sealed record TokenGain(
    string TextId, int Position, string Token, string Word, WordKind Kind, double Without, double With, bool RightWithout, bool RightWith)
{
    /// <summary>The nats that the memory takes away; negative where it misleads.</summary>
    public double Gain => Without - With;

    /// <summary>Where the token comes from.</summary>
    public TokenOrigin Origin => (RightWith, RightWithout) switch
    {
        (true, true) => TokenOrigin.Predicted,
        (true, false) => TokenOrigin.Remembered,
        (false, true) => TokenOrigin.Misled,
        _ => TokenOrigin.Lost,
    };
}
