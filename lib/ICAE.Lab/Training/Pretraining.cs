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
        RequireFree(folder);

        var from = ModelStore.Default.Find(settings.Base);
        if (File.Exists(Path.Combine(from, ModelStore.AutoencoderMarker)))
            throw new ConfigurationException($"{from}: this is an autoencoder; a base is needed.");

        // What can be wrong without a look into the texts is told now, to whoever asked.
        settings.ToRunSettings(new RunData(from, "", ""), from);
        var texts = PretrainingTexts.Of(settings.Texts, settings.Validation);
        return Begin(folder, Path.Combine(folder, RunFolder.ModelFolder), [], (told, cancellation) =>
        {
            var data = texts.Prepare(folder, from, told, cancellation);
            return RunPart.Alone(TrainingRun.Create(folder, settings.ToRunSettings(data, from), measured => told(measured.ToString())));
        });
    }

    /// <summary>Starts to follow a recipe, which makes a base and an autoencoder on it from nothing but texts, and returns at once.</summary>
    /// <param name="recipe">What is done.</param>
    /// <param name="texts">The texts to train on, in the forms of <see cref="Data.CorpusSource"/>.</param>
    /// <param name="folder">The folder; must not hold a run yet.</param>
    /// <param name="validation">The texts to evaluate on; none for those that the others bring, or else the last tenth of each.</param>
    /// <returns>The run, at work; its updates are counted through the stages.</returns>
    /// <exception cref="ConfigurationException">The recipe breaks a rule, a text is not there, or the folder holds a run.</exception>
    public static PretrainingRun Start(TrainingRecipe recipe, IReadOnlyList<string> texts, string folder, IReadOnlyList<string>? validation = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        recipe.Validate();
        RequireFree(folder);

        var known = PretrainingTexts.Of(texts.Count > 0 ? texts : throw new ConfigurationException("A recipe makes a base from texts: name some."), validation ?? []);
        var model = Path.Combine(folder, recipe.LastModel);
        return Begin(folder, model, [], (told, cancellation) =>
            RunPart.Of(RecipeFolder.Create(folder, recipe, known.Prepare(folder, recipe.Base.Vocabulary, told, cancellation), measured => told(measured.ToString()))));
    }

    /// <summary>Goes on with a run from its last checkpoint, by its own settings, and returns at once.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <returns>The run, at work; its points are those of the log up to the checkpoint.</returns>
    /// <exception cref="ConfigurationException">There is no run, or its settings break a rule.</exception>
    /// <exception cref="MalformedFileException">The settings cannot be read or are of a newer version.</exception>
    public static PretrainingRun Resume(string folder)
    {
        if (RecipeFolder.Exists(folder))
        {
            var recipe = RecipeFolder.Open(folder);
            return Begin(folder, recipe.ModelPath, recipe.Points(), (_, _) => RunPart.Of(recipe));
        }

        var opened = RunFolder.Open(folder);
        return Begin(folder, opened.ModelPath, opened.PointsUpTo(opened.LatestStep()), (_, _) => RunPart.Alone(opened));
    }

    private static void RequireFree(string folder)
    {
        if (RecipeFolder.Exists(folder) || RunFolder.Exists(folder))
            throw new ConfigurationException($"{folder} holds a run already; {nameof(Pretraining)}.{nameof(Resume)} goes on with it, or choose another folder.");
    }

    private static PretrainingRun Begin(string folder, string model, IEnumerable<RunPoint> before, Func<Action<string>, CancellationToken, IEnumerable<RunPart>> open)
    {
        var run = new PretrainingRun(folder, model, before, open);
        run.Begin();
        return run;
    }
}
