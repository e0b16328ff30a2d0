using ICAE.Lab.Data;
using ICAE.Lab.Models;
using ICAE.Lab.Objectives;
using ICAE.Lab.Training;
using static TorchSharp.torch;

namespace ICAE.Lab.Benchmarks;

/// <summary>One update of a base on rows of random tokens, as the training loop makes it.</summary>
internal sealed class BaseStep : IDisposable
{
    private readonly OptimizerSettings _settings = new();
    private readonly int _batch;
    private readonly int _length;
    private readonly Transformer _model;
    private readonly TrainableBuffer _buffer;
    private readonly AdamW _optimizer;
    private readonly CounterRandom _random = new(1, CounterRandom.StreamOf("rows"));

    public BaseStep(TransformerConfig config, int batch, int length, Machine machine)
    {
        (_batch, _length) = (batch, length);
        _model = Transformer.Create(config, machine.Device, 1, machine.ComputeType);
        _buffer = new TrainableBuffer(_model.Weights);
        _optimizer = new AdamW(_buffer);
    }

    /// <summary>Makes one update.</summary>
    public void Run()
    {
        using var scope = NewDisposeScope();
        _buffer.ZeroGradients();
        var values = new long[_batch * _length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = _random.NextInt(_model.Config.VocabularySize);
        }

        var ids = tensor(values, [_batch, _length], dtype: ScalarType.Int64, device: _model.Device);
        var hidden = _model.Forward(new TransformerInput { Embeddings = _model.Embed(ids.narrow(1, 0, _length - 1)) }).Hidden;
        var logits = _model.Logits(hidden.view(-1, _model.Config.HiddenSize));
        var loss = TokenLoss.Losses(logits, ids.narrow(1, 1, _length - 1).reshape(-1), withAccuracy: false).Losses.mean();
        loss.backward();
        loss.item<float>();
        _buffer.ClipGradients(_settings.ClipNorm);
        _optimizer.Update(_settings, 1e-4);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        _buffer.Dispose();
        _model.Dispose();
    }
}
