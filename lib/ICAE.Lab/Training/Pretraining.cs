using ICAE.Lab.Models;

namespace ICAE.Lab.Training;

/// <summary>Trains autoencoders in the background: each run works on a thread of its own, and the caller has it in hand meanwhile.</summary>
/// <example>
/// <code>
/// var run = Pretraining.Start(PretrainingSettings.Quick with { Slots = 8 }, folder);
/// run.Wait();
/// using var icae = run.Load();
/// </code>
/// </example>
public static class Pretraining
{
    /// <summary>Starts a run and returns at once.</summary>
    /// <param name="settings">What is trained, on what.</param>
    /// <param name="folder">The run's folder; must not hold a run yet.</param>
    /// <returns>The run, at work.</returns>
    /// <exception cref="ConfigurationException">The settings break a rule, something that they name is not there, or the folder holds a run.</exception>
    public static PretrainingRun Start(PretrainingSettings settings, string folder)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (RunFolder.Exists(folder))
            throw new ConfigurationException($"{folder} holds a run already; {nameof(Pretraining)}.{nameof(Resume)} goes on with it, or choose another folder.");

        var from = ModelStore.Default.Find(settings.Base);
        if (File.Exists(Path.Combine(from, ModelStore.AutoencoderMarker)))
            throw new ConfigurationException($"{from}: this is an autoencoder; a base is needed.");

        // What can be wrong without a look into the texts is told now, to whoever asked.
        settings.ToRunSettings(new RunData(from, "", ""), from);
        var texts = PretrainingTexts.Of(settings);
        var run = new PretrainingRun(folder, [], (told, cancellation) =>
        {
            var data = texts.Prepare(folder, from, told, cancellation);
            return TrainingRun.Create(folder, settings.ToRunSettings(data, from), measured => told(FormattableString.Invariant(
                $"matrix products: {measured.Float32:F0} GFLOPS in float32, {measured.BFloat16:F0} in bfloat16")));
        });
        run.Begin();
        return run;
    }

    /// <summary>Goes on with a run from its last checkpoint, by its own settings, and returns at once.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <returns>The run, at work; its points are those of the log up to the checkpoint.</returns>
    /// <exception cref="ConfigurationException">There is no run, or its settings break a rule.</exception>
    /// <exception cref="MalformedFileException">The settings cannot be read or are of a newer version.</exception>
    public static PretrainingRun Resume(string folder)
    {
        var opened = RunFolder.Open(folder);
        var run = new PretrainingRun(folder, opened.PointsUpTo(opened.LatestStep()), (_, _) => opened);
        run.Begin();
        return run;
    }
}
