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
    /// <summary>Moves the tensors one dispose scope outwards.</summary>
    internal ObjectiveResult MoveToOuterDisposeScope()
    {
        Loss.MoveToOuterDisposeScope();
        TokenLosses.MoveToOuterDisposeScope();
        Correct?.MoveToOuterDisposeScope();
        return this;
    }
}
