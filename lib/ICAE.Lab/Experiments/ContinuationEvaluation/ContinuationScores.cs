using ICAE.Lab.Evaluation;

namespace ICAE.Lab.Experiments.ContinuationEvaluation;

/// <summary>How well continuations are predicted under a condition, teacher-forced.</summary>
/// <param name="Loss">Nats a scored token: the mean over the texts, each with as many scored tokens, and its interval.</param>
/// <param name="Accuracy">The share of scored tokens that were the likeliest, and its interval.</param>
public sealed record ContinuationScores(ConfidenceInterval Loss, ConfidenceInterval Accuracy)
{
    /// <summary>e to the loss: the perplexity of all scored tokens together.</summary>
    public double Perplexity => Math.Exp(Loss.Estimate);
}
