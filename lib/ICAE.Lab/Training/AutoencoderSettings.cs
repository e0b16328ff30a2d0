using ICAE.Lab.Autoencoder;

namespace ICAE.Lab.Training;

/// <summary>How an autoencoder is trained.</summary>
public sealed record AutoencoderSettings
{
    private const int MostSlots = 1 << 20;

    /// <summary>What the autoencoder is.</summary>
    public IcaeConfig Icae { get; init; } = new();

    /// <summary>Texts in a batch.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Lengths and rates, from easy to hard.</summary>
    public LadderSettings Ladder { get; init; } = new();

    /// <summary>The largest share of the decoder's inputs that is replaced by tokens of the batch's texts; each text draws its own share below it.</summary>
    public double InputNoise { get; init; }

    /// <summary>The chance that a text is to be continued and not restored.</summary>
    public double ContinuationShare { get; init; }

    /// <summary>
    /// The share of texts that are made of random ids, each ordinary id as likely as any other. An encoder that was trained on such texts tells what familiarity does to
    /// restoring them, and is no judge of it otherwise.
    /// </summary>
    public double RandomShare { get; init; }

    /// <summary>Whether [LM] stands before a continuation.</summary>
    public bool ContinuationToken { get; init; }

    /// <summary>The first tokens of a continuation, which are not scored.</summary>
    public int UnscoredContinuationTokens { get; init; } = 8;

    /// <summary>The id that ends a restored text; <see langword="null"/> for the base's own.</summary>
    public int? EosId { get; init; }

    /// <summary>The standard deviation of new memory tokens; <see langword="null"/> for that of the base's embeddings.</summary>
    public double? TokenDeviation { get; init; } = 1;

    /// <summary>The id whose embedding [AE], [LM] and [FT] start from; <see langword="null"/> for random rows.</summary>
    public int? TaskTokenLike { get; init; }

    /// <summary>In a restoring run: with every how many-th update the autoencoding loss is added to that of the rows.</summary>
    public int Every { get; init; } = 1;

    /// <summary>
    /// Measure accuracy, and let the ladder rise, with every so many-th of the updates that have an autoencoding loss. Measurements
    /// reach the log where <see cref="RunSettings.LogEvery"/> is a multiple of this times <see cref="Every"/>.
    /// </summary>
    public int AccuracyEvery { get; init; } = 4;

    /// <summary>Texts of an evaluation.</summary>
    public int EvaluationTexts { get; init; } = 64;

    /// <summary>The lengths that are evaluated, at the last rung's rate.</summary>
    public IReadOnlyList<int> EvaluationLengths { get; init; } = [64];

    /// <summary>Checks every rule between the fields.</summary>
    /// <returns>These settings.</returns>
    /// <exception cref="ConfigurationException">A rule is broken.</exception>
    public AutoencoderSettings Validate()
    {
        Icae.Validate();
        Ladder.Validate();
        if (Batch is < 1 or > RowSettings.MostRows || Every < 1 || AccuracyEvery < 1 || EvaluationTexts < 0)
        {
            throw new ConfigurationException($"Autoencoder settings: Batch ({Batch}) must lie between 1 and {RowSettings.MostRows}, Every ({Every}) and AccuracyEvery ({AccuracyEvery}) must be at least 1, EvaluationTexts ({EvaluationTexts}) at least 0.");
        }

        if (EvaluationLengths.Any(length => length is < 1 or > LadderSettings.LongestText))
        {
            throw new ConfigurationException($"Autoencoder settings: EvaluationLengths ({string.Join(", ", EvaluationLengths)}) must lie between 1 and {LadderSettings.LongestText}.");
        }

        if (InputNoise is not (>= 0 and <= 1) || ContinuationShare is not (>= 0 and <= 1) || RandomShare is not (>= 0 and <= 1))
        {
            throw new ConfigurationException(
                $"Autoencoder settings: InputNoise ({InputNoise}), ContinuationShare ({ContinuationShare}) and RandomShare ({RandomShare}) must lie between 0 and 1.");
        }

        if (TokenDeviation is { } deviation && (!double.IsFinite(deviation) || deviation < 0))
        {
            throw new ConfigurationException($"Autoencoder settings: TokenDeviation ({deviation}) must be finite and not negative.");
        }

        if (UnscoredContinuationTokens < 0)
        {
            throw new ConfigurationException($"Autoencoder settings: UnscoredContinuationTokens ({UnscoredContinuationTokens}) must not be negative.");
        }

        if (Icae.Layout == SlotLayout.KeysAndValues && ContinuationShare > 0 && !ContinuationToken)
        {
            throw new ConfigurationException("Autoencoder settings: behind slots that are keys and values a continuation needs ContinuationToken; nothing else stands before its first token.");
        }

        foreach (var rung in Ladder.Rungs)
        {
            RequireRoom(rung.Lengths, rung.TokensPerSlot);
        }

        if (EvaluationTexts > 0)
        {
            RequireRoom(EvaluationLengths, Ladder.Rungs[^1].TokensPerSlot);
        }

        return this;
    }

    /// <summary>Checks that a ladder can be climbed at all; asked of new runs only.</summary>
    /// <exception cref="ConfigurationException">Nothing is restored, and the ladder has several rungs.</exception>
    internal void RequireClimbable()
    {
        if (ContinuationShare == 1 && Ladder.Rungs.Count > 1)
        {
            throw new ConfigurationException($"Autoencoder settings: with ContinuationShare 1 nothing is restored, and a ladder rises by what is restored; give it one rung, not {Ladder.Rungs.Count}.");
        }
    }

    private void RequireRoom(IEnumerable<int> lengths, double rate)
    {
        foreach (var length in lengths)
        {
            if (length / rate > MostSlots)
            {
                throw new ConfigurationException($"Autoencoder settings: {length} tokens at {rate} a slot make more than {MostSlots} slots.");
            }

            var plan = SpanPlan.AtRatio(Icae, length, rate);
            if (Icae.MemoryTokens == MemoryTokenKind.Separate && plan.Spans.Any(span => span.Slots > Icae.Slots))
            {
                throw new ConfigurationException(
                    $"Autoencoder settings: {length} tokens at {rate} a slot need more than the {Icae.Slots} separate memory tokens; share one memory token or raise the rate.");
            }

            plan.TaskPosition(Icae);
        }
    }
}
