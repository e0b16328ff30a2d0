using ICAE.Lab.Autoencoder;
using ICAE.Lab.Models;

namespace ICAE.Lab.Training;

/// <summary>
/// The settings that commands and notebooks start from: what made small models remember whole sentences within half an hour on two cores. One memory
/// token for all slots, noise in the decoder's inputs, texts of several lengths at a fixed offset, and a ladder in the rate.
/// </summary>
public static class RunDefaults
{
    /// <summary>Positions kept for slots before the decoder's text.</summary>
    private const int SlotPositions = 272;

    /// <summary>Of what begins to restore texts: with twice as many one seed of four read the last token of each slot badly for hundreds of updates (notebooks/LOG.md).</summary>
    private const int RestoringWarmup = 50;

    /// <summary>
    /// With one token a slot a decoder can also settle for reading the slot before or behind the right one. Of a long text that costs one token at the edge, where it was seen it was
    /// not unlearned; of short texts it costs more (notebooks/LOG.md).
    /// </summary>
    private static readonly int[] FirstLengths = [4, 8, 12, 16, 24];

    private static readonly int[] Lengths = [16, 32, 48, 64, 96];
    private static readonly int[] LongLengths = [8, 16, 24, 32, 48, 64, 96, 128];

    /// <summary>
    /// Those of an autoencoder on a frozen base: most fill no whole number of slots. Slots as keys and values that never saw such a length lost much at all of them, and nothing where they
    /// had (notebooks/LOG.md).
    /// </summary>
    private static readonly int[] MixedLengths = [16, 21, 32, 38, 48, 58, 64, 83, 96];
    private static readonly int[] LongMixedLengths = [5, 8, 11, 16, 21, 27, 32, 38, 45, 48, 58, 64, 75, 90, 96, 113, 128];

    /// <summary>A new base.</summary>
    /// <param name="data">What it reads.</param>
    /// <param name="model">Its shape.</param>
    /// <returns>The settings.</returns>
    public static RunSettings Base(RunData data, TransformerConfig model) => Common(RunKind.Base, data, 6000) with
    {
        NewModel = model,
        Tokenizer = data.Tokenizer,
        Optimizer = Optimizer(0.003),
        Rows = Rows(),
    };

    /// <summary>A base that goes on from another, on rows alone.</summary>
    /// <param name="data">What it reads.</param>
    /// <param name="from">The base to go on from: a folder.</param>
    /// <returns>The settings.</returns>
    public static RunSettings FurtherBase(RunData data, string from) => Common(RunKind.Base, data, 6000) with
    {
        From = from,
        Optimizer = Optimizer(0.001),
        Rows = Rows(),
    };

    /// <summary>A base that learns to be restored from.</summary>
    /// <param name="data">What it reads.</param>
    /// <param name="from">The base to go on from: a folder.</param>
    /// <param name="autoencoder">The folder of an autoencoder on that base, with whose encoder the run begins; <see langword="null"/> for a new encoder.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="IcaeException">The autoencoder's files are missing or unsound.</exception>
    public static RunSettings Restoring(RunData data, string from, string? autoencoder = null)
    {
        var settings = Common(RunKind.Restoring, data, 1500) with
        {
            From = from,
            Optimizer = Optimizer(0.003, RestoringWarmup),

            // Measured (notebooks/LOG.md): texts with every update and few rows beside them, none of them repeated, teach a base to be restored from soonest.
            Rows = Rows() with { Batch = 4, PeriodicShare = 0 },
            Autoencoder = Autoencoder() with { AccuracyEvery = 2, EvaluationLengths = [64] },
        };
        return autoencoder is null ? settings : GoOn(settings, autoencoder);
    }

    /// <summary>A trained autoencoder, trained further on its frozen base.</summary>
    /// <param name="data">What it reads.</param>
    /// <param name="from">The base: a folder or a GGUF file.</param>
    /// <param name="autoencoder">The autoencoder's folder; it stays as it is.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="IcaeException">The autoencoder's files are missing or unsound.</exception>
    public static RunSettings Further(RunData data, string from, string autoencoder) => GoOn(OnBase(data, from), autoencoder);

    /// <summary>An autoencoder on a frozen base.</summary>
    /// <param name="data">What it reads.</param>
    /// <param name="from">The base: a folder or a GGUF file.</param>
    /// <returns>The settings.</returns>
    public static RunSettings OnBase(RunData data, string from) => Common(RunKind.Autoencoder, data, 2000) with
    {
        From = from,
        Optimizer = Optimizer(0.003, RestoringWarmup),
        Autoencoder = OnFrozenBase(),
    };

    /// <summary>An autoencoder that learns to answer prompts: a pretrained one, or a new one of the usual form.</summary>
    /// <param name="data">What it reads: shards of examples.</param>
    /// <param name="from">The base: a folder or a GGUF file.</param>
    /// <param name="autoencoder">The folder of the pretrained autoencoder; <see langword="null"/> for a new one.</param>
    /// <returns>The settings.</returns>
    public static RunSettings Instruction(RunData data, string from, string? autoencoder) => Common(RunKind.Instruction, data, 2000) with
    {
        From = from,
        FromAutoencoder = autoencoder,
        Optimizer = Optimizer(autoencoder is null ? 0.003 : 0.001),
        Autoencoder = autoencoder is null ? OnFrozenBase() : null,
        Instruction = new InstructionSettings(),
    };

    /// <summary>The shape of a new base: a Llama with tied embeddings.</summary>
    /// <param name="vocabulary">Ids.</param>
    /// <param name="width">The width, a multiple of twice the heads.</param>
    /// <param name="layers">Layers.</param>
    /// <param name="heads">Heads.</param>
    /// <returns>The shape.</returns>
    public static TransformerConfig Model(int vocabulary, int width, int layers, int heads)
    {
        // Two thirds of four times the width, in steps of 32: the feed-forward layer of Llama.
        const int Step = 32;
        return new TransformerConfig
        {
            VocabularySize = vocabulary,
            HiddenSize = width,
            IntermediateSize = ((width * 8 / 3) + Step - 1) / Step * Step,
            Layers = layers,
            Heads = heads,
            KeyValueHeads = heads,
            HeadSize = width / heads,
            MaxPositions = 512,
            TieEmbeddings = true,
            BosId = 0,
            EosIds = [0],
        };
    }

    /// <summary>Settings for an autoencoder that is there: its own config and use, the lengths, the rate and the noise that it knows, and a third of the learning rate of a new one.</summary>
    private static RunSettings GoOn(RunSettings settings, string folder)
    {
        var file = IcaeFolder.ReadFile(folder);
        var autoencoder = settings.Autoencoder!;
        var known = IcaeModel.ReadLengths(file.Facts);
        var lengths = known.Count > 0 ? known : [.. autoencoder.Ladder.Rungs[^1].Lengths.Where(length => SpanPlan.AtRatio(file.Config, length, file.Config.TokensPerSlot).HasRoom(file.Config))];
        var longest = lengths.Count > 0 ? lengths.Max() : 0;
        int[] evaluated = [.. autoencoder.EvaluationLengths.Where(length => length <= longest)];
        return settings with
        {
            FromAutoencoder = folder,
            Optimizer = Optimizer(0.001),
            Autoencoder = autoencoder with
            {
                Icae = file.Config,
                EosId = file.Usage.EosId,
                InputNoise = IcaeModel.ReadNumber(file.Facts, IcaeModel.NoiseFact) is >= 0 and <= 1 and double noise ? noise : autoencoder.InputNoise,

                // Behind keys and values there is nothing else for a continuation's first token to stand behind.
                ContinuationToken = file.Usage.ContinuationToken || file.Config.Layout == SlotLayout.KeysAndValues,
                Ladder = autoencoder.Ladder with { Rungs = [new TrainingRung([.. lengths], file.Config.TokensPerSlot)] },
                EvaluationLengths = evaluated.Length > 0 ? evaluated : [longest],
            },
        };
    }

    private static RunSettings Common(RunKind kind, RunData data, long steps) => new()
    {
        Kind = kind,
        Steps = steps,
        TrainingShard = data.Training,
        ValidationShard = data.Validation,
    };

    private static OptimizerSettings Optimizer(double rate, int warmup = 100) => new() { LearningRate = rate, ClipNorm = 1, WarmupSteps = warmup };

    private static RowSettings Rows() => new() { Batch = 8, Length = 256, Packed = true, PeriodicShare = 0.45, SeparatorId = 1 };

    /// <summary>
    /// On a frozen restoring base, english-1m, 1,000 updates brought a BLEU of .882 with one seed when the ladder waited for .9, and .999 to 1.000 with three when it waited
    /// for .75 (notebooks/LOG.md).
    /// </summary>
    private static AutoencoderSettings OnFrozenBase()
    {
        var settings = Autoencoder();
        return settings with { Ladder = new LadderSettings { Rungs = Rungs(MixedLengths, LongMixedLengths), RaiseAt = 0.75 } };
    }

    private static AutoencoderSettings Autoencoder() => new()
    {
        Icae = new IcaeConfig
        {
            Slots = 32,
            TokensPerSlot = 4,
            Budget = SlotBudget.ByRatio,
            MemoryTokens = MemoryTokenKind.Shared,
            Positions = MemoryPositions.Spread,
            TextOffset = SlotPositions,
            Lora = new LoraConfig { Rank = 32, Alpha = 64 },
        },
        InputNoise = 0.3,
        TokenDeviation = null,
        TaskTokenLike = 1,
        Ladder = new LadderSettings { Rungs = Rungs(Lengths, LongLengths) },
        EvaluationLengths = [32, 64, 128],
    };

    private static IReadOnlyList<TrainingRung> Rungs(IReadOnlyList<int> lengths, IReadOnlyList<int> atTheTop) =>
        [new TrainingRung(FirstLengths, 1), .. LadderSettings.ByRate(lengths, 4 / 3.0, 1.6, 2, 8 / 3.0), .. LadderSettings.ByRate(atTheTop, 3.2, 4)];
}
