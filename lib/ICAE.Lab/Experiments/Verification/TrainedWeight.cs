using static TorchSharp.torch;

namespace ICAE.Lab.Experiments.Verification;

/// <summary>A weight after some updates.</summary>
/// <param name="Name">Its name in published files.</param>
/// <param name="Value">After the last update.</param>
/// <param name="FirstGradient">Its gradient at the first update, of the same shape.</param>
internal sealed record TrainedWeight(string Name, Tensor Value, Tensor FirstGradient);
