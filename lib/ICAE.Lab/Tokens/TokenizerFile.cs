using System.Text.Json;
using ICAE.Lab.Formats;

namespace ICAE.Lab.Tokens;

/// <summary>Loads and saves tokenizers.</summary>
public static class TokenizerFile
{
    /// <summary>The name of a Hugging Face tokenizer file.</summary>
    public const string JsonName = "tokenizer.json";

    /// <summary>The name of a SentencePiece model file.</summary>
    public const string ModelName = "tokenizer.model";

    private const long MostBytes = 64 << 20;

    /// <summary>
    /// Loads a tokenizer: a tokenizer.json (byte-level BPE, or BPE with byte fallback), a SentencePiece model (BPE) or a GGUF file; from a
    /// folder, the first of tokenizer.json and tokenizer.model that it has. A tokenizer_config.json beside it tells the opening and the
    /// ending token.
    /// </summary>
    /// <param name="path">The file or folder.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="MalformedFileException">There is no such file, or it is cut, corrupt or contradicts itself.</exception>
    /// <exception cref="ConfigurationException">The file asks for a step that this library cannot do; its message names it.</exception>
    public static ITextTokenizer Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = FindIn(path);
        if (BeginsWith(file, "GGUF"u8))
        {
            using var gguf = GgufFile.Open(file);
            return GgufTokenizer.Create(gguf);
        }

        var content = FileChecks.ReadBounded(file, MostBytes);
        var config = TokenizerConfig.ReadBeside(file);
        var isJson = content.AsSpan().TrimStart("\uFEFF \t\r\n"u8) is [(byte)'{', ..];
        return isJson || file.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? TokenizerJson.Read(file, content, config)
            : SentencePieceFile.Read(file, content, config);
    }

    /// <summary>Saves a tokenizer into a folder, so that <see cref="Load"/> gives an equal one.</summary>
    /// <param name="tokenizer">A tokenizer that this library loaded or trained.</param>
    /// <param name="folder">The folder; it is made where it is missing.</param>
    /// <exception cref="ArgumentException">The tokenizer is not one of this library's.</exception>
    /// <exception cref="IcaeException">A file cannot be written.</exception>
    public static void Save(ITextTokenizer tokenizer, string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (tokenizer is not TextTokenizer known)
            throw new ArgumentException("Only a tokenizer that this library loaded or trained can be saved.", nameof(tokenizer));
        Directory.CreateDirectory(folder);
        foreach (var source in known.Sources)
        {
            AtomicFile.WriteBytes(Path.Combine(folder, source.Name), source.Content);
        }
    }

    /// <summary>Parses a JSON file, refusing comments, repeated keys and deep nesting.</summary>
    internal static JsonDocument Parse(string file, ReadOnlyMemory<byte> content)
    {
        try
        {
            return JsonDocument.Parse(ByteOrderMark.Skip(content), new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false });
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            var place = (error as JsonException)?.LineNumber is { } line ? $"line {line + 1}" : "";
            throw new MalformedFileException(file, place, "this is not JSON that can be read: cut short, nested too deep, or a key twice", error);
        }
    }

    private static string FindIn(string path)
    {
        if (!Directory.Exists(path))
            return path;
        string[] candidates = [Path.Combine(path, JsonName), Path.Combine(path, ModelName)];
        return Array.Find(candidates, File.Exists)
            ?? throw new MalformedFileException(path, "", $"the folder has neither {JsonName} nor {ModelName}");
    }

    private static bool BeginsWith(string file, ReadOnlySpan<byte> magic)
    {
        FileChecks.RequireContent(file);
        try
        {
            using var handle = File.OpenHandle(file);
            var first = new byte[magic.Length];
            return RandomAccess.Read(handle, first, 0) == first.Length && magic.SequenceEqual(first);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileChecks.Unreadable(file, error);
        }
    }
}
