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
internal sealed record LayerPass(
    Tensor Cosine,
    Tensor Sine,
    Tensor? Bias,
    LoraAdapter? Adapter,
    KeyValueCache? Cache,
    Tensor? PrefixCosine,
    Tensor? PrefixSine,
    int Capture);
