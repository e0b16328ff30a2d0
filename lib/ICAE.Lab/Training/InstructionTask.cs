using ICAE.Lab.Autoencoder;
using ICAE.Lab.Models;
using ICAE.Lab.Objectives;
using static TorchSharp.torch;

namespace ICAE.Lab.Training;

/// <summary>
/// Instruction tuning: slots, prompt, answer (sec. 2.3 of the paper). Adapter and memory table are trained, pretrained or new; the base
/// that answers is frozen.
/// </summary>
public sealed class InstructionTask : ITrainingTask
{
    private readonly RunSettings _settings;
    private readonly InstructionSettings _instruction;
    private readonly RunInputs _inputs;
    private readonly Icae _icae;
    private readonly IcaeUsage _usage;
    private readonly int _eos;
    private readonly InstructionBatches _held;
    private InstructionBatches _batches;

    /// <summary>Opens shards, base and autoencoder.</summary>
    /// <param name="settings">The run's settings, all choices made.</param>
    /// <exception cref="IcaeException">Files are missing, changed since the run was created, or do not fit each other.</exception>
    public InstructionTask(RunSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings.Validate();
        _instruction = settings.Instruction ?? throw new ConfigurationException("Run settings: a run of this kind needs Instruction.");
        _inputs = new RunInputs(settings, trainsBase: false);
        try
        {
            (_icae, _usage) = settings.FromAutoencoder is { } folder ? _inputs.OpenAutoencoder(folder) : (Create(settings.Autoencoder!), new IcaeUsage { EosId = settings.Autoencoder!.EosId });
            _eos = _inputs.EndOfText(_usage.EosId);
            foreach (var id in _instruction.Layout.Ids)
            {
                if (id < 0 || id >= _inputs.Transformer.Config.VocabularySize)
                    throw new ConfigurationException($"Instruction settings: the layout's id {id} is not in the vocabulary of {_inputs.Transformer.Config.VocabularySize}.");
            }

            _held = Batches(_inputs.Validation, 0);
            _batches = Batches(_inputs.Training, 0);
            Trainables = [.. _icae.Trainables];
        }
        catch
        {
            _icae?.Dispose();
            _inputs.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Weight> Trainables { get; }

    /// <summary>The autoencoder.</summary>
    public Icae Icae => _icae;

    /// <inheritdoc/>
    public TaskState State
    {
        get => new(0, _batches.Cursor, null);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.TextCursor < 0)
                throw new ConfigurationException($"The cursor ({value.TextCursor}) must not be negative.");

            _batches = Batches(_inputs.Training, value.TextCursor);
        }
    }

    /// <inheritdoc/>
    public StepReport Backward(long step, int part, int parts)
    {
        using var scope = NewDisposeScope();
        var examples = _batches.Draw();
        var measures = (step + 1) % _instruction.AccuracyEvery == 0;
        var result = ExampleSteps.Backward(_icae, examples, _settings, (step, part, parts), measures);
        var values = new Dictionary<string, double>();
        foreach (var objective in result.ByKind())
        {
            values["ft_loss"] = objective.Loss;
            if (objective.Accuracy is { } accuracy)
                values["ft_accuracy"] = accuracy;
        }

        return new StepReport(ExampleSteps.Tokens(examples), values);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Evaluate(CancellationToken cancellation)
    {
        var examples = _held.First(_instruction.EvaluationExamples);
        if (examples.Count == 0)
            return new Dictionary<string, double>();

        var (loss, accuracy) = ExampleSteps.Score(_icae, examples, cancellation);
        var exact = examples.Chunk(ExampleSteps.EvaluationBatch).Select((batch, index) => Exact(batch, index * ExampleSteps.EvaluationBatch, cancellation)).Sum();
        return new Dictionary<string, double> { ["ft_loss"] = loss, ["ft_accuracy"] = accuracy, ["ft_exact"] = (double)exact / examples.Count };
    }

    /// <inheritdoc/>
    public void Export(string folder)
    {
        // Answering adds no lengths and no continuation to what was practised before.
        var facts = _inputs.AutoencoderFacts([], 0);
        using var kept = IcaeFolder.KeptConstantSlots(folder, _icae, facts);
        IcaeFolder.Save(folder, _icae, ModelReference.To(_inputs.From!), _inputs.From!.Path, _usage with { Instruction = _instruction.Layout }, kept, facts);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _icae.Dispose();
        _inputs.Dispose();
    }

    private InstructionBatches Batches(Data.TokenShard shard, long cursor) => new(_instruction, _icae.Config, shard, _inputs.Transformer.Config.VocabularySize, _eos, unchecked((ulong)_settings.Seed), cursor);

    private Icae Create(AutoencoderSettings settings)
    {
        _inputs.RequireIds(settings);
        return Icae.Create(_inputs.Transformer, settings.Icae, _settings.Seed, settings.TokenDeviation, settings.TaskTokenLike);
    }

    /// <summary>How many of the answers are written word for word, greedily, up to their end.</summary>
    private int Exact(IcaeExample[] batch, int first, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var exchanges = batch.Select((_, row) => _held.Exchange(first + row)).ToList();
        var slots = _icae.Encode([.. batch.Select(example => example.EncoderIds)], [.. batch.Select(example => example.Plan)]);
        var settings = new GenerationSettings { EosIds = [_instruction.Layout.AnswerEnd ?? _eos], MaxNewTokens = exchanges.Max(exchange => exchange.Answer.Length) + 1 };
        var answers = Generation.Answer(_icae, slots, [.. exchanges.Select(exchange => exchange.Prompt)], _instruction.Layout, settings, cancellation: cancellation);
        return answers.Zip(exchanges).Count(pair => pair.First.End == GenerationEnd.EndOfText && pair.First.Ids.SequenceEqual(pair.Second.Answer));
    }
}
