using static TorchSharp.torch;

namespace ICAE.Lab.Objectives;

/// <summary>A batch's loss, with its parts kept apart.</summary>
/// <param name="Loss">The scalar to differentiate, in nats a token; of the caller's dispose scope.</param>
/// <param name="TokenLosses">[N] float32, detached: each scored token's loss, example by example.</param>
/// <param name="Correct">[N] bool, detached: whether the label had the largest logit; <see langword="null"/> unless asked for.</param>
/// <param name="Targets">Scored tokens of each example.</param>
/// <param name="Kinds">Each example's objective.</param>
public sealed record ObjectiveResult(Tensor Loss, Tensor TokenLosses, Tensor? Correct, IReadOnlyList<int> Targets, IReadOnlyList<ObjectiveKind> Kinds)
{
    /// <summary>Loss and accuracy of each objective that has scored tokens in the batch.</summary>
    /// <returns>The parts, in the order of <see cref="ObjectiveKind"/>.</returns>
    public IReadOnlyList<ObjectivePart> ByKind()
    {
        using var scope = NewDisposeScope();
        var losses = TokenLosses.cpu().data<float>().ToArray();
        var correct = Correct?.cpu().data<bool>().ToArray();
        var starts = new int[Targets.Count];
        for (var example = 1; example < starts.Length; example++)
        {
            starts[example] = starts[example - 1] + Targets[example - 1];
        }

        return [.. Enumerable.Range(0, Targets.Count).Where(example => Targets[example] > 0).GroupBy(example => Kinds[example]).OrderBy(group => group.Key).Select(Part)];

        ObjectivePart Part(IGrouping<ObjectiveKind, int> group) => new(
            group.Key,
            group.Average(example => losses.Skip(starts[example]).Take(Targets[example]).Average(loss => (double)loss)),
            correct is null ? null : (double)group.Sum(example => correct.AsSpan(starts[example], Targets[example]).Count(true)) / group.Sum(example => Targets[example]));
    }

    /// <summary>Moves the tensors one dispose scope outwards.</summary>
    internal ObjectiveResult MoveToOuterDisposeScope()
    {
        Loss.MoveToOuterDisposeScope();
        TokenLosses.MoveToOuterDisposeScope();
        Correct?.MoveToOuterDisposeScope();
        return this;
    }
}
