namespace ICAE.Lab.Evaluation;

/// <summary>The log-probability of tokens under a model, summed: what loss, perplexity and information gain are computed from.</summary>
/// <param name="Nats">The sum of ln p over the tokens; at most 0.</param>
/// <param name="Tokens">How many tokens.</param>
public readonly record struct LogLikelihood(double Nats, long Tokens)
{
    /// <summary>The cross-entropy loss: nats a token; NaN without tokens.</summary>
    public double MeanLoss => -Nats / Tokens;

    /// <summary>e to the mean loss; NaN without tokens.</summary>
    public double Perplexity => Math.Exp(MeanLoss);

    /// <summary>The whole surprisal in bits.</summary>
    public double Bits => -Nats / Math.Log(2);

    /// <summary>Sums log-probabilities.</summary>
    /// <param name="logProbabilities">ln p of each token.</param>
    /// <returns>Their sum and number.</returns>
    public static LogLikelihood Of(ReadOnlySpan<double> logProbabilities)
    {
        var sum = 0.0;
        foreach (var value in logProbabilities)
            sum += value;
        return new LogLikelihood(sum, logProbabilities.Length);
    }

    /// <summary>Sums log-probabilities.</summary>
    /// <param name="logProbabilities">ln p of each token.</param>
    /// <returns>Their sum and number.</returns>
    public static LogLikelihood Of(ReadOnlySpan<float> logProbabilities)
    {
        var sum = 0.0;
        foreach (var value in logProbabilities)
            sum += value;
        return new LogLikelihood(sum, logProbabilities.Length);
    }

    /// <summary>Joins two stretches.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Both together.</returns>
    public static LogLikelihood operator +(LogLikelihood left, LogLikelihood right) => new(left.Nats + right.Nats, left.Tokens + right.Tokens);

    /// <summary>Joins two stretches.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Both together.</returns>
    public static LogLikelihood Add(LogLikelihood left, LogLikelihood right) => left + right;
}
