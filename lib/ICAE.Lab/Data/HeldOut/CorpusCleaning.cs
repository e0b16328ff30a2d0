using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ICAE.Lab.Data.Corpora;
using ICAE.Lab.Formats.Downloads;

namespace ICAE.Lab.Data.HeldOut;

/// <summary>
/// Writes training texts without the passages that held-out texts have too, file by file. The folder of cleaned texts appears when all are written; a
/// corpus keeps its manifest, with new hashes, and its validation and test texts as they are.
/// </summary>
public sealed class CorpusCleaning
{
    private readonly CleaningRequest _request;
    private readonly HeldOutFilter _filter;
    private readonly FileCleaning _files;
    private readonly Action<string>? _told;
    private readonly CancellationToken _cancellation;
    private int _heldOut;

    private CorpusCleaning(CleaningRequest request, Action<string>? told, CancellationToken cancellation)
    {
        _request = request;
        _filter = new HeldOutFilter(request.Words);
        _files = new FileCleaning(_filter, request.Removed, cancellation);
        (_told, _cancellation) = (told, cancellation);
    }

    private string? Corpus => _request.Texts is [var only] && CorpusManifest.IsIn(only) ? only : null;

    /// <summary>Cleans.</summary>
    /// <param name="request">Which texts of which.</param>
    /// <param name="told">Told which text is looked at; <see langword="null"/> for nobody.</param>
    /// <param name="cancellation">Stops it; then nothing is left behind.</param>
    /// <returns>What was cut out.</returns>
    /// <exception cref="ConfigurationException">The request makes no sense: nothing held out, a text on both sides, an output that is there already.</exception>
    /// <exception cref="IcaeException">A text cannot be read, or the output cannot be written.</exception>
    public static CleaningResult Run(CleaningRequest request, Action<string>? told = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new CorpusCleaning(request, told, cancellation).Run();
    }

    private CleaningResult Run()
    {
        var output = Path.TrimEndingDirectorySeparator(Path.GetFullPath(_request.Output));
        if (File.Exists(output) || (Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any()))
            throw new ConfigurationException($"{_request.Output}: something is there already; cleaned texts go into a new folder.");

        if (Corpus is null && _request.Texts.FirstOrDefault(CorpusManifest.IsIn) is { } among)
            throw new ConfigurationException($"{among}: a corpus with a manifest is cleaned by itself, without other texts.");

        var files = Corpus is null ? TrainingFile.Of(_request.Texts) : [];
        HoldOut(files);
        var work = $"{output}.{Guid.NewGuid():N}{TextFiles.Partial}";
        try
        {
            DownloadFolder.Make(work);
            var cuts = Corpus is { } corpus ? CleanCorpus(corpus, work) : CleanFiles(files, work);
            _cancellation.ThrowIfCancellationRequested();
            Publish(work, output);
            return new CleaningResult(output, cuts, _filter.Runs, _heldOut, _filter.TooShort);
        }
        finally
        {
            if (Directory.Exists(work))
                Directory.Delete(work, recursive: true);
        }
    }

    private void HoldOut(IReadOnlyList<TrainingFile> files)
    {
        var training = files.Select(file => Path.GetFullPath(file.Path)).ToHashSet(StringComparer.Ordinal);
        if (Corpus is { } own)
        {
            training.UnionWith(BookCorpus.Open(own).Books.Where(book => book.Split == DataSplit.Train).Select(book => Path.GetFullPath(Path.Combine(own, book.File))));
            HoldOutCorpus(own);
        }

        foreach (var path in _request.HeldOut)
        {
            if (CorpusManifest.IsIn(path))
            {
                HoldOutCorpus(path);
                continue;
            }

            foreach (var file in TrainingFile.Of([path]))
            {
                if (training.Contains(Path.GetFullPath(file.Path)))
                    throw new ConfigurationException($"{file.Path}: the text is to be trained on and held out as well; nothing would be left of it.");

                HoldOut(file);
            }
        }

        if (_filter.Runs == 0)
            throw new ConfigurationException(_heldOut == 0 ? "No text is held out; name some." : $"None of the held-out texts has {_filter.Words} words in a row.");
    }

    private void HoldOutCorpus(string folder)
    {
        var corpus = BookCorpus.Open(folder);
        foreach (var split in (DataSplit[])[DataSplit.Validation, DataSplit.Test])
        {
            foreach (var book in corpus.Books.Where(book => book.Split == split))
            {
                corpus.RequireWhole(book);
                HoldOut(new TrainingFile(Path.Combine(folder, book.File), book.File));
            }
        }
    }

    private void HoldOut(TrainingFile file)
    {
        _told?.Invoke($"held out: {file.Name}");
        if (!file.IsLines)
        {
            Add(file.Name, PlainText.ReadParagraphs(file.Path));
            return;
        }

        foreach (var passage in JsonLines.Read(file.Path))
            Add(string.IsNullOrEmpty(passage.Book) ? file.Name : passage.Book, (passage.Text ?? throw new MalformedFileException(file.Path, $"passage {passage.Id}", "it holds ids and no text, so that words cannot be compared")).Split('\n'));
    }

    private void Add(string name, IEnumerable<string> paragraphs)
    {
        _cancellation.ThrowIfCancellationRequested();
        _filter.Add(name, paragraphs);
        _heldOut++;
    }

    private List<HeldOutCut> CleanFiles(IReadOnlyList<TrainingFile> files, string work) => [.. files.Select(file =>
    {
        var destination = Path.Combine(work, file.Name);
        DownloadFolder.Make(Path.GetDirectoryName(destination)!);
        return Clean(file, destination);
    })];

    private HeldOutCut Clean(TrainingFile file, string destination)
    {
        _cancellation.ThrowIfCancellationRequested();
        _told?.Invoke(file.Name);
        return _files.Run(file, destination);
    }

    private List<HeldOutCut> CleanCorpus(string folder, string work)
    {
        var corpus = BookCorpus.Open(folder);
        var manifest = CorpusManifest.ReadNodes(Path.Combine(folder, CorpusManifest.FileName));
        var cuts = new List<HeldOutCut>();
        foreach (var (book, node) in corpus.Books.Zip(manifest))
        {
            _cancellation.ThrowIfCancellationRequested();
            corpus.RequireWhole(book);
            var file = new TrainingFile(Path.Combine(folder, book.File), book.File);
            var destination = Path.Combine(work, book.File);
            if (book.Split != DataSplit.Train)
            {
                File.Copy(file.Path, destination);
                continue;
            }

            cuts.Add(Clean(file, destination));
            Describe(node, destination, cuts[^1]);
        }

        CorpusManifest.WriteNodes(Path.Combine(work, CorpusManifest.FileName), manifest);
        return cuts;
    }

    private void Describe(JsonObject entry, string path, HeldOutCut cut)
    {
        using var file = File.OpenRead(path);
        entry["sha256"] = Convert.ToHexStringLower(SHA256.HashData(file));
        var paragraphs = LineReader.Read(path).Select(line => System.Text.Encoding.UTF8.GetString(line.Utf8.Span)).Select(line => line.Length + 1L - line.Count(char.IsLowSurrogate)).ToList();
        entry["characters"] = paragraphs.Sum();
        entry["paragraphs"] = paragraphs.Count;
        entry["cleaned"] = new JsonObject { ["words_in_a_row"] = _filter.Words, ["removed_sentences"] = cut.RemovedSentences, ["removed_words"] = cut.RemovedWords };
    }

    private static void Publish(string work, string output)
    {
        try
        {
            if (Directory.Exists(output))
                Directory.Delete(output);

            Directory.Move(work, output);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcaeException($"{output}: the cleaned texts cannot be put here: {error.Message}", error);
        }
    }
}
