using System.Text.Json;

namespace ICAE.Lab.Tokens;

/// <summary>Loads and saves tokenizers.</summary>
public static class TokenizerFile
{
    /// <summary>The name of a Hugging Face tokenizer file.</summary>
    public const string JsonName = "tokenizer.json";

    private const long MostBytes = 64 << 20;

    /// <summary>Loads a tokenizer from a tokenizer.json file or from a folder that has one.</summary>
    /// <param name="path">The file or folder.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="MalformedFileException">The file is cut, corrupt or contradicts itself.</exception>
    /// <exception cref="ConfigurationException">The file asks for a step that this library cannot do; its message names it.</exception>
    public static ITextTokenizer Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = Directory.Exists(path) ? Path.Combine(path, JsonName) : path;
        if (!File.Exists(file))
            throw new FileNotFoundException($"{file}: there is no such tokenizer file.", file);
        return TokenizerJson.Read(file, ReadAll(file));
    }

    /// <summary>Saves a tokenizer into a folder, so that <see cref="Load"/> gives an equal one.</summary>
    /// <param name="tokenizer">A tokenizer that this library loaded or trained.</param>
    /// <param name="folder">The folder; it is made where it is missing.</param>
    /// <exception cref="ArgumentException">The tokenizer is not one of this library's.</exception>
    public static void Save(ITextTokenizer tokenizer, string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (tokenizer is not TextTokenizer known)
            throw new ArgumentException("Only a tokenizer that this library loaded or trained can be saved.", nameof(tokenizer));
        Directory.CreateDirectory(folder);
        foreach (var source in known.Sources)
        {
            WriteWhole(Path.Combine(folder, source.Name), source.Content.Span);
        }
    }

    /// <summary>Writes a file under another name first, so that it is never there half written.</summary>
    internal static void WriteWhole(string path, ReadOnlySpan<byte> content)
    {
        var partial = path + ".partial";
        File.WriteAllBytes(partial, content);
        File.Move(partial, path, overwrite: true);
    }

    /// <summary>Parses a JSON file, refusing comments, repeated keys and deep nesting.</summary>
    internal static JsonDocument Parse(string file, ReadOnlyMemory<byte> content)
    {
        try
        {
            var body = content.Span.StartsWith("\uFEFF"u8) ? content["\uFEFF"u8.Length..] : content;
            return JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false });
        }
        catch (JsonException error)
        {
            var place = error.LineNumber is { } line ? $"line {line + 1}" : "";
            throw new MalformedFileException(file, place, "this is not JSON that can be read: cut short, nested too deep, or a key twice", error);
        }
    }

    private static byte[] ReadAll(string file)
    {
        var length = new FileInfo(file).Length;
        if (length > MostBytes)
            throw new MalformedFileException(file, "", $"{length} bytes are too many for a tokenizer; {MostBytes} are read at most");
        return File.ReadAllBytes(file);
    }
}
