using System.Text.Json.Nodes;
using ICAE.Lab.Formats.Downloads;

namespace ICAE.Lab.Formats.Hub;

/// <summary>The files of a model at one commit.</summary>
/// <param name="Commit">The commit that the revision asked for stands for.</param>
/// <param name="Files">The files, in the hub's order.</param>
/// <param name="Licence">The licence that the repository's card names, or <see langword="null"/>.</param>
internal sealed record HubListing(string Commit, IReadOnlyList<RemoteFile> Files, string? Licence = null)
{
    private const string LicenceTag = "license:";

    // A petabyte: more than any disk has, and a sum of them still fits.
    private const long MaxFileBytes = 1L << 50;

    /// <summary>The longest answer that is read: a repository of some hundred thousand files.</summary>
    public static JsonLimits Limits { get; } = new(64 << 20, 64, 4_000_000);

    /// <summary>Reads a hub's answer.</summary>
    /// <param name="content">The answer: an object with <c>sha</c> and <c>siblings</c>.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <param name="host">The hub.</param>
    /// <exception cref="IcaeException">It is no such object, or names files outside the repository.</exception>
    public static HubListing Parse(ReadOnlySpan<byte> content, string source, string host)
    {
        var fields = new JsonFields(source, BoundedJson.ParseObject(content, source, Limits));
        var commit = fields.Text("sha");
        if (!IsHex(commit, 40) && !IsHex(commit, 64))
            throw fields.Bad("sha", $"{FileChecks.Quote(commit)} is no commit");

        if (fields.Json["siblings"] is not JsonArray siblings)
            throw fields.Bad("siblings", "it is no list of files");

        var files = siblings.Select((node, i) => ReadFile(new JsonFields(source, node as JsonObject ?? throw fields.Bad("siblings", $"entry {i} is no object"), $"siblings[{i}].")))
            .ToList();
        files.ForEach(file => RemoteFile.RequireInside(file.Name, host));
        return new HubListing(commit, files, LicenceOf(fields.Json));
    }

    /// <summary>The file of a name, or <see langword="null"/>.</summary>
    public RemoteFile? Find(string name) => Files.FirstOrDefault(file => file.Name == name);

    private static string? LicenceOf(JsonObject json) => (json["tags"] as JsonArray)?
        .Select(tag => tag is JsonValue value && value.TryGetValue(out string? text) ? text : "")
        .FirstOrDefault(tag => tag.StartsWith(LicenceTag, StringComparison.Ordinal) && tag.Length is > 8 and < 80)?[LicenceTag.Length..];

    private static RemoteFile ReadFile(JsonFields fields)
    {
        var name = fields.Text("rfilename");
        var large = fields.OptionalObject("lfs");
        var sha = large?.OptionalText("sha256") ?? large?.OptionalText("oid");
        if (sha?.StartsWith("sha256:", StringComparison.Ordinal) == true)
            sha = sha["sha256:".Length..];

        if (sha is not null && !IsHex(sha, 64))
            throw large!.Bad("sha256", $"{FileChecks.Quote(sha)} is no SHA-256");

        // The id of a large file is that of a pointer to it.
        var blob = large is null ? fields.OptionalText("blobId") : null;
        return new RemoteFile(
            name,
            large?.OptionalWhole("size", 0, MaxFileBytes) ?? fields.OptionalWhole("size", 0, MaxFileBytes),
            sha?.ToLowerInvariant(),
            blob is not null && IsHex(blob, 40) ? blob.ToLowerInvariant() : null);
    }

    private static bool IsHex(string text, int length) => text.Length == length && text.All(char.IsAsciiHexDigit);
}
