using static TorchSharp.torch;

namespace ICAE.Lab.Formats;

/// <summary>The two matrices that LoRA adds to one linear layer, as files hold them.</summary>
/// <param name="A">Inputs to rank: [R, inputs].</param>
/// <param name="B">Rank to outputs: [outputs, R].</param>
public sealed record LoraMatrices(Tensor A, Tensor B) : IDisposable
{
    /// <summary>R: the rows of <see cref="A"/> and the columns of <see cref="B"/>.</summary>
    public int Rank => (int)A.shape[0];

    /// <summary>Disposes both.</summary>
    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }
}
