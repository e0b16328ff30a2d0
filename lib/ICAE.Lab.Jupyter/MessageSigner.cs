using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ICAE.Lab.Jupyter;

/// <summary>
/// Signs messages and checks signatures (HMAC-SHA256 over header, parent header, metadata and content, in lower-case hexadecimal digits).
/// It remembers the last signatures it accepted, and accepts none twice. Safe for several threads.
/// </summary>
public sealed class MessageSigner : IDisposable
{
    private const int Remembered = 1 << 16;
    private readonly Lock _lock = new();
    private readonly IncrementalHash? _hash;
    private readonly HashSet<(UInt128 High, UInt128 Low)> _seen = [];
    private readonly Queue<(UInt128 High, UInt128 Low)> _order = [];

    /// <summary>Creates a signer.</summary>
    /// <param name="key">The connection's key; empty for messages that are not signed, which the protocol allows.</param>
    public MessageSigner(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length > 0)
            _hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(key));
    }

    /// <summary>The signature of four frames.</summary>
    /// <param name="header">The header's bytes.</param>
    /// <param name="parent">The parent header's bytes.</param>
    /// <param name="metadata">The metadata's bytes.</param>
    /// <param name="content">The content's bytes.</param>
    /// <returns>64 digits; nothing if messages are not signed.</returns>
    public byte[] Sign(ReadOnlySpan<byte> header, ReadOnlySpan<byte> parent, ReadOnlySpan<byte> metadata, ReadOnlySpan<byte> content)
    {
        if (_hash is null)
            return [];

        lock (_lock)
        {
            _hash.AppendData(header);
            _hash.AppendData(parent);
            _hash.AppendData(metadata);
            _hash.AppendData(content);
            return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(_hash.GetHashAndReset()));
        }
    }

    /// <summary>Checks a signature, in a time that does not depend on where it is wrong, and remembers it.</summary>
    /// <param name="signature">The signature as it came.</param>
    /// <param name="header">The header's bytes.</param>
    /// <param name="parent">The parent header's bytes.</param>
    /// <param name="metadata">The metadata's bytes.</param>
    /// <param name="content">The content's bytes.</param>
    /// <returns><see langword="null"/> if the message can be trusted, else why not.</returns>
    public MessageRejectionReason? Check(
        ReadOnlySpan<byte> signature, ReadOnlySpan<byte> header, ReadOnlySpan<byte> parent, ReadOnlySpan<byte> metadata, ReadOnlySpan<byte> content)
    {
        if (_hash is null)
            return null;

        var expected = Sign(header, parent, metadata, content);
        if (!CryptographicOperations.FixedTimeEquals(expected, signature))
            return MessageRejectionReason.BadSignature;

        lock (_lock)
            return Remember(Convert.FromHexString(Encoding.ASCII.GetString(expected))) ? null : MessageRejectionReason.Replayed;
    }

    /// <summary>Lets go of the key.</summary>
    public void Dispose()
    {
        lock (_lock)
            _hash?.Dispose();
    }

    private bool Remember(ReadOnlySpan<byte> digest)
    {
        var entry = (BinaryPrimitives.ReadUInt128BigEndian(digest), BinaryPrimitives.ReadUInt128BigEndian(digest[16..]));
        if (!_seen.Add(entry))
            return false;

        _order.Enqueue(entry);
        if (_order.Count > Remembered)
            _seen.Remove(_order.Dequeue());

        return true;
    }
}
