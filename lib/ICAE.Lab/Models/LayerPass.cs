using static TorchSharp.torch;

namespace ICAE.Lab.Models;

/// <summary>What all layers of one forward pass share.</summary>
/// <param name="Cosine">Of the tokens' positions.</param>
/// <param name="Sine">Of the tokens' positions.</param>
/// <param name="Bias">The additive mask; <see langword="null"/> where nothing is hidden, or where it was left out.</param>
/// <param name="Adapter">The adapter, or <see langword="null"/> for the base alone.</param>
/// <param name="DropoutSeed">Of the adapter's dropout as it was when the pass began: layers that are computed again must drop the same.</param>
/// <param name="Cache">Where keys and values are kept, or <see langword="null"/>.</param>
/// <param name="PrefixCosine">Of the memory slots' positions.</param>
/// <param name="PrefixSine">Of the memory slots' positions.</param>
/// <param name="Capture">How many of the last tokens give their keys and values away.</param>
/// <param name="Fused">Whether every layer takes the attention kernel, which hides the future without a mask, so that none was built.</param>
internal sealed record LayerPass(
    Tensor Cosine,
    Tensor Sine,
    Tensor? Bias,
    LoraAdapter? Adapter,
    long? DropoutSeed,
    KeyValueCache? Cache,
    Tensor? PrefixCosine,
    Tensor? PrefixSine,
    int Capture,
    bool Fused)
{
    private readonly Tensor? _bias = Bias;

    /// <summary>The additive mask, or <see langword="null"/> where nothing is hidden.</summary>
    /// <exception cref="InvalidOperationException">It was left out: without it the future would be seen.</exception>
    public Tensor? Bias
    {
        get => Fused ? throw new InvalidOperationException("This pass was prepared for a kernel that needs no mask, and a layer asks for one.") : _bias;
        init => _bias = value;
    }

    /// <summary>The tensors of this pass, for a recomputation to keep: the pass itself may be gone by then.</summary>
    public Tensor[] Tensors => new[] { Cosine, Sine, _bias, PrefixCosine, PrefixSine }.OfType<Tensor>().ToArray();

    /// <summary>This pass with the tensors of <see cref="Tensors"/> replaced, in their order.</summary>
    public LayerPass With(IReadOnlyList<Tensor> tensors)
    {
        var next = 2;
        var bias = _bias is null ? null : tensors[next++];
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
