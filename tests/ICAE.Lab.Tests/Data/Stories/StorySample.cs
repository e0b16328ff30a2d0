using ICAE.Lab.Data;
using ICAE.Lab.Data.Stories;

namespace ICAE.Lab.Tests.Data.Stories;

/// <summary>Stories of all splits, registers and lengths.</summary>
internal static class StorySample
{
    /// <summary>Makes so many stories, of 80 to 1,500 characters.</summary>
    public static IEnumerable<(Story Story, int Characters)> Mixed(int count, ulong seed)
    {
        var random = new CounterRandom(seed);
        for (var number = 0; number < count; number++)
        {
            var characters = 80 + random.NextInt(1421);
            yield return (StoryGenerator.Create(seed, number, (DataSplit)random.NextInt(3), new StorySettings { Characters = characters }), characters);
        }
    }

    /// <summary>Makes so many stories of a split.</summary>
    public static IEnumerable<Story> Of(DataSplit split, int count, int characters = 400, ulong seed = 1) =>
        Enumerable.Range(0, count).Select(number => StoryGenerator.Create(seed, number, split, new StorySettings { Characters = characters }));

    /// <summary>The words of a text in lower case.</summary>
    public static string[] Words(string text) =>
        [.. System.Text.RegularExpressions.Regex.Matches(text.ToLowerInvariant(), @"\p{L}+([’-]\p{L}+)*").Select(match => match.Value)];
}
