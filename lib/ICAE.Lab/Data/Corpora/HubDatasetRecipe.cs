using ICAE.Lab.Formats;
using ICAE.Lab.Formats.Downloads;
using ICAE.Lab.Formats.Hub;

namespace ICAE.Lab.Data.Corpora;

/// <summary>
/// A file of JSON lines of a data set at a hub: texts (see <see cref="JsonLines"/>), or inputs with prompts and answers (see <see cref="PromptWithContext"/>). It is
/// kept as it is, after every line was read by the reader for its form.
/// </summary>
public sealed class HubDatasetRecipe : CorpusRecipe
{
    /// <summary>The recipe's name.</summary>
    public const string RecipeName = "hub";

    private const int RulesVersion = 1;

    private readonly HubTarget _target;
    private readonly DataSplit _split;
    private readonly string? _token;
    private RemoteFile? _listed;

    /// <summary>A recipe for one file.</summary>
    /// <param name="repository">The data set, such as "sggetao/PwC".</param>
    /// <param name="file">The file in it; its name ends with .jsonl.</param>
    /// <param name="revision">The branch, tag or commit.</param>
    /// <param name="split">What it is for.</param>
    /// <param name="endpoint">The hub; <see langword="null"/> for the public one.</param>
    /// <param name="token">A token for data sets that are not open to everybody; it is sent to the hub's own host and kept nowhere.</param>
    /// <exception cref="ConfigurationException">One of them cannot be.</exception>
    public HubDatasetRecipe(string repository, string file, string revision = "main", DataSplit split = DataSplit.Train, HubEndpoint? endpoint = null, string? token = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(revision);
        if (Path.GetExtension(file) != ".jsonl")
            throw new ConfigurationException($"{FileChecks.Quote(file)} is no file of JSON lines; only .jsonl files are fetched.");

        const int LongestRevision = 250;
        if (revision.Length is 0 or > LongestRevision || revision.Any(char.IsControl))
            throw new ConfigurationException($"{FileChecks.Quote(revision)} is no branch, tag or commit.");

        var hub = endpoint ?? HubEndpoint.Parse(HubEndpoint.PublicHub);
        _target = new HubTarget(hub, HubModelId.Parse(repository), revision, file, HubRepositoryKind.Dataset);
        _split = split;
        _token = hub.RequireToken(token);
    }

    /// <inheritdoc/>
    public override string Name => RecipeName;

    /// <inheritdoc/>
    internal override string? Token => _token;

    /// <inheritdoc/>
    internal override async Task<IReadOnlyList<CorpusText>> ListAsync(CorpusDownloads downloads, CancellationToken cancellation)
    {
        var listing = await new HubLister(downloads.Client, downloads.Retry).ListAsync(_target, cancellation).ConfigureAwait(false);
        _listed = listing.Find(_target.File!) ?? throw new IcaeException($"{_target.Id} has no file {FileChecks.Quote(_target.File!)} at {listing.Commit}.{Choices(listing)}");
        _listed.RequirePlain(_target.Host);
        return
        [
            new CorpusText
            {
                File = _listed.Name[(_listed.Name.LastIndexOf('/') + 1)..],
                Title = $"{_target.Id}, {_listed.Name}",
                Author = _target.Id.Text.Split('/')[0],
                Source = $"{_target.Endpoint}/datasets/{_target.Id}/{_listed.Name}",
                Commit = listing.Commit,
                Licence = listing.Licence ?? "not named in the data set's card",
                Split = _split,
                Recipe = RecipeName,
                Rules = RulesVersion,
                Sha256 = _listed.Sha256 ?? "",
            },
        ];
    }

    /// <inheritdoc/>
    internal override async Task<CorpusText> MakeAsync(CorpusDownloads downloads, CorpusText text, string work, string destination, CancellationToken cancellation)
    {
        var path = Path.Combine(work, "source");
        await downloads.FetchAsync(_target with { Revision = text.Commit }, text.Commit, _listed!, path, cancellation).ConfigureAwait(false);
        var lines = Check(path, $"{_target.File} of {_target.Id}", cancellation);
        try
        {
            File.Move(path, destination, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcaeException($"{destination}: the file cannot be put in its place: {error.Message}", error);
        }

        return text with { Paragraphs = lines };
    }

    /// <summary>Reads every line.</summary>
    /// <returns>How many there are.</returns>
    private static long Check(string path, string name, CancellationToken cancellation)
    {
        var lines = 0L;
        try
        {
            var isInstruction = JsonLine.ReadAll(path, LineReader.DefaultLongestLine).Select(line => line.Text("prompt") is not null).FirstOrDefault();
            foreach (var _ in isInstruction ? PromptWithContext.Read(path).Cast<object>() : JsonLines.Read(path))
            {
                cancellation.ThrowIfCancellationRequested();
                lines++;
            }
        }
        catch (MalformedFileException error)
        {
            throw new MalformedFileException(name, error.Place, error.Cause, error);
        }

        return lines > 0 ? lines : throw new MalformedFileException(name, "", "the file holds no line");
    }

    private static string Choices(HubListing listing)
    {
        const int MostNamed = 8;
        var names = listing.Files.Select(file => file.Name).Where(name => Path.GetExtension(name) == ".jsonl").ToList();
        return names.Count == 0 ? " It has no .jsonl file." : $" It has {string.Join(", ", names.Take(MostNamed).Select(FileChecks.Quote))}{(names.Count > MostNamed ? ", ..." : "")}.";
    }
}
