using System.IO.Compression;
using System.Text.Json;

namespace ICAE.Lab.Tests.Tokens;

/// <summary>The reference tokenizers beside the test assembly and what they give for their strings.</summary>
internal static class TextReference
{
    private static readonly Lock Gate = new();

    /// <summary>The folder of one reference tokenizer; a tokenizer.json that is kept compressed is unpacked there first.</summary>
    public static string Folder(string name)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Reference", "text", name);
        var packed = Path.Combine(folder, "tokenizer.json.gz");
        lock (Gate)
        {
            if (!File.Exists(packed) || File.Exists(Path.Combine(folder, "tokenizer.json")))
                return folder;
            var partial = Path.Combine(folder, $"tokenizer.{Environment.ProcessId}.partial");
            using (var source = new GZipStream(File.OpenRead(packed), CompressionMode.Decompress))
            using (var target = File.Create(partial))
            {
                source.CopyTo(target);
            }

            File.Move(partial, Path.Combine(folder, "tokenizer.json"), overwrite: true);
            return folder;
        }
    }

    /// <summary>The cases of one reference.json; <paramref name="key"/> names the list where the file holds more than one.</summary>
    public static IReadOnlyList<ReferenceCase> Cases(string name, string? key = null)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder(name), "reference.json")));
        var list = key is null ? document.RootElement : document.RootElement.GetProperty(key);
        return [.. list.EnumerateArray().Select(item => new ReferenceCase(
            item.GetProperty("text").GetString()!,
            [.. item.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())],
            item.GetProperty("decoded").GetString()!))];
    }
}
