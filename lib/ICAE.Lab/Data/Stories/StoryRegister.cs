namespace ICAE.Lab.Data.Stories;

/// <summary>In what manner a story is told.</summary>
public enum StoryRegister
{
    /// <summary>A plain tale in the third person.</summary>
    Tale,

    /// <summary>A letter in the first person, with a salutation and a signature.</summary>
    Letter,

    /// <summary>A diary in the first person, often without the subject, each day under its date.</summary>
    Diary,

    /// <summary>A notice in a county newspaper.</summary>
    Newspaper,

    /// <summary>An account by word of mouth, in quotation marks, to a listener who breaks in.</summary>
    Spoken,

    /// <summary>A dry parish chronicle.</summary>
    Chronicle,

    /// <summary>What a witness said before a magistrate, reported in the past perfect.</summary>
    Deposition,
}
