using static TorchSharp.torch;

namespace ICAE.Lab.Training;

/// <summary>AdamW (arXiv 1711.05101) over a <see cref="TrainableBuffer"/>, with the arithmetic of PyTorch's.</summary>
public sealed class AdamW : IDisposable
{
    private readonly TrainableBuffer _buffer;

    /// <summary>Starts with empty moments.</summary>
    /// <param name="buffer">What is trained.</param>
    public AdamW(TrainableBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        _buffer = buffer;
        Mean = zeros_like(buffer.Values).DetachFromDisposeScope();
        Square = zeros_like(buffer.Values).DetachFromDisposeScope();
    }

    /// <summary>[Count] float32: the running mean of gradients.</summary>
    public Tensor Mean { get; }

    /// <summary>[Count] float32: the running mean of squared gradients.</summary>
    public Tensor Square { get; }

    /// <summary>Updates made.</summary>
    public long Updates { get; set; }

    /// <summary>Makes one update from the buffer's gradients.</summary>
    /// <param name="settings">Betas, epsilon and decay.</param>
    /// <param name="learningRate">The rate of this update.</param>
    public void Update(OptimizerSettings settings, double learningRate)
    {
        ArgumentNullException.ThrowIfNull(settings);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Updates++;
        var (first, second) = (1 - Math.Pow(settings.Beta1, Updates), 1 - Math.Pow(settings.Beta2, Updates));
        if (settings.WeightDecay > 0)
        {
            _buffer.Values.mul_((float)(1 - (learningRate * settings.WeightDecay)));
        }

        Mean.mul_((float)settings.Beta1).add_(_buffer.Gradients, (float)(1 - settings.Beta1));
        Square.mul_((float)settings.Beta2).addcmul_(_buffer.Gradients, _buffer.Gradients, (float)(1 - settings.Beta2));
        var denominator = Square.sqrt().div_((float)Math.Sqrt(second)).add_((float)settings.Epsilon);
        _buffer.Values.addcdiv_(Mean, denominator, (float)(-learningRate / first));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Mean.Dispose();
        Square.Dispose();
    }
}
