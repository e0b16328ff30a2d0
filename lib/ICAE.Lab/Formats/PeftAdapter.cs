namespace ICAE.Lab.Formats;

/// <summary>A LoRA adapter as PEFT stores it.</summary>
/// <param name="Config">Its settings.</param>
/// <param name="Matrices">The matrices of each linear layer, by its path in the model, such as <c>model.layers.0.self_attn.q_proj</c>.</param>
public sealed record PeftAdapter(LoraFileConfig Config, IReadOnlyDictionary<string, LoraMatrices> Matrices) : IDisposable
{
    /// <summary>Disposes the matrices.</summary>
    public void Dispose()
    {
        foreach (var matrices in Matrices.Values)
            matrices.Dispose();
    }
}
