using static TorchSharp.torch;

namespace ICAE.Lab.Experiments.Verification;

/// <summary>
/// Compares weights after some updates with a reference: every entry within <see cref="Tolerances.Training"/>. Adam divides a gradient by
/// its own size, at the first update by itself alone, so an entry whose first gradient cancels to a hundred-thousandth of its tensor's
/// largest or less takes a first step that rounding alone decides. Of such entries, and of no others, at most
/// <see cref="MostUndecided"/> in all weights together may differ by more, up to <see cref="UndecidedTolerance"/>; they are a check of
/// their own. Where there are more of them, none is excused.
/// </summary>
internal static class WeightComparison
{
    /// <summary>The check of all entries but those.</summary>
    public const string Name = "training.weights_after";

    /// <summary>The check of those; it exists only where there are some.</summary>
    public const string UndecidedName = Name + ", at most 4 entries whose first gradient is below 1e-5 of the tensor's largest";

    /// <summary>How many entries may differ by more than the tolerance of all.</summary>
    public const int MostUndecided = 4;

    /// <summary>What such an entry may differ by, absolute.</summary>
    public const double UndecidedTolerance = 5e-4;

    private const double SmallGradient = 1e-5;

    /// <summary>Compares all weights.</summary>
    /// <param name="weights">The weights, computed again.</param>
    /// <param name="stored">The reference.</param>
    /// <param name="checks">Takes the differences.</param>
    public static void Run(IReadOnlyList<TrainedWeight> weights, ReferenceTensors stored, CheckList checks)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        List<(TrainedWeight Weight, Tensor Difference, Tensor Undecided)> compared = [];
        foreach (var weight in weights)
        {
            if (!stored.Has(weight.Name))
            {
                checks.Add(Name, double.PositiveInfinity, Tolerances.Training, $"{weight.Name}: {Path.GetFileName(stored.Path)} does not have it");
                continue;
            }

            var expected = stored.Floats(weight.Name);
            if (!expected.shape.AsSpan().SequenceEqual(weight.Value.shape))
            {
                checks.Tensors(Name, expected, weight.Value, Tolerances.Training, place: weight.Name);
                continue;
            }

            var difference = expected.to(ScalarType.Float64, CPU).sub(weight.Value.to(ScalarType.Float64, CPU)).abs().nan_to_num(double.PositiveInfinity);
            compared.Add((weight, difference, difference.gt(Tolerances.Training).logical_and(HasSmallGradient(weight.FirstGradient))));
        }

        var excuses = compared.Sum(entry => entry.Undecided.sum().item<long>()) <= MostUndecided;
        foreach (var (weight, difference, undecided) in compared)
        {
            var decided = excuses ? difference.masked_fill(undecided, 0) : difference;
            checks.Tensors(Name, zeros_like(decided), decided, Tolerances.Training, place: weight.Name);
            if (excuses && undecided.any().item<bool>())
                checks.Tensors(UndecidedName, zeros_like(difference), difference.masked_fill(undecided.logical_not(), 0), UndecidedTolerance, place: weight.Name);
        }
    }

    private static Tensor HasSmallGradient(Tensor gradient)
    {
        var size = gradient.to(ScalarType.Float64, CPU).abs();
        return size.lt(size.max().mul(SmallGradient));
    }
}
