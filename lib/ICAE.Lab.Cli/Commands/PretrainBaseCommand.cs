using System.CommandLine;
using ICAE.Lab.Tokens;
using ICAE.Lab.Training;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Trains a small base: on running text, to copy from its context, and, where asked for, to be restored from.</summary>
internal sealed class PretrainBaseCommand : RunCommand
{
    private const string Packed = "packed";
    private const string WithinTexts = "within-texts";

    private readonly Option<string?> _base = new("--base") { Description = "The base to go on from: a name or folder. Without it a new one is made.", HelpName = "NAME|PATH" };
    private readonly Option<bool> _restoring = new("--restoring") { Description = "Also train the base to be restored from, through an encoder, which is kept beside it as RUN/autoencoder for pretrain --model (needs --base or --model)." };
    private readonly Option<string?> _model = new("--model") { Description = "With --restoring, in place of --base: an autoencoder with whose base and encoder the run begins, instead of a new encoder.", HelpName = "NAME|PATH" };
    private readonly Option<string?> _tokenizer = new("--tokenizer") { Description = "The tokenizer of a new base: a file or folder. Without it one is trained on the texts.", HelpName = "PATH" };
    private readonly Option<int> _vocabulary = Size("--vocabulary", "Ids of a new tokenizer.", 1024);
    private readonly Option<int> _width = Size("--width", "The width of a new base.", 128);
    private readonly Option<int> _layers = Size("--layers", "Layers of a new base.", 4);
    private readonly Option<int> _heads = Size("--heads", "Heads of a new base.", 4);
    private readonly Option<int?> _length = new("--length") { Description = "Tokens in a row. The first 15 % of a new copying base's updates have rows of a quarter of it, and four times as many, where that has room for stretches that repeat.", HelpName = "N" };
    private readonly Option<string?> _rows = new("--rows") { Description = "How rows are cut: packed (from all texts laid end to end, with their ends) or within-texts (each inside one text, no end is read). Packed unless it is named.", HelpName = "HOW" };
    private readonly Option<double?> _copying = new("--copy-share") { Description = "The share of rows that repeat a stretch: 0.45 unless it is said, and 0 with --restoring. Where it is 0 from the beginning, the base is a plain one, which does not copy.", HelpName = "S" };

    public PretrainBaseCommand()
        : base(
            "pretrain-base",
            "Train a small base model: 6,000 updates of 8 rows of 256 tokens, of which 45 % repeat a stretch, so that it learns to copy (--copy-share 0 for a plain one); with --restoring 1,500 updates of 4 rows, none of them so, and 32 texts to be restored. The same command goes on with a run that was stopped.",
            "icae pretrain-base --texts books/ --validation held-out.txt --run runs/base",
            "icae pretrain-base --texts corpus/ --run runs/base --vocabulary 1024 --width 256 --layers 4 --heads 8 --steps 12000",
            "icae pretrain-base --base runs/base/model --restoring --texts corpus/ --run runs/restoring")
    {
        foreach (var option in (Option[])[_base, _restoring, _model, _tokenizer, _vocabulary, _width, _layers, _heads, _length, _rows, _copying])
            Add(option);

        Validators.Add(result =>
        {
            if (result.GetValue(_model) is not null && (result.GetValue(_base) is not null || !result.GetValue(_restoring)))
                result.AddError("--model belongs to --restoring and names the base, too; --base is not needed beside it.");

            var goesOn = (result.GetValue(_base) ?? result.GetValue(_model)) is not null;
            if (goesOn && result.GetValue(_tokenizer) is not null)
                result.AddError("--tokenizer belongs to a new base; one that is gone on from brings its own.");

            if (goesOn && ((Option[])[_vocabulary, _width, _layers, _heads]).FirstOrDefault(result.IsGiven) is { } shape)
                result.AddError($"{shape.Name} belongs to a new base; one that is gone on from has its shape.");

            if (result.GetValue(_tokenizer) is not null && result.IsGiven(_vocabulary))
                result.AddError("--vocabulary belongs to a new tokenizer; the one that --tokenizer names has its own.");

            if (result.GetValue(_rows) is { } rows && rows is not (Packed or WithinTexts))
                result.AddError($"--rows: '{rows}' is neither {Packed} nor {WithinTexts}.");

            result.RequireAtLeastOne(_length);
            result.RequireShare(_copying);
        });
    }

    protected override IEnumerable<Option> Beginning => [_base, _restoring, _model, _tokenizer, _vocabulary, _width, _layers, _heads];

    protected override bool Trains(RunKind kind) => kind is RunKind.Base or RunKind.Restoring;

    protected override RunSettings Defaults(string run, Invocation invocation)
    {
        if (invocation.Arguments.GetValue(_model) is { } encoder)
        {
            var (folder, own) = FindAutoencoder(encoder);
            return RunDefaults.Restoring(Texts.Prepare(run, own, 0, invocation), own, folder);
        }

        if (invocation.Arguments.GetValue(_base) is { } name)
        {
            var from = FindBase(name);
            var data = Texts.Prepare(run, from, 0, invocation);
            return invocation.Arguments.GetValue(_restoring) ? RunDefaults.Restoring(data, from) : RunDefaults.FurtherBase(data, from);
        }

        if (invocation.Arguments.GetValue(_restoring))
            throw new UsageException("--restoring needs a base to go on from: name it with --base, or an autoencoder on it with --model.");

        var shape = Shape(invocation);
        var made = Texts.Prepare(run, invocation.Arguments.GetValue(_tokenizer), shape.Vocabulary, invocation);
        var model = RunDefaults.Model(TokenizerFile.Load(made.Tokenizer).VocabularySize, shape.Width, shape.Layers, shape.Heads);
        return RunDefaults.Base(made, model);
    }

    protected override RunSettings Apply(RunSettings settings, Invocation invocation)
    {
        var rows = settings.Rows! with
        {
            Length = invocation.Arguments.GetValue(_length) ?? settings.Rows.Length,
            Packed = invocation.Arguments.GetValue(_rows) is { } cut ? cut == Packed : settings.Rows.Packed,
            PeriodicShare = invocation.Arguments.GetValue(_copying) ?? settings.Rows.PeriodicShare,
        };

        // A new base has positions for its rows, at least.
        return settings with
        {
            Rows = rows,
            NewModel = settings.NewModel is { } model ? model with { MaxPositions = Math.Max(model.MaxPositions, rows.Length) } : null,
        };
    }

    private BaseShape Shape(Invocation invocation)
    {
        var shape = new BaseShape
        {
            Vocabulary = invocation.Arguments.GetValue(_vocabulary),
            Width = invocation.Arguments.GetValue(_width),
            Layers = invocation.Arguments.GetValue(_layers),
            Heads = invocation.Arguments.GetValue(_heads),
        };
        try
        {
            return shape.Validate();
        }
        catch (ConfigurationException error)
        {
            throw new UsageException($"--vocabulary, --width, --layers, --heads: {error.Message}");
        }
    }

    private static Option<int> Size(string name, string description, int usual) => new(name) { Description = description, DefaultValueFactory = _ => usual, HelpName = "N" };
}
