namespace ICAE.Lab.Data.Stories;

/// <summary>How much of an event's time is told with it.</summary>
internal enum TimeTelling
{
    None,

    /// <summary>Weekday and part of the day, at the story's beginning.</summary>
    Opening,

    /// <summary>That it is the next day, and its part.</summary>
    NextDay,

    /// <summary>The part of the day.</summary>
    Part,

    /// <summary>The hour.</summary>
    Hour,
}
