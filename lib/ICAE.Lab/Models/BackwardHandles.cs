using static TorchSharp.torch;

namespace ICAE.Lab.Models;

/// <summary>
/// The gradients that functions with a backward pass of their own take from torch's engine and give to it. TorchSharp's handles to them
/// would live until the dispose scope around the whole backward pass ends, and hold all its gradients in memory at once.
/// </summary>
internal static class BackwardHandles
{
    [ThreadStatic]
    private static IReadOnlyList<Tensor?>? _given;

    /// <summary>Gives gradients to the engine and lets go of those given before, which it has copied by now, and of what it brought.</summary>
    /// <param name="taken">What the engine brought; not used any more.</param>
    /// <param name="gradients">What it gets, in the order of the inputs; <see langword="null"/> where an input has no gradient.</param>
    /// <returns>The gradients.</returns>
    public static List<Tensor> Exchange(IReadOnlyList<Tensor> taken, params IReadOnlyList<Tensor?> gradients)
    {
        foreach (var old in taken.Concat(_given ?? []))
        {
            old?.Dispose();
        }

        _given = gradients;
        return [.. gradients.Select(gradient => gradient!)];
    }
}
