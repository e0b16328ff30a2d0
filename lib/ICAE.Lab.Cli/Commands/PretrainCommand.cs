using System.CommandLine;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Training;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Trains an autoencoder on a frozen base.</summary>
internal sealed class PretrainCommand : RunCommand
{
    private readonly Option<string?> _base = new("--base") { Description = "The base, which stays as it is: a name, a folder or a GGUF file.", HelpName = "NAME|PATH" };
    private readonly Option<string?> _model = new("--model") { Description = "In place of --base: a trained autoencoder to go on with, a name or a folder. It stays as it is; the run makes another.", HelpName = "NAME|PATH" };
    private readonly Option<string?> _layout = new("--layout") { Description = "What a slot is: embeddings (as in the paper) or keys-and-values (of every layer).", HelpName = "LAYOUT" };
    private readonly Option<int?> _rank = new("--rank") { Description = "The rank of the encoder's adapter.", HelpName = "R" };
    private readonly Option<double?> _noise = new("--noise") { Description = "The largest share of the decoder's inputs that is replaced in training.", HelpName = "S" };
    private readonly Option<double?> _continuation = new("--continuation-share") { Description = "The chance that a text is to be continued and not restored.", HelpName = "S" };
    private readonly Option<double?> _random = new("--random-share") { Description = "The share of texts that are made of random ids.", HelpName = "S" };
    private readonly Option<double?> _tokensPerSlot = new("--tokens-per-slot") { Description = "The rate to be reached; 4 for a new autoencoder.", HelpName = "R" };
    private readonly Option<int[]> _lengths = new("--lengths") { Description = "The lengths of texts, in tokens.", AllowMultipleArgumentsPerToken = true, HelpName = "N" };

    public PretrainCommand()
        : base(
            "pretrain",
            "Train an autoencoder on a frozen base: 2,000 updates of 32 texts to 128 tokens, by steps to 4 tokens a slot, with an adapter of rank 32, where nothing else is said. The same command goes on with a run that was stopped.",
            "icae pretrain --base runs/restoring/model --texts corpus/ --run runs/english-4x",
            "icae pretrain --base runs/restoring/model --texts corpus/ --run runs/english-4x-kv --layout keys-and-values --steps 2500",
            "icae pretrain --model english-1m-4x --texts corpus/ --run runs/further --lengths 64 128 256",
            "icae pretrain --run runs/english-4x")
    {
        foreach (var option in (Option[])[_base, _model, _layout, _rank, _noise, _continuation, _random, _tokensPerSlot, _lengths])
            Add(option);

        Validators.Add(result =>
        {
            if (result.GetValue(_layout) is { } layout && layout is not ("embeddings" or "keys-and-values"))
                result.AddError($"--layout: '{layout}' is neither embeddings nor keys-and-values.");

            result.RequirePositive(_tokensPerSlot);
            result.RequireAtLeastOne(_rank, _lengths);
            result.RequireShare(_noise, _continuation, _random);
        });
    }

    protected override IEnumerable<Option> Beginning => [_base, _model];

    protected override bool Trains(RunKind kind) => kind == RunKind.Autoencoder;

    protected override RunSettings Defaults(string run, Invocation invocation)
    {
        var (model, given) = (invocation.Arguments.GetValue(_model), invocation.Arguments.GetValue(_base));
        if ((model is null) == (given is null))
            throw new UsageException("One of --base, for a new autoencoder, and --model, a trained one to go on with, is needed to begin a run.");

        if (model is null)
        {
            var from = FindBase(given!);
            return RunDefaults.OnBase(Texts.Prepare(run, from, 0, invocation), from);
        }

        var (folder, own) = FindAutoencoder(model);
        return RunDefaults.Further(Texts.Prepare(run, own, 0, invocation), own, folder);
    }

    protected override RunSettings Apply(RunSettings settings, Invocation invocation)
    {
        var autoencoder = settings.Autoencoder!;
        var icae = autoencoder.Icae;
        icae = icae with
        {
            Layout = invocation.Arguments.GetValue(_layout) switch
            {
                "embeddings" => SlotLayout.Embeddings,
                "keys-and-values" => SlotLayout.KeysAndValues,
                _ => icae.Layout,
            },
            Lora = invocation.Arguments.GetValue(_rank) is { } rank ? icae.Lora with { Rank = rank, Alpha = 2 * rank } : icae.Lora,
            TokensPerSlot = invocation.Arguments.GetValue(_tokensPerSlot) ?? icae.TokensPerSlot,
        };
        var continues = invocation.Arguments.GetValue(_continuation);
        return settings with
        {
            Autoencoder = autoencoder with
            {
                Icae = icae,
                InputNoise = invocation.Arguments.GetValue(_noise) ?? autoencoder.InputNoise,
                ContinuationShare = continues ?? autoencoder.ContinuationShare,
                ContinuationToken = autoencoder.ContinuationToken || (continues > 0 && settings.FromAutoencoder is null),
                RandomShare = invocation.Arguments.GetValue(_random) ?? autoencoder.RandomShare,
                EvaluationLengths = Evaluated(invocation) ?? autoencoder.EvaluationLengths,
                Ladder = autoencoder.Ladder with { Rungs = Rungs(autoencoder.Ladder.Rungs, icae.TokensPerSlot, continues ?? autoencoder.ContinuationShare, invocation) },
            },
        };
    }

    /// <summary>Of the lengths that are asked for the shortest, the middle and the longest.</summary>
    private int[]? Evaluated(Invocation invocation)
    {
        if (invocation.Arguments.GetValue(_lengths) is not { Length: > 0 } lengths)
            return null;

        int[] sorted = [.. lengths.Distinct().Order()];
        return [.. ((int[])[sorted[0], sorted[sorted.Length / 2], sorted[^1]]).Distinct()];
    }

    /// <summary>The ladder up to the rate that is asked for, with the lengths that are asked for.</summary>
    private List<TrainingRung> Rungs(IReadOnlyList<TrainingRung> rungs, double rate, double share, Invocation invocation)
    {
        var lengths = invocation.Arguments.GetValue(_lengths) is { Length: > 0 } given ? given : null;
        var climbed = invocation.Arguments.GetValue(_tokensPerSlot) is null && share < 1 ? rungs : LadderSettings.UpTo(rungs, rate, share);
        return [.. climbed.Select(rung => lengths is null ? rung : rung with { Lengths = lengths })];
    }
}
