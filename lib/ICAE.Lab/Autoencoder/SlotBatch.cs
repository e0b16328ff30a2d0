using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Autoencoder;

/// <summary>The slots of a batch of texts, one text after the other. The tensors belong to the dispose scope they were made in.</summary>
/// <param name="Plans">How each text was cut.</param>
/// <param name="Embeddings">[n, D] slots as embeddings, or <see langword="null"/>.</param>
/// <param name="KeysAndValues">Each layer's slots [1, n, K, E], or empty.</param>
public sealed record SlotBatch(IReadOnlyList<SpanPlan> Plans, Tensor? Embeddings, IReadOnlyList<KeyValueSlots> KeysAndValues)
{
    /// <summary>All slots of the batch.</summary>
    public int Count => Plans.Sum(plan => plan.SlotCount);
}
