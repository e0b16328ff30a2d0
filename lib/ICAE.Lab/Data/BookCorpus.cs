using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ICAE.Lab.Data.Corpora;
using ICAE.Lab.Formats;

namespace ICAE.Lab.Data;

/// <summary>
/// A folder of books as text files, a paragraph a line, with a manifest.json that names each book's file, title, author, source, commit, SHA-256 and
/// split. A book's hash is checked when it is read. A file of JSON lines (.jsonl) may stand among them: each of its passages is a document of its own.
/// </summary>
public sealed class BookCorpus
{
    private const int LargestManifest = 1 << 24;
    private readonly string _folder;

    private BookCorpus(string folder, IReadOnlyList<CorpusBook> books)
    {
        _folder = folder;
        Books = books;
    }

    /// <summary>The books in the manifest's order.</summary>
    public IReadOnlyList<CorpusBook> Books { get; }

    /// <summary>Reads the manifest.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The corpus.</returns>
    /// <exception cref="IcaeException">There is no manifest, or it cannot be read.</exception>
    /// <exception cref="MalformedFileException">The manifest is not of that form.</exception>
    public static BookCorpus Open(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var path = Path.Combine(folder, CorpusManifest.FileName);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (file.Length > LargestManifest)
                throw new MalformedFileException(path, "", $"a manifest has at most {LargestManifest} bytes, not {file.Length}");
            using var document = JsonDocument.Parse(file, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Array)
                throw new MalformedFileException(path, "", "the manifest is not a JSON array of books");
            var books = document.RootElement.EnumerateArray().Select((book, index) => Book(path, index, book)).ToArray();
            return books.GroupBy(book => book.File, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice
                ? throw new MalformedFileException(path, "", $"the file {FileChecks.Quote(twice.Key)} is named by {twice.Count()} books")
                : new BookCorpus(folder, books);
        }
        catch (JsonException error)
        {
            throw new MalformedFileException(path, $"line {(error.LineNumber ?? 0) + 1}", "not valid JSON", error);
        }
        catch (InvalidOperationException error)
        {
            throw new MalformedFileException(path, "", "a key or a text in it is not valid UTF-8, or holds half of a surrogate pair", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcaeException($"{path}: the manifest cannot be opened: {error.Message}", error);
        }
    }

    /// <summary>Reads the books of a split one by one.</summary>
    /// <param name="split">The split.</param>
    /// <returns>Each book's text, its document named as the file without extension; each passage of a file of JSON lines, named by its id.</returns>
    /// <exception cref="MalformedFileException">A file is not the one that the manifest names, or JSON lines hold no texts.</exception>
    public IEnumerable<TextDocument> Documents(DataSplit split) => Books.Where(book => book.Split == split).SelectMany(book => TextFiles.IsLines(book.File) ? ReadLines(book) : [Read(book)]);

    /// <summary>Reads a book and checks its hash.</summary>
    /// <param name="book">A book of this corpus.</param>
    /// <returns>Its text.</returns>
    /// <exception cref="IcaeException">The file cannot be read.</exception>
    /// <exception cref="MalformedFileException">The file is not the one that the manifest names, or not UTF-8.</exception>
    public TextDocument Read(CorpusBook book)
    {
        ArgumentNullException.ThrowIfNull(book);
        var path = Path.Combine(_folder, book.File);
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcaeException($"{path}: the book cannot be read: {error.Message}", error);
        }

        RequireHash(path, book, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        try
        {
            var text = new UTF8Encoding(false, true).GetString(bytes).TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal);
            return new TextDocument(Path.GetFileNameWithoutExtension(book.File), text);
        }
        catch (DecoderFallbackException error)
        {
            throw new MalformedFileException(path, $"byte {error.Index}", "not valid UTF-8", error);
        }
    }

    private IEnumerable<TextDocument> ReadLines(CorpusBook book)
    {
        RequireWhole(book);
        var path = Path.Combine(_folder, book.File);
        return JsonLines.Read(path).Select(passage => new TextDocument(
            passage.Id, passage.Text ?? throw new MalformedFileException(path, $"passage {passage.Id}", "it holds ids and no text")));
    }

    private static string HashOf(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return Convert.ToHexStringLower(SHA256.HashData(file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcaeException($"{path}: the book cannot be read: {error.Message}", error);
        }
    }

    private static void RequireHash(string path, CorpusBook book, string hash)
    {
        if (hash != book.Sha256)
            throw new MalformedFileException(path, "", $"the file has SHA-256 {hash}, but the manifest names {book.Sha256}");
    }

    /// <summary>Refuses a book whose file is not the one that the manifest names.</summary>
    internal void RequireWhole(CorpusBook book)
    {
        var path = Path.Combine(_folder, book.File);
        RequireHash(path, book, HashOf(path));
    }

    private static CorpusBook Book(string path, int index, JsonElement book)
    {
        if (book.ValueKind != JsonValueKind.Object)
            throw Wrong("not a JSON object");
        var file = Text("file");
        if (file.Length == 0 || file != Path.GetFileName(file) || file is "." or "..")
            throw Wrong($"\"file\" is \"{file}\", not the name of a file in the folder");
        var split = DataSplitNames.Find(Text("split")) ?? throw Wrong($"\"split\" is \"{Text("split")}\", not train, validation or test");
        return new CorpusBook(file, Text("title"), Text("author"), $"{Text("source")}@{Text("commit")}", Text("sha256"), split);

        string Text(string key) => book.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw Wrong($"\"{key}\" is missing or not a string");

        MalformedFileException Wrong(string cause) => new(path, $"book {index}", cause);
    }
}
