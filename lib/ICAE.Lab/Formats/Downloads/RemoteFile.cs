using System.Buffers;

namespace ICAE.Lab.Formats.Downloads;

/// <summary>A file at a server, as far as the server says something of it.</summary>
/// <param name="Name">Its name in the repository, with <c>/</c> between folders.</param>
/// <param name="Size">Its length in bytes, where it is known.</param>
/// <param name="Sha256">The SHA-256 of its content in small hexadecimal digits, where it is known; a hub says it of large files.</param>
/// <param name="BlobId">The id that git has for its content (SHA-1 over a header and the content), where it is known; a hub says it of small files.</param>
public sealed record RemoteFile(string Name, long? Size = null, string? Sha256 = null, string? BlobId = null)
{
    private static readonly SearchValues<char> Unusual = SearchValues.Create("\\:*?\"<>|");

    /// <summary>What tells this content from another one: a hash, or <see langword="null"/>.</summary>
    internal string? ContentId => Sha256 ?? BlobId;

    /// <summary>Refuses a name that could lead out of the folder that it goes to, or that some file system would take for another one.</summary>
    /// <exception cref="IcaeException">It is such a name.</exception>
    internal static void RequireInside(string name, string host)
    {
        if (name.Split('/').Any(part => part is "" or "." or ".."))
            throw new IcaeException($"{host} lists a file {FileChecks.Quote(name)}, whose name leads out of its folder; nothing is fetched from it.");
    }

    /// <summary>Refuses a name that not every file system can hold.</summary>
    /// <exception cref="IcaeException">It is such a name.</exception>
    internal void RequirePlain(string host)
    {
        const int MaxPart = 200;
        RequireInside(Name, host);
        var plain = Name.Split('/').All(part => part.Length <= MaxPart && part[0] != '.' && part[^1] is not ('.' or ' ') && !part.AsSpan().ContainsAny(Unusual) && !part.Any(char.IsControl));
        if (!plain)
            throw new IcaeException($"{host} lists a file {FileChecks.Quote(Name)}, whose name is not plain; it is not fetched.");
    }
}
