namespace ICAE.Lab.Objectives;

/// <summary>What an example asks of the decoder.</summary>
public enum ObjectiveKind
{
    /// <summary>Restore the text behind [AE] (eq. 2 of the paper).</summary>
    Autoencoding,

    /// <summary>Go on from the text (eq. 3 of the paper).</summary>
    Continuation,

    /// <summary>Answer a prompt about the text behind [FT] (sec. 2.3 of the paper).</summary>
    Instruction,
}
