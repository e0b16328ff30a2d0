using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Evaluation;
using ICAE.Lab.Models;
using ICAE.Lab.Objectives;
using static TorchSharp.torch;

namespace ICAE.Lab.Training;

/// <summary>
/// The three kinds of pretraining. A base learns from rows; an autoencoder from texts, its base frozen; a restoring run from both, base and
/// encoder trained together, and both are kept.
/// </summary>
public sealed class TrainingTask : ITrainingTask
{
    private const int EvaluationRows = 32;

    private readonly RunSettings _settings;
    private readonly RunInputs _inputs;
    private readonly Icae? _icae;
    private readonly IReadOnlyList<int> _ordinary;
    private readonly int _eos;
    private IcaeUsage _usage = new();
    private RowBatches? _rows;
    private TextBatches? _texts;

    /// <summary>Opens shards and base and makes what is new.</summary>
    /// <param name="settings">The run's settings, all choices made.</param>
    /// <exception cref="IcaeException">Files are missing, changed since the run was created, or do not fit each other.</exception>
    public TrainingTask(RunSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings.Validate();
        var trainsBase = settings.Kind != RunKind.Autoencoder;
        _inputs = new RunInputs(settings, trainsBase);
        try
        {
            _ordinary = new TextControls(_inputs.Tokenizer).OrdinaryIds;
            if (settings.Autoencoder is { } autoencoder)
            {
                _inputs.RequireIds(autoencoder);
                _icae = settings.FromAutoencoder is { } folder
                    ? GoOn(folder, autoencoder.Icae)
                    : Icae.Create(Base, autoencoder.Icae, settings.Seed, autoencoder.TokenDeviation, autoencoder.TaskTokenLike);
                _eos = _inputs.EndOfText(autoencoder.EosId);
            }

            Trainables = [.. (trainsBase ? Base.Weights : []).Concat(_icae?.Trainables ?? [])];
            State = new TaskState(0, 0, null);
            RunWindows.Require(new WindowSampler(_inputs.Validation, 0), RunWindows.OfEvaluation(settings));
            if (settings.Rows is { } rows)
                RowBatches.RequireRows(rows, _inputs.Validation, EndOfRows());
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Weight> Trainables { get; }

    /// <summary>The base.</summary>
    public Transformer Base => _inputs.Transformer;

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
            _rows = _settings.Rows is null ? null : new RowBatches(_settings.Rows, _inputs.Training, _ordinary, EndOfRows(), seed, value.RowCursor);
            _texts = _settings.Autoencoder is null ? null : new TextBatches(_settings.Autoencoder, _inputs.Training, Base.Config.VocabularySize, _ordinary, _eos, seed, value.Ladder, value.TextCursor);
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
            var length = _rows.LengthAt(step);
            var loss = RowLoss(tensor(ids, [ids.Length / length, length], dtype: ScalarType.Int64, device: Base.Device)).mean();
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
        if (_settings.Kind == RunKind.Autoencoder)
        {
            SaveAutoencoder(folder, _inputs.From!);
            return;
        }

        BaseModel.Save(folder, Base, _inputs.Tokenizer, KindOfBase(), _inputs.Facts());
        if (_icae is null)
            return;

        // The encoder reads the base as it was written: rounded, and with a fingerprint of its own.
        using var written = BaseModel.Load(folder);
        SaveAutoencoder(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(folder))!, RunFolder.AutoencoderFolder), written);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _icae?.Dispose();
        _inputs.Dispose();
    }

    private void SaveAutoencoder(string folder, BaseModel model)
    {
        var share = _settings.Autoencoder!.ContinuationShare;
        var facts = _inputs.AutoencoderFacts(_settings.Autoencoder.Ladder.Rungs.SelectMany(rung => rung.Lengths), share);

        // What was trained before and not here is used as before.
        var token = share > 0 || _settings.FromAutoencoder is null ? _settings.Autoencoder.ContinuationToken : _usage.ContinuationToken;
        var usage = _usage with { EosId = _settings.Autoencoder.EosId, ContinuationToken = token };
        using var kept = IcaeFolder.KeptConstantSlots(folder, _icae!, facts);
        IcaeFolder.Save(folder, _icae!, ModelReference.To(model), model.Path, usage, kept, facts);
    }

    private static string Label(ObjectiveKind kind) => kind == ObjectiveKind.Autoencoding ? "ae" : "lm";

    /// <summary>What the base has learned; further training on plain text takes nothing of it back, and tells nothing of what nobody has said.</summary>
    private BaseKind KindOfBase() => _settings switch
    {
        { Kind: RunKind.Restoring } => BaseKind.Restoring,
        _ when _inputs.From is { Kind: not BaseKind.Plain } from => from.Kind,
        { Rows.PeriodicShare: > 0 } => BaseKind.Copying,
        _ => BaseKind.Plain,
    };

    /// <summary>The id that ends a text of the rows; <see langword="null"/> where each row lies inside one.</summary>
    private int? EndOfRows() => _settings.Rows is { Packed: true } rows ? _inputs.EndOfText(rows.EosId) : null;

    /// <summary>[B (L - 1)] losses of the next tokens.</summary>
    private Tensor RowLoss(Tensor ids)
    {
        var length = ids.shape[1];
        var hidden = Base.Forward(new TransformerInput
        {
            Embeddings = Base.Embed(ids.narrow(1, 0, length - 1)),
            RecomputeActivations = _settings.RecomputeActivations,
        }).Hidden;
        var logits = Base.Logits(hidden.view(-1, Base.Config.HiddenSize));
        return TokenLoss.Losses(logits, ids.narrow(1, 1, length - 1).reshape(-1), withAccuracy: false).Losses;
    }

    /// <summary>A trained autoencoder, to be trained further: its matrices and table as they are, cut and placed as the settings say.</summary>
    private Icae GoOn(string folder, IcaeConfig config)
    {
        (var icae, _usage) = _inputs.OpenAutoencoder(folder);
        try
        {
            var stored = icae.Config;
            if (stored.Layout != config.Layout)
                throw new ConfigurationException($"{folder}: its slots are {stored.Layout}; the run's autoencoder.icae.layout is {config.Layout}. An autoencoder that is gone on with keeps what its slots are.");

            return stored.Lora.IsSameAs(config.Lora)
                ? new Icae(Base, config, icae.Adapter, icae.MemoryTable)
                : throw new ConfigurationException($"{folder}: its adapter is {stored.Lora.Describe()}; the run's autoencoder.icae.lora says {config.Lora.Describe()}. An autoencoder that is gone on with keeps its adapter.");
        }
        catch
        {
            icae.Dispose();
            throw;
        }
    }

    private long BackwardTexts(long step, int part, int parts, Dictionary<string, double> values, Dictionary<string, double> standing)
    {
        var (examples, rung) = _texts!.Draw(step, part);
        var measures = (step + 1) / _settings.Autoencoder!.Every % _settings.Autoencoder.AccuracyEvery == 0;
        var result = ExampleSteps.Backward(_icae!, examples, _settings, (step, part, parts), measures);
        foreach (var objective in result.ByKind())
        {
            Note(objective, rung, values, standing);
        }

        standing["rung"] = _texts.Ladder.State.Rung;

        return ExampleSteps.Tokens(examples);
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
        var ids = RowBatches.Fixed(rows, _inputs.Validation, EndOfRows(), EvaluationRows, periodic);
        var losses = RowLoss(tensor(ids, [EvaluationRows, rows.Length], dtype: ScalarType.Int64, device: Base.Device)).view(EvaluationRows, rows.Length - 1);

        // Of a periodic row only what repeats can be known.
        var from = periodic ? RowBatches.FixedPeriod(rows, _inputs.Validation) + 1 : 0;
        return losses.narrow(1, from, rows.Length - 1 - from).mean().item<float>();
    }

    private void EvaluateTexts(AutoencoderSettings autoencoder, int length, Dictionary<string, double> values, CancellationToken cancellation)
    {
        (values[$"ae_loss_{length}"], values[$"ae_accuracy_{length}"]) =
            ExampleSteps.Score(_icae!, TextBatches.Fixed(autoencoder, _inputs.Validation, Base.Config.VocabularySize, _eos, length, autoencoder.EvaluationTexts), cancellation);
        values[$"ae_bleu_{length}"] = FreeRunningBleu(autoencoder, length, cancellation);

        // A run from before there was this measure may have validation texts that are too short for it.
        if (autoencoder.ContinuationShare > 0 && new WindowSampler(_inputs.Validation, 0).WindowsPerEpoch(TextBatches.WithContinuation(length)) > 0)
        {
            (values[$"lm_loss_{length}"], values[$"lm_accuracy_{length}"]) = ExampleSteps.Score(
                _icae!, TextBatches.Fixed(autoencoder, _inputs.Validation, Base.Config.VocabularySize, _eos, length, autoencoder.EvaluationTexts, ObjectiveKind.Continuation), cancellation);
        }
    }

    /// <summary>The mean BLEU-4 on ids of greedy restorations: what teacher-forced accuracy hides, a decoder that loses its place, shows here.</summary>
    private double FreeRunningBleu(AutoencoderSettings autoencoder, int length, CancellationToken cancellation)
    {
        var scores = new List<double>();
        foreach (var examples in TextBatches.Fixed(autoencoder, _inputs.Validation, Base.Config.VocabularySize, _eos, length, autoencoder.EvaluationTexts).Chunk(ExampleSteps.EvaluationBatch))
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
