using System.Globalization;
using static TorchSharp.torch;

namespace ICAE.Lab.Experiments.Verification;

/// <summary>Gathers the largest difference of each quantity, in the order in which the quantities come up first.</summary>
/// <param name="cancellation">Looked at before each comparison.</param>
internal sealed class CheckList(CancellationToken cancellation)
{
    private readonly Dictionary<string, VerificationCheck> _checks = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private readonly List<string> _skipped = [];

    public CancellationToken Cancellation { get; } = cancellation;

    public IReadOnlyList<VerificationCheck> Checks => [.. _order.Select(name => _checks[name])];

    public IReadOnlyList<string> Skipped => _skipped;

    /// <summary>Notes something that the reference holds and that is not compared.</summary>
    public void Skip(string what, string reason) => _skipped.Add($"{what}: {reason}");

    /// <summary>Notes a difference of a quantity; the largest one stays.</summary>
    public void Add(string name, double difference, double tolerance, string? place = null)
    {
        Cancellation.ThrowIfCancellationRequested();
        var check = new VerificationCheck(name, double.IsNaN(difference) ? double.PositiveInfinity : difference, tolerance, place);
        if (!_checks.TryGetValue(name, out var known))
        {
            _order.Add(name);
            _checks.Add(name, check);
        }
        else if (check.MaxDifference > known.MaxDifference)
        {
            _checks[name] = check;
        }
    }

    /// <summary>Adds to a count of mismatches; the first one's place stays.</summary>
    public void Count(string name, bool same, string? place = null)
    {
        Cancellation.ThrowIfCancellationRequested();
        if (!_checks.TryGetValue(name, out var known))
        {
            _order.Add(name);
            _checks.Add(name, known = new VerificationCheck(name, 0, Tolerances.None));
        }

        if (!same)
            _checks[name] = known with { MaxDifference = known.MaxDifference + 1, Place = known.Place ?? place };
    }

    /// <summary>Counts the places at which two rows of ids differ, missing ones included.</summary>
    public void Ids<T>(string name, IReadOnlyList<T> expected, IReadOnlyList<T> actual, string? place = null)
        where T : IEquatable<T>
    {
        var shared = Math.Min(expected.Count, actual.Count);
        var wrong = Enumerable.Range(0, shared).Where(i => !expected[i].Equals(actual[i])).ToList();
        var count = wrong.Count + Math.Abs(expected.Count - actual.Count);
        var first = count == 0 ? null : wrong.Count > 0 ? $"at {wrong[0]}: {actual[wrong[0]]} for {expected[wrong[0]]}" : $"{actual.Count} for {expected.Count} values";
        Add(name, count, Tolerances.None, first is null ? null : place is null ? first : $"{place} {first}");
    }

    /// <summary>Compares two numbers.</summary>
    public void Number(string name, double expected, double actual, double tolerance, string? place = null) =>
        Add(name, Math.Abs(expected - actual), tolerance, place is null ? null : string.Create(CultureInfo.InvariantCulture, $"{place}: {actual:g9} for {expected:g9}"));

    /// <summary>Compares two tensors entry by entry.</summary>
    /// <param name="name">The quantity.</param>
    /// <param name="expected">The reference.</param>
    /// <param name="actual">The same, computed again; of any float type and on any device.</param>
    /// <param name="tolerance">The largest difference allowed.</param>
    /// <param name="relative">Whether differences are divided by the reference's largest entry.</param>
    /// <param name="place">Said of the largest difference, beside where it lies.</param>
    public void Tensors(string name, Tensor expected, Tensor actual, double tolerance, bool relative = false, string? place = null)
    {
        Cancellation.ThrowIfCancellationRequested();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        if (!expected.shape.AsSpan().SequenceEqual(actual.shape))
        {
            Add(name, double.PositiveInfinity, tolerance, $"{Lead(place)}the shape is [{string.Join(", ", actual.shape)}] for [{string.Join(", ", expected.shape)}]");
            return;
        }

        if (expected.numel() == 0)
        {
            Add(name, 0, tolerance);
            return;
        }

        var reference = expected.to(ScalarType.Float64, CPU);
        var difference = reference.sub(actual.detach().to(ScalarType.Float64, CPU)).abs().nan_to_num(double.PositiveInfinity).reshape(-1);
        var largest = difference.max().item<double>();
        if (relative)
            largest /= Math.Max(reference.abs().max().item<double>(), SmallestScale);

        Add(name, largest, tolerance, Lead(place) + "at " + Position(difference.argmax().item<long>(), expected.shape));
    }

    // A gradient that is zero everywhere has no scale of its own; what is smaller than this is rounding.
    private const double SmallestScale = 1e-6;

    private static string Lead(string? place) => place is null ? "" : place + " ";

    private static string Position(long index, long[] shape)
    {
        var position = new long[shape.Length];
        for (var i = shape.Length - 1; i >= 0; i--)
            (index, position[i]) = (index / shape[i], index % shape[i]);

        return $"[{string.Join(", ", position)}]";
    }
}
