using static TorchSharp.torch;

namespace ICAE.Lab.Models;

/// <summary>
/// Runs a part of the model without keeping its activations and computes it again during the backward pass (arXiv 1604.06174).
/// The part must be a function of its inputs and of weights alone.
/// </summary>
internal sealed class Recomputation : autograd.MultiTensorFunction<Recomputation>
{
    /// <inheritdoc/>
    public override string Name => nameof(Recomputation);

    /// <summary>Runs the part.</summary>
    /// <param name="part">From inputs to outputs; outputs belong to the current dispose scope.</param>
    /// <param name="inputs">At least one of them requires a gradient.</param>
    /// <returns>The outputs, of the caller's dispose scope.</returns>
    public static List<Tensor> Run(Func<IReadOnlyList<Tensor>, List<Tensor>> part, params Tensor[] inputs) =>
        apply([part, .. inputs]);

    /// <inheritdoc/>
    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var part = (Func<IReadOnlyList<Tensor>, List<Tensor>>)vars[0];
        var inputs = vars.Skip(1).Cast<Tensor>().ToList();
        ctx.save_data("part", part);
        ctx.save_for_backward(inputs);

        // Zeros in place of a gradient that does not exist would be made from tensors that are disposed by then.
        ctx.set_materialize_grads(false);
        using var _ = no_grad();
        return part(inputs);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        using var scope = NewDisposeScope();
        var part = (Func<IReadOnlyList<Tensor>, List<Tensor>>)ctx.get_data("part");
        var inputs = ctx.get_saved_variables().Select(saved => saved.detach().requires_grad_(saved.requires_grad)).ToList();
        using (enable_grad())
        {
            var outputs = part(inputs);
            var used = Enumerable.Range(0, outputs.Count).Where(index => !grad_outputs[index].IsInvalid).ToList();
            autograd.backward([.. used.Select(index => outputs[index])], [.. used.Select(index => grad_outputs[index])]);
        }

        // The function itself is the first input and has no gradient.
        return BackwardHandles.Exchange(grad_outputs, [null, .. inputs.Select(input => input.grad?.MoveToOuterDisposeScope())]);
    }
}
