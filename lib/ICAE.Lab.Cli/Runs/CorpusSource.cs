using ICAE.Lab.Data;

namespace ICAE.Lab.Cli.Runs;

/// <summary>Texts that were named on the command line: files, folders of files, JSON lines, or a corpus with a manifest.</summary>
internal sealed class CorpusSource
{
    private const string Manifest = "manifest.json";

    private readonly IReadOnlyList<string> _paths;
    private readonly string _option;

    /// <summary>Looks at what was named.</summary>
    /// <param name="paths">The paths.</param>
    /// <param name="option">The option that named them, for messages.</param>
    /// <exception cref="UsageException">There is no such path.</exception>
    public CorpusSource(IReadOnlyList<string> paths, string option)
    {
        (_paths, _option) = (paths, option);
        if (paths.FirstOrDefault(path => !Path.Exists(path)) is { } missing)
            throw new UsageException($"{option} {missing}: there is no such file or folder.");
    }

    /// <summary>The one token shard that was named, if that is what it is.</summary>
    public string? Shard => _paths is [var path] && path.EndsWith(".tokens", StringComparison.OrdinalIgnoreCase) ? path : null;

    /// <summary>The texts of a split, one after the other. What has no splits counts as the one that is asked for.</summary>
    /// <exception cref="UsageException">A shard is among other files, or a folder holds no text.</exception>
    public IEnumerable<TextDocument> Documents(DataSplit split)
    {
        foreach (var path in _paths)
        {
            foreach (var document in Read(path, split))
                yield return document;
        }
    }

    /// <summary>Whether something with splits of its own was named, so that it brings its validation texts along.</summary>
    public bool HasSplits => _paths.Any(path => File.Exists(Path.Combine(path, Manifest)));

    private IEnumerable<TextDocument> Read(string path, DataSplit split)
    {
        if (File.Exists(Path.Combine(path, Manifest)))
            return BookCorpus.Open(path).Documents(split);

        if (!Directory.Exists(path))
            return ReadFile(path);

        var files = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file).ToLowerInvariant() is ".txt" or ".jsonl")
            .Order(StringComparer.Ordinal)
            .ToList();
        return files.Count > 0 ? files.SelectMany(ReadFile) : throw new UsageException($"{_option} {path}: the folder holds neither a {Manifest} nor .txt or .jsonl files.");
    }

    private IEnumerable<TextDocument> ReadFile(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".tokens" => throw new UsageException($"{_option} {path}: a token shard stands alone, without other texts."),
        ".jsonl" => JsonLines.Read(path).Select(passage => new TextDocument(
            passage.Id, passage.Text ?? throw new MalformedFileException(path, $"passage {passage.Id}", "it holds ids and no text; a training text is needed"))),
        _ => [PlainText.Read(path)],
    };
}
