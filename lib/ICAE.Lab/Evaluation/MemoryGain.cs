namespace ICAE.Lab.Evaluation;

/// <summary>
/// What a memory adds to what the frozen model predicts anyway (token gain and information gain after Kuratov et al., "Cramming 1568 tokens into a
/// single vector", ACL 2025). Both sides must be measured alike: on the same tokens, and both teacher-forced or both free-running.
/// </summary>
public static class MemoryGain
{
    /// <summary>Token gain: tokens predicted right with the memory, less those predicted right without.</summary>
    /// <param name="reference">The original ids.</param>
    /// <param name="withMemory">The ids predicted with the memory.</param>
    /// <param name="withoutMemory">The ids predicted without.</param>
    /// <returns>The gain in tokens; negative where the memory misleads.</returns>
    public static int Tokens(IReadOnlyList<int> reference, IReadOnlyList<int> withMemory, IReadOnlyList<int> withoutMemory) =>
        Correct(withMemory, reference) - Correct(withoutMemory, reference);

    /// <summary>Information gain: how many nats of surprisal the memory takes away.</summary>
    /// <param name="withMemory">The text's log-likelihood given its memory.</param>
    /// <param name="withoutMemory">The same tokens' log-likelihood without memory.</param>
    /// <returns>The gain in nats.</returns>
    /// <exception cref="ArgumentException">The two are of different numbers of tokens.</exception>
    public static double Nats(LogLikelihood withMemory, LogLikelihood withoutMemory)
    {
        RequireSameTokens(withMemory, withoutMemory);
        return withMemory.Nats - withoutMemory.Nats;
    }

    /// <summary>
    /// Specific gain: ln p(text | its own memory) less the ln of the mean p(text | memory) over memories of other texts of the same
    /// kind. What it leaves out is what any memory of that kind would have told.
    /// </summary>
    /// <param name="own">The text's log-likelihood given its own memory.</param>
    /// <param name="others">The same tokens' log-likelihood given each other text's memory; at least one.</param>
    /// <returns>The gain in nats.</returns>
    /// <exception cref="ArgumentException">There is no other text, or numbers of tokens differ.</exception>
    public static double SpecificNats(LogLikelihood own, IReadOnlyList<LogLikelihood> others)
    {
        ArgumentNullException.ThrowIfNull(others);
        if (others.Count == 0)
            throw new ArgumentException("A specific gain needs the memory of at least one other text.", nameof(others));
        foreach (var other in others)
            RequireSameTokens(own, other);
        var largest = others.Max(other => other.Nats);
        if (double.IsNegativeInfinity(largest))
            return own.Nats - largest;
        return own.Nats - (largest + Math.Log(others.Average(other => Math.Exp(other.Nats - largest))));
    }

    private static int Correct(IReadOnlyList<int> hypothesis, IReadOnlyList<int> reference)
    {
        var accuracy = new TokenAccuracy(1);
        accuracy.Add(hypothesis, reference);
        return (int)accuracy.Correct;
    }

    private static void RequireSameTokens(LogLikelihood left, LogLikelihood right)
    {
        if (left.Tokens != right.Tokens)
            throw new ArgumentException($"A gain compares the same tokens, but one side has {left.Tokens} and the other {right.Tokens}.");
    }
}
