namespace ICAE.Lab.Data.Stories;

/// <summary>A word list: what is for all splits, and what is kept for one.</summary>
internal sealed class LexiconSection
{
    // How often a split's own entries are drawn where it has some that fit.
    private const int OwnPercent = 25;

    private readonly Group _common;
    private readonly Group _validation;
    private readonly Group _test;

    public LexiconSection(string name, IReadOnlyList<LexiconEntry> entries)
    {
        Name = name;
        All = [.. entries];
        _common = new Group(entries.Where(entry => entry.Only is null));
        _validation = new Group(entries.Where(entry => entry.Only == DataSplit.Validation));
        _test = new Group(entries.Where(entry => entry.Only == DataSplit.Test));
    }

    public string Name { get; }

    public IReadOnlyList<LexiconEntry> All { get; }

    /// <summary>Draws an entry that fits.</summary>
    /// <returns>The entry, or null if none fits.</returns>
    public LexiconEntry? TryPick(CounterRandom random, DataSplit split, StoryTags situation)
    {
        var own = split switch { DataSplit.Test => _test, DataSplit.Validation => _validation, _ => null };
        if (own is { Entries.Length: > 0 } && random.NextInt(100) < OwnPercent && PickFrom(own, random, situation) is { } entry)
            return entry;
        return PickFrom(_common, random, situation);
    }

    /// <summary>Draws an entry that fits; there must be one.</summary>
    public LexiconEntry Pick(CounterRandom random, DataSplit split, StoryTags situation) =>
        TryPick(random, split, situation) ?? throw new InvalidOperationException($"No entry of the list {Name} fits {situation}.");

    /// <summary>Draws an entry that fits and that was not used, if three draws find one.</summary>
    public LexiconEntry? TryPickFresh(CounterRandom random, DataSplit split, StoryTags situation, ISet<int> used)
    {
        LexiconEntry? entry = null;
        for (var draw = 0; draw < 3; draw++)
        {
            entry = TryPick(random, split, situation);
            if (entry is null || !used.Contains(entry.Number))
                break;
        }
        if (entry is not null)
            used.Add(entry.Number);
        return entry;
    }

    private static LexiconEntry? PickFrom(Group group, CounterRandom random, StoryTags situation)
    {
        if (group.Plain)
            return group.Entries[random.NextInt(group.Entries.Length)];
        Span<int> fitting = stackalloc int[group.Entries.Length];
        var count = 0;
        for (var index = 0; index < group.Tags.Length; index++)
        {
            if (LexiconEntry.Fits(group.Tags[index], situation))
                fitting[count++] = index;
        }
        return count == 0 ? null : group.Entries[fitting[random.NextInt(count)]];
    }

    private sealed class Group(IEnumerable<LexiconEntry> entries)
    {
        public readonly LexiconEntry[] Entries = [.. entries];
        public readonly StoryTags[] Tags = [.. entries.Select(entry => entry.Tags)];

        /// <summary>Whether all entries fit everywhere.</summary>
        public readonly bool Plain = entries.Any() && entries.All(entry => entry.Tags == StoryTags.None);
    }
}
