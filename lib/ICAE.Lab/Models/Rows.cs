using TorchSharp;
using static TorchSharp.torch;

namespace ICAE.Lab.Models;

/// <summary>
/// Rows picked and replaced by number. The meta device has no such operations in libtorch; there others of the same shapes stand in.
/// </summary>
internal static class Rows
{
    /// <summary>Picks rows.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="dimension">Along which rows are counted.</param>
    /// <param name="rows">[n] int64.</param>
    /// <returns>As x, with n rows, of the caller's dispose scope.</returns>
    public static Tensor Select(Tensor x, int dimension, Tensor rows)
    {
        if (x.device_type != DeviceType.META)
        {
            return x.index_select(dimension, rows);
        }

        using var scope = NewDisposeScope();
        var shape = x.shape;
        shape[dimension] = rows.shape[0];
        return x.gather(dimension, Spread(rows, dimension, shape)).MoveToOuterDisposeScope();
    }

    /// <summary>Replaces rows of the first dimension.</summary>
    /// <param name="x">The tensor; stays as it is.</param>
    /// <param name="rows">[n] int64, all different.</param>
    /// <param name="source">As x, with n rows.</param>
    /// <returns>As x, of the caller's dispose scope.</returns>
    public static Tensor Replace(Tensor x, Tensor rows, Tensor source)
    {
        if (x.device_type != DeviceType.META)
        {
            return x.index_copy(0, rows, source);
        }

        using var scope = NewDisposeScope();
        return x.scatter(0, Spread(rows, 0, source.shape), source).MoveToOuterDisposeScope();
    }

    private static Tensor Spread(Tensor rows, int dimension, long[] shape)
    {
        var single = Enumerable.Repeat(1L, shape.Length).ToArray();
        single[dimension] = rows.shape[0];
        return rows.view(single).expand(shape);
    }
}
