using System.Globalization;
using TorchSharp;

namespace ICAE.Lab.Display;

/// <summary>Statistics of a tensor's finite elements, and how many are not finite.</summary>
/// <param name="Minimum">The least element.</param>
/// <param name="Mean">The mean.</param>
/// <param name="Maximum">The greatest element.</param>
/// <param name="StandardDeviation">The standard deviation of the elements as a whole population; 0 for a single one.</param>
/// <param name="NotFinite">How many elements are NaN or infinite; they are in none of the other figures.</param>
public sealed record TensorStatistics(double Minimum, double Mean, double Maximum, double StandardDeviation, long NotFinite)
{
    /// <summary>Takes the statistics.</summary>
    /// <param name="tensor">A tensor of real numbers, integers or truth values, with at least one element; it stays the caller's.</param>
    /// <returns>The statistics, computed in float64; null when no element is finite.</returns>
    public static TensorStatistics? Of(torch.Tensor tensor)
    {
        using var gradients = torch.no_grad();
        using var scope = torch.NewDisposeScope();

        // On the CPU: Apple's GPUs have no float64.
        var values = tensor.detach().cpu().to(torch.float64).flatten();
        var finite = values.masked_select(values.isfinite());
        if (finite.numel() == 0)
            return null;

        var mean = finite.mean().ToDouble();
        return new TensorStatistics(
            finite.min().ToDouble(),
            mean,
            finite.max().ToDouble(),
            Math.Sqrt((finite - mean).square().mean().ToDouble()),
            values.numel() - finite.numel());
    }

    /// <summary>The statistics as one line.</summary>
    public override string ToString()
    {
        var notFinite = NotFinite == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {NotFinite:N0} not finite");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"min {Minimum:G5}, mean {Mean:G5}, max {Maximum:G5}, standard deviation {StandardDeviation:G5}{notFinite}");
    }
}
