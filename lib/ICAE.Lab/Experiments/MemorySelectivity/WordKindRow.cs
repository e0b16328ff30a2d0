using ICAE.Lab.Data.Words;

namespace ICAE.Lab.Experiments.MemorySelectivity;

/// <summary>What a memory adds to words of one kind.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Tokens">Its tokens.</param>
/// <param name="Without">Mean surprisal by the base alone, in nats a token.</param>
/// <param name="With">Mean surprisal with the memory, in nats a token.</param>
/// <param name="Gain">Mean nats a token that the memory takes away.</param>
/// <param name="GainLow">The lower end of its 95 % bootstrap interval, texts resampled within books.</param>
/// <param name="GainHigh">The upper end.</param>
/// <param name="Share">The gain as a share of the surprisal without memory; at most 1.</param>
/// <param name="RightWithout">The share of tokens that the base alone has likeliest.</param>
/// <param name="RightWith">The share of tokens that are likeliest with the memory.</param>
public sealed record WordKindRow(
    WordKind Kind, int Tokens, double Without, double With, double Gain, double GainLow, double GainHigh, double Share, double RightWithout, double RightWith);
