namespace ICAE.Lab.Experiments;

/// <summary>What a decoder knows of a text when it predicts what follows it, or answers a question about it.</summary>
public enum ContextCondition
{
    /// <summary>The text itself: what there is to gain from it.</summary>
    TextInContext,

    /// <summary>The text's slots.</summary>
    Memory,

    /// <summary>The slots of another text: what slots do that say nothing of this one.</summary>
    OtherMemory,

    /// <summary>Nothing of the text.</summary>
    NoContext,
}
