using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ICAE.Lab.Data;
using ICAE.Lab.Data.Corpora;
using ICAE.Lab.Formats.Hub;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Fetches a corpus into a folder that training reads.</summary>
internal sealed class DataFetchCommand : IcaeCommand
{
    private readonly Argument<string> _recipe = new("NAME") { Description = "The recipe; 'icae data list' names them." };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "The corpus' folder; without it, one in the user's data folder.", HelpName = "FOLDER" };
    private readonly Option<string?> _books = new("--books") { Description = "For gutenberg: the books' numbers, with commas between them.", HelpName = "N,N" };
    private readonly Option<string?> _repository = new("--repository") { Description = "For hub: the data set, such as owner/name.", HelpName = "NAME" };
    private readonly Option<string?> _file = new("--file") { Description = "For hub: the file in it, whose name ends with .jsonl.", HelpName = "FILE" };
    private readonly Option<string?> _revision = new("--revision") { Description = "For hub: the branch, tag or commit; without it, main.", HelpName = "NAME" };
    private readonly Option<string?> _split = new("--split") { Description = "For gutenberg and hub: what the texts are for: train (without it), validation or test.", HelpName = "SPLIT" };
    private readonly Option<string?> _endpoint = new("--endpoint") { Description = $"Another server that has the files where the public one has them; for hub, {HubEndpoint.Variable} does the same.", HelpName = "URL" };

    public DataFetchCommand()
        : base(
            "fetch",
            "Fetch a corpus from its public source, text by text, with hashes checked, into a folder that training reads. Ctrl-C keeps what was fetched, and the same command goes on from there.",
            "icae data fetch standard-ebooks",
            "icae data fetch gutenberg --books 1342,11 --output my-books",
            "icae data fetch gutenberg --books 120 --split validation --output my-books",
            "icae data fetch hub --repository sggetao/PwC --file PwC_test.jsonl --split test")
    {
        Add(_recipe);
        foreach (var option in (Option[])[_output, _books, _repository, _file, _revision, _split, _endpoint])
            Add(option);
    }

    public override async Task<int> RunAsync(Invocation invocation)
    {
        var recipe = Recipe(invocation);
        var folder = invocation.Arguments.GetValue(_output) ?? Path.Combine(CorpusFetch.UserFolder, DefaultName(invocation));
        try
        {
            var result = await new FetchDisplay().RunAsync(invocation.Terminal, recipe.Name, progress => CorpusFetch.RunAsync(recipe, folder, progress, invocation.Cancellation));
            Tell(recipe, result, invocation.Terminal);
            return ExitCodes.Ok;
        }
        catch (OperationCanceledException) when (invocation.Cancellation.IsCancellationRequested)
        {
            return TellStopped(invocation.Terminal, $"stopped; what was fetched of {recipe.Name} is kept, and the same command goes on from there");
        }
    }

    private CorpusRecipe Recipe(Invocation invocation)
    {
        var name = invocation.Arguments.GetRequiredValue(_recipe);
        try
        {
            switch (name)
            {
                case StandardEbooksRecipe.RecipeName:
                    Refuse(invocation, name, _books, _repository, _file, _revision, _split);
                    return new StandardEbooksRecipe(Endpoint(invocation));
                case GutenbergRecipe.RecipeName:
                    Refuse(invocation, name, _repository, _file, _revision);
                    return new GutenbergRecipe(Books(invocation), Split(invocation), Endpoint(invocation));
                case HubDatasetRecipe.RecipeName:
                    Refuse(invocation, name, _books);
                    return new HubDatasetRecipe(
                        Needed(invocation, _repository),
                        Needed(invocation, _file),
                        invocation.Arguments.GetValue(_revision) ?? "main",
                        Split(invocation),
                        HubEndpoint.Choose(Endpoint(invocation)),
                        HubEndpoint.EnvironmentToken);
                default:
                    throw new UsageException($"'{name}' is no recipe; there are {string.Join(", ", DataRecipeInfo.All.Select(recipe => recipe.Name))}.");
            }
        }
        catch (ConfigurationException error)
        {
            throw new UsageException(error.Message);
        }
    }

    /// <summary>A data set has a folder of its own, as its files have names that others may have too.</summary>
    private string DefaultName(Invocation invocation) => invocation.Arguments.GetRequiredValue(_recipe) is HubDatasetRecipe.RecipeName
        ? Path.Combine(HubDatasetRecipe.RecipeName, Path.Combine(Needed(invocation, _repository).Split('/')))
        : invocation.Arguments.GetRequiredValue(_recipe);

    private string? Endpoint(Invocation invocation) => invocation.Arguments.GetValue(_endpoint);

    private static string Needed(Invocation invocation, Option<string?> option) =>
        invocation.Arguments.GetValue(option) is { Length: > 0 } value ? value : throw new UsageException($"{option.Name} is needed for the recipe {HubDatasetRecipe.RecipeName}.");

    private static void Refuse(Invocation invocation, string recipe, params Option<string?>[] options)
    {
        if (options.FirstOrDefault(option => invocation.Arguments.GetValue(option) is not null) is { } option)
            throw new UsageException($"{option.Name} says nothing to the recipe {recipe}.");
    }

    private List<int> Books(Invocation invocation)
    {
        var given = invocation.Arguments.GetValue(_books) ?? throw new UsageException($"--books is needed for the recipe {GutenbergRecipe.RecipeName}.");
        return [.. given.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(text =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new UsageException($"--books: '{text}' is no number of a book."))];
    }

    private DataSplit Split(Invocation invocation) => invocation.Arguments.GetValue(_split) is not { } name
        ? DataSplit.Train
        : DataSplitNames.Find(name) ?? throw new UsageException($"--split: '{name}' is not train, validation or test.");

    private static void Tell(CorpusRecipe recipe, CorpusFetchResult result, Terminal terminal)
    {
        var shipped = recipe is StandardEbooksRecipe books ? books.Selected.ToDictionary(book => book.File) : null;
        if (shipped is not null)
            Warn(result, shipped, terminal);

        if (terminal.IsJson)
        {
            terminal.WriteJson(Describe(recipe, result, shipped));
            return;
        }

        var isLines = recipe is HubDatasetRecipe;
        var fetched = result.Fetched == 0 ? "Nothing had to be fetched" : string.Create(CultureInfo.InvariantCulture, $"Fetched now: {result.Fetched} ({result.FetchedBytes / 1e6:N1} MB)");
        var size = isLines ? Counted(result.Texts.Sum(text => text.Paragraphs), "line") : Counted(result.Texts.Sum(text => text.Characters), "character");
        terminal.Output.WriteLine($"{recipe.Name}: {Counted(result.Texts.Count, isLines ? "file" : "text")}, {size}, in");
        terminal.Output.WriteLine($"  {result.Folder}");
        terminal.Output.WriteLine($"{fetched}.");
        if (shipped is not null)
            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Texts.Count(text => IsShipped(text, shipped))} of them are, byte for byte, what the shipped models were trained on or are tested with; the others are the same books, taken from the same sources by other code."));

        terminal.Output.WriteLine($"{(isLines ? "Where the lines are texts, train on them by" : "To train on them:")} icae pretrain --texts {result.Folder} …");
    }

    private static string Counted(long number, string what) => string.Create(CultureInfo.InvariantCulture, $"{number:N0} {what}{(number == 1 ? "" : "s")}");

    /// <summary>Another code that takes text from the same source takes a little more or less of it; much more or less is a fault.</summary>
    private static void Warn(CorpusFetchResult result, Dictionary<string, StandardEbook> shipped, Terminal terminal)
    {
        const double Much = 0.05;
        var odd = result.Texts.Where(text => shipped.TryGetValue(text.File, out var book) && Math.Abs(text.Characters - book.ShippedCharacters) > Much * book.ShippedCharacters).ToList();
        if (odd.Count > 0)
            terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"icae: warning: {odd.Count} texts are longer or shorter by more than {Much:P0} than those that the shipped models were trained on: {string.Join(", ", odd.Take(5).Select(text => text.Title))}{(odd.Count > 5 ? ", ..." : "")}"));
    }

    private static bool IsShipped(CorpusText text, Dictionary<string, StandardEbook> shipped) => shipped.GetValueOrDefault(text.File)?.ShippedSha256 == text.Sha256;

    private static JsonObject Describe(CorpusRecipe recipe, CorpusFetchResult result, Dictionary<string, StandardEbook>? shipped) => new()
    {
        ["recipe"] = recipe.Name,
        ["folder"] = result.Folder,
        ["fetched"] = result.Fetched,
        ["fetched_bytes"] = result.FetchedBytes,
        ["texts"] = new JsonArray([.. result.Texts.Select(text => (JsonNode)new JsonObject
        {
            ["file"] = text.File,
            ["title"] = text.Title,
            ["source"] = text.Source,
            ["commit"] = text.Commit,
            ["licence"] = text.Licence,
            ["split"] = text.Split.Name(),
            ["sha256"] = text.Sha256,
            ["characters"] = text.Characters,
            ["paragraphs"] = text.Paragraphs,
            ["is_shipped_text"] = shipped is null ? null : IsShipped(text, shipped),
        })]),
        ["ok"] = true,
    };
}
