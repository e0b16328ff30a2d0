using ICAE.Lab.Autoencoder;

namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>A condition at work: texts of one length are predicted token by token, and written freely.</summary>
internal abstract class Reading
{
    /// <summary>What the decoder reads.</summary>
    public abstract ReadingCondition Condition { get; }

    /// <summary>Whether that depends on the text; if not, what is written is the same for all.</summary>
    public abstract bool DependsOnText { get; }

    /// <summary>Predicts every token of each text from the right tokens before it.</summary>
    /// <param name="texts">B texts of N ids.</param>
    /// <returns>B N losses in nats, and whether each token was the likeliest.</returns>
    public abstract (float[] Losses, bool[] Correct) Force(int[][] texts);

    /// <summary>Writes freely and greedily.</summary>
    /// <param name="texts">B texts of N ids.</param>
    /// <param name="cancellation">Looked at between tokens.</param>
    /// <returns>What was written for each.</returns>
    public abstract IReadOnlyList<GeneratedText> Write(int[][] texts, CancellationToken cancellation);
}
