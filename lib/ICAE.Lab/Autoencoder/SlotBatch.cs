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

    /// <summary>Slots that the decoder does not see, numbered through the batch; the others keep their places. <see langword="null"/> for none.</summary>
    public IReadOnlySet<int>? Hidden { get; init; }

    /// <summary>A batch whose decoder sequences read no slots: for what the base writes without memory.</summary>
    /// <param name="plans">Plans of the texts that the slots would be of; they decide positions and default lengths.</param>
    /// <returns>The batch.</returns>
    public static SlotBatch None(IReadOnlyList<SpanPlan> plans) => new(plans, null, []);
}
