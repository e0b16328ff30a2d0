namespace ICAE.Lab.Autoencoder;

/// <summary>How many slots a span gets.</summary>
public enum SlotBudget
{
    /// <summary>Always <see cref="IcaeConfig.Slots"/>, however short the span, as in the paper.</summary>
    Fixed,

    /// <summary>The span's tokens divided by <see cref="IcaeConfig.TokensPerSlot"/>, rounded up.</summary>
    ByRatio,
}
