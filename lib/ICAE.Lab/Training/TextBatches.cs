using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Objectives;

namespace ICAE.Lab.Training;

/// <summary>Draws batches of texts to compress, at the lengths and rates that the ladder allows.</summary>
internal sealed class TextBatches
{
    private readonly AutoencoderSettings _settings;
    private readonly WindowSampler _sampler;
    private readonly ulong _seed;
    private readonly int _vocabulary;
    private readonly IReadOnlyList<int> _ordinary;
    private readonly int _eos;
    private readonly uint _stream = CounterRandom.StreamOf("texts");

    /// <param name="settings">How texts are drawn.</param>
    /// <param name="shard">Where they are drawn from.</param>
    /// <param name="vocabulary">V of the base, which may be larger than the shard's.</param>
    /// <param name="ordinary">The ids that random texts are made of.</param>
    /// <param name="eos">The id that ends a restored text.</param>
    /// <param name="seed">Decides.</param>
    /// <param name="ladder">Where the ladder stands; null for its beginning.</param>
    /// <param name="cursor">Windows taken so far.</param>
    public TextBatches(AutoencoderSettings settings, TokenShard shard, int vocabulary, IReadOnlyList<int> ordinary, int eos, ulong seed, LadderState? ladder = null, long cursor = 0)
    {
        _ordinary = ordinary;
        _settings = settings.Validate();
        _sampler = new WindowSampler(shard, seed, CounterRandom.StreamOf("text windows"));
        _seed = seed;
        _vocabulary = vocabulary;
        _eos = eos;
        Ladder = new Ladder(settings.Ladder, ladder);
        Cursor = cursor;
        RunWindows.Require(_sampler, RunWindows.OfTexts(settings));
    }

    /// <summary>Where the run stands.</summary>
    public Ladder Ladder { get; }

    /// <summary>Windows taken so far.</summary>
    public long Cursor { get; private set; }

    /// <summary>The texts of a batch, all of one length and rate; a coin for each decides between restoring and continuing it.</summary>
    public (IReadOnlyList<IcaeExample> Examples, int Rung) Draw(long step, int part)
    {
        var random = new CounterRandom(_seed, _stream, ((ulong)step << 16) | (uint)part);
        var index = Ladder.Draw(random);
        var rung = Ladder.Rung(index);
        var length = rung.Lengths[random.NextInt(rung.Lengths.Count)];
        var examples = Enumerable.Range(0, _settings.Batch).Select(_ => Example(random, length, rung.TokensPerSlot)).ToList();
        return (InputNoise.Apply(examples, _settings.InputNoise, _vocabulary, random), index);
    }

    /// <summary>The tokens of a text that is to be gone on with, and of as many behind it.</summary>
    public static int WithContinuation(int length) => 2 * length;

    /// <summary>The same texts for every evaluation, at the last rung's rate: to be restored, or gone on with by as many tokens.</summary>
    public static IReadOnlyList<IcaeExample> Fixed(AutoencoderSettings settings, TokenShard shard, int vocabulary, int eos, int length, int count, ObjectiveKind kind = ObjectiveKind.Autoencoding)
    {
        var sampler = new WindowSampler(shard, 0);
        var tokens = kind == ObjectiveKind.Continuation ? WithContinuation(length) : length;
        var rate = settings.Ladder.Rungs[^1].TokensPerSlot;
        return
        [
            .. Enumerable.Range(0, count).Select(index =>
            {
                var ids = new int[tokens];
                sampler.Read(index, tokens, ids);
                return Build(settings, vocabulary, eos, ids, length, rate);
            }),
        ];
    }

    private static IcaeExample Build(AutoencoderSettings settings, int vocabulary, int eos, int[] window, int length, double rate)
    {
        var builder = new ExampleBuilder(settings.Icae, vocabulary, eos, new ExampleSettings
        {
            MaxLength = Math.Max(window.Length, 1),
            MinContinuationTokens = 0,
            UnscoredContinuationTokens = Math.Min(settings.UnscoredContinuationTokens, length - 1),
            ContinuationToken = settings.ContinuationToken,
        });
        var plan = SpanPlan.AtRatio(settings.Icae, length, rate);
        return window.Length == length ? builder.Autoencoding(window, plan) : builder.Continuation(window[..length], window[length..], plan);
    }

    private IcaeExample Example(CounterRandom random, int length, double rate)
    {
        var continues = random.NextDouble() < _settings.ContinuationShare;
        var tokens = continues ? WithContinuation(length) : length;

        // Without random texts no coin is tossed, so that runs from before there were any go on as they were.
        var isRandom = _settings.RandomShare > 0 && random.NextDouble() < _settings.RandomShare;
        var window = isRandom ? [.. Enumerable.Range(0, tokens).Select(_ => _ordinary[random.NextInt(_ordinary.Count)])] : Window(tokens);
        return Build(_settings, _vocabulary, _eos, window, length, rate);
    }

    private int[] Window(int length)
    {
        var window = new int[length];
        _sampler.Read(Cursor++, length, window);
        return window;
    }
}
