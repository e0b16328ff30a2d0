using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ICAE.Lab.Data;
using ICAE.Lab.Formats;
using ICAE.Lab.Tokens;

namespace ICAE.Lab.Training;

/// <summary>
/// How an autoencoder is made from nothing but texts: a base, what it is taught before it is frozen, and the autoencoder on it, each stage with its settings.
/// One file, which <c>icae recipe</c> and <see cref="Pretraining.Start(TrainingRecipe, IReadOnlyList{string}, string, IReadOnlyList{string}?)"/> follow.
/// </summary>
public sealed partial record TrainingRecipe
{
    private const string DataSet = "recipes";
    private const string Extension = ".json";

    /// <summary>What a stage may not set: it follows from the texts and from the stage before.</summary>
    private static readonly string[] Given =
    [
        "format_version", "kind", "training_shard", "validation_shard", "training_shard_sha256", "validation_shard_sha256", "base_fingerprint", "tokenizer", "from",
        "new_model", "from_autoencoder", "autoencoder_fingerprint", "instruction",
    ];

    /// <summary>The version of the file's form.</summary>
    public int FormatVersion { get; init; } = 1;

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for, in a sentence or two.</summary>
    public string About { get; init; } = "";

    /// <summary>The shape of the base.</summary>
    public BaseShape Base { get; init; } = new();

    /// <summary>What is done, in order: a new base first, an autoencoder last.</summary>
    public required IReadOnlyList<RecipeStage> Stages { get; init; }

    /// <summary>Updates of all stages together.</summary>
    /// <returns>The sum.</returns>
    public long CountSteps() => Enumerable.Range(0, Stages.Count).Sum(StepsOf);

    /// <summary>Where the last stage's model lies in the recipe's folder.</summary>
    internal string LastModel => Path.Combine(StageFolder(Stages.Count - 1), RunFolder.ModelFolder);

    /// <summary>Reads a recipe.</summary>
    /// <param name="nameOrPath">A file, or the name of one in the repository's datasets/recipes.</param>
    /// <returns>The recipe, validated.</returns>
    /// <exception cref="ConfigurationException">There is none of that name, or a rule is broken.</exception>
    /// <exception cref="MalformedFileException">The file cannot be read or is of a newer version.</exception>
    public static TrainingRecipe Load(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        var file = File.Exists(nameOrPath) ? nameOrPath : Find(nameOrPath);
        return TrainingJson.ReadFile<TrainingRecipe>(file, recipe => recipe.Validate());
    }

    /// <summary>Writes the recipe to a file, beside and renamed.</summary>
    /// <param name="file">The file.</param>
    public void Save(string file) => AtomicFile.WriteText(file, JsonSerializer.Serialize(this, TrainingJson.Indented) + "\n");

    /// <summary>Checks every rule, those of the stages' settings included.</summary>
    /// <returns>This recipe.</returns>
    /// <exception cref="ConfigurationException">A rule is broken.</exception>
    public TrainingRecipe Validate()
    {
        Base.Validate();
        if (Stages.Count == 0 || Stages.Any(stage => stage is null))
            throw new ConfigurationException("A recipe has stages, and none of them is null.");

        for (var i = 0; i < Stages.Count; i++)
            Check(i);

        return this;
    }

    /// <summary>The recipe with fields laid over the settings of every stage.</summary>
    /// <param name="over">The fields, in the form of a run's settings.json.</param>
    /// <returns>The recipe, validated.</returns>
    /// <exception cref="ConfigurationException">A rule is broken.</exception>
    public TrainingRecipe With(JsonObject over)
    {
        ArgumentNullException.ThrowIfNull(over);
        return (this with { Stages = [.. Stages.Select(stage => stage with { Settings = Overlaid(stage.Settings, over) })] }).Validate();
    }

    /// <summary>The settings of a stage in full.</summary>
    /// <param name="stage">Its index.</param>
    /// <param name="data">What it reads.</param>
    /// <param name="from">The base that the stage before made; <see langword="null"/> for the first.</param>
    /// <returns>The settings, validated.</returns>
    /// <exception cref="IcaeException">A field is not known, or a rule is broken; the message names the stage.</exception>
    public RunSettings Settings(int stage, RunData data, string? from)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Settings(stage, data, from, from is null ? TokenizerFile.Load(data.Tokenizer).VocabularySize : 0);
    }

    /// <summary>The folder of a stage's run in the recipe's folder.</summary>
    internal string StageFolder(int stage) => StagePrefix(stage) + Stages[stage].Name;

    /// <summary>How the folder of a stage's run begins.</summary>
    internal static string StagePrefix(int stage) => FormattableString.Invariant($"{stage + 1}-");

    private RunSettings Settings(int index, RunData data, string? from, int vocabulary)
    {
        var stage = Stages[index];
        var usual = stage.Kind switch
        {
            RunKind.Restoring => RunDefaults.Restoring(data, from!),
            RunKind.Autoencoder => RunDefaults.OnBase(data, from!),
            _ when from is null => RunDefaults.Base(data, RunDefaults.Model(vocabulary, Base.Width, Base.Layers, Base.Heads)),
            _ => RunDefaults.FurtherBase(data, from),
        };
        try
        {
            return RunSettingsJson.Read(Overlaid(RunSettingsJson.Write(usual), stage.Settings), Place(index));
        }
        catch (ConfigurationException error)
        {
            throw new ConfigurationException($"{Place(index)}: {error.Message}", error);
        }
    }

    private void Check(int index)
    {
        var stage = Stages[index];
        if (!StageName().IsMatch(stage.Name))
            throw new ConfigurationException($"Stage {index + 1}: the name '{stage.Name}' is not made of letters, digits and hyphens.");

        if (Stages.Take(index).Any(other => other.Name.Equals(stage.Name, StringComparison.OrdinalIgnoreCase)))
            throw new ConfigurationException($"{Place(index)}: there are two stages of this name.");

        var isFit = stage.Kind switch
        {
            RunKind.Base => index < Stages.Count - 1,
            RunKind.Restoring => index > 0 && index < Stages.Count - 1,
            RunKind.Autoencoder => index > 0 && index == Stages.Count - 1,
            _ => false,
        };
        if (!isFit)
            throw new ConfigurationException($"{Place(index)}: a recipe begins with a stage of the kind base, which makes one, goes on with base or restoring, and ends with an autoencoder.");

        if (Given.FirstOrDefault(stage.Settings.ContainsKey) is { } field)
            throw new ConfigurationException($"{Place(index)}: the field {field} is not a recipe's to set.");

        StepsOf(index);
    }

    private string Place(int index) => $"Stage {index + 1}, {Stages[index].Name}";

    private long StepsOf(int index) => Settings(index, new RunData("tokenizer", "", ""), index == 0 ? null : "base", Base.Vocabulary).Steps;

    private static JsonObject Overlaid(JsonObject under, JsonObject over)
    {
        var laid = (JsonObject)under.DeepClone();
        RunSettingsJson.Overlay(laid, over);
        return laid;
    }

    private static string Find(string name)
    {
        var folder = DatasetFolder.Find(DataSet);
        var file = Path.Combine(folder, name + Extension);
        if (StageName().IsMatch(name) && File.Exists(file))
            return file;

        var known = string.Join(", ", Directory.GetFiles(folder, "*" + Extension).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
        throw new ConfigurationException($"{name}: there is no such file, and no recipe of that name in {folder}, which has {known}.");
    }

    [GeneratedRegex(@"\A[A-Za-z0-9-]+\z")]
    private static partial Regex StageName();
}
