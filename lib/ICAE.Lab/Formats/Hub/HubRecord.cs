using System.Text.Json;
using System.Text.Json.Nodes;
using ICAE.Lab.Formats.Downloads;

namespace ICAE.Lab.Formats.Hub;

/// <summary>What lies beside a pulled model: where it is from, at which commit, and its files. It is written last: with it the model is whole.</summary>
/// <param name="Endpoint">The hub.</param>
/// <param name="Id">The model's name there.</param>
/// <param name="Revision">The branch, tag or commit that was asked for.</param>
/// <param name="Commit">The commit that it stood for.</param>
/// <param name="Files">The files, by their names at the hub.</param>
public sealed record HubRecord(string Endpoint, string Id, string Revision, string Commit, IReadOnlyList<RemoteFile> Files)
{
    /// <summary>The record's name in a model's folder; that of a single file has the file's name and a dot before it.</summary>
    public const string FileName = "icae-hub.json";

    /// <summary>The version of the record which this library writes, and the newest that it reads.</summary>
    public const int FormatVersion = 1;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>Reads a record.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The record, or <see langword="null"/> where there is no such file.</returns>
    /// <exception cref="MalformedFileException">It is unsound, or of a newer version.</exception>
    public static HubRecord? Read(string path)
    {
        if (!File.Exists(path))
            return null;

        var fields = new JsonFields(path, BoundedJson.ReadObject(path));
        if (fields.Whole("format_version", 1) is > FormatVersion and var version)
            throw fields.Bad("format_version", $"version {version} is newer than this library, which reads up to {FormatVersion}");

        if (fields.Json["files"] is not JsonArray files)
            throw fields.Bad("files", "it is no list of files");

        return new HubRecord(
            fields.Text("endpoint"),
            fields.Text("id"),
            fields.Text("revision"),
            fields.Text("commit"),
            [.. files.Select((node, i) => ReadFile(new JsonFields(path, node as JsonObject ?? throw fields.Bad("files", $"entry {i} is no object"), $"files[{i}].")))]);
    }

    /// <summary>Whether all files lie in a folder with the lengths noted.</summary>
    internal bool IsWhole(string folder) => Files.All(file => Path.Combine(folder, file.Name) is var path && File.Exists(path) && FileChecks.LengthOf(path) == file.Size);

    /// <summary>Writes the record.</summary>
    /// <exception cref="IcaeException">The file cannot be written.</exception>
    internal void Write(string path)
    {
        var json = new JsonObject
        {
            ["format_version"] = FormatVersion,
            ["endpoint"] = Endpoint,
            ["id"] = Id,
            ["revision"] = Revision,
            ["commit"] = Commit,
            ["files"] = new JsonArray([.. Files.Select(file => (JsonNode)new JsonObject { ["name"] = file.Name, ["size"] = file.Size, ["sha256"] = file.Sha256, ["blob"] = file.BlobId })]),
        };
        AtomicFile.WriteText(path, json.ToJsonString(Indented) + "\n");
    }

    private static RemoteFile ReadFile(JsonFields fields) =>
        new(fields.Text("name"), fields.Whole("size", 0), fields.OptionalText("sha256"), fields.OptionalText("blob"));
}
