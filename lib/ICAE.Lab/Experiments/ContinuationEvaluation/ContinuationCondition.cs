namespace ICAE.Lab.Experiments.ContinuationEvaluation;

/// <summary>What stands before a continuation when its tokens are predicted.</summary>
public enum ContinuationCondition
{
    /// <summary>The text itself: what there is to gain from it.</summary>
    TextInContext,

    /// <summary>The text's slots, and [LM] where the autoencoder was trained with it.</summary>
    Memory,

    /// <summary>The slots of another text of the same kind: what slots do that say nothing of this text.</summary>
    OtherMemory,

    /// <summary>The token that opens a text, and nothing else.</summary>
    NoContext,
}
