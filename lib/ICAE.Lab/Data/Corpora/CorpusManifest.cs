using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ICAE.Lab.Formats;

namespace ICAE.Lab.Data.Corpora;

/// <summary>The manifest of a fetched corpus: a JSON array with an object for each text.</summary>
internal static class CorpusManifest
{
    /// <summary>The file's name in the corpus' folder.</summary>
    public const string FileName = "manifest.json";

    /// <summary>Whether a path is that of a folder with a manifest.</summary>
    public static bool IsIn(string path) => File.Exists(Path.Combine(path, FileName));

    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonLimits Limits = new(1 << 24, 8, 1_000_000);

    /// <summary>Reads a manifest.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its texts; none where there is no such file.</returns>
    /// <exception cref="MalformedFileException">It is unsound, or not that of a fetched corpus.</exception>
    public static IReadOnlyList<CorpusText> Read(string path)
    {
        if (!File.Exists(path))
            return [];

        return [.. ReadNodes(path).Select((node, i) => Read(new JsonFields(path, node, $"[{i}].")))];
    }

    /// <summary>Reads a manifest's entries with all that they hold.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its entries.</returns>
    /// <exception cref="MalformedFileException">It is unsound.</exception>
    public static IReadOnlyList<JsonObject> ReadNodes(string path)
    {
        // Read as an object's field, since the limits are checked for objects.
        var bytes = FileChecks.ReadBounded(path, Limits.MaxBytes - 16);
        byte[] content = [.. "{\"texts\":"u8, .. ByteOrderMark.Skip(bytes), .. "}"u8];
        var texts = BoundedJson.ParseObject(content, path, Limits)["texts"] as JsonArray ?? throw new MalformedFileException(path, "", "the manifest is not a JSON array of texts");
        return [.. texts.Select((node, i) => node as JsonObject ?? throw new MalformedFileException(path, $"text {i}", "it is no object"))];
    }

    /// <summary>Writes a manifest.</summary>
    /// <param name="path">The file.</param>
    /// <param name="texts">Its texts.</param>
    /// <exception cref="IcaeException">It cannot be written.</exception>
    public static void Write(string path, IEnumerable<CorpusText> texts) =>
        WriteNodes(path, texts.Select(Describe));

    /// <summary>Writes entries as a manifest.</summary>
    public static void WriteNodes(string path, IEnumerable<JsonObject> texts) =>
        AtomicFile.WriteText(path, new JsonArray([.. texts.Select(text => text.DeepClone())]).ToJsonString(Options) + "\n");

    /// <summary>An entry as the manifest holds it.</summary>
    public static JsonObject Describe(CorpusText text) => new()
    {
        ["file"] = text.File,
        ["title"] = text.Title,
        ["author"] = text.Author,
        ["source"] = text.Source,
        ["commit"] = text.Commit,
        ["licence"] = text.Licence,
        ["sha256"] = text.Sha256,
        ["characters"] = text.Characters,
        ["paragraphs"] = text.Paragraphs,
        ["split"] = text.Split.Name(),
        ["recipe"] = text.Recipe,
        ["rules"] = text.Rules,
    };

    private static CorpusText Read(JsonFields fields)
    {
        var file = fields.Text("file");
        if (file.Length == 0 || file != Path.GetFileName(file) || file.StartsWith('.'))
            throw fields.Bad("file", $"{FileChecks.Quote(file)} is not the name of a file in the folder");

        return new CorpusText
        {
            File = file,
            Title = fields.Text("title"),
            Author = fields.Text("author"),
            Source = fields.Text("source"),
            Commit = fields.Text("commit"),
            Licence = fields.OptionalText("licence") ?? "",
            Split = DataSplitNames.Find(fields.Text("split")) ?? throw fields.Bad("split", "it is not train, validation or test"),
            Recipe = fields.OptionalText("recipe") ?? "",
            Rules = (int)(fields.OptionalWhole("rules", 0, int.MaxValue) ?? 0),
            Sha256 = fields.Text("sha256"),
            Characters = fields.OptionalWhole("characters", 0) ?? 0,
            Paragraphs = fields.OptionalWhole("paragraphs", 0) ?? 0,
        };
    }
}
