using static TorchSharp.torch;

namespace ICAE.Lab.Models;

/// <summary>
/// Memory as one layer's keys and values (as 500xCompressor, arXiv 2408.03094, keeps it). The keys are not yet rotated: whoever reads
/// them says at which positions they stand.
/// </summary>
/// <param name="Keys">[B, M, K, E] with K key and value heads.</param>
/// <param name="Values">[B, M, K, E].</param>
public sealed record KeyValueSlots(Tensor Keys, Tensor Values);
