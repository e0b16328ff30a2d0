using static TorchSharp.torch;

namespace ICAE.Lab.Benchmarks;

/// <summary>The matrix products of a step, ready to be run alone.</summary>
internal sealed class MatrixProducts : IDisposable
{
    private readonly List<(Tensor Left, Tensor Right, int Count)> _operands = [];

    /// <summary>Makes the operands.</summary>
    public MatrixProducts(IEnumerable<MatrixProduct> products, Machine machine)
    {
        using var scope = NewDisposeScope();
        foreach (var product in products)
        {
            var (left, right) = product.Operands(machine);
            _operands.Add((left.DetachFromDisposeScope(), right.DetachFromDisposeScope(), product.Count));
            Flops += product.Flops;
        }
    }

    /// <summary>Operations of one run.</summary>
    public double Flops { get; }

    /// <summary>Runs all of them once, in turns, as a step goes through its layers.</summary>
    public void Run()
    {
        using var _ = inference_mode();
        var rounds = _operands.Max(entry => entry.Count);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (left, right, count) in _operands)
            {
                if (round < count)
                {
                    left.matmul(right).Dispose();
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (left, right, _) in _operands)
        {
            left.Dispose();
            right.Dispose();
        }
    }
}
