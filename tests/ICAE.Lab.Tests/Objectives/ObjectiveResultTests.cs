using ICAE.Lab.Objectives;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Objectives;

/// <summary>A batch of several objectives tells them apart.</summary>
[Collection("torch")]
public sealed class ObjectiveResultTests
{
    [Fact]
    public void Each_objective_has_its_own_loss_and_accuracy()
    {
        using var scope = NewDisposeScope();
        var losses = tensor(new[] { 1f, 2f, 3f, 10f, 20f, 4f, 6f }, device: CPU);
        var correct = tensor(new[] { true, false, false, true, false, true, true }, device: CPU);
        ObjectiveKind[] kinds = [ObjectiveKind.Continuation, ObjectiveKind.Autoencoding, ObjectiveKind.Continuation, ObjectiveKind.Autoencoding, ObjectiveKind.Instruction];
        var result = new ObjectiveResult(losses.mean(), losses, correct, [3, 2, 0, 1, 1], kinds);

        Assert.Equal(
            [
                new ObjectivePart(ObjectiveKind.Autoencoding, (15 + 4) / 2.0, 2 / 3.0),
                new ObjectivePart(ObjectiveKind.Continuation, 2, 1 / 3.0),
                new ObjectivePart(ObjectiveKind.Instruction, 6, 1),
            ],
            result.ByKind());
        Assert.All((result with { Correct = null }).ByKind(), part => Assert.Null(part.Accuracy));
    }
}
