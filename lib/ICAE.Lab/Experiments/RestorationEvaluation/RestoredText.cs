using ICAE.Lab.Autoencoder;

namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>One text under one condition.</summary>
/// <param name="Original">The text.</param>
/// <param name="Condition">What the decoder read.</param>
/// <param name="Ids">What it wrote free-running and greedily.</param>
/// <param name="Text">What those ids decode to.</param>
/// <param name="End">Why it stopped: at a token that ends a text, or at one and a half times the length.</param>
/// <param name="BleuIds">See <see cref="RestorationMeasure.BleuIds"/>.</param>
/// <param name="BleuWords">See <see cref="RestorationMeasure.BleuWords"/>.</param>
/// <param name="AccuracyFree">See <see cref="RestorationMeasure.AccuracyFree"/>.</param>
/// <param name="Prefix">See <see cref="RestorationMeasure.Prefix"/>.</param>
/// <param name="TokenLosses">Teacher-forced: the nats of each token of the original.</param>
/// <param name="TokenCorrect">Teacher-forced: whether each token of the original was the likeliest.</param>
public sealed record RestoredText(
    EvaluationText Original,
    ReadingCondition Condition,
    IReadOnlyList<int> Ids,
    string Text,
    GenerationEnd End,
    double BleuIds,
    double BleuWords,
    double AccuracyFree,
    double Prefix,
    IReadOnlyList<float> TokenLosses,
    IReadOnlyList<bool> TokenCorrect)
{
    /// <summary>See <see cref="RestorationMeasure.Accuracy"/>.</summary>
    public double Accuracy => (double)TokenCorrect.Count(right => right) / TokenCorrect.Count;

    /// <summary>See <see cref="RestorationMeasure.Loss"/>.</summary>
    public double Loss => TokenLosses.Sum(loss => (double)loss) / TokenLosses.Count;

    /// <summary>A measure's value.</summary>
    /// <param name="measure">The measure.</param>
    /// <returns>The value.</returns>
    public double Value(RestorationMeasure measure) => measure switch
    {
        RestorationMeasure.BleuIds => BleuIds,
        RestorationMeasure.BleuWords => BleuWords,
        RestorationMeasure.Accuracy => Accuracy,
        RestorationMeasure.Loss => Loss,
        RestorationMeasure.AccuracyFree => AccuracyFree,
        RestorationMeasure.Prefix => Prefix,
        _ => throw new ArgumentOutOfRangeException(nameof(measure), measure, "There is no such measure."),
    };
}
