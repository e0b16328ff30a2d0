using ICAE.Lab.Data;

namespace ICAE.Lab.Training;

/// <summary>Draws the rows on which a base learns to predict the next token: running text, and stretches that repeat.</summary>
internal sealed class RowBatches
{
    private readonly RowSettings _settings;
    private readonly WindowSampler _sampler;
    private readonly ulong _seed;
    private readonly int _vocabulary;
    private readonly uint _stream = CounterRandom.StreamOf("rows");

    public RowBatches(RowSettings settings, TokenShard shard, ulong seed, long cursor = 0)
    {
        _settings = settings.Validate();
        _sampler = new WindowSampler(shard, seed, CounterRandom.StreamOf("row windows"));
        _seed = seed;
        _vocabulary = shard.VocabularySize;
        Cursor = cursor;
        if (settings.SeparatorId < 0 || settings.SeparatorId >= _vocabulary)
        {
            throw new ConfigurationException($"Row settings: SeparatorId ({settings.SeparatorId}) is not in the vocabulary of {_vocabulary}.");
        }

        _sampler.Locate(0, settings.Length);
    }

    /// <summary>Windows taken so far.</summary>
    public long Cursor { get; set; }

    /// <summary>The rows of an update.</summary>
    /// <returns>[Batch · Length] ids, row by row.</returns>
    public long[] Draw(long step, int part)
    {
        var random = new CounterRandom(_seed, _stream, ((ulong)step << 16) | (uint)part);
        var ids = new long[_settings.Batch * _settings.Length];
        for (var row = 0; row < _settings.Batch; row++)
        {
            var target = ids.AsSpan(row * _settings.Length, _settings.Length);
            if (random.NextDouble() < _settings.PeriodicShare)
            {
                FillPeriodic(target, random);
            }
            else
            {
                Copy(Window(_settings.Length), target);
            }
        }

        return ids;
    }

    /// <summary>The period of the periodic rows for validation, an eighth of the row.</summary>
    public static int FixedPeriod(RowSettings settings) => Math.Max(1, settings.Length / 8);

    /// <summary>Rows for validation: plain ones, or periodic ones with a fixed period.</summary>
    public static long[] Fixed(RowSettings settings, TokenShard shard, int rows, bool periodic)
    {
        var sampler = new WindowSampler(shard, 0);
        var ids = new long[rows * settings.Length];
        var window = new int[settings.Length];
        var period = FixedPeriod(settings);
        for (var row = 0; row < rows; row++)
        {
            var target = ids.AsSpan(row * settings.Length, settings.Length);
            sampler.Read(row, settings.Length, window);
            if (periodic)
            {
                Repeat(window.AsSpan(0, period), target, settings.SeparatorId);
            }
            else
            {
                Copy(window, target);
            }
        }

        return ids;
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
        var most = target.Length / 2;
        var period = (int)Math.Round(_settings.ShortestPeriod * Math.Pow((double)most / _settings.ShortestPeriod, random.NextDouble()));
        var stretch = random.NextDouble() < _settings.RandomShare
            ? [.. Enumerable.Range(0, period).Select(_ => random.NextInt(_vocabulary))]
            : Window(period);
        Repeat(stretch, target, _settings.SeparatorId);
    }

    private int[] Window(int length)
    {
        var window = new int[length];
        _sampler.Read(Cursor++, length, window);
        return window;
    }
}
