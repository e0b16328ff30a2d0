namespace ICAE.Lab.Objectives;

/// <summary>How the losses of a batch's tokens become one number.</summary>
public enum LossReduction
{
    /// <summary>The mean of each example's own mean, as a batch of the published code with its batch size of one.</summary>
    PerExample,

    /// <summary>The mean over all scored tokens.</summary>
    PerToken,
}
