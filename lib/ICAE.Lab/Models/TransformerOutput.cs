using static TorchSharp.torch;

namespace ICAE.Lab.Models;

/// <summary>What a forward pass gives; the tensors belong to the caller's dispose scope.</summary>
/// <param name="Hidden">[B, T, D]: the states after the final norm.</param>
/// <param name="Captured">Each layer's keys and values of the last tokens; empty unless they were asked for.</param>
public sealed record TransformerOutput(Tensor Hidden, IReadOnlyList<KeyValueSlots> Captured);
