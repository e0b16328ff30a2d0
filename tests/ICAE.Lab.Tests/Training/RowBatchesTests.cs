using ICAE.Lab.Data;
using ICAE.Lab.Tests.Formats;
using ICAE.Lab.Training;

namespace ICAE.Lab.Tests.Training;

public sealed class RowBatchesTests : IDisposable
{
    private const int Vocabulary = 1000;
    private const int Separator = 1;

    private static readonly int[] Ordinary = [.. Enumerable.Range(3, Vocabulary - 3)];

    private static readonly RowSettings Plain = new() { Batch = 20, Length = 32, SeparatorId = Separator };

    private readonly TestFiles.TemporaryFolder _folder = TestFiles.NewFolder();
    private readonly TokenShard _shard;

    public RowBatchesTests()
    {
        // Rising ids: what stands in the text one after the other can be told from what does not.
        TinyRun.WriteShard(_folder.File("rows"), [[.. Enumerable.Range(3, 497)], [.. Enumerable.Range(500, 500)]], Vocabulary);
        _shard = TokenShard.Open(_folder.File("rows"));
    }

    [Fact]
    public void Plain_rows_are_stretches_of_the_text()
    {
        var rows = Draw(new RowBatches(Plain, _shard, Ordinary, null, 1), Plain, batches: 3);

        Assert.All(rows, row => Assert.True(IsText(row)));
        Assert.True(rows.Select(row => row[0]).Distinct().Count() > 20);
    }

    [Fact]
    public void A_periodic_row_repeats_a_stretch_after_a_separator_until_it_is_full()
    {
        var settings = Plain with { PeriodicShare = 1, ShortestPeriod = 3 };

        foreach (var row in Draw(new RowBatches(settings, _shard, Ordinary, null, 1), settings, batches: 20))
        {
            var period = Array.IndexOf(row, Separator);
            Assert.InRange(period, 3, 16);
            Assert.True(IsText(row[..period]));
            for (var i = 0; i < row.Length; i++)
            {
                Assert.Equal(row[i % (period + 1)], row[i]);
            }
        }
    }

    [Fact]
    public void Periods_are_drawn_log_uniformly()
    {
        var settings = Plain with { PeriodicShare = 1, Length = 128, ShortestPeriod = 4 };

        var periods = Draw(new RowBatches(settings, _shard, Ordinary, null, 1), settings, batches: 50).Select(row => Array.IndexOf(row, Separator)).ToList();

        Assert.InRange(periods.Count(period => period <= 8), 200, 300);
        Assert.InRange(periods.Count(period => period is > 8 and <= 16), 200, 300);
        Assert.InRange(periods.Count(period => period > 32), 200, 300);
        Assert.Contains(64, periods);
    }

    [Theory]
    [InlineData(0.25, 0)]
    [InlineData(0.7, 0.4)]
    public void Shares_are_kept(double periodic, double random)
    {
        var settings = Plain with { PeriodicShare = periodic, RandomShare = random, Length = 64, ShortestPeriod = 16 };

        var rows = Draw(new RowBatches(settings, _shard, Ordinary, null, 7), settings, batches: 50);
        var repeating = rows.Where(row => !IsText(row)).ToList();
        Assert.InRange(repeating.Count, (1000 * periodic) - 50, (1000 * periodic) + 50);
        var invented = repeating.Count(row => !IsText(row[..16]));
        Assert.InRange(invented, repeating.Count * random * 0.85, repeating.Count * random * 1.15);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_batch_is_a_function_of_seed_step_part_and_cursor(bool isPacked)
    {
        var settings = Plain with { PeriodicShare = 0.5, RandomShare = 0.2, Packed = isPacked };
        var whole = new RowBatches(settings, _shard, Ordinary, 2, 4);
        for (var step = 0; step < 6; step++)
        {
            for (var part = 0; part < 2; part++)
            {
                var cursor = whole.Cursor;
                var ids = whole.Draw(step, part);
                var resumed = new RowBatches(settings, _shard, Ordinary, 2, 4, cursor);
                Assert.Equal(ids, resumed.Draw(step, part));
                Assert.Equal(whole.Cursor, resumed.Cursor);
                Assert.NotEqual(ids, new RowBatches(settings, _shard, Ordinary, 2, 5, cursor).Draw(step, part));
                Assert.NotEqual(ids, new RowBatches(settings, _shard, Ordinary, 2, 4, cursor).Draw(step + 1, part));
                Assert.NotEqual(ids, new RowBatches(settings, _shard, Ordinary, 2, 4, cursor).Draw(step, part + 1));
            }
        }
    }

    [Fact]
    public void The_cursor_counts_windows_of_the_text_and_no_invented_ones()
    {
        var plain = new RowBatches(Plain, _shard, Ordinary, null, 1);
        plain.Draw(0, 0);
        Assert.Equal(20, plain.Cursor);

        var random = new RowBatches(Plain with { PeriodicShare = 1, RandomShare = 1 }, _shard, Ordinary, null, 1, cursor: 3);
        random.Draw(0, 0);
        Assert.Equal(3, random.Cursor);
    }

    [Fact]
    public void Packed_rows_run_over_the_ends_of_texts_and_short_texts_are_read()
    {
        TinyRun.WriteShard(_folder.File("short"), [[10, 11, 12], [], [20, 21], [30, 31, 32, 33], [40]], Vocabulary);
        using var shard = TokenShard.Open(_folder.File("short"));
        var settings = new RowSettings { Batch = 1, Length = 7, Packed = true };
        int[][] texts = [[10, 11, 12], [20, 21], [30, 31, 32, 33], [40]];

        var rows = Draw(new RowBatches(settings, shard, Ordinary, 2, 3), settings, batches: 200);

        var starts = rows.Select(row => row[0]).Distinct().Order();
        Assert.Equal([2L, 10, 11, 12, 20, 21, 30, 31, 32, 33, 40], starts);
        foreach (var row in rows)
        {
            for (var i = 1; i < row.Length; i++)
            {
                // Behind an end a text begins; inside a text its next token follows, and behind its last one its end.
                if (row[i - 1] == 2)
                    Assert.Contains(texts, text => text[0] == row[i]);
                else
                    Assert.Equal(texts.Any(text => text[^1] == row[i - 1]) ? 2 : row[i - 1] + 1, row[i]);
            }
        }
    }

    [Fact]
    public void Stretches_that_repeat_lie_inside_one_text_of_packed_rows_too()
    {
        var settings = Plain with { Packed = true, PeriodicShare = 1, ShortestPeriod = 3 };

        Assert.All(Draw(new RowBatches(settings, _shard, Ordinary, 2, 1), settings, batches: 20), row => Assert.True(IsText(row[..Array.IndexOf(row, Separator)])));
        Assert.All(RowBatches.Fixed(settings, _shard, 2, 5, periodic: true).Chunk(32), row => Assert.True(IsText(row[..4])));
    }

    [Fact]
    public void A_stretch_that_repeats_is_no_longer_than_the_longest_text()
    {
        TinyRun.WriteShard(_folder.File("several"), [.. Enumerable.Range(0, 20).Select(i => (int[])[10, 11, 12, 13, 14])], Vocabulary);
        TinyRun.WriteShard(_folder.File("long"), [[.. Enumerable.Range(3, 80)]], Vocabulary);
        using var several = TokenShard.Open(_folder.File("several"));
        using var enough = TokenShard.Open(_folder.File("long"));
        var settings = new RowSettings { Batch = 8, Length = 64, Packed = true, PeriodicShare = 1, SeparatorId = Separator };

        var refused = Assert.Throws<ConfigurationException>(() => new RowBatches(settings with { ShortestPeriod = 6 }, several, Ordinary, 2, 1));
        Assert.Contains("--copy-share", refused.Message, StringComparison.Ordinal);
        Assert.Contains("the longest has 5", refused.Message, StringComparison.Ordinal);

        var rows = Draw(new RowBatches(settings, several, Ordinary, 2, 1), settings, batches: 20);
        Assert.All(rows, row => Assert.InRange(Array.IndexOf(row, Separator), 4, 5));
        Assert.Equal(5, RowBatches.FixedPeriod(settings, several));
        Assert.Equal(8, RowBatches.FixedPeriod(settings, enough));
        Assert.All(RowBatches.Fixed(settings, several, 2, 3, periodic: true).Chunk(64), row => Assert.Equal(5, Array.IndexOf(row, Separator)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_first_rows_are_a_quarter_as_long_and_four_times_as_many(bool isPacked)
    {
        var settings = Plain with { Batch = 5, Length = 64, PeriodicShare = 0.5, ShortestPeriod = 3, ShortSteps = 3, Packed = isPacked };
        var rows = new RowBatches(settings, _shard, Ordinary, 2, 1);

        Assert.Equal([16, 16, 16, 64, 64], Enumerable.Range(0, 5).Select(step => rows.LengthAt(step)));
        for (var step = 0; step < 10; step++)
        {
            var cursor = rows.Cursor;
            var ids = rows.Draw(step, 0);
            Assert.Equal(320, ids.Length);
            Assert.Equal(ids, new RowBatches(settings, _shard, Ordinary, 2, 1, cursor).Draw(step, 0));
            var length = rows.LengthAt(step);
            var drawn = ids.Chunk(length).ToList();
            Assert.Equal(320 / length, rows.Cursor - cursor);
            Assert.All(drawn.Where(row => row.Contains(Separator)), row =>
            {
                var period = Array.IndexOf(row, Separator);
                Assert.InRange(period, 3, length / 2);
                Assert.All(Enumerable.Range(0, length), i => Assert.Equal(row[i % (period + 1)], row[i]));
            });
        }

        Assert.All(Enumerable.Range(0, 10), step => Assert.Equal(64, new RowBatches(settings with { ShortSteps = null }, _shard, Ordinary, 2, 1).LengthAt(step)));
        var longRows = new RowBatches(settings, _shard, Ordinary, 2, 1, cursor: 7).Draw(5, 0);
        Assert.Equal(longRows, new RowBatches(settings with { ShortSteps = null }, _shard, Ordinary, 2, 1, cursor: 7).Draw(5, 0));
    }

    [Fact]
    public void Random_stretches_are_made_of_ordinary_ids()
    {
        var settings = Plain with { PeriodicShare = 1, RandomShare = 1, ShortestPeriod = 16 };

        var rows = Draw(new RowBatches(settings, _shard, [700, 800], null, 1), settings, batches: 20);

        Assert.All(rows, row => Assert.Equal([Separator, 700, 800], row.Distinct().Order().Select(id => (int)id)));
    }

    [Fact]
    public void Packed_rows_need_texts_of_a_rows_length_together()
    {
        TinyRun.WriteShard(_folder.File("few"), [[10, 11, 12], [20, 21]], Vocabulary);
        using var shard = TokenShard.Open(_folder.File("few"));

        Assert.Equal(7, new RowBatches(new RowSettings { Batch = 1, Length = 7, Packed = true }, shard, Ordinary, 2, 1).Draw(0, 0).Length);
        var tooLong = Assert.Throws<ConfigurationException>(() => new RowBatches(new RowSettings { Length = 8, Packed = true }, shard, Ordinary, 2, 1));
        Assert.Contains("have 7 tokens, fewer than the 8 of a row", tooLong.Message, StringComparison.Ordinal);
        Assert.Contains(shard.Path, tooLong.Message, StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(() => new RowBatches(new RowSettings { Length = 7, Packed = true }, shard, Ordinary, Vocabulary, 1));
    }

    [Theory]
    [InlineData(64)]
    [InlineData(8)]
    [InlineData(4)]
    public void Rows_for_validation_are_the_same_each_time(int length)
    {
        var settings = Plain with { Length = length };

        foreach (var periodic in new[] { false, true })
        {
            var rows = RowBatches.Fixed(settings, _shard, null, 5, periodic).Chunk(length).ToList();
            Assert.Equal(rows, RowBatches.Fixed(settings, _shard, null, 5, periodic).Chunk(length).ToList());
            Assert.Equal(5, rows.Count);
            var period = Math.Max(1, length / 8);
            Assert.All(rows, row => Assert.Equal(periodic ? period : -1, Array.IndexOf(row, (long)Separator)));
            Assert.All(rows, row => Assert.True(IsText(row[..(periodic ? period : length)])));
        }
    }

    [Fact]
    public void A_broken_rule_is_refused()
    {
        RowSettings[] broken =
        [
            Plain with { Batch = 0 },
            Plain with { Batch = int.MaxValue },
            Plain with { Length = 1 },
            Plain with { Length = int.MaxValue },
            Plain with { PeriodicShare = 0.5, ShortestPeriod = 17 },
            Plain with { PeriodicShare = 0.5, Length = 3, ShortestPeriod = 1 },
            Plain with { ShortestPeriod = 0 },
            Plain with { PeriodicShare = 1.1 },
            Plain with { ShortSteps = -1 },
            Plain with { ShortSteps = 1, Length = 30 },
            Plain with { ShortSteps = 1, Length = 4 },
            Plain with { ShortSteps = 1, PeriodicShare = 0.5, ShortestPeriod = 5 },
            Plain with { RandomShare = double.NaN },
        ];

        Assert.Same(Plain, Plain.Validate());
        Assert.All(broken, settings => Assert.StartsWith("Row settings: ", Assert.Throws<ConfigurationException>(settings.Validate).Message, StringComparison.Ordinal));
        Assert.Contains("SeparatorId (1000)", Assert.Throws<ConfigurationException>(() => new RowBatches(Plain with { SeparatorId = 1000 }, _shard, Ordinary, null, 1)).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _shard.Dispose();
        _folder.Dispose();
    }

    private static List<long[]> Draw(RowBatches source, RowSettings settings, int batches) =>
        [.. Enumerable.Range(0, batches).SelectMany(step => source.Draw(step, 0).Chunk(settings.Length))];

    private static bool IsText(long[] ids) => ids.Length > 0 && ids[0] >= 3 && Enumerable.Range(1, ids.Length - 1).All(i => ids[i] == ids[i - 1] + 1);
}
