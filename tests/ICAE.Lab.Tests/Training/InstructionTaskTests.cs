using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Tokens;
using ICAE.Lab.Training;

namespace ICAE.Lab.Tests.Training;

/// <summary>Autoencoders that learn to answer.</summary>
[Collection("torch")]
public sealed class InstructionTaskTests : IDisposable
{
    private readonly TinyRun _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [InlineData(SlotLayout.Embeddings)]
    [InlineData(SlotLayout.KeysAndValues)]
    public void A_run_that_was_stopped_ends_with_the_bytes_of_one_that_was_not(SlotLayout layout)
    {
        var pretrained = Pretrained(layout);
        var settings = Settings(pretrained) with { Steps = 10 };
        var alone = _tiny.Create("alone", settings);
        Assert.Equal(RunStatus.Completed, TinyRun.Run(alone));

        // What the pretraining practised is still known.
        using (var model = IcaeModel.Load(alone.ModelPath))
        using (var before = IcaeModel.Load(pretrained))
            Assert.Equal(before.Facts[IcaeModel.LengthsFact], model.Facts[IcaeModel.LengthsFact]);

        var stopped = _tiny.Create("stopped", settings);
        Assert.Equal(RunStatus.Stopped, TinyRun.Run(stopped, stopAt: 4));
        Assert.Equal(RunStatus.Completed, TinyRun.Run(stopped));

        Assert.Equal(File.ReadAllBytes(alone.LatestCheckpoint()!), File.ReadAllBytes(stopped.LatestCheckpoint()!));
        Assert.Equal(TinyRun.Log(alone), TinyRun.Log(stopped));
        foreach (var file in Directory.GetFiles(alone.ModelPath))
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(stopped.ModelPath, Path.GetFileName(file))));
    }

    [Fact]
    public void Answers_are_learned_and_the_layout_is_kept_for_those_who_ask()
    {
        var layout = new InstructionLayout([3, 4], [5], 6);
        var settings = Settings(Pretrained(SlotLayout.Embeddings));
        var run = _tiny.Create("run", settings with { Steps = 60, Instruction = settings.Instruction! with { Layout = layout } });
        Assert.Equal(RunStatus.Completed, TinyRun.Run(run));

        // The base was never trained: it answers hardly better with a memory.
        var losses = run.PointsUpTo(60).Where(point => point.Name == "ft_loss").Select(point => point.Value).ToList();
        Assert.Equal(60, losses.Count);
        Assert.True(losses.TakeLast(10).Average() < losses.Take(10).Average(), string.Join(' ', losses));
        Assert.Contains(run.PointsUpTo(61), point => point.Name == "validation_ft_exact");

        using var model = IcaeModel.Load(run.ModelPath);
        Assert.Equal(layout.Before, model.Usage.Instruction!.Before);
        Assert.Equal(layout.AfterPrompt, model.Usage.Instruction.AfterPrompt);
        Assert.Equal(layout.AnswerEnd, model.Usage.Instruction.AnswerEnd);
        using var memory = model.Compress("the cat sat on the mat");
        var answer = model.Ask(memory, "who sat?", tokens: 5);
        Assert.InRange(answer.Ids.Count, 0, 5);

        // The number that is named comes before that of the settings, and a limit for several rows is not for one.
        var open = new GenerationSettings { EosIds = [], MaxNewTokens = 7, MaxNewTokensByRow = [2] };
        var lineless = new InstructionLayout([], null, null);
        Assert.Equal(7, model.Ask(memory, "who sat?", layout: lineless, settings: open).Ids.Count);
        Assert.Equal(3, model.Ask(memory, "who sat?", 3, lineless, open).Ids.Count);
        Assert.Equal(4, model.Continue(memory, 4, open).Ids.Count);
        Assert.Throws<IcaeException>(() => model.Ask(memory, ""));
    }

    [Fact]
    public void A_new_autoencoder_can_learn_to_answer_without_pretraining()
    {
        var settings = Settings(null) with { Steps = 3 };
        var run = _tiny.Create("run", settings);
        Assert.Equal(RunStatus.Completed, TinyRun.Run(run));

        using var model = IcaeModel.Load(run.ModelPath);
        Assert.Null(model.Usage.Instruction!.AfterPrompt);
        Assert.False(model.Facts.ContainsKey("pretrained_fingerprint"));
    }

    [Fact]
    public void What_does_not_fit_is_refused_before_the_run_begins()
    {
        var pretrained = Pretrained(SlotLayout.Embeddings);
        var settings = Settings(pretrained);

        Assert.Contains("LongestExchange", Refused(settings with { Instruction = settings.Instruction! with { LongestExchange = 3 } }), StringComparison.Ordinal);
        var offset = _tiny.Settings(RunKind.Autoencoder, SlotLayout.KeysAndValues) with { EvaluateEvery = 0 };
        var near = _tiny.Create("near", offset);
        TinyRun.Run(near);
        Assert.Contains("too long", Refused(settings with { FromAutoencoder = near.ModelPath, TrainingShard = Shard("long.shard", [new(string.Concat(Enumerable.Repeat("the dog ate 12 figs; ", 20)), "who", "cat")]), Instruction = settings.Instruction! with { LongestText = 400 } }), StringComparison.Ordinal);
        Assert.Contains("no examples", Refused(settings with { TrainingShard = _tiny.TrainingShard }), StringComparison.Ordinal);
        Assert.Contains("layout's id", Refused(settings with { Instruction = settings.Instruction! with { Layout = new InstructionLayout([100_000], null) } }), StringComparison.Ordinal);
        Assert.Contains("the answer 1 contains what ends an answer", Refused(settings with { Instruction = settings.Instruction! with { Layout = new InstructionLayout([], null, FirstOfAnswer(settings)) } }), StringComparison.Ordinal);
        var alone = Settings(null);
        Assert.Contains("EosId (272)", Refused(alone with { Autoencoder = alone.Autoencoder! with { EosId = 272 } }), StringComparison.Ordinal);
        Assert.Contains("Instruction belongs", Assert.Throws<ConfigurationException>(() => (settings with { Instruction = null }).Validate()).Message, StringComparison.Ordinal);
        Assert.Contains("Autoencoder", Assert.Throws<ConfigurationException>(() => (settings with { FromAutoencoder = null }).Validate()).Message, StringComparison.Ordinal);
        Assert.Contains("another autoencoder", Refused(settings with { AutoencoderFingerprint = new string('0', 64) }, create: false), StringComparison.Ordinal);
        Assert.Contains("empty answer", Assert.Throws<ConfigurationException>(() => Shard("empty.shard", [new InstructionExample("a", "b", "")])).Message, StringComparison.Ordinal);
        Assert.Contains("no example", Assert.Throws<ConfigurationException>(() => Shard("none.shard", [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_autoencoder_that_was_not_trained_to_answer_says_so()
    {
        using var model = IcaeModel.Load(Pretrained(SlotLayout.Embeddings));
        using var memory = model.Compress("the cat sat");

        Assert.Contains("not trained to answer", Assert.Throws<IcaeException>(() => model.Ask(memory, "who?")).Message, StringComparison.Ordinal);
        Assert.InRange(model.Ask(memory, "who?", 3, InstructionLayout.Version1).Ids.Count, 0, 3);
    }

    private string Refused(RunSettings settings, bool create = true) => Assert.ThrowsAny<IcaeException>(() =>
    {
        if (create)
        {
            TinyRun.Run(_tiny.Create(Guid.NewGuid().ToString("N"), settings));
            return;
        }

        using var task = new InstructionTask(settings);
    }).Message;

    private static int FirstOfAnswer(RunSettings settings)
    {
        using var shard = TokenShard.Open(settings.TrainingShard);
        return InstructionShard.Read(shard, 0).Answer[0];
    }

    private RunSettings Settings(string? pretrained)
    {
        var settings = _tiny.Settings(RunKind.Instruction);
        return pretrained is null ? settings : settings with { Autoencoder = null, FromAutoencoder = pretrained };
    }

    private string Shard(string name, InstructionExample[] examples)
    {
        var path = Path.Combine(_tiny.Path, name);
        InstructionShard.Write(path, TokenizerFile.Load(_tiny.Tokenizer), examples);
        return path;
    }

    private string Pretrained(SlotLayout layout)
    {
        var run = _tiny.Create("pretrained", _tiny.Settings(RunKind.Autoencoder, layout) with { EvaluateEvery = 0 });
        Assert.Equal(RunStatus.Completed, TinyRun.Run(run));
        return run.ModelPath;
    }
}
