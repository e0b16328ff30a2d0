using static TorchSharp.torch;

namespace ICAE.Lab.Benchmarks;

/// <summary>
/// One matrix product of a step, [Batch, Rows, Inner] x [Batch, Inner, Columns], to be run alone. A transposed operand is stored the
/// other way round and handed over as a view, as the step does.
/// </summary>
internal sealed record MatrixProduct
{
    /// <summary>What it computes.</summary>
    public required string Name { get; init; }

    /// <summary>1 for a plain product.</summary>
    public long Batch { get; init; } = 1;

    public required long Rows { get; init; }

    public required long Inner { get; init; }

    public required long Columns { get; init; }

    public bool LeftTransposed { get; init; }

    public bool RightTransposed { get; init; }

    /// <summary>How often a step does it.</summary>
    public required int Count { get; init; }

    /// <summary>Whether it is one of the base's linear layers or the output layer; the others are LoRA's and attention's.</summary>
    public bool OfBase { get; init; }

    /// <summary>Operations of all <see cref="Count"/>.</summary>
    public double Flops => 2.0 * Batch * Rows * Inner * Columns * Count;

    /// <summary>Left and right operand with random numbers, of the current dispose scope.</summary>
    public (Tensor Left, Tensor Right) Operands(Machine machine) =>
        (Operand(machine, Rows, Inner, LeftTransposed), Operand(machine, Inner, Columns, RightTransposed));

    private Tensor Operand(Machine machine, long rows, long columns, bool transposed)
    {
        long[] stored = transposed ? [columns, rows] : [rows, columns];
        var values = randn(Batch == 1 ? stored : [Batch, .. stored], device: machine.Device).mul_(0.1f).to(machine.ComputeType);
        return transposed ? values.transpose(-2, -1) : values;
    }
}
