using static TorchSharp.torch;

namespace ICAE.Lab.Autoencoder;

/// <summary>The decoder's states for a batch.</summary>
/// <param name="Hidden">[B, W, D] after the final norm.</param>
/// <param name="Layout">Which column holds which id of which sequence.</param>
public sealed record DecoderStates(Tensor Hidden, DecoderLayout Layout);
