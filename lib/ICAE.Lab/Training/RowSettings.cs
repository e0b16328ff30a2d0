namespace ICAE.Lab.Training;

/// <summary>The rows on which a base learns to predict the next token.</summary>
public sealed record RowSettings
{
    /// <summary>More rows or texts in a batch than this are refused: a number that is a typing error must not be tried.</summary>
    internal const int MostRows = 1 << 16;

    /// <summary>How much shorter, and more, the short rows are.</summary>
    internal const int Shortening = 4;

    /// <summary>Rows in a batch.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>Tokens in a row.</summary>
    public int Length { get; init; } = 256;

    /// <summary>
    /// Whether rows are cut from all texts laid end to end with their ends between them, so that a base learns where texts end and reads short ones, too. Otherwise each row lies
    /// inside one text, and no end is ever read. Stretches that repeat lie inside one text in both cases.
    /// </summary>
    public bool Packed { get; init; }

    /// <summary>The id that ends a text; <see langword="null"/> for the base's own.</summary>
    public int? EosId { get; init; }

    /// <summary>The share of rows in which a stretch is repeated after a separator until the row is full, so that copying is learned.</summary>
    public double PeriodicShare { get; init; }

    /// <summary>The shortest stretch; its length is drawn log-uniformly from here to half the row.</summary>
    public int ShortestPeriod { get; init; } = 4;

    /// <summary>
    /// Updates at the run's beginning whose rows are a quarter as long and four times as many: bases learn to copy within a fraction of the updates from them (notebooks/LOG.md).
    /// <see langword="null"/> until the run is created, which makes it 15 % of the updates where a new base shall copy and its rows have room for it (<see cref="HasShortRows"/>), else none;
    /// none in runs from before there was this choice.
    /// </summary>
    public long? ShortSteps { get; init; }

    /// <summary>The id between repetitions.</summary>
    public int SeparatorId { get; init; } = 1;

    /// <summary>The share of periodic rows whose stretch is made of random ids. A base that has seen such rows is no judge of familiarity.</summary>
    public double RandomShare { get; init; }

    /// <summary>Whether a quarter of the row is a whole number of tokens that text, and a stretch that repeats, has room in.</summary>
    public bool HasShortRows => Length % Shortening == 0 && Length / Shortening >= (PeriodicShare > 0 ? Math.Max(4, 2 * ShortestPeriod) : 2);

    /// <summary>Checks every rule between the fields.</summary>
    /// <returns>These settings.</returns>
    /// <exception cref="ConfigurationException">A rule is broken.</exception>
    public RowSettings Validate()
    {
        if (Batch is < 1 or > MostRows || Length is < 2 or > LadderSettings.LongestText)
        {
            throw new ConfigurationException($"Row settings: Batch ({Batch}) must lie between 1 and {MostRows}, Length ({Length}) between 2 and {LadderSettings.LongestText}.");
        }

        if (ShortestPeriod < 1 || (PeriodicShare > 0 && (ShortestPeriod > Length / 2 || Length < 4)))
        {
            throw new ConfigurationException($"Row settings: ShortestPeriod ({ShortestPeriod}) must lie between 1 and half the row, and a row that repeats itself must have 4 tokens; Length is {Length}.");
        }

        if (ShortSteps < 0)
        {
            throw new ConfigurationException($"Row settings: ShortSteps ({ShortSteps}) must not be negative.");
        }

        if (ShortSteps > 0 && !HasShortRows)
        {
            throw new ConfigurationException($"Row settings: with ShortSteps ({ShortSteps}) the first rows have a quarter of Length ({Length}): that must be a whole number and, where rows repeat a stretch, have room for two of ShortestPeriod ({ShortestPeriod}).");
        }

        if (PeriodicShare is not (>= 0 and <= 1) || RandomShare is not (>= 0 and <= 1))
        {
            throw new ConfigurationException($"Row settings: PeriodicShare ({PeriodicShare}) and RandomShare ({RandomShare}) must lie between 0 and 1.");
        }

        return this;
    }
}
