using static TorchSharp.torch;

namespace ICAE.Lab.Formats;

/// <summary>The bytes of contiguous CPU tensors, in pieces that fit a span.</summary>
internal static class TensorMemory
{
    private const long PieceBytes = 1 << 26;

    /// <summary>Visits a piece.</summary>
    /// <param name="offset">Bytes before it in the tensor.</param>
    /// <param name="piece">Its memory.</param>
    public delegate void Visitor(long offset, Span<byte> piece);

    /// <summary>Visits a contiguous CPU tensor's memory from beginning to end.</summary>
    public static void Visit(Tensor tensor, Visitor visit)
    {
        var count = tensor.NumberOfElements;
        if (count == 0)
            return;

        var size = tensor.ElementSize;
        var pieceCount = PieceBytes / size;
        using var flat = tensor.view(-1);
        for (var start = 0L; start < count; start += pieceCount)
        {
            using var piece = flat.narrow(0, start, Math.Min(pieceCount, count - start));
            visit(start * size, piece.bytes);
        }
    }
}
