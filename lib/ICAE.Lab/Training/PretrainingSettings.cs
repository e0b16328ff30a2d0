using ICAE.Lab.Autoencoder;

namespace ICAE.Lab.Training;

/// <summary>
/// What a person chooses when an autoencoder is trained on a frozen base; the rest is as in <see cref="RunDefaults"/>. Start from
/// <see cref="Quick"/> or <see cref="Full"/> and change some of it: <c>PretrainingSettings.Quick with { Slots = 8 }</c>.
/// </summary>
public sealed record PretrainingSettings
{
    /// <summary>Short texts, two tokens a slot and few updates: about half a minute on one core, enough to see it learn.</summary>
    public static PretrainingSettings Quick { get; } = new()
    {
        Slots = 8,
        TokensPerSlot = 2,
        Lengths = [16],
        Steps = 240,
        Batch = 8,
        LearningRate = 0.004,
        Threads = 1,
        LogEvery = 4,
        EvaluateEvery = 60,
        EvaluationTexts = 16,
    };

    /// <summary>Enough updates for an autoencoder on a restoring base to come as far as the shipped one.</summary>
    public static PretrainingSettings Full { get; } = new();

    /// <summary>The base, which stays as it is: a name in a store, a folder or a GGUF file.</summary>
    public string Base { get; init; } = "english-1m";

    /// <summary>
    /// The texts to train on, in the forms of <see cref="Data.CorpusSource"/>; none for the passages of datasets/passages' validation split, of which the last
    /// book is kept to be evaluated on.
    /// </summary>
    public IReadOnlyList<string> Texts { get; init; } = [];

    /// <summary>The texts to evaluate on; none for those that <see cref="Texts"/> bring, or else the last tenth of each.</summary>
    public IReadOnlyList<string> Validation { get; init; } = [];

    /// <summary>k: the slots of a full span, which holds Slots · TokensPerSlot tokens.</summary>
    public int Slots { get; init; } = 32;

    /// <summary>The rate to be reached. Training climbs to it from one token a slot.</summary>
    public double TokensPerSlot { get; init; } = 4;

    /// <summary>The lengths of texts, in tokens; <see langword="null"/> for the usual ones, 4 to 128.</summary>
    public IReadOnlyList<int>? Lengths { get; init; }

    /// <summary>What a slot is.</summary>
    public SlotLayout Layout { get; init; } = SlotLayout.Embeddings;

    /// <summary>The rank of the encoder's adapter; its alpha is twice that.</summary>
    public int Rank { get; init; } = 32;

    /// <summary>Updates in all.</summary>
    public long Steps { get; init; } = 1000;

    /// <summary>Texts in a batch.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>The largest learning rate.</summary>
    public double LearningRate { get; init; } = 0.003;

    /// <summary>The chance that a text is to be continued and not restored.</summary>
    public double ContinuationShare { get; init; }

    /// <summary>The seed of everything random.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Threads of the native library; 0 for those of OMP_NUM_THREADS, else the machine's cores.</summary>
    public int Threads { get; init; }

    /// <summary>The device, such as <c>cpu</c> or <c>cuda:0</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Compute activations again in the backward pass instead of keeping them: less memory, more time.</summary>
    public bool RecomputeActivations { get; init; }

    /// <summary>The type of activations: <c>float32</c>, <c>bfloat16</c>, or <c>auto</c> to measure which is faster here.</summary>
    public string ComputeType { get; init; } = "auto";

    /// <summary>Log every so many updates. Accuracy is measured with every fourth.</summary>
    public int LogEvery { get; init; } = 20;

    /// <summary>Evaluate every so many updates; 0 for the end only.</summary>
    public int EvaluateEvery { get; init; } = 250;

    /// <summary>Texts of an evaluation.</summary>
    public int EvaluationTexts { get; init; } = 64;

    /// <summary>The run's settings in full.</summary>
    /// <param name="data">What it reads.</param>
    /// <param name="from">The base's folder or file.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="ConfigurationException">A rule is broken; the message names field, value and rule.</exception>
    public RunSettings ToRunSettings(RunData data, string from)
    {
        if (!double.IsFinite(TokensPerSlot) || TokensPerSlot <= 0)
            throw new ConfigurationException($"Pretraining settings: {nameof(TokensPerSlot)} ({TokensPerSlot}) must be a positive number.");

        var usual = RunDefaults.OnBase(data, from);
        var autoencoder = usual.Autoencoder!;
        var lengths = Lengths;
        var rungs = LadderSettings.UpTo(autoencoder.Ladder.Rungs, TokensPerSlot, ContinuationShare);
        return (usual with
        {
            Steps = Steps,
            Seed = Seed,
            Threads = Threads,
            Device = Device,
            RecomputeActivations = RecomputeActivations,
            ComputeType = ComputeType,
            LogEvery = LogEvery,
            EvaluateEvery = EvaluateEvery,
            Optimizer = usual.Optimizer with { LearningRate = LearningRate, WarmupSteps = (int)Math.Clamp(Steps / 10, 0, usual.Optimizer.WarmupSteps) },
            Autoencoder = autoencoder with
            {
                Icae = autoencoder.Icae with
                {
                    Slots = Slots,
                    TokensPerSlot = TokensPerSlot,
                    Layout = Layout,
                    Lora = autoencoder.Icae.Lora with { Rank = Rank, Alpha = 2 * Rank },
                },
                Batch = Batch,
                ContinuationShare = ContinuationShare,
                ContinuationToken = ContinuationShare > 0,
                Ladder = autoencoder.Ladder with { Rungs = lengths is null ? rungs : [.. rungs.Select(rung => rung with { Lengths = lengths })] },
                EvaluationTexts = EvaluationTexts,
                EvaluationLengths = lengths is { Count: > 0 } ? [lengths.Max()] : autoencoder.EvaluationLengths,
            },
        }).Validate();
    }
}
