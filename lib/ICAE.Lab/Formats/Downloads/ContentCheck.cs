using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ICAE.Lab.Formats.Downloads;

/// <summary>Compares a file on this machine with what is known of it.</summary>
internal static class ContentCheck
{
    /// <summary>Says what is wrong with a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">Length and hash, as far as they are known.</param>
    /// <param name="cancellation">Looked at between blocks.</param>
    /// <returns>What differs, or <see langword="null"/>.</returns>
    public static string? Fault(string path, RemoteFile expected, CancellationToken cancellation)
    {
        var length = FileChecks.LengthOf(path);
        if (expected.Size is { } size && length != size)
            return $"it has {length} bytes in place of {size}";

        if (expected.Sha256 is { } sha && Hash(path, HashAlgorithmName.SHA256, "", cancellation) is var found && found != sha)
            return $"its SHA-256 is {found} in place of {sha}";

        var header = string.Create(CultureInfo.InvariantCulture, $"blob {length}\0");
        return expected is { Sha256: null, BlobId: { } blob } && Hash(path, HashAlgorithmName.SHA1, header, cancellation) is var id && id != blob
            ? $"its id in git is {id} in place of {blob}"
            : null;
    }

    // SHA-1 is what git names contents by; nothing here relies on its being hard to forge.
    private static string Hash(string path, HashAlgorithmName algorithm, string header, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(algorithm);
        hash.AppendData(Encoding.ASCII.GetBytes(header));
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        var buffer = new byte[1 << 20];
        while (stream.Read(buffer) is > 0 and var read)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
