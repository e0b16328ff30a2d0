using static TorchSharp.torch;

namespace ICAE.Lab.Models;

/// <summary>What all layers of one forward pass share.</summary>
/// <param name="Cosine">Of the tokens' positions.</param>
/// <param name="Sine">Of the tokens' positions.</param>
/// <param name="Bias">The additive mask, or <see langword="null"/>.</param>
/// <param name="Adapter">The adapter, or <see langword="null"/> for the base alone.</param>
/// <param name="Cache">Where keys and values are kept, or <see langword="null"/>.</param>
/// <param name="PrefixCosine">Of the memory slots' positions.</param>
/// <param name="PrefixSine">Of the memory slots' positions.</param>
/// <param name="Capture">How many of the last tokens give their keys and values away.</param>
/// <param name="CausalOnly">Whether the mask hides the future and nothing else.</param>
internal sealed record LayerPass(
    Tensor Cosine,
    Tensor Sine,
    Tensor? Bias,
    LoraAdapter? Adapter,
    KeyValueCache? Cache,
    Tensor? PrefixCosine,
    Tensor? PrefixSine,
    int Capture,
    bool CausalOnly)
{
    /// <summary>The tensors of this pass, for a recomputation to keep: the pass itself may be gone by then.</summary>
    public Tensor[] Tensors => new[] { Cosine, Sine, Bias, PrefixCosine, PrefixSine }.OfType<Tensor>().ToArray();

    /// <summary>This pass with the tensors of <see cref="Tensors"/> replaced, in their order.</summary>
    public LayerPass With(IReadOnlyList<Tensor> tensors)
    {
        var next = 2;
        var bias = Bias is null ? null : tensors[next++];
        return this with
        {
            Cosine = tensors[0],
            Sine = tensors[1],
            Bias = bias,
            PrefixCosine = PrefixCosine is null ? null : tensors[next++],
            PrefixSine = PrefixSine is null ? null : tensors[next],
        };
    }
}
