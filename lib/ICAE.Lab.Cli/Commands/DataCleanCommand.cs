using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ICAE.Lab.Data.HeldOut;
using ICAE.Lab.Formats;
using Spectre.Console;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Cuts out of training texts what held-out texts have too.</summary>
internal sealed class DataCleanCommand : IcaeCommand
{
    private readonly Argument<string[]> _files = new("FILES") { Description = "Training texts: .txt or .jsonl files, folders of them, or one corpus with a manifest.json.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string[]> _heldOut = new("--held-out")
    {
        Description = "Validation and test texts, in the same forms. A corpus with a manifest holds out its own, too.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "FILES",
    };

    private readonly Option<string> _output = new("--output", "-o") { Description = "The folder for the cleaned texts; it is made.", Required = true, HelpName = "FOLDER" };
    private readonly Option<int> _words = new("--ngram") { Description = "How many words in a row make a passage shared.", DefaultValueFactory = _ => HeldOutFilter.DefaultWords, HelpName = "N" };
    private readonly Option<string?> _removed = new("--removed") { Description = "Write the sentences that are cut out to this file, as JSON lines.", HelpName = "FILE" };

    public DataCleanCommand()
        : base(
            "clean",
            "Cut out of training texts every sentence that shares words in a row with a validation or test text, so that no score is had by heart. Words are compared in lower case, without punctuation.",
            "icae data clean corpus/ --output corpus-clean",
            "icae data clean mine.txt more.jsonl --held-out datasets/passages --output clean --ngram 8")
    {
        Add(_files);
        foreach (var option in (Option[])[_heldOut, _output, _words, _removed])
            Add(option);
    }

    public override Task<int> RunAsync(Invocation invocation)
    {
        var (arguments, terminal) = (invocation.Arguments, invocation.Terminal);
        var removed = new List<RemovedSentence>();
        if (arguments.GetValue(_removed) is { } list && Path.GetDirectoryName(Path.GetFullPath(list)) is { } place && !Directory.Exists(place))
            throw new UsageException($"{list}: there is no such folder to write the list of removed sentences to.");

        var request = new CleaningRequest
        {
            Texts = arguments.GetRequiredValue(_files),
            HeldOut = arguments.GetValue(_heldOut) ?? [],
            Output = arguments.GetRequiredValue(_output),
            Words = arguments.GetValue(_words),
            Removed = arguments.GetValue(_removed) is null ? null : removed.Add,
        };
        var result = Clean(request, invocation);
        if (arguments.GetValue(_removed) is { } path)
            AtomicFile.WriteText(path, string.Concat(removed.Select(sentence => new JsonObject { ["from"] = sentence.From, ["shared_with"] = sentence.SharedWith, ["text"] = sentence.Text }.ToJsonString(Terminal.JsonText) + "\n")));

        if (terminal.IsJson)
            terminal.WriteJson(Describe(request, result));
        else
            Print(request, result, terminal.Console);

        return Task.FromResult(ExitCodes.Ok);
    }

    private static CleaningResult Clean(CleaningRequest request, Invocation invocation)
    {
        try
        {
            return CorpusCleaning.Run(request, invocation.Terminal.Error.WriteLine, invocation.Cancellation);
        }
        catch (ConfigurationException error)
        {
            throw new UsageException(error.Message);
        }
    }

    private static void Print(CleaningRequest request, CleaningResult result, IAnsiConsole console)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("text");
        foreach (var name in (string[])["words", "words cut", "share", "sentences cut"])
            table.AddColumn(new TableColumn(name).RightAligned());

        table.AddColumn("shared with");
        foreach (var cut in result.Cuts.Where(cut => cut.RemovedSentences > 0))
            table.AddRow(Markup.Escape(cut.Name), Number(cut.Words), Number(cut.RemovedWords), Share(cut.RemovedWords, cut.Words), Number(cut.RemovedSentences), Markup.Escape(Sources(cut)));

        if (table.Rows.Count > 0)
            console.Write(table);

        var (words, gone) = (result.Cuts.Sum(cut => cut.Words), result.Cuts.Sum(cut => cut.RemovedWords));
        var (sentences, touched) = (result.Cuts.Sum(cut => cut.RemovedSentences), result.Cuts.Count(cut => cut.RemovedSentences > 0));
        console.MarkupLineInterpolated($"texts: {result.Cuts.Count}, with {Number(words)} words; cut out: {Number(gone)} words ({Share(gone, words)}), sentences: {Number(sentences)}, in texts: {touched}");
        console.MarkupLineInterpolated($"[grey]held out: texts: {result.HeldOutTexts}, with {Number(result.HeldOutRuns)} different runs of {request.Words} words{(result.TooShort > 0 ? $"; {result.TooShort} of the texts are shorter than that, and cannot be found" : "")}[/]");
        console.WriteLine($"The cleaned texts are in {result.Folder}");
    }

    private static JsonObject Describe(CleaningRequest request, CleaningResult result) => new()
    {
        ["folder"] = result.Folder,
        ["words_in_a_row"] = request.Words,
        ["held_out_texts"] = result.HeldOutTexts,
        ["held_out_runs"] = result.HeldOutRuns,
        ["held_out_texts_too_short"] = result.TooShort,
        ["texts"] = new JsonArray([.. result.Cuts.Select(cut => (JsonNode)new JsonObject
        {
            ["text"] = cut.Name,
            ["words"] = cut.Words,
            ["sentences"] = cut.Sentences,
            ["removed_words"] = cut.RemovedWords,
            ["removed_sentences"] = cut.RemovedSentences,
            ["removed_paragraphs"] = cut.RemovedParagraphs,
            ["removed_sentences_by_held_out"] = new JsonObject(cut.SentencesByHeldOut.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        })]),
        ["ok"] = true,
    };

    private static string Sources(HeldOutCut cut) => string.Join(", ", cut.SentencesByHeldOut.Select(pair => $"{pair.Key} ({Number(pair.Value)})"));

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Share(long part, long whole) => (whole == 0 ? 0 : 100.0 * part / whole).ToString("F4", CultureInfo.InvariantCulture) + " %";
}
