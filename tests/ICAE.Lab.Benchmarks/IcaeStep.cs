using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Models;
using ICAE.Lab.Objectives;
using ICAE.Lab.Training;
using static TorchSharp.torch;

namespace ICAE.Lab.Benchmarks;

/// <summary>One update of an autoencoder on random texts, as the training loop makes it.</summary>
internal sealed class IcaeStep : IDisposable
{
    private readonly OptimizerSettings _settings = new();
    private readonly int _batch;
    private readonly ExampleBuilder _builder;
    private readonly TrainableBuffer _buffer;
    private readonly AdamW _optimizer;
    private readonly CounterRandom _random = new(1, CounterRandom.StreamOf("texts"));

    public IcaeStep(TransformerConfig config, IcaeConfig autoencoder, int batch, Machine machine)
    {
        _batch = batch;
        Autoencoder = Icae.Create(Transformer.Create(config, machine.Device, 1, machine.ComputeType, machine.ComputeType), autoencoder, 1, ownsBase: true);
        _builder = new ExampleBuilder(autoencoder, config.VocabularySize, NamedShapes.Eos);
        _buffer = new TrainableBuffer(Autoencoder.Trainables);
        _optimizer = new AdamW(_buffer);
    }

    public Icae Autoencoder { get; }

    /// <summary>Makes one update.</summary>
    public void Run()
    {
        using var scope = NewDisposeScope();
        _buffer.ZeroGradients();
        var examples = Enumerable.Range(0, _batch).Select(_ => _builder.Autoencoding(Text())).ToList();
        var result = IcaeObjective.Compute(Autoencoder, examples);
        result.Loss.backward();
        result.Loss.item<float>();
        _buffer.ClipGradients(_settings.ClipNorm);
        _optimizer.Update(_settings, 1e-4);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        _buffer.Dispose();
        Autoencoder.Dispose();
    }

    private int[] Text()
    {
        var ids = new int[NamedShapes.TextTokens];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = 1 + _random.NextInt(Autoencoder.Base.Config.VocabularySize - 1);
        }

        return ids;
    }
}
