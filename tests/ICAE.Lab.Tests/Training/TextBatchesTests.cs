using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Objectives;
using ICAE.Lab.Tests.Formats;
using ICAE.Lab.Training;

namespace ICAE.Lab.Tests.Training;

public sealed class TextBatchesTests : IDisposable
{
    private const int Vocabulary = 1000;
    private const int Eos = 2;

    private static readonly int[] Ordinary = [.. Enumerable.Range(5, 100)];

    private static readonly AutoencoderSettings Settings = new()
    {
        Icae = new IcaeConfig { Slots = 8, TokensPerSlot = 8, MemoryTokens = MemoryTokenKind.Shared },
        Batch = 5,
        Ladder = new LadderSettings { Rungs = [new TrainingRung([8, 16], 2), new TrainingRung([24], 4)], AtLimitShare = 0.5, LeastMeasurements = 1 },
        UnscoredContinuationTokens = 3,
    };

    private readonly TestFiles.TemporaryFolder _folder = TestFiles.NewFolder();
    private readonly TokenShard _shard;

    public TextBatchesTests()
    {
        TinyRun.WriteShard(_folder.File("texts"), [[.. Enumerable.Range(3, 497)], [.. Enumerable.Range(500, 500)]], Vocabulary);
        _shard = TokenShard.Open(_folder.File("texts"));
    }

    [Fact]
    public void A_batch_has_one_length_and_rate_of_an_open_rung()
    {
        var batches = new TextBatches(Settings, _shard, _shard.VocabularySize, Ordinary, Eos, 1);
        var lengths = new HashSet<int>();
        for (var step = 0; step < 20; step++)
        {
            var (examples, rung) = batches.Draw(step, 0);
            Assert.Equal(0, rung);
            Assert.Equal(5, examples.Count);
            var length = Assert.Single(examples.Select(example => example.EncoderIds.Length).Distinct());
            Assert.All(examples, example => Assert.Equal(length / 2, example.Plan.SlotCount));
            lengths.Add(length);
        }

        Assert.Equal([8, 16], lengths.Order());
    }

    [Fact]
    public void A_rung_that_opens_is_drawn_from()
    {
        var batches = new TextBatches(Settings, _shard, _shard.VocabularySize, Ordinary, Eos, 1);
        Assert.True(batches.Ladder.Report(0, 1));

        var drawn = Enumerable.Range(0, 200).Select(step => batches.Draw(step, 0)).ToList();

        Assert.InRange(drawn.Count(batch => batch.Rung == 1), 75, 125);
        Assert.All(drawn, batch => Assert.Equal(batch.Rung == 1, batch.Examples[0].EncoderIds.Length == 24));
        Assert.All(drawn.Where(batch => batch.Rung == 1), batch => Assert.Equal(6, batch.Examples[0].Plan.SlotCount));
    }

    [Fact]
    public void A_share_of_the_texts_is_made_of_random_ordinary_ids()
    {
        var quiet = new TextBatches(Settings, _shard, _shard.VocabularySize, Ordinary, Eos, 1);
        var batches = new TextBatches(Settings with { RandomShare = 0.5 }, _shard, _shard.VocabularySize, Ordinary, Eos, 1);
        var (texts, random) = (0, 0);
        var seen = new HashSet<int>();
        for (var step = 0; step < 60; step++)
        {
            foreach (var example in batches.Draw(step, 0).Examples)
            {
                texts++;
                if (example.EncoderIds.Zip(example.EncoderIds.Skip(1)).All(pair => pair.Second == pair.First + 1))
                    continue;

                random++;
                Assert.All(example.EncoderIds, id => Assert.Contains(id, Ordinary));
                seen.UnionWith(example.EncoderIds);
            }
        }

        Assert.InRange(random, texts * 0.4, texts * 0.6);
        Assert.Equal(Ordinary, seen.Order());
        Assert.All(quiet.Draw(0, 0).Examples, example => Assert.All(example.EncoderIds.Zip(example.EncoderIds.Skip(1)), pair => Assert.Equal(pair.First + 1, pair.Second)));
        Assert.Throws<ConfigurationException>(() => (Settings with { RandomShare = 1.5 }).Validate());
    }

    [Fact]
    public void A_text_is_restored_with_its_end_or_continued_where_it_goes_on()
    {
        var batches = new TextBatches(Settings with { ContinuationShare = 0.5, ContinuationToken = true }, _shard, _shard.VocabularySize, Ordinary, Eos, 1);
        var special = SpecialIds.Of(Settings.Icae, Vocabulary);
        var (continued, mixed) = (0, 0);
        for (var step = 0; step < 60; step++)
        {
            var (examples, _) = batches.Draw(step, 0);
            Assert.Single(examples.Select(example => example.EncoderIds.Length).Distinct());
            mixed += examples.Select(example => example.Kind).Distinct().Count() - 1;
            foreach (var example in examples)
            {
                continued += example.Kind == ObjectiveKind.Continuation ? 1 : 0;
                var (length, slots) = (example.EncoderIds.Length, example.Plan.SlotCount);
                Assert.All(example.DecoderIds[..slots], id => Assert.Equal(special.Memory, id));
                if (example.Kind == ObjectiveKind.Autoencoding)
                {
                    Assert.Equal([special.Autoencode, .. example.EncoderIds, Eos], example.DecoderIds[slots..]);
                    Assert.Equal(length + 1, example.TargetCount);
                }
                else
                {
                    Assert.Equal([special.Continue, .. Enumerable.Range(example.EncoderIds[^1] + 1, length)], example.DecoderIds[slots..]);
                    Assert.Equal(length - 3, example.TargetCount);
                }
            }
        }

        // A coin for each of the 300: all five fall alike in a sixteenth of the batches.
        Assert.InRange(continued, 120, 180);
        Assert.InRange(mixed, 48, 60);
    }

    [Fact]
    public void A_batch_is_a_function_of_seed_step_part_cursor_and_ladder()
    {
        var settings = Settings with { ContinuationShare = 0.3, InputNoise = 0.5 };
        var whole = new TextBatches(settings, _shard, _shard.VocabularySize, Ordinary, Eos, 4);
        for (var step = 0; step < 12; step++)
        {
            var (cursor, ladder) = (whole.Cursor, whole.Ladder.State);
            var drawn = Flat(whole.Draw(step, 1));
            Assert.Equal(drawn, Flat(new TextBatches(settings, _shard, _shard.VocabularySize, Ordinary, Eos, 4, ladder, cursor).Draw(step, 1)));
            Assert.NotEqual(drawn, Flat(new TextBatches(settings, _shard, _shard.VocabularySize, Ordinary, Eos, 5, ladder, cursor).Draw(step, 1)));
            Assert.NotEqual(drawn, Flat(new TextBatches(settings, _shard, _shard.VocabularySize, Ordinary, Eos, 4, ladder, cursor).Draw(step, 0)));
            Assert.NotEqual(drawn, Flat(new TextBatches(settings, _shard, _shard.VocabularySize, Ordinary, Eos, 4, ladder, cursor + 5).Draw(step, 1)));
            Assert.Equal(cursor + 5, whole.Cursor);
            whole.Ladder.Report(0, 1);
        }
    }

    [Fact]
    public void Noise_touches_what_the_decoder_reads_and_nothing_else()
    {
        var quiet = new TextBatches(Settings, _shard, _shard.VocabularySize, Ordinary, Eos, 4).Draw(3, 0).Examples;
        var noisy = new TextBatches(Settings with { InputNoise = 1 }, _shard, _shard.VocabularySize, Ordinary, Eos, 4).Draw(3, 0).Examples;

        foreach (var (a, b) in quiet.Zip(noisy))
        {
            Assert.Equal(a.EncoderIds, b.EncoderIds);
            Assert.Equal(a.Labels, b.Labels);
        }

        Assert.Contains(quiet.Zip(noisy), pair => !pair.First.DecoderIds.SequenceEqual(pair.Second.DecoderIds));
    }

    [Fact]
    public void Texts_for_validation_are_the_same_each_time_and_as_hard_as_the_last_rung()
    {
        var texts = TextBatches.Fixed(Settings, _shard, _shard.VocabularySize, Eos, 20, 7);

        Assert.Equal(7, texts.Count);
        Assert.All(texts, text => Assert.Equal((ObjectiveKind.Autoencoding, 20, 5), (text.Kind, text.EncoderIds.Length, text.Plan.SlotCount)));
        Assert.Equal(texts.Select(text => text.DecoderIds), TextBatches.Fixed(Settings, _shard, _shard.VocabularySize, Eos, 20, 7).Select(text => text.DecoderIds));
        Assert.Equal(7, texts.Select(text => text.EncoderIds[0]).Distinct().Count());
    }

    [Fact]
    public void A_length_that_no_document_has_is_refused_by_name()
    {
        var settings = Settings with { Ladder = new LadderSettings { Rungs = [new TrainingRung([8], 4), new TrainingRung([501], 500)] } };

        Assert.Contains("501 tokens", Assert.Throws<ConfigurationException>(() => new TextBatches(settings, _shard, _shard.VocabularySize, Ordinary, Eos, 1)).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _shard.Dispose();
        _folder.Dispose();
    }

    private static string Flat((IReadOnlyList<IcaeExample> Examples, int Rung) batch) =>
        string.Join('/', batch.Examples.Select(example => string.Join(' ', example.DecoderIds)).Prepend($"{batch.Rung}"));
}
