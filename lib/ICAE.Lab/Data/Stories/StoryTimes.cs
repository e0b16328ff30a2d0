using System.Globalization;

namespace ICAE.Lab.Data.Stories;

/// <summary>Days and hours in words.</summary>
internal static class StoryTimes
{
    public static string Month(DateOnly date) => date.ToString("MMMM", CultureInfo.InvariantCulture);

    public static string Season(StoryTags season) => season switch
    {
        StoryTags.Spring => "spring",
        StoryTags.Summer => "summer",
        StoryTags.Autumn => "autumn",
        _ => "winter",
    };

    public static string PartName(StoryTags part) => part switch
    {
        StoryTags.Morning => "morning",
        StoryTags.Forenoon => "forenoon",
        StoryTags.Afternoon => "afternoon",
        _ => "evening",
    };

    /// <summary>The last full or half hour before an event.</summary>
    public static string Hour(StoryEvent happening)
    {
        var minute = happening.Minute % StoryEvent.DayMinutes;
        var hour = (((minute / 60) + 11) % 12) + 1;
        return minute % 60 < 30 ? $"{English.InWords(hour)} o’clock" : $"half past {English.InWords(hour)}";
    }

    /// <summary>What a telling says of an event's time, in one wording for all tellings; null if it says nothing.</summary>
    /// <param name="happening">The event.</param>
    /// <param name="world">The world, for the first day.</param>
    public static string? When(StoryEvent happening, StoryWorld world)
    {
        var day = world.Day.AddDays(happening.Day).DayOfWeek;
        return happening.Tell switch
        {
            TimeTelling.None => null,
            TimeTelling.Hour => $"at {Hour(happening)}",
            _ => $"on {day} {PartName(happening.Part)}",
        };
    }
}
