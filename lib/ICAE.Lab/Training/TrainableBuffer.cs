using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Training;

/// <summary>
/// All trainable weights in one float32 buffer and their gradients in another. Each weight becomes a view, so that clipping and the
/// optimiser are a handful of operations on two long vectors, whatever the number of weights.
/// </summary>
public sealed class TrainableBuffer : IDisposable
{
    private readonly List<Tensor> _gradientViews = [];

    /// <summary>Gathers weights; their values stay, their tensors become views that require a gradient.</summary>
    /// <param name="weights">The weights, all on one device.</param>
    /// <exception cref="ConfigurationException">There is nothing to train.</exception>
    public TrainableBuffer(IEnumerable<Weight> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        Weights = [.. weights];
        if (Weights.Count == 0)
        {
            throw new ConfigurationException("There is no weight to train.");
        }

        var device = Weights[0].Value.device;
        Count = Weights.Sum(weight => weight.Value.numel());
        Values = empty([Count], dtype: ScalarType.Float32, device: device).DetachFromDisposeScope();
        Gradients = zeros([Count], dtype: ScalarType.Float32, device: device).DetachFromDisposeScope();
        var start = 0L;
        foreach (var weight in Weights)
        {
            Adopt(weight, start);
            start += weight.Value.numel();
        }
    }

    /// <summary>The weights, in the order of the buffer.</summary>
    public IReadOnlyList<Weight> Weights { get; }

    /// <summary>Number of values.</summary>
    public long Count { get; }

    /// <summary>[Count] float32.</summary>
    public Tensor Values { get; }

    /// <summary>[Count] float32; a backward pass adds to it.</summary>
    public Tensor Gradients { get; }

    /// <summary>Forgets the gradients.</summary>
    public void ZeroGradients() => Gradients.zero_();

    /// <summary>Scales the gradients down so that their norm is at most <paramref name="most"/>.</summary>
    /// <param name="most">The largest norm allowed; not positive for no limit.</param>
    /// <returns>The norm before.</returns>
    public double ClipGradients(double most)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        double norm = Gradients.norm().item<float>();
        if (most > 0 && norm > most)
        {
            Gradients.mul_((float)(most / (norm + 1e-6)));
        }

        return norm;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gradientViews.ForEach(view => view.Dispose());
        Values.Dispose();
        Gradients.Dispose();
    }

    private void Adopt(Weight weight, long start)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (shape, length) = (weight.Value.shape, weight.Value.numel());
        var view = Values.narrow(0, start, length).view(shape);
        view.copy_(weight.Value);
        var leaf = view.detach().requires_grad_(true);
        var gradient = Gradients.narrow(0, start, length).view(shape).DetachFromDisposeScope();
        leaf.grad = gradient;
        _gradientViews.Add(gradient);
        weight.Replace(leaf);
    }
}
