using static TorchSharp.torch;

namespace ICAE.Lab.Models;

/// <summary>Rows in which several texts lie one after the other.</summary>
public static class PackedRows
{
    /// <summary>
    /// The segments that Hugging Face transformers (4.53 and later) reads from position ids given without a mask: wherever a position
    /// is not one more than that before it, another text begins.
    /// </summary>
    /// <param name="positions">[B, T] int64.</param>
    /// <returns>[B, T] int64, counted from 0, of the caller's dispose scope.</returns>
    public static Tensor SegmentsFromPositions(Tensor positions)
    {
        ArgumentNullException.ThrowIfNull(positions);
        using var scope = NewDisposeScope();
        var length = positions.shape[1];
        var breaks = positions.narrow(1, 1, length - 1).sub(positions.narrow(1, 0, length - 1)).ne(1).to(ScalarType.Int64);
        return cat([zeros([positions.shape[0], 1], dtype: ScalarType.Int64, device: positions.device), breaks], 1).cumsum(1).MoveToOuterDisposeScope();
    }
}
