using System.Text.Json.Nodes;
using ICAE.Lab.Formats;

namespace ICAE.Lab.Data.Corpora;

/// <summary>
/// Books of Standard Ebooks, each from its public repository at a pinned commit: the package document and the pages of the text, file by file. That is
/// the least there is to fetch: an archive of the same commit holds the cover pictures too, several times the text, cannot be gone on with
/// in the middle, and would have to be unpacked.
/// </summary>
public sealed class StandardEbooksRecipe : CorpusRecipe
{
    /// <summary>The recipe's name.</summary>
    public const string RecipeName = "standard-ebooks";

    /// <summary>The server of the repositories' files.</summary>
    public const string PublicServer = "https://raw.githubusercontent.com";

    private const string PackageFolder = "src/epub";
    private const int RulesVersion = 1;
    private const long LargestPage = 8 << 20;
    private const long LongestText = 1 << 25;

    private readonly Uri _server;

    /// <summary>A recipe for the books that this library knows.</summary>
    /// <param name="server">The server of the files; <see langword="null"/> for <see cref="PublicServer"/>. Below it are OWNER/REPOSITORY/COMMIT/PATH.</param>
    /// <exception cref="ConfigurationException">It is no safe address.</exception>
    public StandardEbooksRecipe(string? server = null)
        : this(Books, server)
    {
    }

    /// <summary>A recipe for some books.</summary>
    /// <param name="books">The books.</param>
    /// <param name="server">As above.</param>
    /// <exception cref="ConfigurationException">It is no safe address, or a book is none.</exception>
    public StandardEbooksRecipe(IReadOnlyList<StandardEbook> books, string? server = null)
    {
        ArgumentNullException.ThrowIfNull(books);
        if (books.FirstOrDefault(book => !IsSound(book)) is { } bad)
            throw new ConfigurationException($"{FileChecks.Quote(bad.Repository)} at {FileChecks.Quote(bad.Commit)} is no repository at a commit.");

        Selected = books;
        _server = ServerAddress.Parse(server ?? PublicServer);
    }

    /// <summary>The books that the shipped models were trained on, chosen by and are tested with.</summary>
    public static IReadOnlyList<StandardEbook> Books { get; } = Load();

    /// <summary>The books of this recipe.</summary>
    public IReadOnlyList<StandardEbook> Selected { get; }

    /// <inheritdoc/>
    public override string Name => RecipeName;

    /// <inheritdoc/>
    internal override Task<IReadOnlyList<CorpusText>> ListAsync(CorpusDownloads downloads, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<CorpusText>>([.. Selected.Select(book => new CorpusText
        {
            File = book.File,
            Title = book.Title,
            Author = book.Author,
            Source = $"github.com/{book.Repository}",
            Commit = book.Commit,
            Licence = book.Licence,
            Split = book.Split,
            Recipe = RecipeName,
            Rules = RulesVersion,
            Sha256 = book.Sha256,
        })]);

    /// <inheritdoc/>
    internal override async Task<CorpusText> MakeAsync(CorpusDownloads downloads, CorpusText text, string work, string destination, CancellationToken cancellation)
    {
        var package = Path.Combine(work, "content.opf");
        var target = Target(text, "content.opf");
        await downloads.FetchAsync(target, text.Commit, package, cancellation).ConfigureAwait(false);
        var pages = StandardEbooksPackage.ReadSpine(package, target.Subject).Where(page => !StandardEbooksPage.IsLeftOut(Path.GetFileNameWithoutExtension(page))).ToList();
        var lines = new CorpusLines(LongestText, text.Title);
        foreach (var (page, number) in pages.Select((page, i) => (page, i + 1)))
        {
            var path = Path.Combine(work, FormattableString.Invariant($"{number:D4}.xhtml"));
            target = Target(text, page);
            await downloads.FetchAsync(target, text.Commit, path, cancellation).ConfigureAwait(false);
            lines.Add(StandardEbooksPage.Read(path, target.Subject));
        }

        if (lines.Count == 0)
            throw new MalformedFileException($"{text.Title} ({text.Source})", "", "its pages hold no paragraph");

        return lines.Write(destination, text);
    }

    private static bool IsSound(StandardEbook book) =>
        book.Repository.Split('/') is [{ Length: > 0 }, { Length: > 0 }]
        && book.Repository.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.')
        && !book.Repository.Split('/').Any(part => part.StartsWith('.'))
        && book.Commit.Length == 40 && book.Commit.All(char.IsAsciiHexDigitLower);

    private static IReadOnlyList<StandardEbook> Load()
    {
        const string Resource = "standard-ebooks.json";
        using var stream = typeof(StandardEbooksRecipe).Assembly.GetManifestResourceStream(Resource)!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        var recipe = new JsonFields(Resource, BoundedJson.ParseObject(bytes.ToArray(), Resource));
        var licence = recipe.Text("licence");
        return [.. ((JsonArray)recipe.Json["books"]!).Select(node => Read(new JsonFields(Resource, node!.AsObject()), licence))];
    }

    private static StandardEbook Read(JsonFields book, string licence)
    {
        var shipped = new JsonFields(book.Path, book.Json["shipped"]!.AsObject());
        return new StandardEbook(
            book.Text("repository"),
            book.Text("commit"),
            book.Text("title"),
            book.Text("author"),
            DataSplitNames.Find(book.Text("split")) ?? throw book.Bad("split", "it is no split"),
            licence,
            shipped.Text("sha256"),
            shipped.Whole("characters"),
            shipped.Whole("paragraphs"),
            book.OptionalText("sha256") ?? "");
    }

    private FileTarget Target(CorpusText text, string file)
    {
        var repository = text.Source[(text.Source.IndexOf('/', StringComparison.Ordinal) + 1)..];
        var path = string.Join('/', file.Split('/').Select(Uri.EscapeDataString));
        return new FileTarget(new Uri(_server, $"{repository}/{text.Commit}/{PackageFolder}/{path}"), $"{file} of {repository}", LargestPage);
    }
}
