using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ICAE.Lab.Tokens;

/// <summary>The SHA-256 of everything that decides which ids a text gets.</summary>
internal static class TokenizerFingerprint
{
    /// <summary>Computes it, in lower-case hexadecimal.</summary>
    public static string Of(TokenizerParts parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(parts.ModelRule);
        Add(parts.Normalizer?.Rule ?? "");
        Add(parts.PreTokenizer?.Rule ?? "");
        Add(string.Join(",", parts.Before) + "/" + string.Join(",", parts.Behind));
        for (var id = 0; id < parts.Tokens.Count; id++)
        {
            if (parts.Tokens[id] is not { } token)
                continue;
            Add(id.ToString(CultureInfo.InvariantCulture));
            Add(token);
        }

        // Without a normalizer it only matters where there are tokens of both sorts: those that are not normalised are found first.
        var areMixed = parts.Added.Select(token => token.Normalized).Distinct().Count() > 1;
        foreach (var token in parts.Added.OrderBy(token => token.Id))
        {
            var normalized = token.Normalized && (parts.Normalizer is not null || areMixed);
            Add($"{token.Id} {token.Special} {token.TakesSpaceBefore} {token.TakesSpaceBehind} {normalized}");
        }

        foreach (var entry in parts.ModelEntries)
        {
            Add(entry);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Add(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            Span<byte> length = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }
    }
}
