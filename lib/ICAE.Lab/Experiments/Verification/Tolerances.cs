namespace ICAE.Lab.Experiments.Verification;

/// <summary>The differences that an exact implementation in float32 stays within.</summary>
internal static class Tolerances
{
    /// <summary>Logits, slots and states, absolute; logits of this kind have a deviation of 1 to 4.</summary>
    public const double Logits = 1e-4;

    /// <summary>Mean losses, absolute.</summary>
    public const double Loss = 1e-5;

    /// <summary>Gradients, relative to the largest entry of the tensor, and their norms, relative to themselves.</summary>
    public const double Gradient = 1e-4;

    /// <summary>Losses and weights after some updates, absolute.</summary>
    public const double Training = 1e-4;

    /// <summary>Logits and states of pretrained models, whose logits reach 40, absolute.</summary>
    public const double PretrainedLogits = 1e-3;

    /// <summary>Losses and log-probabilities of pretrained models, absolute.</summary>
    public const double PretrainedLoss = 1e-4;

    /// <summary>Metrics on the scale on which they are given, absolute.</summary>
    public const double Metric = 1e-6;

    /// <summary>Looked-up embeddings, which are copies, and merged weights, which are sums of two products, absolute.</summary>
    public const double Weights = 1e-6;

    /// <summary>Dequantised values, in units in the last place.</summary>
    public const double Ulps = 1;

    /// <summary>Sums over dequantised tensors in float64, relative.</summary>
    public const double Checksum = 1e-9;

    /// <summary>Token ids, texts, names, shapes and counts: no mismatch.</summary>
    public const double None = 0;
}
