using System.CommandLine;
using ICAE.Lab.Data;
using ICAE.Lab.Tokens;
using ICAE.Lab.Training;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Trains an autoencoder to answer prompts about what it holds.</summary>
internal sealed class FinetuneCommand : RunCommand
{
    private readonly Option<string?> _model = new("--model") { Description = "The pretrained autoencoder that learns to answer: a name or a folder. It stays as it is; the run makes another.", HelpName = "NAME|PATH" };
    private readonly Option<string?> _base = new("--base") { Description = "In place of --model: the base of a new autoencoder, which learns to answer without any pretraining.", HelpName = "NAME|PATH" };
    private readonly Option<string?> _layout = InstructionLayouts.Option("What stands around slots and prompt; version-1 unless it is named");
    private readonly Option<int?> _longest = new("--longest-text") { Description = "The longest text that is put into memory, in tokens; of a longer one the beginning.", HelpName = "N" };

    public FinetuneCommand()
        : base(
            "finetune",
            "Train an autoencoder to answer prompts about what it holds, on JSON lines with \"input\", \"prompt\" and \"answer\": 2,000 updates of 16 examples where nothing else is said. Its frozen base must have met questions and the ends of texts (english-1m-questions has). The same command goes on with a run that was stopped.",
            "icae finetune --model runs/on-questions/model --texts train.jsonl --validation held-out.jsonl --run runs/answers",
            "icae finetune --base english-1m-questions --texts train.jsonl --validation held-out.jsonl --run runs/answers-alone",
            "icae finetune --run runs/answers")
    {
        Texts.Describe("JSON lines with \"input\", \"prompt\" and \"answer\", in files or in folders of .jsonl files");
        foreach (var option in (Option[])[_model, _base, _layout, _longest])
            Add(option);

        Validators.Add(result => result.RequireAtLeastOne(_longest));
    }

    protected override IEnumerable<Option> Beginning => [_model, _base, _layout];

    protected override bool Trains(RunKind kind) => kind == RunKind.Instruction;

    protected override RunSettings Defaults(string run, Invocation invocation)
    {
        var (model, given) = (invocation.Arguments.GetValue(_model), invocation.Arguments.GetValue(_base));
        if ((model is null) == (given is null))
            throw new UsageException("One of --model, a pretrained autoencoder, and --base, for a new one, is needed to begin a run.");

        (string? folder, var from) = model is null ? (null, FindBase(given!)) : FindAutoencoder(model);
        var (texts, validation) = Texts.Given(invocation);
        if (texts.Length == 0 || validation.Length == 0)
            throw new UsageException("--texts and --validation are needed to begin a run: JSON lines with \"input\", \"prompt\" and \"answer\".");

        var data = RunData.Prepare(run, Read(texts, "--texts"), Read(validation, "--validation"), from, invocation.Terminal.Error.WriteLine, invocation.Cancellation);
        var settings = RunDefaults.Instruction(data, from, folder);
        return InstructionLayouts.Of(invocation.Arguments.GetValue(_layout), TokenizerFile.Load(from)) is { } layout
            ? settings with { Instruction = settings.Instruction! with { Layout = layout } }
            : settings;
    }

    protected override RunSettings Apply(RunSettings settings, Invocation invocation) => settings with
    {
        Instruction = settings.Instruction! with { LongestText = invocation.Arguments.GetValue(_longest) ?? settings.Instruction.LongestText },
    };

    private static IEnumerable<InstructionExample> Read(string[] paths, string option)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            if (!Path.Exists(path))
                throw new UsageException($"{option} {path}: there is no such file or folder.");

            var count = files.Count;
            files.AddRange(PromptWithContext.Files(path));
            if (files.Count == count)
                throw new UsageException($"{option} {path}: there is no .jsonl file in this folder.");
        }

        return files.SelectMany(file => PromptWithContext.Read(file));
    }
}
