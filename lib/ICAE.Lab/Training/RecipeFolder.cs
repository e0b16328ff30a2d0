using ICAE.Lab.Data;

namespace ICAE.Lab.Training;

/// <summary>
/// A recipe at work on disk: <c>recipe.json</c>, the texts in <c>data/</c>, and a run's folder for each stage. Whenever the process dies, the stage at hand
/// goes on from its newest checkpoint, and those behind it are not made again.
/// </summary>
public sealed class RecipeFolder
{
    private const string RecipeFile = "recipe.json";

    private RunFolder? _first;

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
    public static bool Exists(string path) =>
        File.Exists(System.IO.Path.Combine(path, RecipeFile)) && Directory.EnumerateDirectories(path, TrainingRecipe.StagePrefix(0) + "*").Any(RunFolder.Exists);

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
        for (var i = 0; i < recipe.Stages.Count; i++)
            folder.Clear(i);

        CheckTexts(recipe, data);

        folder._first = TrainingRun.Create(folder.StagePath(0), recipe.Settings(0, data, from: null), measured);
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

            yield return (i, (i == 0 ? _first : null) ?? (RunFolder.Exists(StagePath(i)) ? RunFolder.Open(StagePath(i)) : Make(i)));
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

    /// <summary>What a process that was killed right at the beginning left behind makes way; what was trained does not.</summary>
    private void Clear(int stage)
    {
        if (!RunFolder.Exists(StagePath(stage)))
            return;

        var run = RunFolder.Open(StagePath(stage));
        if (run.HasBegun || stage > 0)
            throw new ConfigurationException($"{StagePath(stage)} holds a run that is none of this recipe's; choose another folder.");

        run.Abandon();
    }

    /// <summary>What would end a later stage, hours from now, is told at once.</summary>
    private static void CheckTexts(TrainingRecipe recipe, RunData data)
    {
        using var training = TokenShard.Open(data.Training);
        using var validation = TokenShard.Open(data.Validation);
        var (read, evaluated) = (new WindowSampler(training, 0), new WindowSampler(validation, 0));
        var own = recipe.Settings(0, data, null).NewModel?.EosIds[0];
        for (var i = 0; i < recipe.Stages.Count; i++)
        {
            var settings = recipe.Settings(i, data, i == 0 ? null : "base");
            RunWindows.Require(read, settings.Autoencoder is { } autoencoder ? RunWindows.OfTexts(autoencoder) : []);
            RunWindows.Require(evaluated, RunWindows.OfEvaluation(settings));
            if (new[] { settings.Rows?.SeparatorId, settings.Rows?.EosId, settings.Autoencoder?.TaskTokenLike, settings.Autoencoder?.EosId }.FirstOrDefault(id => id < 0 || id >= training.VocabularySize) is { } wrong)
                throw new ConfigurationException($"Stage {i + 1}, {recipe.Stages[i].Name}: the id {wrong} is none of the {training.VocabularySize} of the tokenizer.");

            if (settings.Rows is { } rows)
            {
                var eos = rows.EosId ?? own;
                RowBatches.RequireRows(rows, training, eos);
                RowBatches.RequireRows(rows, validation, eos);
            }
        }
    }

    private RunFolder Make(int stage)
    {
        var (first, before) = (RunFolder.Open(StagePath(0)).Settings, RunFolder.Open(StagePath(stage - 1)));
        var settings = Recipe.Settings(stage, new RunData(first.Tokenizer!, first.TrainingShard, first.ValidationShard), System.IO.Path.GetFullPath(before.ModelPath));

        // What was measured for the first stage holds for all on its device.
        var isKnown = settings.ComputeType == "auto" && settings.Device == first.Device;
        return TrainingRun.Create(StagePath(stage), isKnown ? settings with { ComputeType = first.ComputeType } : settings);
    }
}
