using System.Text.Json.Serialization;
using ICAE.Lab.Models;

namespace ICAE.Lab.Training;

/// <summary>Everything that decides a training run. Stored in its folder; two runs with equal settings on one machine give equal bytes.</summary>
public sealed record RunSettings
{
    // Names of checkpoints have nine digits, and random streams sixteen bits for the batches of an update.
    private const long MostSteps = 999_999_999;
    private const int MostParts = 65_535;

    /// <summary>The version of this form.</summary>
    public int FormatVersion { get; init; } = 1;

    /// <summary>What is trained.</summary>
    public required RunKind Kind { get; init; }

    /// <summary>Updates in all.</summary>
    public required long Steps { get; init; }

    /// <summary>The seed of everything random.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The optimiser.</summary>
    public OptimizerSettings Optimizer { get; init; } = new();

    /// <summary>Batches whose gradients are averaged for one update.</summary>
    public int Accumulation { get; init; } = 1;

    /// <summary>The type of activations: <c>float32</c>, <c>bfloat16</c>, or <c>auto</c> to measure once when the run is created.</summary>
    public string ComputeType { get; init; } = "auto";

    /// <summary>Threads of the native library; 0 takes those of OMP_NUM_THREADS, else the machine's cores, when the run is created.</summary>
    public int Threads { get; init; }

    /// <summary>The device, such as <c>cpu</c> or <c>cuda:0</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Compute activations again in the backward pass instead of keeping them.</summary>
    public bool RecomputeActivations { get; init; }

    /// <summary>The token shard that is trained on.</summary>
    public required string TrainingShard { get; init; }

    /// <summary>The token shard that is evaluated on.</summary>
    public required string ValidationShard { get; init; }

    /// <summary>SHA-256 of the training shard; filled in when the run is created and checked when it is resumed.</summary>
    public string? TrainingShardSha256 { get; init; }

    /// <summary>SHA-256 of the validation shard; filled in when the run is created and checked when it is resumed.</summary>
    public string? ValidationShardSha256 { get; init; }

    /// <summary>The fingerprint of <see cref="From"/>; filled in when the run is created and checked when it is resumed.</summary>
    public string? BaseFingerprint { get; init; }

    /// <summary>The folder of the tokenizer, which goes into what the run exports; <see langword="null"/> takes that of <see cref="From"/>.</summary>
    public string? Tokenizer { get; init; }

    /// <summary>The folder of the base that the run starts from; none for a new base.</summary>
    public string? From { get; init; }

    /// <summary>The shape of a new base.</summary>
    public TransformerConfig? NewModel { get; init; }

    /// <summary>The rows of next-token prediction; none for an autoencoder.</summary>
    public RowSettings? Rows { get; init; }

    /// <summary>The autoencoder and its texts; none for a base, nor for an instruction run that goes on with a pretrained one.</summary>
    public AutoencoderSettings? Autoencoder { get; init; }

    /// <summary>The folder of the trained autoencoder that is gone on with; none for a new one.</summary>
    public string? FromAutoencoder { get; init; }

    /// <summary>The fingerprint of <see cref="FromAutoencoder"/>; filled in when the run is created and checked when it is resumed.</summary>
    public string? AutoencoderFingerprint { get; init; }

    /// <summary>The prompts and answers; only for a run of that kind.</summary>
    public InstructionSettings? Instruction { get; init; }

    /// <summary>Log every so many updates.</summary>
    public int LogEvery { get; init; } = 20;

    /// <summary>Evaluate every so many updates; 0 for the end only.</summary>
    public int EvaluateEvery { get; init; } = 500;

    /// <summary>Write a checkpoint after so many minutes; not positive for no limit.</summary>
    public double CheckpointMinutes { get; init; } = 3;

    /// <summary>Write a checkpoint every so many updates; 0 for never.</summary>
    public int CheckpointEvery { get; init; }

    /// <summary>The compute type as torch names it, once it is resolved.</summary>
    [JsonIgnore]
    public TorchSharp.torch.ScalarType ComputeDtype => ComputeType switch
    {
        "float32" => TorchSharp.torch.ScalarType.Float32,
        "bfloat16" => TorchSharp.torch.ScalarType.BFloat16,
        _ => throw new ConfigurationException($"Run settings: the compute type '{ComputeType}' is neither float32 nor bfloat16."),
    };

    /// <summary>Checks every rule between the fields.</summary>
    /// <returns>These settings.</returns>
    /// <exception cref="ConfigurationException">A rule is broken.</exception>
    public RunSettings Validate()
    {
        Require(FormatVersion == 1, $"FormatVersion ({FormatVersion}) must be 1");
        Require(Steps is >= 1 and <= MostSteps, $"Steps ({Steps}) must lie between 1 and {MostSteps}");
        Require(Accumulation is >= 1 and <= MostParts, $"Accumulation ({Accumulation}) must lie between 1 and {MostParts}");
        Require(LogEvery >= 1 && EvaluateEvery >= 0 && CheckpointEvery >= 0, "LogEvery must be at least 1, EvaluateEvery and CheckpointEvery at least 0");
        Require(double.IsFinite(CheckpointMinutes), $"CheckpointMinutes ({CheckpointMinutes}) must be finite");
        Require(ComputeType is "auto" or "float32" or "bfloat16", $"ComputeType ({ComputeType}) must be auto, float32 or bfloat16");
        Require(Threads is >= 0 and <= ModelOptions.MostThreads, $"Threads ({Threads}) must lie between 0 and {ModelOptions.MostThreads}");
        Require((Kind is RunKind.Autoencoder or RunKind.Instruction) == (Rows is null), "Rows belong to base and restoring runs, and to them alone");
        Require((Kind == RunKind.Instruction) == (Instruction is not null), "Instruction belongs to instruction runs, and to them alone");
        Require(FromAutoencoder is null || Kind != RunKind.Base, "FromAutoencoder is not for base runs, which have no autoencoder");
        Require(
            (Kind == RunKind.Base || (Kind == RunKind.Instruction && FromAutoencoder is not null)) == (Autoencoder is null),
            "Autoencoder says what an autoencoder is and which texts it learns from: it is needed but for base runs, and for instruction runs that go on with one");
        Require((From is null) != (NewModel is null), "exactly one of From and NewModel is needed");
        Require(Kind == RunKind.Base || From is not null, "a run with an autoencoder starts from a base: From is needed");
        Require(From is not null || Tokenizer is not null, "a new base needs a Tokenizer");
        Require(Kind == RunKind.Restoring || Autoencoder is null or { Every: 1 }, "Every is for restoring runs; an autoencoder run has nothing else to learn from");
        Optimizer.Validate();
        NewModel?.Validate();
        Rows?.Validate();
        Autoencoder?.Validate();
        Instruction?.Validate();
        return this;
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds)
        {
            throw new ConfigurationException($"Run settings: {rule}.");
        }
    }
}
