namespace ICAE.Lab.Data.Stories;

/// <summary>
/// Makes stories. Some names, words, sentence constructions and plots are kept for the validation and the test split; a story for training never
/// uses them. Splits differ in all else, too: the same seed and number give another story in each.
/// </summary>
public static class StoryGenerator
{
    private const int MostAttempts = 2000;
    private const double CharactersPerEvent = 80;
    private const int FrameCharacters = 90;

    /// <summary>Makes a story; those before it need not be made.</summary>
    /// <param name="seed">The seed of a set of stories.</param>
    /// <param name="number">The story's number in the set, from 0.</param>
    /// <param name="split">What it is for.</param>
    /// <param name="settings">Length and register; null for the usual ones.</param>
    /// <returns>The story; its length is within <see cref="StorySettings.Tolerance"/> of what was asked for.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, or the length is out of its range.</exception>
    /// <exception cref="ArgumentException">The register asked for has no room in that length (<see cref="StorySettings.ShortestCharactersOf"/>).</exception>
    public static Story Create(ulong seed, long number, DataSplit split, StorySettings? settings = null)
    {
        settings ??= new StorySettings();
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Characters, StorySettings.ShortestCharacters, nameof(settings));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.Characters, StorySettings.LongestCharacters, nameof(settings));
        if (!settings.HasRoom)
        {
            throw new ArgumentException(
                $"A story told as {settings.Register} needs {StorySettings.ShortestCharactersOf(settings.Register!.Value)} characters or more; {settings.Characters} were asked for.", nameof(settings));
        }

        var stream = CounterRandom.StreamOf(split switch
        {
            DataSplit.Train => "stories.train",
            DataSplit.Validation => "stories.validation",
            _ => "stories.test",
        });
        return Draw(new CounterRandom(seed, stream, (ulong)number), number, split, settings);
    }

    // Stories are drawn until one has the length; the number of events is brought nearer by what came of the last.
    private static Story Draw(CounterRandom random, long number, DataSplit split, StorySettings settings)
    {
        var register = settings.Register ?? StoryRegisters.Draw(random, settings.Characters);
        var events = Math.Max(1, (settings.Characters - (StorySettings.ShortestCharactersOf(register) == StorySettings.ShortestWithFrame ? FrameCharacters : 0)) / CharactersPerEvent);
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var (planning, wording) = (random.NextUInt64(), random.NextUInt64());
            var wanted = Math.Max(1, (int)Math.Round(events + random.NextDouble() - 0.5));
            var plan = StoryDirector.Plan(new CounterRandom(planning), split, wanted);
            if (plan.Narrator is null)
                continue;
            var telling = StoryTeller.Tell(plan, register, wording);
            var length = telling.Text.Length;
            if (Math.Abs(length - settings.Characters) <= settings.Characters * StorySettings.Tolerance)
                return new Story(number, plan, telling, register, wording);
            var fitting = wanted * (double)settings.Characters / length;
            events = Math.Clamp((events + fitting) / 2, 1, settings.Characters / 25.0);
        }
        throw new InvalidOperationException($"No story of {settings.Characters} characters came of {MostAttempts} attempts (number {number}, {register}).");
    }
}
