using System.Text;
using ICAE.Lab.Data;
using ICAE.Lab.Tests.Formats.Hub;

namespace ICAE.Lab.Cli.Tests;

/// <summary>The commands that fetch corpora and clean them, against a server on this machine.</summary>
public sealed class DataCommandTests
{
    private const string Why = "the user's data folder is set by a variable on Linux only";

    [Fact]
    public async Task The_list_names_every_recipe_and_asks_nobody()
    {
        var people = await CommandResult.RunAsync("data", "list");
        var json = (await CommandResult.RunAsync("data", "list", "--json")).Json;

        Assert.Equal(["standard-ebooks", "gutenberg", "hub"], json["recipes"]!.AsArray().Select(recipe => recipe!["name"]!.GetValue<string>()));
        Assert.All(json["recipes"]!.AsArray(), recipe => Assert.All((string[])["what", "licence", "size", "source", "example"], key => Assert.NotEmpty(recipe![key]!.GetValue<string>())));
        Assert.Contains("43 books, about 20 million characters", people.Output, StringComparison.Ordinal);
        Assert.Contains("CC0 1.0", people.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task All_books_go_into_the_users_data_folder_and_are_read_by_training()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), Why);
        using var place = new PullPlace();
        place.Server.Intercept = Book;
        var result = await CommandResult.RunAsync("data", "fetch", "standard-ebooks", "--endpoint", place.Server.Address, "--json");

        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        var folder = result.Json["folder"]!.GetValue<string>();
        Assert.Equal(Path.GetFullPath(Path.Combine(place.Models, "..", "corpora", "standard-ebooks")), folder);
        var corpus = BookCorpus.Open(folder);
        Assert.Equal((37, 2, 4), (corpus.Documents(DataSplit.Train).Count(), corpus.Documents(DataSplit.Validation).Count(), corpus.Documents(DataSplit.Test).Count()));
        Assert.Equal("I\nThe book bram-stoker_dracula begins.\n", corpus.Read(corpus.Books.Single(book => book.Title == "Dracula")).Text);
        Assert.Equal(43, result.Json["fetched"]!.GetValue<int>());
        Assert.Contains("43 texts are longer or shorter by more than 5 % than those", result.Error, StringComparison.Ordinal);
        Assert.All(result.Json["texts"]!.AsArray(), text => Assert.False(text!["is_shipped_text"]!.GetValue<bool>()));

        var again = await CommandResult.RunAsync("data", "fetch", "standard-ebooks", "--endpoint", place.Server.Address);
        Assert.Contains("Nothing had to be fetched.", again.Output, StringComparison.Ordinal);
        Assert.Contains("0 of them are, byte for byte,", again.Output, StringComparison.Ordinal);
        Assert.Contains($"icae pretrain --texts {folder}", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopped_fetch_says_that_it_goes_on_later()
    {
        using var server = new HubServer();
        using var folder = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        server.Intercept = request =>
        {
            if (request.Path.Contains("bram-stoker", StringComparison.Ordinal))
                source.Cancel();

            return Book(request);
        };
        string[] command = ["data", "fetch", "standard-ebooks", "--output", folder.Path("books"), "--endpoint", server.Address];
        var stopped = await CommandResult.RunAsync(source.Token, command);
        server.Intercept = Book;
        server.Requests.Clear();
        var whole = await CommandResult.RunAsync(command);

        Assert.Equal((ExitCodes.Interrupted, ExitCodes.Ok), (stopped.ExitCode, whole.ExitCode));
        Assert.Contains("the same command goes on", stopped.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Requests, request => request.Path.Contains("a-a-milne", StringComparison.Ordinal));
        Assert.Equal(43, BookCorpus.Open(folder.Path("books")).Books.Count);
    }

    [Fact]
    public async Task Books_by_number_are_added_with_their_splits()
    {
        using var server = new HubServer { };
        using var folder = new TemporaryFolder();
        server.Intercept = request => new HubAnswer(200, Encoding.UTF8.GetBytes($"Title: {request.Path}\n*** START OF THE PROJECT GUTENBERG EBOOK X ***\nText of\n{request.Path}.\n*** END OF THE PROJECT GUTENBERG EBOOK X ***\n"));
        var first = await CommandResult.RunAsync("data", "fetch", "gutenberg", "--books", "11", "-o", folder.Path("g"), "--endpoint", server.Address);
        var second = await CommandResult.RunAsync("data", "fetch", "gutenberg", "--books", "12", "--split", "validation", "-o", folder.Path("g"), "--endpoint", server.Address);

        Assert.Equal((ExitCodes.Ok, ExitCodes.Ok), (first.ExitCode, second.ExitCode));
        Assert.Contains("gutenberg: 1 text, 33 characters, in", first.Output, StringComparison.Ordinal);
        Assert.Contains("Fetched now: 1 (", second.Output, StringComparison.Ordinal);
        var corpus = BookCorpus.Open(folder.Path("g"));
        Assert.Equal("Text of /cache/epub/11/pg11.txt.\n", Assert.Single(corpus.Documents(DataSplit.Train)).Text);
        Assert.Single(corpus.Documents(DataSplit.Validation));
    }

    [Fact]
    public async Task An_error_is_one_line_and_one_object()
    {
        using var server = new HubServer();
        using var folder = new TemporaryFolder();
        server.Intercept = _ => new HubAnswer(404, []);
        var result = await CommandResult.RunAsync("data", "fetch", "gutenberg", "--books", "11", "-o", folder.Path("g"), "--endpoint", server.Address, "--json");

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains("does not have book 11 of Project Gutenberg (404", Assert.Single(result.Error.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.False(result.Json["ok"]!.GetValue<bool>());
        Assert.Empty(Directory.GetFiles(folder.Path("g")));
    }

    [Theory]
    [InlineData("'nothing' is no recipe", "nothing")]
    [InlineData("--books says nothing to the recipe standard-ebooks", "standard-ebooks", "--books", "1")]
    [InlineData("--books is needed", "gutenberg")]
    [InlineData("'x' is no number", "gutenberg", "--books", "1,x")]
    [InlineData("0 is no number", "gutenberg", "--books", "0")]
    [InlineData("'dev' is not train", "gutenberg", "--books", "1", "--split", "dev")]
    [InlineData("--file is needed", "hub", "--repository", "a/b")]
    [InlineData("only .jsonl", "hub", "--repository", "a/b", "--file", "x.bin")]
    [InlineData("is no address", "gutenberg", "--books", "1", "--endpoint", "http://example.org")]
    public async Task What_makes_no_sense_is_a_usage_error(string told, params string[] arguments)
    {
        var result = await CommandResult.RunAsync(["data", "fetch", .. arguments]);

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.Contains(told, Assert.Single(result.Error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cleaning_reports_what_was_cut_and_from_where()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Path("mine.txt"), "Keep this. It was the tin whale that sang at dawn. Keep that.\n");
        File.WriteAllText(folder.Path("held.txt"), "The tin whale that sang.\n");
        string[] command = ["data", "clean", folder.Path("mine.txt"), "--held-out", folder.Path("held.txt"), "--ngram", "5", "--output"];
        var people = await CommandResult.RunAsync([.. command, folder.Path("one"), "--removed", folder.Path("removed.jsonl")]);
        var json = (await CommandResult.RunAsync([.. command, folder.Path("two"), "--json"])).Json;

        Assert.Equal("Keep this. Keep that.\n", File.ReadAllText(folder.Path(Path.Combine("one", "mine.txt"))));
        Assert.Contains("held.txt (1)", people.Output, StringComparison.Ordinal);
        Assert.Contains("texts: 1, with 13 words; cut out: 9 words (69.2308 %), sentences: 1, in texts: 1", people.Output, StringComparison.Ordinal);
        Assert.Equal("{\"from\":\"mine.txt\",\"shared_with\":\"held.txt\",\"text\":\"It was the tin whale that sang at dawn.\"}\n", File.ReadAllText(folder.Path("removed.jsonl")));
        Assert.Equal(9, json["texts"]![0]!["removed_words"]!.GetValue<int>());
        Assert.Equal(1, json["texts"]![0]!["removed_sentences_by_held_out"]!["held.txt"]!.GetValue<int>());

        var twice = await CommandResult.RunAsync([.. command, folder.Path("one")]);
        Assert.Equal(ExitCodes.Usage, twice.ExitCode);
        Assert.Contains("something is there already", twice.Error, StringComparison.Ordinal);
    }

    /// <summary>A repository of Standard Ebooks, whatever its name is.</summary>
    private static HubAnswer Book(HubRequest request)
    {
        var name = request.Path.Split('/')[2];
        return HubServer.Content(request, Encoding.UTF8.GetBytes(request.Path.EndsWith("content.opf", StringComparison.Ordinal)
            ? "<package xmlns='http://www.idpf.org/2007/opf'><manifest><item id='a' href='text/chapter-1.xhtml' media-type='application/xhtml+xml'/></manifest><spine><itemref idref='a'/></spine></package>"
            : $"<html xmlns='http://www.w3.org/1999/xhtml'><body><section><h2>I</h2><p>The book {name} begins.</p></section></body></html>"));
    }
}
