using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Cli.Runs;
using ICAE.Lab.Data;
using ICAE.Lab.Models;
using ICAE.Lab.Training;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Trains the slots that serve for every text and puts them into an autoencoder's folder.</summary>
internal sealed class ConstantSlotsCommand : IcaeCommand
{
    private static readonly ConstantSlotSettings Usual = new();

    private readonly Option<string> _model = new("--model") { Description = "The autoencoder: a name in the store or a folder. The slots are written into it.", Required = true, HelpName = "NAME|PATH" };
    private readonly Option<string[]> _texts = new("--texts") { Description = "The texts it was trained on: .txt or .jsonl files, folders of them, a corpus with a manifest.json, or one token shard.", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "PATHS" };
    private readonly Option<long> _steps = new("--steps") { Description = "Updates in all.", DefaultValueFactory = _ => Usual.Steps, HelpName = "N" };
    private readonly Option<int> _batch = new("--batch") { Description = "Texts in a batch.", DefaultValueFactory = _ => Usual.Batch, HelpName = "N" };
    private readonly Option<double> _rate = new("--learning-rate") { Description = "The largest learning rate.", DefaultValueFactory = _ => Usual.Optimizer.LearningRate, HelpName = "R" };
    private readonly Option<int[]> _lengths = new("--lengths") { Description = "The lengths of texts, in tokens.", DefaultValueFactory = _ => [.. Usual.Lengths], AllowMultipleArgumentsPerToken = true, HelpName = "N" };
    private readonly ComputeOptions _compute;

    public ConstantSlotsCommand()
        : base(
            "constant-slots",
            "Train one set of slots that serves for every text: what is restored from it needs no memory. 'icae evaluate' takes it as its zero.",
            "icae constant-slots --model runs/english-4x/model --texts corpus/",
            "icae constant-slots --model runs/english-4x/model --texts runs/english-4x/data/train.tokens --lengths 64 --steps 500")
    {
        foreach (var option in (Option[])[_model, _texts, _steps, _batch, _rate, _lengths])
            Add(option);

        _compute = new ComputeOptions(this);
    }

    public override Task<int> RunAsync(Invocation invocation)
    {
        var terminal = invocation.Terminal;
        var settings = Settings(invocation);
        var folder = ModelStore.Default.Find(invocation.Arguments.GetRequiredValue(_model));
        var source = new CorpusSource(invocation.Arguments.GetRequiredValue(_texts));
        using var model = IcaeModel.Load(folder, _compute.ToModelOptions(invocation) with { Store = ModelStore.Default }, invocation.Cancellation);
        var made = Directory.CreateTempSubdirectory("icae-texts-");
        try
        {
            using var shard = TokenShard.Open(source.Shard ?? Prepare(made.FullName, source, model, invocation));
            var display = new RunDisplay(terminal, measures: false);
            using var slots = display.Show(() => ConstantSlotTraining.Train(model, shard, settings, display, invocation.Cancellation));
            IcaeFolder.SaveConstantSlots(folder, slots, new Dictionary<string, string>
            {
                ["constant_slots_updates"] = settings.Steps.ToString(CultureInfo.InvariantCulture),
                ["constant_slots_shard_sha256"] = shard.Sha256,
                ["constant_slots_seed"] = settings.Seed.ToString(CultureInfo.InvariantCulture),
            });
            Tell(terminal, folder, slots, display.Latest.GetValueOrDefault("ae_loss"));
            return Task.FromResult(ExitCodes.Ok);
        }
        finally
        {
            made.Delete(recursive: true);
        }
    }

    private ConstantSlotSettings Settings(Invocation invocation) => (Usual with
    {
        Steps = invocation.Arguments.GetValue(_steps),
        Batch = invocation.Arguments.GetValue(_batch),
        Lengths = invocation.Arguments.GetValue(_lengths)!,
        Optimizer = Usual.Optimizer with { LearningRate = invocation.Arguments.GetValue(_rate) },
        Seed = _compute.Seed(invocation),
    }).Validate();

    private static string Prepare(string folder, CorpusSource source, IcaeModel model, Invocation invocation)
    {
        CorpusPreparation.WriteShard(folder, DataSplit.Train, model.Base.Tokenizer, source.Documents(DataSplit.Train), cancellation: invocation.Cancellation);
        return CorpusPreparation.ShardPath(folder, DataSplit.Train);
    }

    private static void Tell(Terminal terminal, string folder, ConstantSlots slots, double loss)
    {
        if (!terminal.IsJson)
        {
            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{slots.Count} constant slots in {folder}; the last batch cost {loss:F3} nats a token."));
            return;
        }

        terminal.WriteJson(new JsonObject
        {
            ["model"] = Path.GetFullPath(folder),
            ["slots"] = slots.Count,
            ["ae_loss"] = Math.Round(loss, 6),
            ["ok"] = true,
        });
    }
}
