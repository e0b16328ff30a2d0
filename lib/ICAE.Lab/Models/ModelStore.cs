using ICAE.Lab.Formats;

namespace ICAE.Lab.Models;

/// <summary>
/// The places where models lie, in the order in which a name is looked for. Nothing but names is read, and the native library is not loaded.
/// Folders with a dot at the front are passed over: an unfinished pull lies in one.
/// </summary>
public sealed class ModelStore
{
    /// <summary>The environment variable with places of the user's own, divided as in PATH.</summary>
    public const string Variable = "ICAE_MODELS";

    /// <summary>The file by which a folder is an autoencoder's.</summary>
    public const string AutoencoderMarker = "icae.json";

    private const int MaxDepth = 3;

    /// <summary>A store of certain places.</summary>
    /// <param name="places">The folders, first first; those that do not exist are passed over.</param>
    public ModelStore(IEnumerable<string> places)
    {
        ArgumentNullException.ThrowIfNull(places);
        Places = [.. places.Where(place => place.Length > 0).Select(Path.GetFullPath).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The usual places: those of ICAE_MODELS, the user's data folder, and datasets/models of a clone of the repository.</summary>
    public static ModelStore Default => new(DefaultPlaces());

    /// <summary>The user's own folder for models; it need not exist.</summary>
    public static string UserFolder => UserData.Folder("models");

    /// <summary>The folders, in the order in which they are searched.</summary>
    public IReadOnlyList<string> Places { get; }

    /// <summary>Finds a model by path or by name.</summary>
    /// <param name="nameOrPath">
    /// The path of a folder or file, or a name such as <c>english-1m</c> or <c>HuggingFaceTB/SmolLM2-135M-Instruct</c>; where only one model has that last part,
    /// <c>SmolLM2-135M-Instruct</c> will do.
    /// </param>
    /// <returns>The full path of its folder or file.</returns>
    /// <exception cref="ConfigurationException">There is none; the message lists the places and the names that are there.</exception>
    public string Find(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        var isModelFile = File.Exists(nameOrPath) && Path.GetExtension(nameOrPath) is ".gguf" or ".safetensors" or ".json";
        if (isModelFile || (Directory.Exists(nameOrPath) && KindOfFolder(nameOrPath) is not null))
        {
            return Path.GetFullPath(nameOrPath);
        }

        // Whatever else lies at the path is the last choice: its reader says what is wrong with it.
        return FindName(nameOrPath) ?? (Path.Exists(nameOrPath) ? Path.GetFullPath(nameOrPath) : throw NotFound(nameOrPath));
    }

    /// <summary>Finds a model by its name alone.</summary>
    /// <param name="name">The name, or its last part where only one model has it; nothing outside the places is looked at.</param>
    /// <returns>The full path of its folder or file, or <see langword="null"/>.</returns>
    public string? FindName(string name)
    {
        if (!IsName(name))
        {
            return null;
        }

        foreach (var place in Places)
        {
            var path = Path.Combine([place, .. name.Split('/')]);
            if (Directory.Exists(path) && KindOfFolder(path) is not null)
            {
                return path;
            }

            foreach (var file in (string[])[path, path + ".gguf"])
            {
                if (Path.GetExtension(file).ToUpperInvariant() is ".GGUF" or ".SAFETENSORS" && File.Exists(file))
                {
                    return file;
                }
            }
        }

        return WithLastPart(name) is [var only] ? only.Path : null;
    }

    /// <summary>Lists what is there. A name that two places have is listed once, as it is found.</summary>
    /// <returns>The models, by name.</returns>
    public IReadOnlyList<StoredModel> List()
    {
        var found = new Dictionary<string, StoredModel>(StringComparer.Ordinal);
        foreach (var place in Places)
        {
            Collect(place, "", 1, found);
        }

        return [.. found.Values.OrderBy(model => model.Name, StringComparer.Ordinal)];
    }

    /// <summary>The name of a model at a path: as this store would find it, else the last part of the path.</summary>
    /// <param name="path">The folder or file.</param>
    /// <returns>The name.</returns>
    public string NameOf(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = WithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        foreach (var place in Places)
        {
            var name = Path.GetRelativePath(place, full).Replace(Path.DirectorySeparatorChar, '/');
            if (FindName(name) is { } found && WithoutExtension(found) == full)
            {
                return name;
            }
        }

        // What a training run exports lies in its folder under this name; the run's own name says more.
        var isExport = Path.GetFileName(full) == "model" && File.Exists(Path.Combine(Path.GetDirectoryName(full)!, "settings.json"));
        return isExport ? NameOfRun(Path.GetDirectoryName(full)!) : Path.GetFileName(full);
    }

    /// <summary>A run's folder; of a recipe's stage also the recipe's folder, and not the stage's number.</summary>
    private static string NameOfRun(string run)
    {
        var (name, above) = (Path.GetFileName(run), Path.GetDirectoryName(run));
        var dash = name.IndexOf('-', StringComparison.Ordinal);
        var isStage = dash > 0 && char.IsAsciiDigit(name[0]) && above is not null && File.Exists(Path.Combine(above, "recipe.json"));
        return isStage ? $"{Path.GetFileName(above)}-{name[(dash + 1)..]}" : name;
    }

    /// <summary>What a folder holds, or <see langword="null"/> where it is no model.</summary>
    internal static StoredModelKind? KindOfFolder(string folder)
    {
        if (File.Exists(Path.Combine(folder, AutoencoderMarker)))
        {
            return StoredModelKind.Autoencoder;
        }

        if (File.Exists(Path.Combine(folder, HuggingFaceConfigFile.FileName)))
        {
            return StoredModelKind.Base;
        }

        if (File.Exists(Path.Combine(folder, PeftAdapterFile.ConfigFileName)))
        {
            return StoredModelKind.Adapter;
        }

        return Files(folder).Count > 0 ? StoredModelKind.Gguf : null;
    }

    private static IEnumerable<string> DefaultPlaces()
    {
        foreach (var place in (Environment.GetEnvironmentVariable(Variable) ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            yield return place;
        }

        yield return UserFolder;
        foreach (var start in (string[])[AppContext.BaseDirectory, Environment.CurrentDirectory])
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                var models = Path.Combine(folder.FullName, "datasets", "models");
                if (Directory.Exists(models))
                {
                    yield return models;
                    break;
                }
            }
        }
    }

    private static string WithoutExtension(string path) =>
        path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) ? path[..^".gguf".Length] : path;

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 256
        && !name.Contains('\\', StringComparison.Ordinal)
        && !name.Contains(':', StringComparison.Ordinal)
        && !name.Any(char.IsControl)
        && name.Split('/').All(part => part.Length > 0 && part[0] != '.');

    private List<StoredModel> WithLastPart(string name) =>
        name.Contains('/', StringComparison.Ordinal) ? [] : [.. List().Where(model => model.Name.EndsWith("/" + name, StringComparison.Ordinal))];

    private static void Collect(string folder, string prefix, int depth, Dictionary<string, StoredModel> found)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        AddFiles(prefix, Files(folder));
        foreach (var child in Entries(() => Directory.EnumerateDirectories(folder)).Where(child => !Path.GetFileName(child).StartsWith('.')))
        {
            var name = prefix + Path.GetFileName(child);
            if (KindOfFolder(child) is not { } kind)
            {
                Descend(child, name);
            }
            else if (kind == StoredModelKind.Gguf && Files(child) is { Count: > 1 } files)
            {
                // Each is a model of its own.
                AddFiles(name + "/", files);
            }
            else
            {
                Add(name, child, kind);
            }
        }

        void Descend(string child, string name)
        {
            if (depth < MaxDepth)
            {
                Collect(child, name + "/", depth + 1, found);
            }
        }

        void AddFiles(string before, IReadOnlyList<string> files)
        {
            foreach (var file in files)
            {
                Add(before + Path.GetFileNameWithoutExtension(file), file, StoredModelKind.Gguf);
            }
        }

        void Add(string name, string path, StoredModelKind kind) => found.TryAdd(name, new StoredModel(name, path, kind));
    }

    private static IReadOnlyList<string> Files(string folder) => Entries(() => Directory.EnumerateFiles(folder, "*.gguf"));

    private static IReadOnlyList<string> Entries(Func<IEnumerable<string>> list)
    {
        try
        {
            return [.. list().Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A folder that may not be read holds no model for this user.
            return [];
        }
    }

    private ConfigurationException NotFound(string nameOrPath)
    {
        const int MostListed = 20;
        if (IsName(nameOrPath) && WithLastPart(nameOrPath) is { Count: > 1 } several)
        {
            return new ConfigurationException($"There are several models {FileChecks.Quote(nameOrPath)}: {string.Join(", ", several.Select(model => model.Name))}. Give the whole name.");
        }

        var names = List().Select(model => model.Name).ToList();
        var listed = names.Count == 0 ? "No model is there." : $"There are: {string.Join(", ", names.Take(MostListed))}{(names.Count > MostListed ? ", ..." : "")}.";
        return new ConfigurationException(
            $"There is no model {FileChecks.Quote(nameOrPath)}: it is neither a model's folder or file nor a name in {string.Join(", ", Places)}. {listed} The variable {Variable} names further places.");
    }
}
