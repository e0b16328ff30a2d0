namespace ICAE.Lab.Experiments.MemorySelectivity;

/// <summary>Where a token of a restoration comes from.</summary>
public enum TokenOrigin
{
    /// <summary>The base alone would have written it, and with the memory it is written.</summary>
    Predicted,

    /// <summary>Only the memory gives it.</summary>
    Remembered,

    /// <summary>Neither gives it.</summary>
    Lost,

    /// <summary>The base alone would have written it, but with the memory it is not written.</summary>
    Misled,
}
