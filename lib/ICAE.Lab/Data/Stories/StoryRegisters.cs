namespace ICAE.Lab.Data.Stories;

/// <summary>Which registers suit a length.</summary>
internal static class StoryRegisters
{
    private static readonly StoryRegister[] Short = [StoryRegister.Tale, StoryRegister.Tale, StoryRegister.Diary, StoryRegister.Newspaper, StoryRegister.Chronicle];

    private static readonly StoryRegister[] All =
    [
        StoryRegister.Tale, StoryRegister.Tale, StoryRegister.Letter, StoryRegister.Diary, StoryRegister.Newspaper, StoryRegister.Spoken,
        StoryRegister.Chronicle, StoryRegister.Deposition,
    ];

    public static bool NeedsRoom(StoryRegister register) => register is StoryRegister.Letter or StoryRegister.Spoken or StoryRegister.Deposition;

    public static StoryRegister Draw(CounterRandom random, int characters, StoryRegister? not = null)
    {
        var choices = characters < StorySettings.ShortestWithFrame ? Short : All;
        StoryRegister register;
        do
            register = choices[random.NextInt(choices.Length)];
        while (register == not);
        return register;
    }
}
