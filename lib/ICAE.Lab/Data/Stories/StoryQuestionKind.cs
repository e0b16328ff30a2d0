namespace ICAE.Lab.Data.Stories;

/// <summary>What a question asks for.</summary>
public enum StoryQuestionKind
{
    /// <summary>A person.</summary>
    Who,

    /// <summary>A place or a spot.</summary>
    Where,

    /// <summary>A time.</summary>
    When,

    /// <summary>A thing.</summary>
    What,

    /// <summary>A reason.</summary>
    Why,

    /// <summary>A number.</summary>
    HowMany,

    /// <summary>Which of two events came first.</summary>
    Order,

    /// <summary>Where a thing, or in whose hands it, was at the end, after it had been moved.</summary>
    FinalPlace,

    /// <summary>Whether something is so; it is.</summary>
    True,

    /// <summary>Whether something is so; it is not.</summary>
    False,
}
