using ICAE.Lab.Data.Corpora;

namespace ICAE.Lab.Data;

/// <summary>Texts by their paths: files, folders of files, JSON lines, a corpus with a manifest, or one token shard.</summary>
public sealed class CorpusSource
{
    private readonly IReadOnlyList<string> _paths;

    /// <summary>Looks at what was named; texts are read later.</summary>
    /// <param name="paths">
    /// .txt and .jsonl files, folders of them, folders with a manifest.json (see <see cref="BookCorpus"/>), or a single .tokens file.
    /// </param>
    /// <exception cref="ConfigurationException">A path is not there, a folder holds no text, or a shard stands among others.</exception>
    public CorpusSource(IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        _paths = paths;
        foreach (var path in paths)
            Check(path);
    }

    /// <summary>The one token shard that was named, if that is what it is.</summary>
    public string? Shard => _paths is [var path] && IsShard(path) ? path : null;

    /// <summary>Whether a corpus was named that brings validation texts along.</summary>
    /// <exception cref="IcaeException">A manifest cannot be read.</exception>
    public bool HasSplits => _paths.Where(CorpusManifest.IsIn).Any(path => BookCorpus.Open(path).Books.Any(book => book.Split == DataSplit.Validation));

    /// <summary>The texts of a split, one after the other. What has no splits counts as the one that is asked for.</summary>
    /// <param name="split">The split.</param>
    /// <returns>The texts, read one by one.</returns>
    /// <exception cref="IcaeException">A text cannot be read.</exception>
    public IEnumerable<TextDocument> Documents(DataSplit split) => _paths.SelectMany(path => Read(path, split));

    /// <summary>The validation texts that corpora among the paths bring along; paths without splits have none.</summary>
    /// <returns>The texts, read one by one.</returns>
    /// <exception cref="IcaeException">A text cannot be read.</exception>
    public IEnumerable<TextDocument> OwnValidation() => _paths.Where(CorpusManifest.IsIn).SelectMany(path => Read(path, DataSplit.Validation));

    private void Check(string path)
    {
        if (!Path.Exists(path))
            throw new ConfigurationException($"{path}: there is no such file or folder.");

        if (IsShard(path) && _paths.Count > 1)
            throw new ConfigurationException($"{path}: a token shard stands alone, without other texts.");

        if (Directory.Exists(path) && !CorpusManifest.IsIn(path) && !TextFiles.In(path).Any())
            throw new ConfigurationException($"{path}: the folder holds neither a {CorpusManifest.FileName} nor .txt or .jsonl files.");
    }

    private static IEnumerable<TextDocument> Read(string path, DataSplit split)
    {
        if (CorpusManifest.IsIn(path))
            return BookCorpus.Open(path).Documents(split);

        return Directory.Exists(path) ? TextFiles.In(path).SelectMany(ReadFile) : ReadFile(path);
    }

    private static IEnumerable<TextDocument> ReadFile(string path) => TextFiles.IsLines(path)
        ? JsonLines.Read(path).Select(passage => new TextDocument(
            passage.Id, passage.Text ?? throw new MalformedFileException(path, $"passage {passage.Id}", "it holds ids and no text; a training text is needed")))
        : [PlainText.Read(path)];

    private static bool IsShard(string path) => path.EndsWith(".tokens", StringComparison.OrdinalIgnoreCase);
}
