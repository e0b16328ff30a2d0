using System.Globalization;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Evaluation;
using ICAE.Lab.Models;
using ICAE.Lab.Objectives;
using ICAE.Lab.Tokens;
using static TorchSharp.torch;

namespace ICAE.Lab.Training;

/// <summary>
/// The three kinds of run. A base learns from rows; an autoencoder from texts, its base frozen; a restoring run from both, base and
/// encoder trained together, and only the base is kept.
/// </summary>
public sealed class TrainingTask : ITrainingTask
{
    private const int EvaluationRows = 32;
    private const int EvaluationBatch = 32;
    private const string RandomShareFact = "random_share";

    private readonly RunSettings _settings;
    private readonly TokenShard _training;
    private readonly TokenShard _validation;
    private readonly Transformer _base;
    private readonly Icae? _icae;
    private readonly int _eos;
    private readonly BaseModel? _from;
    private readonly ITextTokenizer _tokenizer;
    private RowBatches? _rows;
    private TextBatches? _texts;

    /// <summary>Opens shards and base and makes what is new.</summary>
    /// <param name="settings">The run's settings, all choices made.</param>
    /// <exception cref="IcaeException">Files are missing, changed since the run was created, or do not fit each other.</exception>
    public TrainingTask(RunSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings.Validate();
        var options = new ModelOptions { Device = settings.Device };
        var device = options.Open();
        _training = OpenShard(settings.TrainingShard, settings.TrainingShardSha256);
        _validation = OpenShard(settings.ValidationShard, settings.ValidationShardSha256);
        var trainsBase = settings.Kind != RunKind.Autoencoder;
        var weightType = trainsBase ? ScalarType.Float32 : settings.ComputeDtype;
        _from = settings.From is null
            ? null
            : BaseModel.Load(settings.From, options with { ComputeType = settings.ComputeDtype, WeightType = weightType });
        if (_from is not null && settings.BaseFingerprint is { } expected && _from.Fingerprint != expected)
        {
            throw new ConfigurationException($"{settings.From}: this is another base than the run was created with (fingerprint {_from.Fingerprint}, then {expected}).");
        }

        _tokenizer = _from?.Tokenizer ?? TokenizerFile.Load(settings.Tokenizer!);
        _base = _from?.Transformer ?? Transformer.Create(settings.NewModel!, device, settings.Seed, settings.ComputeDtype, weightType);
        RequireFit(_training);
        RequireFit(_validation);
        if (_tokenizer.VocabularySize > _base.Config.VocabularySize)
        {
            throw new ConfigurationException($"{settings.Tokenizer}: the tokenizer has {_tokenizer.VocabularySize} ids, the new model only {_base.Config.VocabularySize}.");
        }

        if (settings.Autoencoder is { } autoencoder)
        {
            RequireId(autoencoder.EosId, nameof(autoencoder.EosId));
            RequireId(autoencoder.TaskTokenLike, nameof(autoencoder.TaskTokenLike));
            _icae = Icae.Create(_base, autoencoder.Icae, settings.Seed, autoencoder.TokenDeviation, autoencoder.TaskTokenLike);
            _eos = autoencoder.EosId ?? (_base.Config.EosIds.Count > 0 ? _base.Config.EosIds[0] : throw new ConfigurationException("The base's config names no eos_token_id, and the settings no EosId."));
        }

        Trainables = [.. (trainsBase ? _base.Weights : []).Concat(_icae?.Trainables ?? [])];
        State = new TaskState(0, 0, null);
        RequireWindows(settings);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Weight> Trainables { get; }

    /// <summary>The base.</summary>
    public Transformer Base => _base;

    /// <summary>The autoencoder; <see langword="null"/> for a base run.</summary>
    public Icae? Icae => _icae;

    /// <inheritdoc/>
    public TaskState State
    {
        get => new(_rows?.Cursor ?? 0, _texts?.Cursor ?? 0, _texts?.Ladder.State);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.RowCursor < 0 || value.TextCursor < 0)
            {
                throw new ConfigurationException($"The cursors ({value.RowCursor} and {value.TextCursor}) must not be negative.");
            }

            var seed = unchecked((ulong)_settings.Seed);
            _rows = _settings.Rows is null ? null : new RowBatches(_settings.Rows, _training, seed, value.RowCursor);
            _texts = _settings.Autoencoder is null ? null : new TextBatches(_settings.Autoencoder, _training, _eos, seed, value.Ladder, value.TextCursor);
        }
    }

    /// <inheritdoc/>
    public StepReport Backward(long step, int part, int parts)
    {
        using var scope = NewDisposeScope();
        var (values, standing) = (new Dictionary<string, double>(), new Dictionary<string, double>());
        var tokens = 0L;
        if (_rows is not null)
        {
            var ids = _rows.Draw(step, part);
            var loss = RowLoss(tensor(ids, [_settings.Rows!.Batch, _settings.Rows.Length], dtype: ScalarType.Int64, device: _base.Device)).mean();
            loss.div(parts).backward();
            values["rows_loss"] = loss.item<float>();
            tokens += ids.Length;
        }

        // The last of each group of updates, so that a log line at a multiple of the group has all values.
        if (_texts is not null && (step + 1) % _settings.Autoencoder!.Every == 0)
        {
            tokens += BackwardTexts(step, part, parts, values, standing);
        }

        return new StepReport(tokens, values, standing);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Evaluate(CancellationToken cancellation)
    {
        var values = new Dictionary<string, double>();
        if (_settings.Rows is { } rows)
        {
            values["rows_loss"] = EvaluateRows(rows, periodic: false);
            if (rows.PeriodicShare > 0)
            {
                values["copying_loss"] = EvaluateRows(rows, periodic: true);
            }
        }

        if (_settings.Autoencoder is not { } autoencoder || autoencoder.EvaluationTexts == 0)
        {
            return values;
        }

        foreach (var length in autoencoder.EvaluationLengths)
        {
            if (cancellation.IsCancellationRequested)
            {
                break;
            }

            EvaluateTexts(autoencoder, length, values, cancellation);
        }

        return values;
    }

    /// <inheritdoc/>
    public void Export(string folder)
    {
        var facts = Facts();
        if (_settings.Kind == RunKind.Autoencoder)
        {
            var usage = new IcaeUsage { EosId = _settings.Autoencoder!.EosId, ContinuationToken = _settings.Autoencoder.ContinuationToken };
            IcaeFolder.Save(folder, _icae!, ModelReference.To(_from!), _from!.Path, usage, facts: facts);
            return;
        }

        BaseModel.Save(folder, _base, _tokenizer, KindOfBase(), facts);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _icae?.Dispose();
        _base.Dispose();
        _training.Dispose();
        _validation.Dispose();
    }

    private static TokenShard OpenShard(string path, string? expectedHash)
    {
        var shard = TokenShard.Open(path);
        try
        {
            if (expectedHash is not null && shard.Sha256 != expectedHash)
            {
                throw new ConfigurationException($"{path}: the shard has changed since the run was created (SHA-256 {shard.Sha256}, then {expectedHash}).");
            }

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

    private static string Label(ObjectiveKind kind) => kind == ObjectiveKind.Autoencoding ? "ae" : "lm";

    /// <summary>What a card must know; what the base had seen before counts on.</summary>
    private Dictionary<string, string> Facts()
    {
        var before = _from?.Facts.GetValueOrDefault(RandomShareFact) is { } text && double.TryParse(text, CultureInfo.InvariantCulture, out var share) ? share : 0;
        var here = _settings.Rows is { } rows ? rows.PeriodicShare * rows.RandomShare : 0;
        return new Dictionary<string, string>
        {
            ["training_shard_sha256"] = _settings.TrainingShardSha256 ?? _training.Sha256,
            ["seed"] = _settings.Seed.ToString(CultureInfo.InvariantCulture),
            ["updates"] = _settings.Steps.ToString(CultureInfo.InvariantCulture),
            [RandomShareFact] = Math.Max(before, here).ToString(CultureInfo.InvariantCulture),
        };
    }

    /// <summary>What the base has learned; further training on plain text takes nothing of it back.</summary>
    private BaseKind KindOfBase() => _settings switch
    {
        { Kind: RunKind.Restoring } => BaseKind.Restoring,
        _ when _from?.Kind is BaseKind.Copying or BaseKind.Restoring or BaseKind.Pretrained => _from.Kind,
        { Rows.PeriodicShare: > 0 } => BaseKind.Copying,
        _ => BaseKind.Plain,
    };

    /// <summary>[B (L - 1)] losses of the next tokens.</summary>
    private Tensor RowLoss(Tensor ids)
    {
        var length = ids.shape[1];
        var hidden = _base.Forward(new TransformerInput
        {
            Embeddings = _base.Embed(ids.narrow(1, 0, length - 1)),
            RecomputeActivations = _settings.RecomputeActivations,
        }).Hidden;
        var logits = _base.Logits(hidden.view(-1, _base.Config.HiddenSize));
        return TokenLoss.Losses(logits, ids.narrow(1, 1, length - 1).reshape(-1), withAccuracy: false).Losses;
    }

    private void RequireFit(TokenShard shard)
    {
        if (shard.VocabularySize != _base.Config.VocabularySize)
        {
            throw new ConfigurationException($"{shard.Path}: the vocabulary of {shard.VocabularySize} is not the model's of {_base.Config.VocabularySize}.");
        }

        if (shard.Fingerprint != _tokenizer.Fingerprint)
        {
            throw new ConfigurationException($"{shard.Path}: the ids are those of a tokenizer with the fingerprint {shard.Fingerprint}; that of {_settings.Tokenizer ?? _settings.From} is {_tokenizer.Fingerprint}.");
        }
    }

    private void RequireId(int? id, string name)
    {
        if (id is { } given && (given < 0 || given >= _base.Config.VocabularySize))
        {
            throw new ConfigurationException($"Autoencoder settings: {name} ({given}) is not in the vocabulary of {_base.Config.VocabularySize}.");
        }
    }

    /// <summary>What the validation shard is too short for must show now, not at the first evaluation.</summary>
    private void RequireWindows(RunSettings settings)
    {
        var sampler = new WindowSampler(_validation, 0);
        var lengths = settings.Autoencoder is { EvaluationTexts: > 0 } autoencoder ? autoencoder.EvaluationLengths : [];
        foreach (var length in settings.Rows is { } rows ? lengths.Append(rows.Length) : lengths)
        {
            sampler.Locate(0, length);
        }
    }

    private long BackwardTexts(long step, int part, int parts, Dictionary<string, double> values, Dictionary<string, double> standing)
    {
        var (examples, rung) = _texts!.Draw(step, part);
        var measures = (step + 1) / _settings.Autoencoder!.Every % _settings.Autoencoder.AccuracyEvery == 0;
        _icae!.Adapter.DropoutSeed = unchecked((_settings.Seed * 1_000_003) + (step * 257) + part);
        var result = IcaeObjective.Compute(_icae, examples, LossReduction.PerExample, measures, _settings.RecomputeActivations);
        _icae.Adapter.DropoutSeed = null;
        result.Loss.div(parts).backward();
        foreach (var objective in result.ByKind())
        {
            Note(objective, rung, values, standing);
        }

        standing["rung"] = _texts.Ladder.State.Rung;

        return examples.Sum(example => example.EncoderIds.Length + example.Plan.SlotCount + example.DecoderIds.Length);
    }

    /// <summary>Notes an objective's part of a batch; the ladder rises by what was restored alone.</summary>
    private void Note(ObjectivePart objective, int rung, Dictionary<string, double> values, Dictionary<string, double> standing)
    {
        var label = Label(objective.Kind);
        values[label + "_loss"] = objective.Loss;
        if (objective.Accuracy is not { } accuracy)
        {
            return;
        }

        values[label + "_accuracy"] = accuracy;
        if (objective.Kind == ObjectiveKind.Autoencoding)
        {
            _texts!.Ladder.Report(rung, accuracy);
        }

        standing["rung_accuracy"] = _texts!.Ladder.State.Accuracy;
    }

    private double EvaluateRows(RowSettings rows, bool periodic)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var ids = RowBatches.Fixed(rows, _validation, EvaluationRows, periodic);
        var losses = RowLoss(tensor(ids, [EvaluationRows, rows.Length], dtype: ScalarType.Int64, device: _base.Device)).view(EvaluationRows, rows.Length - 1);

        // Of a periodic row only what repeats can be known.
        var from = periodic ? RowBatches.FixedPeriod(rows) + 1 : 0;
        return losses.narrow(1, from, rows.Length - 1 - from).mean().item<float>();
    }

    private void EvaluateTexts(AutoencoderSettings autoencoder, int length, Dictionary<string, double> values, CancellationToken cancellation)
    {
        var (loss, correct, count) = (0.0, 0L, 0L);
        foreach (var examples in TextBatches.Fixed(autoencoder, _validation, _eos, length, autoencoder.EvaluationTexts).Chunk(EvaluationBatch))
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var result = IcaeObjective.Compute(_icae!, examples, LossReduction.PerToken, withAccuracy: true);
            loss += result.TokenLosses.sum().item<float>();
            correct += result.Correct!.sum().item<long>();
            count += result.Targets.Sum();
        }

        values[$"ae_loss_{length}"] = loss / count;
        values[$"ae_accuracy_{length}"] = (double)correct / count;
        values[$"ae_bleu_{length}"] = FreeRunningBleu(autoencoder, length, cancellation);
    }

    /// <summary>The mean BLEU-4 on ids of greedy restorations: what teacher-forced accuracy hides, a decoder that loses its place, shows here.</summary>
    private double FreeRunningBleu(AutoencoderSettings autoencoder, int length, CancellationToken cancellation)
    {
        var scores = new List<double>();
        foreach (var examples in TextBatches.Fixed(autoencoder, _validation, _eos, length, autoencoder.EvaluationTexts).Chunk(EvaluationBatch))
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var slots = _icae!.Encode([.. examples.Select(example => example.EncoderIds)], [.. examples.Select(example => example.Plan)]);
            var restored = Generation.Restore(_icae, slots, new GenerationSettings { EosIds = [_eos] }, cancellation: cancellation);
            scores.AddRange(restored.Zip(examples, (text, example) => TokenBleu.Sentence(text.Ids, example.EncoderIds)));
        }

        return scores.Average();
    }
}
