using System.Globalization;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Models;
using ICAE.Lab.Tokens;
using static TorchSharp.torch;

namespace ICAE.Lab.Training;

/// <summary>What a run starts from: two shards, a tokenizer and a base, checked against what they were when the run was created.</summary>
internal sealed class RunInputs : IDisposable
{
    private const string RandomShareFact = "random_share";

    private readonly RunSettings _settings;
    private IReadOnlyDictionary<string, string>? _autoencoderFacts;

    /// <summary>Opens what is there and makes a new base where there is none.</summary>
    /// <param name="settings">The run's settings, validated.</param>
    /// <param name="trainsBase">Whether the base's weights are trained, and so kept in float32.</param>
    /// <exception cref="IcaeException">Files are missing, changed since the run was created, or do not fit each other.</exception>
    public RunInputs(RunSettings settings, bool trainsBase)
    {
        _settings = settings;
        var options = new ModelOptions { Device = settings.Device };
        var device = options.Open();
        var opened = new Stack<IDisposable>();
        try
        {
            opened.Push(Training = OpenShard(settings.TrainingShard, settings.TrainingShardSha256));
            opened.Push(Validation = OpenShard(settings.ValidationShard, settings.ValidationShardSha256));
            var weightType = trainsBase ? ScalarType.Float32 : settings.ComputeDtype;
            From = settings.From is null
                ? null
                : BaseModel.Load(settings.From, options with { ComputeType = settings.ComputeDtype, WeightType = weightType });
            Transformer = From?.Transformer ?? Transformer.Create(settings.NewModel!, device, settings.Seed, settings.ComputeDtype, weightType);
            opened.Push(Transformer);
            if (From is not null && settings.BaseFingerprint is { } expected && From.Fingerprint != expected)
                throw new ConfigurationException($"{settings.From}: this is another base than the run was created with (fingerprint {From.Fingerprint}, then {expected}).");

            Tokenizer = From?.Tokenizer ?? TokenizerFile.Load(settings.Tokenizer!);
            RequireFit(Training);
            RequireFit(Validation);
            if (Tokenizer.VocabularySize > Transformer.Config.VocabularySize)
                throw new ConfigurationException($"{settings.Tokenizer}: the tokenizer has {Tokenizer.VocabularySize} ids, the new model only {Transformer.Config.VocabularySize}.");
        }
        catch
        {
            foreach (var input in opened)
                input.Dispose();

            throw;
        }
    }

    /// <summary>What is trained on.</summary>
    public TokenShard Training { get; }

    /// <summary>What is evaluated on.</summary>
    public TokenShard Validation { get; }

    /// <summary>The base that the run starts from; <see langword="null"/> for a new one.</summary>
    public BaseModel? From { get; }

    /// <summary>The tokenizer of all ids.</summary>
    public ITextTokenizer Tokenizer { get; }

    /// <summary>The base.</summary>
    public Transformer Transformer { get; }

    /// <summary>The id that ends a text.</summary>
    /// <param name="given">The id that the autoencoder or its settings name; <see langword="null"/> for the base's own.</param>
    /// <exception cref="ConfigurationException">Neither names one.</exception>
    public int EndOfText(int? given) => given
        ?? ((From?.EosIds ?? Transformer.Config.EosIds) is [var own, ..]
            ? own >= 0 && own < Transformer.Config.VocabularySize
                ? own
                : throw new ConfigurationException($"{_settings.From ?? "Run settings"}: the end of a text, eos_token_id {own}, is not in the model's vocabulary of {Transformer.Config.VocabularySize}.")
            : throw new ConfigurationException("The base's config names no eos_token_id, its tokenizer no end of a text, and the settings no EosId."));

    /// <summary>Checks that an autoencoder's settings name ids that the base has.</summary>
    /// <param name="settings">The settings.</param>
    /// <exception cref="ConfigurationException">One is not in the vocabulary.</exception>
    public void RequireIds(AutoencoderSettings settings)
    {
        Require(settings.EosId, nameof(settings.EosId));
        Require(settings.TaskTokenLike, nameof(settings.TaskTokenLike));

        void Require(int? id, string name)
        {
            if (id is { } given && (given < 0 || given >= Transformer.Config.VocabularySize))
                throw new ConfigurationException($"Autoencoder settings: {name} ({given}) is not in the vocabulary of {Transformer.Config.VocabularySize}.");
        }
    }

    /// <summary>The trained autoencoder that the run goes on with.</summary>
    /// <param name="folder">Its folder.</param>
    /// <returns>The autoencoder, which the caller owns, and how it is used.</returns>
    /// <exception cref="IcaeException">It is missing, unsound, stands on another base, or is another than the run was created with.</exception>
    public (Icae Icae, IcaeUsage Usage) OpenAutoencoder(string folder)
    {
        var (icae, file) = IcaeFolder.Open(folder, From!);
        var fingerprint = IcaeFingerprint.Of(icae);
        if (_settings.AutoencoderFingerprint is { } expected && expected != fingerprint)
        {
            icae.Dispose();
            throw new ConfigurationException($"{folder}: this is another autoencoder than the run was created with (fingerprint {fingerprint}, then {expected}).");
        }

        _autoencoderFacts = file.Facts;
        return (icae, file.Usage);
    }

    /// <summary>What a card must know; what base and autoencoder had seen before counts on.</summary>
    public Dictionary<string, string> Facts()
    {
        var before = Math.Max(Share(From?.Facts, RandomShareFact), Share(_autoencoderFacts, RandomShareFact));
        var rows = _settings.Rows is { } read ? read.PeriodicShare * read.RandomShare : 0;
        var here = Math.Max(rows, _settings.Autoencoder?.RandomShare ?? 0);
        var facts = new Dictionary<string, string>
        {
            ["training_shard_sha256"] = _settings.TrainingShardSha256 ?? Training.Sha256,
            ["seed"] = _settings.Seed.ToString(CultureInfo.InvariantCulture),
            ["updates"] = _settings.Steps.ToString(CultureInfo.InvariantCulture),
            [RandomShareFact] = Math.Max(before, here).ToString(CultureInfo.InvariantCulture),
        };
        if (_settings.AutoencoderFingerprint is { } fingerprint)
            facts["pretrained_fingerprint"] = fingerprint;

        return facts;
    }

    /// <summary>What an autoencoder's card must know besides: what was practised, here or before, and that its encoder was first trained together with its base, here or before.</summary>
    /// <param name="lengths">The lengths of texts that were practised here; those of before are added.</param>
    /// <param name="continuationShare">The share of texts that were to be gone on from here.</param>
    public Dictionary<string, string> AutoencoderFacts(IEnumerable<int> lengths, double continuationShare)
    {
        var facts = Facts();
        int[] practised = [.. lengths.Concat(IcaeModel.ReadLengths(_autoencoderFacts)).Distinct().Order()];
        if (practised.Length > 0)
        {
            facts[IcaeModel.LengthsFact] = string.Join(' ', practised);
            facts[IcaeModel.ContinuationFact] = Math.Max(continuationShare, Share(_autoencoderFacts, IcaeModel.ContinuationFact)).ToString(CultureInfo.InvariantCulture);
        }

        if ((_settings.Autoencoder?.InputNoise.ToString(CultureInfo.InvariantCulture) ?? _autoencoderFacts?.GetValueOrDefault(IcaeModel.NoiseFact)) is { } noise)
            facts[IcaeModel.NoiseFact] = noise;

        if (_settings.Kind == RunKind.Restoring || _autoencoderFacts?.GetValueOrDefault(IcaeModel.WithBaseFact) == "true")
            facts[IcaeModel.WithBaseFact] = "true";

        return facts;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Transformer.Dispose();
        Training.Dispose();
        Validation.Dispose();
    }

    private static double Share(IReadOnlyDictionary<string, string>? facts, string name) =>
        facts?.GetValueOrDefault(name) is { } text && double.TryParse(text, CultureInfo.InvariantCulture, out var share) ? share : 0;

    private static TokenShard OpenShard(string path, string? expectedHash)
    {
        var shard = TokenShard.Open(path);
        try
        {
            if (expectedHash is not null && shard.Sha256 != expectedHash)
                throw new ConfigurationException($"{path}: the shard has changed since the run was created (SHA-256 {shard.Sha256}, then {expectedHash}).");

            // The hash in the header is what was written; the bytes may have changed since.
            shard.Verify();
            return shard;
        }
        catch
        {
            shard.Dispose();
            throw;
        }
    }

    private void RequireFit(TokenShard shard)
    {
        // A model may have more rows than its tokenizer has ids: many vocabularies are rounded up.
        if (shard.VocabularySize > Transformer.Config.VocabularySize)
            throw new ConfigurationException($"{shard.Path}: the vocabulary of {shard.VocabularySize} is larger than the model's of {Transformer.Config.VocabularySize}.");

        if (shard.Fingerprint != Tokenizer.Fingerprint)
        {
            throw new ConfigurationException(
                $"{shard.Path}: the ids are those of a tokenizer with the fingerprint {shard.Fingerprint}; that of {_settings.Tokenizer ?? _settings.From} is {Tokenizer.Fingerprint}.");
        }
    }
}
