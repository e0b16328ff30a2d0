using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace ICAE.Lab.Models;

/// <summary>
/// SHA-256 over names, shapes and up to 256 evenly spaced elements of each tensor, rounded to bfloat16, so that the same weights give
/// the same hash in float32 and in bfloat16. It tells models apart; it proves nothing, since other elements may differ.
/// </summary>
internal sealed class TensorSampleHash : IDisposable
{
    private const int Samples = 256;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds a text.</summary>
    public void Add(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        _hash.AppendData(length);
        _hash.AppendData(bytes);
    }

    /// <summary>Adds a tensor; the caller keeps it.</summary>
    public void Add(string name, Tensor values)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Add(string.Create(CultureInfo.InvariantCulture, $"{name} [{string.Join(", ", values.shape)}]"));
        var flat = values.detach().reshape(-1);
        var (count, taken) = (flat.shape[0], Math.Min(flat.shape[0], Samples));
        var places = Enumerable.Range(0, (int)taken).Select(i => i * count / taken).ToArray();
        var chosen = flat.index_select(0, tensor(places, dtype: ScalarType.Int64, device: values.device));
        var rounded = chosen.to(ScalarType.Float32).to(ScalarType.BFloat16).to(ScalarType.Float32).to(CPU);
        var bytes = new byte[places.Length * sizeof(ushort)];
        var next = 0;
        foreach (var value in rounded.data<float>())
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(next), (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16));
            next += sizeof(ushort);
        }

        _hash.AppendData(bytes);
    }

    /// <summary>The hash of everything added, in lower-case hexadecimal.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
