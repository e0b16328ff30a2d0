using System.Globalization;
using System.Security.Cryptography;
using ICAE.Lab.Formats;

namespace ICAE.Lab.Data.Corpora;

/// <summary>
/// Books of Project Gutenberg by their numbers, as plain text. Their files have no versions: what a file is when it is first fetched is noted by its hash, and
/// a book is never fetched again as another one.
/// </summary>
public sealed class GutenbergRecipe : CorpusRecipe
{
    /// <summary>The recipe's name.</summary>
    public const string RecipeName = "gutenberg";

    /// <summary>The server of the books.</summary>
    public const string PublicServer = "https://www.gutenberg.org";

    private const int RulesVersion = 1;
    private const int LargestNumber = 10_000_000;
    private const long LargestBook = 1 << 25;

    // Project Gutenberg asks programs to leave its server time.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Uri _server;
    private bool _hasAsked;

    /// <summary>A recipe for some books.</summary>
    /// <param name="books">Their numbers.</param>
    /// <param name="split">What they are for.</param>
    /// <param name="server">The server; <see langword="null"/> for <see cref="PublicServer"/>. A mirror must have the books where that has them, at cache/epub/N/pgN.txt.</param>
    /// <exception cref="ConfigurationException">There is no such number, or the server is no safe address.</exception>
    public GutenbergRecipe(IReadOnlyList<int> books, DataSplit split = DataSplit.Train, string? server = null)
    {
        ArgumentNullException.ThrowIfNull(books);
        if (books.Count == 0)
            throw new ConfigurationException("No book is named; Project Gutenberg's books have numbers, such as 1342.");

        if (books.Any(book => book is < 1 or > LargestNumber))
            throw new ConfigurationException($"{books.First(book => book is < 1 or > LargestNumber)} is no number of a book of Project Gutenberg.");

        Books = [.. books.Distinct()];
        Split = split;
        _server = ServerAddress.Parse(server ?? PublicServer);
    }

    /// <summary>The numbers.</summary>
    public IReadOnlyList<int> Books { get; }

    /// <summary>What the books are for.</summary>
    public DataSplit Split { get; }

    /// <inheritdoc/>
    public override string Name => RecipeName;

    /// <inheritdoc/>
    internal override Task<IReadOnlyList<CorpusText>> ListAsync(CorpusDownloads downloads, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<CorpusText>>([.. Books.Select(number => new CorpusText
        {
            File = FileOf(number),
            Title = $"book {number.ToString(CultureInfo.InvariantCulture)}",
            Author = "",
            Source = Address(number).ToString(),
            Commit = "",
            Licence = "public domain in the United States, as Project Gutenberg says; look at the book's page for others",
            Split = Split,
            Recipe = RecipeName,
            Rules = RulesVersion,
        })]);

    /// <inheritdoc/>
    internal override async Task<CorpusText> MakeAsync(CorpusDownloads downloads, CorpusText text, string work, string destination, CancellationToken cancellation)
    {
        var path = Path.Combine(work, "source");
        if (_hasAsked && !File.Exists(path))
            await downloads.PauseAsync(Pause, cancellation).ConfigureAwait(false);

        _hasAsked = true;
        await downloads.FetchAsync(new FileTarget(new Uri(text.Source), $"{text.Title} of Project Gutenberg", LargestBook), "", path, cancellation).ConfigureAwait(false);
        var content = FileChecks.ReadBounded(path, LargestBook);
        var book = GutenbergText.Parse(content, text.Source);
        var lines = new CorpusLines(LargestBook, text.Source);
        lines.Add(book.Paragraphs);
        return lines.Write(destination, text) with
        {
            Title = book.Title.Length > 0 ? book.Title : text.Title,
            Author = book.Author.Length > 0 ? book.Author : "unknown",
            Commit = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}",
        };
    }

    private static string FileOf(int number) => string.Create(CultureInfo.InvariantCulture, $"gutenberg-{number}.txt");

    private Uri Address(int number) => new(_server, string.Create(CultureInfo.InvariantCulture, $"cache/epub/{number}/pg{number}.txt"));
}
