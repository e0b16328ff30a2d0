using System.CommandLine;
using ICAE.Lab.Cli.Commands;
using ICAE.Lab.Data;
using ICAE.Lab.Training;

namespace ICAE.Lab.Cli.Runs;

/// <summary>The options that name the texts of a run.</summary>
internal sealed class RunTexts
{
    private readonly Option<string[]> _texts = Paths("--texts", "The texts to train on: .txt or .jsonl files, folders of them, a corpus with a manifest.json, or one token shard.");
    private readonly Option<string[]> _validation = Paths("--validation", "The texts to evaluate on, in the same forms; not needed where the texts bring a validation split.");

    /// <summary>Adds the options to a command.</summary>
    public RunTexts(IcaeCommand command)
    {
        command.Add(_texts);
        command.Add(_validation);
    }

    /// <summary>Both.</summary>
    public IReadOnlyList<Option> Options => [_texts, _validation];

    /// <summary>Says what a command takes that trains on something else than running text.</summary>
    public void Describe(string forms)
    {
        _texts.Description = $"What to train on: {forms}.";
        _validation.Description = "What to evaluate on, in the same forms.";
    }

    /// <summary>The paths of the texts to train on and to evaluate on, as they were given.</summary>
    public (string[] Texts, string[] Validation) Given(Invocation invocation) =>
        (invocation.Arguments.GetValue(_texts) ?? [], invocation.Arguments.GetValue(_validation) ?? []);

    /// <summary>Makes tokenizer and shards from the texts that were given.</summary>
    public RunData Prepare(string run, string? tokenizer, int vocabulary, Invocation invocation)
    {
        var (texts, heldOut) = Given(invocation);
        if (texts.Length == 0)
            throw new UsageException("--texts is needed to begin a run.");

        var training = Source(texts, "--texts");
        var validation = heldOut.Length > 0 ? Source(heldOut, "--validation") : null;
        if (validation is null && !training.HasSplits)
            throw new UsageException("--validation is needed: the texts bring no validation split of their own.");

        if (tokenizer is null && (training.Shard ?? validation?.Shard) is { } shard)
            throw new UsageException($"{shard}: a token shard needs the tokenizer that it was made with; name that, or start from a base. Where a tokenizer is made, texts are needed.");

        return RunData.Prepare(run, training, validation, tokenizer, vocabulary, invocation.Terminal.Error.WriteLine, invocation.Cancellation);
    }

    /// <summary>An option that takes several paths.</summary>
    public static Option<string[]> Paths(string name, string description) => new(name)
    {
        Description = description,
        AllowMultipleArgumentsPerToken = true,
        HelpName = "PATHS",
    };

    private static CorpusSource Source(IReadOnlyList<string> paths, string option)
    {
        try
        {
            return new CorpusSource(paths);
        }
        catch (ConfigurationException error)
        {
            throw new UsageException($"{option} {error.Message}");
        }
    }
}
