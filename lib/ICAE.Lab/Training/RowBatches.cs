using ICAE.Lab.Data;

namespace ICAE.Lab.Training;

/// <summary>Draws the rows on which a base learns to predict the next token: running text, and stretches that repeat.</summary>
internal sealed class RowBatches
{
    private readonly RowSettings _settings;
    private readonly WindowSampler _stretches;
    private readonly PackedSampler? _packed;
    private readonly ulong _seed;
    private readonly IReadOnlyList<int> _ordinary;
    private readonly uint _stream = CounterRandom.StreamOf("rows");

    /// <param name="settings">The settings.</param>
    /// <param name="shard">What is read.</param>
    /// <param name="ordinary">The ids that random stretches are made of.</param>
    /// <param name="eos">The id that ends a text; needed for packed rows.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="cursor">Windows that were taken before.</param>
    /// <exception cref="ConfigurationException">A rule is broken, or the shard is too short.</exception>
    public RowBatches(RowSettings settings, TokenShard shard, IReadOnlyList<int> ordinary, int? eos, ulong seed, long cursor = 0)
    {
        _settings = settings.Validate();
        _stretches = new WindowSampler(shard, seed, CounterRandom.StreamOf("row windows"));
        _packed = Packed(settings, shard, eos, seed, CounterRandom.StreamOf("packed rows"));
        _seed = seed;
        _ordinary = ordinary;
        Cursor = cursor;
        Require(_stretches, _packed, settings, shard);
    }

    /// <summary>
    /// Windows taken so far: whole rows and stretches that repeat, in one sequence. So of an epoch of rows those are seen that fall to places where a row and not a stretch is drawn.
    /// </summary>
    public long Cursor { get; set; }

    /// <summary>Tokens in a row of an update.</summary>
    public int LengthAt(long step) => step < (_settings.ShortSteps ?? 0) ? _settings.Length / RowSettings.Shortening : _settings.Length;

    /// <summary>The rows of an update.</summary>
    /// <returns>[Batch · Length] ids, row by row: rows of <see cref="LengthAt"/> tokens.</returns>
    public long[] Draw(long step, int part)
    {
        var random = new CounterRandom(_seed, _stream, ((ulong)step << 16) | (uint)part);
        var ids = new long[_settings.Batch * _settings.Length];
        var length = LengthAt(step);
        for (var start = 0; start < ids.Length; start += length)
        {
            var target = ids.AsSpan(start, length);
            if (random.NextDouble() < _settings.PeriodicShare)
            {
                FillPeriodic(target, random);
            }
            else
            {
                Copy(Row(length), target);
            }
        }

        return ids;
    }

    /// <summary>The period of the periodic rows for validation: an eighth of the row, or as much as texts have.</summary>
    public static int FixedPeriod(RowSettings settings, TokenShard shard) => FixedPeriod(settings, new WindowSampler(shard, 0));

    /// <summary>Rows for validation: plain ones, or periodic ones with a fixed period.</summary>
    public static long[] Fixed(RowSettings settings, TokenShard shard, int? eos, int rows, bool periodic)
    {
        var sampler = new WindowSampler(shard, 0);
        var packed = Packed(settings, shard, eos, 0, 0);
        var ids = new long[rows * settings.Length];
        var window = new int[settings.Length];
        var stretch = window.AsSpan(0, FixedPeriod(settings, sampler));
        for (var row = 0; row < rows; row++)
        {
            var target = ids.AsSpan(row * settings.Length, settings.Length);
            if (periodic)
            {
                sampler.Read(row, stretch.Length, stretch);
                Repeat(stretch, target, settings.SeparatorId);
                continue;
            }

            ReadRow(sampler, packed, row, window);
            Copy(window, target);
        }

        return ids;
    }

    /// <summary>Checks that a shard is long enough for rows.</summary>
    /// <exception cref="ConfigurationException">It is not.</exception>
    public static void RequireRows(RowSettings settings, TokenShard shard, int? eos) =>
        Require(new WindowSampler(shard, 0), Packed(settings, shard, eos, 0, 0), settings, shard);

    private static PackedSampler? Packed(RowSettings settings, TokenShard shard, int? eos, ulong seed, uint stream) =>
        settings.Packed ? new PackedSampler(shard, eos ?? throw new ArgumentNullException(nameof(eos)), seed, stream) : null;

    private static int FixedPeriod(RowSettings settings, WindowSampler stretches) => Math.Min(Math.Max(1, settings.Length / 8), LongestPeriod(settings.Length, stretches));

    private static void ReadRow(WindowSampler stretches, PackedSampler? packed, long cursor, int[] row)
    {
        if (packed is null)
        {
            stretches.Read(cursor, row.Length, row);
        }
        else
        {
            packed.Read(cursor, row);
        }
    }

    /// <summary>Half the row, or the longest text where all are shorter: a stretch lies inside one.</summary>
    private static int LongestPeriod(int length, WindowSampler stretches) => (int)Math.Min(length / 2, stretches.LongestDocument);

    private static void Require(WindowSampler stretches, PackedSampler? packed, RowSettings settings, TokenShard shard)
    {
        if (settings.SeparatorId < 0 || settings.SeparatorId >= shard.VocabularySize)
        {
            throw new ConfigurationException($"Row settings: SeparatorId ({settings.SeparatorId}) is not in the vocabulary of {shard.VocabularySize}.");
        }

        if (packed is null)
        {
            stretches.Locate(0, settings.Length);
            return;
        }

        packed.Require(settings.Length);
        if (settings.PeriodicShare > 0 && LongestPeriod(settings.Length, stretches) < settings.ShortestPeriod)
        {
            throw new ConfigurationException(
                $"{shard.Path}: rows that repeat a stretch (PeriodicShare, --copy-share) need a text of {settings.ShortestPeriod} tokens, and the longest has {stretches.LongestDocument}.");
        }
    }

    private static void Repeat(ReadOnlySpan<int> stretch, Span<long> target, int separator)
    {
        for (var i = 0; i < target.Length; i++)
        {
            var place = i % (stretch.Length + 1);
            target[i] = place == stretch.Length ? separator : stretch[place];
        }
    }

    private static void Copy(ReadOnlySpan<int> ids, Span<long> target)
    {
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = ids[i];
        }
    }

    private void FillPeriodic(Span<long> target, CounterRandom random)
    {
        var most = LongestPeriod(target.Length, _stretches);
        var period = (int)Math.Round(_settings.ShortestPeriod * Math.Pow((double)most / _settings.ShortestPeriod, random.NextDouble()));
        var stretch = random.NextDouble() < _settings.RandomShare
            ? [.. Enumerable.Range(0, period).Select(_ => _ordinary[random.NextInt(_ordinary.Count)])]
            : Window(period);
        Repeat(stretch, target, _settings.SeparatorId);
    }

    private int[] Row(int length)
    {
        var row = new int[length];
        ReadRow(_stretches, _packed, Cursor++, row);
        return row;
    }

    private int[] Window(int length)
    {
        var window = new int[length];
        _stretches.Read(Cursor++, length, window);
        return window;
    }
}
