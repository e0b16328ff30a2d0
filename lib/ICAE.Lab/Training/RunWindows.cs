using ICAE.Lab.Data;

namespace ICAE.Lab.Training;

/// <summary>How long the stretches are that a run reads: what its shards are too short for must show at the beginning.</summary>
internal static class RunWindows
{
    /// <summary>The stretches that an autoencoder's texts are cut from.</summary>
    public static IEnumerable<int> OfTexts(AutoencoderSettings settings) =>
        settings.Ladder.Rungs.SelectMany(rung => rung.Lengths).Distinct().Select(length => settings.ContinuationShare > 0 ? TextBatches.WithContinuation(length) : length);

    /// <summary>The stretches that a run's autoencoder is evaluated on.</summary>
    public static IEnumerable<int> OfEvaluation(RunSettings settings) =>
        settings.Autoencoder is { EvaluationTexts: > 0 } autoencoder ? autoencoder.EvaluationLengths : [];

    /// <summary>Checks that there are stretches of some lengths.</summary>
    /// <exception cref="ConfigurationException">No document is as long as one of them.</exception>
    public static void Require(WindowSampler sampler, IEnumerable<int> lengths)
    {
        foreach (var length in lengths)
            sampler.Locate(0, length);
    }
}
