using System.Text.Json.Nodes;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Models;
using ICAE.Lab.Tests.Formats;
using ICAE.Lab.Tokens;
using ICAE.Lab.Training;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Training;

/// <summary>A folder with all that a run of a few updates needs: two shards, a base, a tokenizer.</summary>
internal sealed class TinyRun : IDisposable
{
    /// <summary>A byte-level tokenizer has 256 bytes and two special tokens at least; whole vectors of logits take the fused kernels.</summary>
    public const int Vocabulary = 272;

    private static readonly Lazy<ITextTokenizer> MadeTokenizer = new(() =>
    {
        using var folder = TestFiles.NewFolder();
        return CorpusPreparation.TrainTokenizer([string.Concat(Enumerable.Repeat("the cat sat on the mat and that was that ", 8))], Vocabulary, folder.Path);
    });

    private readonly TestFiles.TemporaryFolder _folder = TestFiles.NewFolder();

    /// <summary>Writes the files.</summary>
    /// <param name="layers">Layers of the base.</param>
    /// <param name="rows">Rows of its embeddings, at least as many as the tokenizer has ids.</param>
    public TinyRun(int layers = 2, int rows = Vocabulary)
    {
        WriteShard(TrainingShard, Documents(1, 7));
        WriteShard(ValidationShard, Documents(2, 3));
        TokenizerFile.Save(MadeTokenizer.Value, Tokenizer);
        using var scope = NewDisposeScope();
        using var model = Transformer.Create(Model with { Layers = layers, VocabularySize = rows }, CPU, 3);

        // Every state has a common direction, and what occurs in the texts points there: some of it is guessed right, and ladders rise.
        model.View("model.embed_tokens.weight").add_(0.2f);
        model.View("lm_head.weight").narrow(0, 3, 6).add_(0.1f);
        BaseModel.Save(Base, model, MadeTokenizer.Value);
    }

    /// <summary>The smallest shape that every fused kernel handles.</summary>
    public static TransformerConfig Model { get; } = new()
    {
        VocabularySize = Vocabulary,
        HiddenSize = 32,
        IntermediateSize = 32,
        Layers = 2,
        Heads = 2,
        KeyValueHeads = 1,
        HeadSize = 32,
        BosId = 0,
        EosIds = [2],
    };

    public string TrainingShard => At("training.shard");

    public string ValidationShard => At("validation.shard");

    /// <summary>A shard of texts, prompts and answers.</summary>
    public string Examples
    {
        get
        {
            var path = At("examples.shard");
            if (!File.Exists(path))
            {
                InstructionShard.Write(path, MadeTokenizer.Value, Enumerable.Range(0, 12).Select(i => new InstructionExample(
                    $"the {(i % 2 == 0 ? "cat" : "mat")} sat on the mat and that was {i}", i % 3 == 0 ? "what sat" : "that was", i % 2 == 0 ? "the cat" : "the mat")));
            }

            return path;
        }
    }

    public string Tokenizer => At("tokenizer");

    public string Base => At("base");

    public string Path => _folder.Path;

    /// <summary>The kinds of run as they differ for the loop: what is trained, and what a slot is.</summary>
    public static TheoryData<RunKind, SlotLayout> Kinds => new()
    {
        { RunKind.Base, SlotLayout.Embeddings },
        { RunKind.Restoring, SlotLayout.Embeddings },
        { RunKind.Restoring, SlotLayout.KeysAndValues },
        { RunKind.Autoencoder, SlotLayout.Embeddings },
        { RunKind.Autoencoder, SlotLayout.KeysAndValues },
        { RunKind.Instruction, SlotLayout.Embeddings },
    };

    /// <summary>Settings with everything on that a resumed run could get wrong: dropout, noise, a ladder that rises, accumulation, recomputation.</summary>
    public RunSettings Settings(RunKind kind, SlotLayout layout = SlotLayout.Embeddings) => new()
    {
        Kind = kind,
        Steps = 12,
        Seed = 5,
        Optimizer = new OptimizerSettings { LearningRate = 1e-2, WarmupSteps = 3, WeightDecay = 0.01 },
        Accumulation = 2,
        ComputeType = "float32",
        Threads = 1,
        RecomputeActivations = true,
        TrainingShard = kind == RunKind.Instruction ? Examples : TrainingShard,
        ValidationShard = kind == RunKind.Instruction ? Examples : ValidationShard,
        Tokenizer = kind == RunKind.Base ? Tokenizer : null,
        From = kind == RunKind.Base ? null : Base,
        NewModel = kind == RunKind.Base ? Model : null,
        Rows = kind is RunKind.Autoencoder or RunKind.Instruction ? null : new RowSettings { Batch = 3, Length = 24, PeriodicShare = 0.5, RandomShare = 0.3, ShortestPeriod = 3, ShortSteps = 5, SeparatorId = 1 },
        Autoencoder = kind == RunKind.Base ? null : Autoencoder(layout) with { Every = kind == RunKind.Restoring ? 2 : 1 },
        Instruction = kind == RunKind.Instruction ? new InstructionSettings { Batch = 3, AccuracyEvery = 2, EvaluationExamples = 5, LongestText = 12 } : null,
        LogEvery = 1,
        EvaluateEvery = 5,
        CheckpointMinutes = 0,
    };

    public static AutoencoderSettings Autoencoder(SlotLayout layout) => new()
    {
        Icae = new IcaeConfig
        {
            Slots = 6,
            TokensPerSlot = 4,
            Layout = layout,
            MemoryTokens = layout == SlotLayout.Embeddings ? MemoryTokenKind.Separate : MemoryTokenKind.Shared,
            Positions = layout == SlotLayout.Embeddings ? MemoryPositions.Appended : MemoryPositions.Spread,
            TextOffset = layout == SlotLayout.Embeddings ? null : 20,
            Lora = new LoraConfig { Rank = 4, Alpha = 8, Dropout = 0.3, Targets = ["q_proj", "v_proj", "o_proj", "up_proj"] },
        },
        Batch = 3,
        Ladder = new LadderSettings { Rungs = [new TrainingRung([6], 2), new TrainingRung([8, 12], 4)], RaiseAt = 1e-6, LeastMeasurements = 2 },
        InputNoise = 0.3,
        ContinuationShare = 0.3,
        ContinuationToken = true,
        UnscoredContinuationTokens = 2,
        AccuracyEvery = 2,
        EvaluationTexts = 4,
        EvaluationLengths = [8],
    };

    /// <summary>Makes a run's folder.</summary>
    public RunFolder Create(string name, RunSettings settings) => TrainingRun.Create(At(name), settings);

    /// <summary>Runs until an update, or to the end.</summary>
    public static RunStatus Run(RunFolder folder, long? stopAt = null)
    {
        using var stop = new CancellationTokenSource();
        return TrainingRun.Run(
            folder,
            new InlineProgress<RunProgress>(progress =>
            {
                if (progress.Step >= stopAt)
                {
                    stop.Cancel();
                }
            }),
            stop.Token);
    }

    /// <summary>The log without what a clock decides.</summary>
    public static IReadOnlyList<string> Log(RunFolder folder) =>
    [
        .. folder.ReadLog().Select(line => string.Join(' ', line
            .Where(field => field.Key is not ("minutes" or "tokens_per_second"))
            .Select(field => $"{field.Key}={((JsonValue)field.Value!).ToJsonString()}"))),
    ];

    /// <summary>Writes a shard of the given documents.</summary>
    public static void WriteShard(string path, IEnumerable<int[]> documents, int vocabulary = Vocabulary, char? fingerprint = null)
    {
        using var writer = new TokenShardWriter(path, vocabulary, fingerprint is { } digit ? new string(digit, 64) : MadeTokenizer.Value.Fingerprint);
        foreach (var (document, index) in documents.Select((document, index) => (document, index)))
        {
            writer.BeginDocument($"document {index}");
            writer.Append(document.AsSpan());
        }

        writer.Complete();
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<int[]> Documents(int seed, int count)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, random.Next(40, 120)).Select(_ => random.Next(3, 9)).ToArray());
    }

    private string At(string name) => _folder.File(name);
}
