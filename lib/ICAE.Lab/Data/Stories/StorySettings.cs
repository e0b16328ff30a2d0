namespace ICAE.Lab.Data.Stories;

/// <summary>What kind of story is wanted.</summary>
public sealed record StorySettings
{
    /// <summary>The shortest length that can be asked for, in characters.</summary>
    public const int ShortestCharacters = 80;

    /// <summary>The longest length that can be asked for, in characters.</summary>
    public const int LongestCharacters = 3000;

    /// <summary>The shortest letter, spoken account or deposition, whose frames need room, in characters.</summary>
    public const int ShortestWithFrame = 200;

    /// <summary>The shortest diary, which has a date, in characters.</summary>
    public const int ShortestDiary = 120;

    /// <summary>How far a story's length may be from the one asked for, as a share of it.</summary>
    public const double Tolerance = 0.15;

    /// <summary>The length in characters (UTF-16 code units), from <see cref="ShortestCharacters"/> to <see cref="LongestCharacters"/>.</summary>
    public int Characters { get; init; } = 400;

    /// <summary>The manner of telling, or null for one drawn by the story's number.</summary>
    public StoryRegister? Register { get; init; }

    /// <summary>Whether the length has room for the register.</summary>
    public bool HasRoom => Register is not { } register || Characters >= ShortestCharactersOf(register);

    /// <summary>The shortest length that a register has room in.</summary>
    /// <param name="register">The register.</param>
    /// <returns>The length in characters.</returns>
    public static int ShortestCharactersOf(StoryRegister register) => register switch
    {
        StoryRegister.Letter or StoryRegister.Spoken or StoryRegister.Deposition => ShortestWithFrame,
        StoryRegister.Diary => ShortestDiary,
        _ => ShortestCharacters,
    };
}
