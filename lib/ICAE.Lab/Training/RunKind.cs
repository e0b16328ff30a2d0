namespace ICAE.Lab.Training;

/// <summary>What a run trains.</summary>
public enum RunKind
{
    /// <summary>A base model on running text, with a share of rows that repeat themselves: a <em>plain</em> or a <em>copying</em> base.</summary>
    Base,

    /// <summary>A base model that also learns to be restored from: its weights are trained together with those of an encoder.</summary>
    Restoring,

    /// <summary>An autoencoder on a frozen base.</summary>
    Autoencoder,

    /// <summary>An autoencoder, pretrained or new, that learns to answer prompts about what it holds; its base is frozen (sec. 2.3 of the paper).</summary>
    Instruction,
}
