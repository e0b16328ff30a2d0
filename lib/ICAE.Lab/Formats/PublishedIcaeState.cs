using static TorchSharp.torch;

namespace ICAE.Lab.Formats;

/// <summary>The trained part of an ICAE in the form of the published files.</summary>
/// <param name="MemoryTable">Embeddings of the memory tokens and of [AE], [LM] and [FT]: [k + 3, D].</param>
/// <param name="Matrices">The matrices of each linear layer, by its path in the model, such as <c>model.layers.0.self_attn.q_proj</c>.</param>
/// <param name="Rank">R, which the matrices share. Alpha is not in the file.</param>
public sealed record PublishedIcaeState(Tensor MemoryTable, IReadOnlyDictionary<string, LoraMatrices> Matrices, int Rank) : IDisposable
{
    /// <summary>Disposes all tensors.</summary>
    public void Dispose()
    {
        MemoryTable.Dispose();
        foreach (var matrices in Matrices.Values)
            matrices.Dispose();
    }
}
