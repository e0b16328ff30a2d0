namespace ICAE.Lab.Training;

/// <summary>
/// A recipe at work on disk: <c>recipe.json</c>, the texts in <c>data/</c>, and a run's folder for each stage. Whenever the process dies, the stage at hand
/// goes on from its newest checkpoint, and those behind it are not made again.
/// </summary>
public sealed class RecipeFolder
{
    private const string RecipeFile = "recipe.json";

    private RecipeFolder(string path, TrainingRecipe recipe) => (Path, Recipe) = (path, recipe);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>What is done in it.</summary>
    public TrainingRecipe Recipe { get; }

    /// <summary>Where the last stage's model is written.</summary>
    public string ModelPath => System.IO.Path.Combine(Path, Recipe.LastModel);

    /// <summary>Whether a folder holds a recipe that was begun.</summary>
    /// <param name="path">The folder.</param>
    /// <returns>True if it can be opened.</returns>
    public static bool Exists(string path) => File.Exists(System.IO.Path.Combine(path, RecipeFile));

    /// <summary>Begins a recipe in a folder: makes the first stage's run, every choice made.</summary>
    /// <param name="path">The folder; must not hold a recipe or a run yet.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="data">What it reads.</param>
    /// <param name="measured">Told what was measured where the compute type was <c>auto</c>.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="IcaeException">The folder is taken, the recipe breaks a rule, or a shard cannot be read.</exception>
    public static RecipeFolder Create(string path, TrainingRecipe recipe, RunData data, Action<ComputeMeasurement>? measured = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        recipe.Validate();
        if (Exists(path) || RunFolder.Exists(path))
            throw new ConfigurationException($"{path} holds a run already; go on with it or choose another folder.");

        var folder = new RecipeFolder(path, recipe);

        // What a process that was killed right here left behind has trained nothing yet.
        if (RunFolder.Exists(folder.StagePath(0)))
            Directory.Delete(folder.StagePath(0), recursive: true);

        TrainingRun.Create(folder.StagePath(0), recipe.Settings(0, data, from: null), measured);
        recipe.Save(System.IO.Path.Combine(path, RecipeFile));
        return folder;
    }

    /// <summary>Opens a folder in which a recipe was begun.</summary>
    /// <param name="path">The folder.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="IcaeException">There is none, or it cannot be read.</exception>
    public static RecipeFolder Open(string path) => Exists(path)
        ? new RecipeFolder(path, TrainingRecipe.Load(System.IO.Path.Combine(path, RecipeFile)))
        : throw new ConfigurationException($"{path} holds no recipe: there is no {RecipeFile}.");

    /// <summary>The stages that are not known to be complete, in order: each is made when the one before it is, so run it before you ask for the next.</summary>
    /// <returns>The index of a stage, and its run.</returns>
    /// <exception cref="IcaeException">A stage's run cannot be made or opened, say because the one before it is not complete.</exception>
    public IEnumerable<(int Index, RunFolder Run)> Remaining()
    {
        for (var i = 0; i < Recipe.Stages.Count; i++)
        {
            if (i + 1 < Recipe.Stages.Count && RunFolder.Exists(StagePath(i + 1)))
                continue;

            yield return (i, RunFolder.Exists(StagePath(i)) ? RunFolder.Open(StagePath(i)) : Make(i));
        }
    }

    /// <summary>Updates of the stages before one.</summary>
    /// <param name="stage">Its index.</param>
    /// <returns>The sum.</returns>
    public long StepsBefore(int stage) => Enumerable.Range(0, stage).Sum(before => RunFolder.Open(StagePath(before)).Settings.Steps);

    /// <summary>The measured values of all stages up to their newest checkpoints, the updates counted through.</summary>
    /// <returns>The values in order.</returns>
    public IEnumerable<RunPoint> Points()
    {
        var before = 0L;
        for (var i = 0; i < Recipe.Stages.Count && RunFolder.Exists(StagePath(i)); i++)
        {
            var run = RunFolder.Open(StagePath(i));
            var isComplete = i + 1 < Recipe.Stages.Count && RunFolder.Exists(StagePath(i + 1));
            foreach (var point in run.PointsUpTo(isComplete ? long.MaxValue : run.LatestStep()))
                yield return point with { Step = before + point.Step };

            before += run.Settings.Steps;
        }
    }

    /// <summary>The folder of a stage's run.</summary>
    /// <param name="stage">Its index.</param>
    /// <returns>The path; the folder need not be there yet.</returns>
    public string StagePath(int stage) => System.IO.Path.Combine(Path, Recipe.StageFolder(stage));

    private RunFolder Make(int stage)
    {
        if (stage == 0)
            throw new ConfigurationException($"{StagePath(0)}: the first stage's run is gone; begin anew in another folder.");

        var (first, before) = (RunFolder.Open(StagePath(0)).Settings, RunFolder.Open(StagePath(stage - 1)));
        var settings = Recipe.Settings(stage, new RunData(first.Tokenizer!, first.TrainingShard, first.ValidationShard), System.IO.Path.GetFullPath(before.ModelPath));

        // What was measured for the first stage holds for all.
        return TrainingRun.Create(StagePath(stage), settings.ComputeType == "auto" ? settings with { ComputeType = first.ComputeType } : settings);
    }
}
