namespace ICAE.Lab.Data.Stories;

/// <summary>Draws registers.</summary>
internal static class StoryRegisters
{
    private static readonly StoryRegister[] All =
    [
        StoryRegister.Tale, StoryRegister.Tale, StoryRegister.Letter, StoryRegister.Diary, StoryRegister.Newspaper, StoryRegister.Spoken,
        StoryRegister.Chronicle, StoryRegister.Deposition,
    ];

    /// <summary>Draws a register that a length has room for.</summary>
    public static StoryRegister Draw(CounterRandom random, int characters, StoryRegister? not = null)
    {
        StoryRegister[] choices = [.. All.Where(register => register != not && characters >= StorySettings.ShortestCharactersOf(register))];
        return choices[random.NextInt(choices.Length)];
    }
}
